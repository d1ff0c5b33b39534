import { table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { stepOf, type Bucket, type LensSample } from "../../s3/port.ts"
import { countsObjects, prefixesOf, type Dashboard } from "./dashboard.ts"
import { groupArn, groupsOf, isOf } from "./group.ts"

/** The metrics of one day: of a bucket, in one storage class; or of a prefix of it. */
export interface Tally {
  /** The dashboard's serial. */
  readonly of: number
  /** The day's begin. */
  readonly dateMs: number
  readonly account: string
  readonly region: string
  readonly bucket: string
  /** Empty: what is counted of the bucket itself. */
  readonly storageClass: string
  /** Empty: the bucket as a whole. */
  readonly prefix: string
  /** ARN of a Storage Lens group whose objects alone are counted; empty: all. */
  readonly group: string
  readonly metrics: Readonly<Record<string, number>>
}

export const tallies = table<Tally>("s3control/lens-tally", {
  key: (row) => [
    ...[row.of, row.dateMs, row.account, row.region, row.bucket],
    ...[row.group, row.prefix, row.storageClass],
  ],
})

/** "MaxDepth": 1 to 10; what holds without it is not verified. */
const DEPTH = 5
/** Prefixes of a bucket that are counted: ours. */
const PREFIXES = 10_000

type Of = Pick<Tally, "of" | "dateMs" | "account" | "region" | "bucket">

export const tallyOf = ({ serial }: Dashboard, bucket: Bucket, dateMs: number): Of => ({
  ...{ of: serial, dateMs, account: bucket.account, region: bucket.region, bucket: bucket.name },
})

/** Adds what a page of a bucket has to the metrics of the bucket, of its prefixes and of groups. */
export function add(
  tx: WriteTx,
  of: Of,
  {
    dashboard,
    samples,
  }: { readonly dashboard: Dashboard; readonly samples: readonly LensSample[] },
): void {
  const sums = new Map<string, Pick<Tally, "group" | "prefix" | "storageClass" | "metrics">>()
  const attached = groupsOf(tx, dashboard)
  const countsSizes = countsObjects(dashboard)
  for (const sample of samples) {
    const { storageClass } = sample
    for (const { group, prefix } of [
      ...["", ...prefixes(dashboard, sample.key)].map((one) => ({ group: "", prefix: one })),
      ...attached
        .filter((one) => isOf(one, sample, tx.now))
        .map((one) => ({ group: groupArn(one), prefix: "" })),
    ]) {
      const place = JSON.stringify([group, prefix, storageClass])
      const metrics =
        countsSizes && group === "" && prefix === ""
          ? { ...sample.metrics, [`Object${stepOf(sample.sizeBytes)}Count`]: 1 }
          : sample.metrics
      const sum = sums.get(place)?.metrics ?? {}
      sums.set(place, { group, prefix, storageClass, metrics: plus(sum, metrics) })
    }
  }
  for (const { group, prefix, storageClass, metrics } of sums.values()) {
    const row = { ...of, group, prefix, storageClass, metrics }
    const before = tx.get(tallies, keyOf(row))
    if (before) tx.replace(tallies, before, { ...row, metrics: plus(before.metrics, metrics) })
    else if (prefix === "" || hasRoom(tx, of)) tx.insert(tallies, row)
  }
}

const keyOf = (row: Tally) => tallies.spec.key(row)

const hasRoom = (tx: WriteTx, { of, dateMs, account, region, bucket }: Of): boolean =>
  tx.count(tallies, { prefix: [of, dateMs, account, region, bucket], limit: PREFIXES }) < PREFIXES

/** The prefixes of a key down to the depth that is asked for, each with its delimiter. */
function prefixes(dashboard: Dashboard, key: string): readonly string[] {
  const wanted = prefixesOf(dashboard)
  if (!wanted) return []
  const { Delimiter: delimiter = "/", MaxDepth: depth = DEPTH } = wanted
  const found: string[] = []
  for (let at = key.indexOf(delimiter); at >= 0 && found.length < depth;) {
    found.push(key.slice(0, at + delimiter.length))
    at = key.indexOf(delimiter, at + delimiter.length)
  }
  return found
}

export function plus(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...one }
  for (const [name, value] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + value
  return sum
}
