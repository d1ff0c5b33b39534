import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import {
  advancedLensOf,
  bucketNamed,
  lensOfBucket,
  samplePage,
  watchTraffic,
  type Bucket,
  type LensPlace,
} from "../../s3/port.ts"
import {
  countedOf,
  countsObjects,
  dashboards,
  isAdvanced,
  lensArn,
  sameDashboard,
  type Dashboard,
  type SameRef,
} from "./dashboard.ts"
import { exportMetrics } from "./export.ts"
import { publishMetrics } from "./publish.ts"
import { nextBucket } from "./scope.ts"
import { add, tallies, tallyOf } from "./tally.ts"

const DAY_MS = 86_400_000
/** "Data is available for queries for 14 days", of advanced metrics for 15 months. */
const FREE_MS = 14 * DAY_MS
const ADVANCED_MS = 456 * DAY_MS
/** Rows that one step of sweeping takes away. */
const STEP = 1_000

/** Plans the daily work of a dashboard that is enabled, where it is not. */
export function plan(tx: WriteTx, dashboard: Dashboard): void {
  if (!dashboard.value.IsEnabled) return
  if (countedOf(dashboard).length > 0)
    tx.schedule(watchBuckets, { ...refOf(dashboard), owner: "", bucket: "" }, tx.now)
  if (dashboard.planned) return
  tx.replace(dashboards, dashboard, { ...dashboard, planned: true })
  tx.schedule(beginDay, refOf(dashboard), nextDay(tx.now))
}

const nextDay = (nowMs: number): number => (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS

const refOf = ({ account, region, id, serial }: Dashboard): SameRef => ({
  ...{ account, region, id, serial },
})

/** Buckets of one step. */
const WATCHED = 100

/** Lets requests to the buckets of a dashboard be counted from now on; each day does so again. */
export const watchBuckets = job<SameRef & { readonly owner: string; readonly bucket: string }>(
  "s3control/watchLensBuckets",
  {
    run(tx, args) {
      const dashboard = sameDashboard(tx, args)
      if (!dashboard) return
      const isClose = countsObjects(dashboard)
      let last: Pick<Bucket, "account" | "name"> = { account: args.owner, name: args.bucket }
      for (let count = 0; count < WATCHED; count += 1) {
        const bucket = nextBucket(tx, dashboard, last)
        if (!bucket) return
        watchTraffic(tx, bucket, { isClose })
        last = bucket
      }
      tx.schedule(watchBuckets, { ...args, owner: last.account, bucket: last.name }, tx.now)
    },
  },
)

/** At midnight UTC the metrics of the day that has ended are counted ("updated daily"). */
export const beginDay = job<SameRef>("s3control/beginLensDay", {
  run(tx, ref) {
    const dashboard = sameDashboard(tx, ref)
    if (!dashboard) return
    const keptMs = isAdvanced(dashboard) ? ADVANCED_MS : FREE_MS
    tx.schedule(sweepTallies, { of: ref.serial, beforeMs: tx.now - keptMs }, tx.now)
    const { IsEnabled } = dashboard.value
    // Without new metrics the old ones still become too old.
    if (!IsEnabled && !tx.first(tallies, { prefix: [ref.serial] }))
      return tx.replace(dashboards, dashboard, { ...dashboard, planned: false })
    tx.schedule(beginDay, ref, nextDay(tx.now))
    if (!IsEnabled) return
    const dateMs = nextDay(tx.now) - 2 * DAY_MS
    tx.schedule(countBucket, { ...ref, dateMs, owner: "", bucket: "" }, tx.now)
  },
})

export interface Counting extends SameRef {
  readonly dateMs: number
  /** The bucket that is counted, or, without a place in it, the last one that was. */
  readonly owner: string
  readonly bucket: string
  readonly partition?: string | undefined
  readonly place?: LensPlace | undefined
}

/** One page of one bucket; then the next bucket; then what was counted is exported. */
export const countBucket = job<Counting>("s3control/countLensBucket", {
  run(tx, args) {
    const dashboard = sameDashboard(tx, args)
    if (!dashboard) return
    const { dateMs, owner, bucket: name, partition = "", place, ...ref } = args
    const found = place ? bucketNamed(tx, partition, name) : undefined
    const same = found?.account === owner ? found : undefined
    if (place && same) {
      const { samples, next } = samplePage(tx, same, place)
      add(tx, tallyOf(dashboard, same, dateMs), { dashboard, samples })
      // "Amazon S3 pricing": advanced metrics are paid by the object that is monitored.
      if (isAdvanced(dashboard) && samples.length > 0)
        tx.meter("s3:lens-objects", { ...ref, resource: lensArn(ref) }, samples.length)
      if (next) return void tx.schedule(countBucket, { ...args, place: next }, tx.now)
    }
    const then = nextBucket(tx, dashboard, { account: owner, name })
    if (!then) {
      tx.schedule(exportMetrics, { ...ref, dateMs }, tx.now)
      tx.schedule(publishMetrics, { ...ref, dateMs }, tx.now)
      return
    }
    const of = tallyOf(dashboard, then, dateMs)
    const groups = countedOf(dashboard)
    const metrics = {
      ...lensOfBucket(then),
      ...advancedLensOf(tx, then, { groups, dayMs: dateMs }),
    }
    tx.put(tallies, { ...of, storageClass: "", prefix: "", group: "", metrics })
    if (groups.length > 0) watchTraffic(tx, then, { isClose: countsObjects(dashboard) })
    tx.schedule(
      countBucket,
      {
        ...{ ...ref, dateMs, owner: then.account, bucket: then.name },
        ...{ partition: then.partition, place: { phase: 0 } },
      },
      tx.now,
    )
  },
})

/** Takes away metrics that have become too old, or whose dashboard is gone. */
export const sweepTallies = job<{ readonly of: number; readonly beforeMs: number }>(
  "s3control/sweepLensTallies",
  {
    run(tx, args) {
      const range = { prefix: [args.of], to: [args.beforeMs], limit: STEP }
      const { rows, next } = tx.scan(tallies, range)
      for (const row of rows) tx.remove(tallies, row)
      if (next !== undefined) tx.schedule(sweepTallies, args, tx.now)
    },
  },
)
