import { StoreCorruptError } from "../../store-errors.ts"
import type { LogPosition } from "./commit-log.ts"
import { readHead, type ReadRecord, readRecord, type RecordHead } from "./commit-record.ts"
import { listSegments, readSegment, removeSegment } from "./log-segment.ts"

export interface FoundSegment {
  readonly number: number
  /** Where its records begin. */
  readonly start: number
  /** Without the zeros that it ends with, if no record does. */
  readonly sizeBytes: number
  readonly records: readonly ReadRecord[]
}

/** What the folder's log says, from the first segment that the store below does not have. */
export interface LogChain {
  /** All but the last are whole. */
  readonly segments: readonly FoundSegment[]
  /** Segments behind a gap: the power took a file's name, or its end, but not what came later. */
  readonly unusable: readonly number[]
  /** The last commit whose blobs are known to be durable. */
  readonly covered: number
}

/** Removes segments that the store below has. Throws StoreCorruptError for a log without it. */
export function readChain(folder: string, after: LogPosition): LogChain {
  const segments: FoundSegment[] = []
  const unusable: number[] = []
  let { commit, commit: covered } = after
  let whole = true
  for (const number of segmentsAfter(folder, after.segment)) {
    const read = readSegment(folder, number)
    if (!whole || !read || number !== after.segment + segments.length + 1) {
      whole = false
      unusable.push(number)
      continue
    }
    const records = readRecords(read.bytes, { at: read.start, segment: number, commit })
    const last = records.at(-1)
    for (const record of records) covered = Math.max(covered, record.covered)
    commit = last?.commit ?? commit
    const end = last?.end ?? read.start
    const sizeBytes = end + writtenBytes(read.bytes.subarray(end))
    whole = sizeBytes === end
    segments.push({ number, start: read.start, sizeBytes, records })
  }
  return { segments, unusable, covered }
}

function writtenBytes(bytes: Buffer): number {
  let length = bytes.length
  while (length > 0 && bytes[length - 1] === 0) length -= 1
  return length
}

interface ReadFrom {
  readonly at: number
  readonly segment: number
  readonly commit: number | undefined
}

/** The records from `at` on, as long as they are whole and follow one another (and `commit`). */
const readRecords = (bytes: Buffer, from: ReadFrom): ReadRecord[] =>
  readWith(readRecord, bytes, from)

/** The same without their entries. */
export const readHeads = (bytes: Buffer, from: ReadFrom): RecordHead[] =>
  readWith(readHead, bytes, from)

function readWith<Read extends RecordHead>(
  read: (bytes: Buffer, place: { at: number; segment: number }) => Read | undefined,
  bytes: Buffer,
  from: ReadFrom,
): Read[] {
  const records: Read[] = []
  let { at, commit } = from
  for (;;) {
    const record = read(bytes, { at, segment: from.segment })
    if (!record || record.commit !== (commit ?? record.commit - 1) + 1) return records
    records.push(record)
    commit = record.commit
    at = record.end
  }
}

function segmentsAfter(folder: string, last: number): number[] {
  const numbers = listSegments(folder)
  const needed = numbers.filter((number) => number > last)
  if (last === 0 && needed.length > 0 && needed[0] !== 1) {
    throw new StoreCorruptError(`${folder} has a log but not the data that it goes on from`)
  }
  for (const number of numbers) if (number <= last) removeSegment(folder, number)
  return needed
}
