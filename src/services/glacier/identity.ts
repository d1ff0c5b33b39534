import { hash } from "node:crypto"
import type { WriteTx } from "../../kernel/transaction.ts"

/** Lengths as in AWS's examples. */
const LENGTHS = Object.freeze({ archive: 138, job: 92, upload: 92 })
const TAG_LENGTH = 10
const SERIAL_LENGTH = 11
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

export type IdKind = keyof typeof LENGTHS

interface IdOf {
  /** The vault's own id. */
  readonly vault: number
  readonly serial: number
}

/** Tells ids that were given out once from others, without a row for each that is gone. */
const tagOf = (kind: IdKind, { vault, serial }: IdOf): string =>
  hash("sha256", `glacier ${kind} ${vault} ${serial}`, "base64url").slice(0, TAG_LENGTH)

/** A new id, which ends with its serial. */
export function newId(tx: WriteTx, kind: IdKind, of: IdOf): string {
  const free = LENGTHS[kind] - TAG_LENGTH - SERIAL_LENGTH
  const random = tx.random(`glacier/${kind}-id`).string(free, ALPHABET)
  return tagOf(kind, of) + random + of.serial.toString(36).padStart(SERIAL_LENGTH, "0")
}

/** The serial of an id that this vault has given out; undefined of others. */
export function serialOf(kind: IdKind, vault: number, id: string): number | undefined {
  if (id.length !== LENGTHS[kind]) return undefined
  const serial = Number.parseInt(id.slice(-SERIAL_LENGTH), 36)
  if (!Number.isSafeInteger(serial)) return undefined
  return id.startsWith(tagOf(kind, { vault, serial })) ? serial : undefined
}
