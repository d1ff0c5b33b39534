import type { WriteTx } from "../../../kernel/transaction.ts"

/** "Rules for naming Amazon S3 access points". */
export const isAccessPointName = (name: string): boolean =>
  /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/.test(name) &&
  !name.startsWith("xn--") &&
  !/-(?:s3alias|-ol-s3|-xa-s3)$/.test(name)

/** What the aliases of each kind end in. */
const SUFFIXES = { point: "-s3alias", "object-lambda": "--ol-s3" } as const
const RANDOM_LENGTH = 34
/** An alias is no longer than a bucket's name. */
const MOST_NAME = 20
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"

/** A name that no bucket can have, for where a bucket's name is asked ("Access point aliases"). */
export const newAlias = (
  tx: WriteTx,
  name: string,
  kind: keyof typeof SUFFIXES = "point",
): string =>
  `${name.slice(0, MOST_NAME)}-${tx.random("s3/access-point-alias").string(RANDOM_LENGTH, ALPHABET)}${SUFFIXES[kind]}`
