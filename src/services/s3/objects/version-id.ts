import { crc32 } from "node:zlib"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { invalidVersionId, noSuchVersion } from "../errors.ts"

const CHANCE_LENGTH = 28
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._"
const FORM = /^[A-Za-z0-9._]{32}$/

/** 32 characters; the last four follow from the others, so that what is made up can be seen. */
export function newVersionId(tx: WriteTx): string {
  const chance = tx.random("s3/version-id").string(CHANCE_LENGTH, ALPHABET)
  return chance + checkOf(chance)
}

function checkOf(chance: string): string {
  const sum = crc32(chance)
  return [0, 6, 12, 18].map((shift) => ALPHABET.charAt((sum >>> shift) & 63)).join("")
}

/** Recorded: what never was an id is an invalid argument, not a missing version. */
export function assertVersionId(versionId: string, argument?: string): void {
  if (versionId !== "null" && !FORM.test(versionId)) throw invalidVersionId(versionId, argument)
}

/**
 * The refusal of an id that no version of the key has: NoSuchVersion where one may have had it,
 * else InvalidArgument (recorded, of an id whose last characters were changed).
 */
export const missingVersion = (key: string, versionId: string, argument?: string): AwsError =>
  mayHaveBeen(versionId) ? noSuchVersion(key, versionId) : invalidVersionId(versionId, argument)

/** Whether a version may once have had the id. */
export const mayHaveBeen = (versionId: string): boolean =>
  versionId === "null" || versionId.endsWith(checkOf(versionId.slice(0, CHANCE_LENGTH)))
