import { job } from "../../../kernel/later/later.ts"
import type { Table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { MOST_PARTS, parts, uploads } from "../multipart/upload.ts"
import { objects, versions } from "../objects/version.ts"
import { countPart, countStorage, lastCount } from "./storage.ts"

const DAY_MS = 86_400_000
/** Rows that one step takes on. */
const STEP = 500
const PHASES = ["objects", "versions", "uploads"] as const

interface Progress extends Pick<Bucket, "partition" | "name" | "id"> {
  /** Up to when this run counts. */
  readonly atMs: number
  readonly phase: number
  readonly after?: string | undefined
}

/** Begins the daily counting of a new bucket's storage. */
export function meterDaily(tx: WriteTx, { partition, name, id }: Bucket): void {
  const atMs = lastCount(tx.now) + DAY_MS
  tx.schedule(meterStorage, { partition, name, id, atMs, phase: 0 }, atMs)
}

/** Counts a day of all that lies in a bucket, in steps, and comes again the next day. */
export const meterStorage = job<Progress>("s3/meterStorage", {
  run(tx, progress) {
    const bucket = sameBucket(tx, progress)
    if (!bucket) return
    let place = progress
    // Small buckets are done in one step.
    for (; place.phase < PHASES.length; place = { ...place, phase: place.phase + 1 }) {
      const after = stepOf(tx, bucket, place)
      if (after === undefined) {
        place = { ...place, after }
        continue
      }
      tx.schedule(meterStorage, { ...place, after }, tx.now)
      return
    }
    const atMs = progress.atMs + DAY_MS
    tx.schedule(meterStorage, { ...progress, atMs, phase: 0, after: undefined }, atMs)
  },
})

/** Counts some rows; returns where to go on, undefined at the end of the phase. */
function stepOf(tx: WriteTx, bucket: Bucket, progress: Progress): string | undefined {
  const span = { fromMs: progress.atMs - DAY_MS, toMs: progress.atMs }
  const phase = PHASES[progress.phase]
  if (phase === "uploads") {
    const { rows, next } = page(tx, uploads, { bucket, after: progress.after, limit: 1 })
    for (const { serial } of rows)
      for (const part of tx.scan(parts, { prefix: [serial], limit: MOST_PARTS }).rows)
        countPart(tx, bucket, part, span)
    return next
  }
  const table = phase === "objects" ? objects : versions
  const { rows, next } = page(tx, table, { bucket, after: progress.after, limit: STEP })
  for (const version of rows) countStorage(tx, bucket, version, span)
  return next
}

const page = <Row extends object>(
  tx: WriteTx,
  table: Table<Row>,
  { bucket, after, limit }: { bucket: Bucket; after: string | undefined; limit: number },
) => tx.scan(table, { prefix: [bucket.id], after, limit })
