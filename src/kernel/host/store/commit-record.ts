import { crc32 } from "node:zlib"
import type { Batch, Key, Value } from "../../engine.ts"

/**
 * One commit in the log, little-endian:
 *   4 length of all that follows the checksum · 4 checksum · 8 commit number · entries
 * An entry: 2 key length · 1 kind · 4 value length · key · value.
 * The checksum is a CRC-32 that starts from the segment's number, so that a record is only valid
 * in the file it was written to.
 */
export const RECORD_HEAD_BYTES = 16
const CHECKED_FROM = 8
const ENTRY_HEAD_BYTES = 7
/** A larger batch is our bug, and would not be read back. */
export const MAX_RECORD_BYTES = 512 * 1024 * 1024
/** What a large batch made the buffer grow to is given back above this. */
const KEPT_BUFFER_BYTES = 1024 * 1024

/** How a value's bytes are to be read. Numbers are on disks: never change one. */
export const KIND = { deleted: 0, ascii: 1, utf8: 2, bytes: 3 } as const

export class CommitRecords {
  #buffer = Buffer.allocUnsafeSlow(KEPT_BUFFER_BYTES)
  #length = 0

  /** The record's bytes; valid until the next call. */
  encode(batch: Batch, commit: number, segment: number): Uint8Array {
    if (this.#buffer.length > KEPT_BUFFER_BYTES) {
      this.#buffer = Buffer.allocUnsafeSlow(KEPT_BUFFER_BYTES)
    }
    this.#length = RECORD_HEAD_BYTES
    for (const [key, value] of batch) this.#add(key, value)
    const record = this.#buffer.subarray(0, this.#length)
    record.writeUInt32LE(this.#length - CHECKED_FROM, 0)
    record.writeBigUInt64LE(BigInt(commit), CHECKED_FROM)
    record.writeUInt32LE(checksum(record, segment), 4)
    return record
  }

  #add(key: Key, value: Value | undefined): void {
    // A UTF-16 unit takes at most three bytes of UTF-8.
    const atMost = value === undefined ? 0 : value.length * (typeof value === "string" ? 3 : 1)
    this.#reserve(ENTRY_HEAD_BYTES + key.length + atMost)
    const buffer = this.#buffer
    const head = this.#length
    const keyAt = head + ENTRY_HEAD_BYTES
    const valueAt = keyAt + buffer.write(key, keyAt, "latin1")
    let kind: number = KIND.deleted
    let written = 0
    if (typeof value === "string") {
      written = buffer.write(value, valueAt, "utf8")
      kind = written === value.length ? KIND.ascii : KIND.utf8
    } else if (value !== undefined) {
      buffer.set(value, valueAt)
      written = value.length
      kind = KIND.bytes
    }
    buffer.writeUInt16LE(key.length, head)
    buffer[head + 2] = kind
    buffer.writeUInt32LE(written, head + 3)
    this.#length = valueAt + written
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

export interface ReadRecord {
  readonly commit: number
  readonly entries: readonly (readonly [Key, Value | undefined])[]
  /** The offset behind the record. */
  readonly end: number
}

/** The record at `at`; undefined when there is none, or not a whole and undamaged one. */
export function readRecord(
  bytes: Buffer,
  { at, segment }: { at: number; segment: number },
): ReadRecord | undefined {
  if (at + RECORD_HEAD_BYTES > bytes.length) return undefined
  const end = at + CHECKED_FROM + bytes.readUInt32LE(at)
  if (end < at + RECORD_HEAD_BYTES || end > bytes.length) return undefined
  const record = bytes.subarray(at, end)
  if (checksum(record, segment) !== record.readUInt32LE(4)) return undefined
  const entries: (readonly [Key, Value | undefined])[] = []
  for (let from = RECORD_HEAD_BYTES; from < record.length;) {
    const keyAt = from + ENTRY_HEAD_BYTES
    const valueAt = keyAt + record.readUInt16LE(from)
    const valueEnd = valueAt + record.readUInt32LE(from + 3)
    const key = record.toString("latin1", keyAt, valueAt)
    entries.push([key, readValue(record.subarray(valueAt, valueEnd), record[from + 2])])
    from = valueEnd
  }
  return { commit: Number(record.readBigUInt64LE(CHECKED_FROM)), entries, end }
}

function readValue(bytes: Buffer, kind: number | undefined): Value | undefined {
  if (kind === KIND.ascii) return bytes.toString("latin1")
  if (kind === KIND.utf8) return bytes.toString("utf8")
  return kind === KIND.bytes ? new Uint8Array(bytes) : undefined
}

function checksum(record: Uint8Array, segment: number): number {
  return crc32(record.subarray(CHECKED_FROM), segment)
}
