import { crc32 } from "node:zlib"
import type { Batch, Key, Value } from "../../engine.ts"

/**
 * One commit in the log, little-endian:
 *   4 length of all that follows the checksum · 4 checksum · 8 commit number · 8 covered · entries
 * An entry: 2 key length · 4 length of the stored value · key · stored value.
 * A stored value is its kind in one byte and its bytes, as it lies in LMDB too; none: deleted.
 * "Covered" is the last commit whose blobs are durable; without blobs on their way, this one.
 * The checksum is a CRC-32 that starts from the segment's number, so that a record is only valid
 * in the file it was written to.
 */
const RECORD_HEAD_BYTES = 24
const CHECKED_FROM = 8
const COVERED_AT = 16
const ENTRY_HEAD_BYTES = 6
/** A larger batch is our bug, and would not be read back. */
const MAX_RECORD_BYTES = 512 * 1024 * 1024
/** What a large batch made the buffer grow to is given back above this. */
const KEPT_BUFFER_BYTES = 1024 * 1024

/** How a value's bytes are to be read. Numbers are on disks: never change one. */
const KIND = { ascii: 1, utf8: 2, bytes: 3 } as const

export interface RecordPlace {
  readonly commit: number
  readonly covered: number
  readonly segment: number
}

export class CommitRecords {
  #buffer = Buffer.allocUnsafeSlow(KEPT_BUFFER_BYTES)
  #length = 0

  /** The record's bytes; valid until the next call. */
  encode(batch: Batch, { commit, covered, segment }: RecordPlace): Uint8Array {
    if (this.#buffer.length > KEPT_BUFFER_BYTES) {
      this.#buffer = Buffer.allocUnsafeSlow(KEPT_BUFFER_BYTES)
    }
    this.#length = RECORD_HEAD_BYTES
    batch.forEach(this.#add)
    const record = this.#buffer.subarray(0, this.#length)
    record.writeUInt32LE(this.#length - CHECKED_FROM, 0)
    record.writeBigUInt64LE(BigInt(commit), CHECKED_FROM)
    record.writeBigUInt64LE(BigInt(covered), COVERED_AT)
    record.writeUInt32LE(checksum(record, segment), 4)
    return record
  }

  readonly #add = (value: Value | undefined, key: Key): void => {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const atMost = value === undefined ? 0 : value.length * (typeof value === "string" ? 3 : 1)
    this.#reserve(ENTRY_HEAD_BYTES + key.length + 1 + atMost)
    const buffer = this.#buffer
    const head = this.#length
    const storedAt = head + ENTRY_HEAD_BYTES + key.length
    buffer.writeUInt16LE(key.length, head)
    buffer.write(key, head + ENTRY_HEAD_BYTES, "latin1")
    let stored = 0
    if (typeof value === "string") {
      stored = 1 + buffer.write(value, storedAt + 1, "utf8")
      buffer[storedAt] = stored === 1 + value.length ? KIND.ascii : KIND.utf8
    } else if (value !== undefined) {
      buffer.set(value, storedAt + 1)
      stored = 1 + value.length
      buffer[storedAt] = KIND.bytes
    }
    buffer.writeUInt32LE(stored, head + 2)
    this.#length = storedAt + stored
  }

  #reserve(size: number): void {
    const needed = this.#length + size
    if (needed <= this.#buffer.length) return
    if (needed > MAX_RECORD_BYTES) throw new RangeError(`a commit of over ${needed} bytes`)
    const larger = Buffer.allocUnsafeSlow(Math.min(needed * 2, MAX_RECORD_BYTES))
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }
}

/** Where a whole and undamaged record lies, and what it says of itself. */
export interface RecordHead {
  readonly commit: number
  readonly covered: number
  readonly at: number
  /** The offset behind the record. */
  readonly end: number
}

/** A value as it is stored: views of the bytes that were read. `undefined`: deleted. */
export type StoredEntry = readonly [Key, Buffer | undefined]

export interface ReadRecord extends RecordHead {
  readonly entries: readonly StoredEntry[]
}

/** The record at `at`; undefined when there is none, or not a whole and undamaged one. */
export function readHead(
  bytes: Buffer,
  { at, segment }: { at: number; segment: number },
): RecordHead | undefined {
  if (at + RECORD_HEAD_BYTES > bytes.length) return undefined
  const end = at + CHECKED_FROM + bytes.readUInt32LE(at)
  if (end < at + RECORD_HEAD_BYTES || end > bytes.length) return undefined
  const record = bytes.subarray(at, end)
  if (checksum(record, segment) !== record.readUInt32LE(4)) return undefined
  const commit = Number(record.readBigUInt64LE(CHECKED_FROM))
  return { commit, covered: Number(record.readBigUInt64LE(COVERED_AT)), at, end }
}

/** Goes through a record's entries: the key, and from where to where its stored value lies. */
export function eachEntry(
  bytes: Buffer,
  record: RecordHead,
  visit: (key: Key, from: number, to: number) => void,
): void {
  for (let at = record.at + RECORD_HEAD_BYTES; at < record.end;) {
    const keyAt = at + ENTRY_HEAD_BYTES
    const from = keyAt + bytes.readUInt16LE(at)
    const to = from + bytes.readUInt32LE(at + 2)
    visit(bytes.toString("latin1", keyAt, from), from, to)
    at = to
  }
}

/** As `readHead`, with the entries. */
export function readRecord(
  bytes: Buffer,
  place: { at: number; segment: number },
): ReadRecord | undefined {
  const head = readHead(bytes, place)
  if (!head) return undefined
  const entries: StoredEntry[] = []
  eachEntry(bytes, head, (key, from, to) => {
    entries.push([key, to > from ? bytes.subarray(from, to) : undefined])
  })
  return { ...head, entries }
}

/** Copies: the stored bytes may be overwritten afterwards. */
export function readStored(stored: Buffer): Value {
  const kind = stored[0]
  if (kind === KIND.ascii) return stored.toString("latin1", 1, stored.length)
  if (kind === KIND.utf8) return stored.toString("utf8", 1, stored.length)
  return new Uint8Array(stored.subarray(1, stored.length))
}

/** A value's bytes as they are stored. */
export function storedOf(value: Value): Buffer {
  if (typeof value !== "string") return Buffer.concat([Buffer.of(KIND.bytes), value])
  const bytes = Buffer.byteLength(value)
  const stored = Buffer.allocUnsafe(1 + bytes)
  stored[0] = bytes === value.length ? KIND.ascii : KIND.utf8
  stored.write(value, 1, "utf8")
  return stored
}

function checksum(record: Uint8Array, segment: number): number {
  return crc32(record.subarray(CHECKED_FROM), segment)
}
