import { job } from "../../../../kernel/later/later.ts"
import type { WriteTx } from "../../../../kernel/transaction.ts"
import type { AnalyticsFilter } from "../../../../models/types/s3.ts"
import { bucketArn, configure, sameBucket, type Bucket } from "../../buckets/bucket.ts"
import { newestVersions } from "../collect.ts"
import type { Place } from "../inventory.ts"
import {
  analyses,
  analysisDays,
  changeDay,
  findAnalysis,
  isWatched,
  prefixOf,
  refOf,
  type AnalysisRef,
} from "./analysis.ts"
import { add } from "./cell.ts"
import { exportAnalysis } from "./export.ts"

const DAY_MS = 86_400_000
/** Days that one step of sweeping takes away. */
const SWEPT = 500
/** What was seen is kept for ten years: ours. AWS's file is "a historic analysis log". */
const KEPT_DAYS = 3_650

/** Begins to watch by a configuration. One whose filter is the same goes on with what it has seen. */
export function planAnalysis(
  tx: WriteTx,
  bucket: Bucket,
  { id, filter }: { readonly id: string; readonly filter: AnalyticsFilter | undefined },
): void {
  const there = tx.get(analyses, [bucket.id, id])
  if (there && JSON.stringify(there.filter) === JSON.stringify(filter)) return
  if (there) sweepOld(tx, there)
  const { partition, name } = bucket
  const ref = { partition, name, bucket: bucket.id, id, serial: tx.serial() }
  const sinceMs = Math.ceil(tx.now / DAY_MS) * DAY_MS
  tx.put(analyses, { ...ref, sinceMs, filter })
  if (!bucket.config.analysed) configure(tx, bucket, { analysed: true })
  tx.schedule(analyseDay, { ...ref, dayMs: sinceMs }, sinceMs + DAY_MS)
}

/** Ends an analysis; what it has seen goes with it. */
export function endAnalysis(tx: WriteTx, { bucket, id }: Pick<AnalysisRef, "bucket" | "id">): void {
  const there = tx.get(analyses, [bucket, id])
  if (!there) return
  tx.remove(analyses, there)
  sweepOld(tx, there)
  const of = sameBucket(tx, { ...there, id: bucket })
  if (of && !tx.first(analyses, { prefix: [bucket] })) configure(tx, of, { analysed: undefined })
}

const sweepOld = (tx: WriteTx, ref: AnalysisRef): void =>
  void tx.schedule(sweepAnalysis, refOf(ref), tx.now)

/** Takes away what an analysis that is gone has seen. */
export const sweepAnalysis = job<AnalysisRef>("s3/sweepAnalysis", {
  run(tx, ref) {
    const { bucket, id, serial } = ref
    const { rows, next } = tx.scan(analysisDays, { prefix: [bucket, id, serial], limit: SWEPT })
    for (const row of rows) tx.remove(analysisDays, row)
    if (next !== undefined) sweepOld(tx, ref)
  },
})

interface Walk extends AnalysisRef {
  readonly dayMs: number
  readonly after?: Place | undefined
}

/**
 * At midnight UTC, when a day has ended: counts the objects that the filter takes, in steps, and then
 * exports. So the first day is told between 24 and 48 hours after the configuration.
 */
export const analyseDay = job<Walk>("s3/analyseDay", {
  run(tx, walk) {
    const { dayMs, after } = walk
    const analysis = findAnalysis(tx, walk)
    if (!analysis) return
    const bucket = sameBucket(tx, { ...walk, id: walk.bucket })
    if (!bucket) return endAnalysis(tx, walk)
    const ref = refOf(walk)
    const endMs = dayMs + DAY_MS
    if (!after) {
      tx.schedule(analyseDay, { ...ref, dayMs: endMs }, endMs + DAY_MS)
      tx.delete(analysisDays, [ref.bucket, ref.id, ref.serial, dayMs - KEPT_DAYS * DAY_MS])
    }
    const page = newestVersions(tx, bucket, { prefix: prefixOf(analysis), after })
    const watched = page.entries.filter(({ version }) => isWatched(analysis, version))
    changeDay(tx, ref, {
      dayMs,
      change: (cells) =>
        watched.reduce(
          (sum, { version }) =>
            add(sum, {
              ...{ version, atMs: endMs },
              more: { objects: 1, stored: version.sizeBytes },
            }),
          cells,
        ),
    })
    // AWS bills by the million of objects monitored.
    if (watched.length > 0) {
      const { account, region } = bucket
      const usage = { account, region, resource: bucketArn(bucket) }
      tx.meter("s3:analytics-objects", usage, watched.length)
    }
    if (page.next) tx.schedule(analyseDay, { ...ref, dayMs, after: page.next }, tx.now)
    else tx.schedule(exportAnalysis, ref, tx.now)
  },
})
