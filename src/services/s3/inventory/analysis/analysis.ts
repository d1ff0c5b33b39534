import { table } from "../../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { AnalyticsConfiguration, AnalyticsFilter } from "../../../../models/types/s3.ts"
import { bucketConfigs } from "../../buckets/config.ts"
import type { Version } from "../../objects/version.ts"
import type { Cells } from "./cell.ts"

/** Which analysis, and for which of its filters work was planned. */
export interface AnalysisRef {
  readonly partition: string
  readonly name: string
  /** The bucket's own id. */
  readonly bucket: number
  readonly id: string
  readonly serial: number
}

/** What is watched, for as long as its filter stands. */
export interface Analysis extends AnalysisRef {
  /** Begin of the first whole day. */
  readonly sinceMs: number
  readonly filter?: AnalyticsFilter | undefined
}

export const analyses = table<Analysis>("s3/analysis", {
  key: (row) => [row.bucket, row.id],
  cached: true,
})

/** What was seen on one day. */
export interface AnalysisDay {
  readonly bucket: number
  readonly id: string
  readonly serial: number
  /** Its begin. */
  readonly dayMs: number
  readonly cells: Cells
}

export const analysisDays = table<AnalysisDay>("s3/analysisDay", {
  key: (row) => [row.bucket, row.id, row.serial, row.dayMs],
  rewritten: true,
})

export const KIND = "analytics"

/** "You can have multiple storage class analysis filters per bucket, up to 1,000". */
export const MOST_ANALYSES = 1_000

/** The analysis as it is, as long as its filter is the one for which work was planned. */
export function findAnalysis(tx: ReadTx, ref: AnalysisRef): Analysis | undefined {
  const found = tx.get(analyses, [ref.bucket, ref.id])
  return found?.serial === ref.serial ? found : undefined
}

export function configurationOf(
  tx: ReadTx,
  { bucket, id }: Pick<AnalysisRef, "bucket" | "id">,
): AnalyticsConfiguration | undefined {
  return tx.get(bucketConfigs, [bucket, KIND, id])?.value as AnalyticsConfiguration | undefined
}

export const refOf = ({ partition, name, bucket, id, serial }: AnalysisRef): AnalysisRef => ({
  ...{ partition, name, bucket, id, serial },
})

export const prefixOf = ({ filter }: Pick<Analysis, "filter">): string =>
  filter?.Prefix ?? filter?.And?.Prefix ?? ""

export const tagsOf = ({ filter }: Pick<Analysis, "filter">) => [
  ...(filter?.Tag ? [filter.Tag] : []),
  ...(filter?.And?.Tags ?? []),
]

export const isWatched = (analysis: Analysis, { key, tags }: Version): boolean =>
  key.startsWith(prefixOf(analysis)) &&
  tagsOf(analysis).every(({ Key, Value }) => tags?.[Key] === Value)

/** Changes what was seen on a day. */
export function changeDay(
  tx: WriteTx,
  { bucket, id, serial }: AnalysisRef,
  { dayMs, change }: { readonly dayMs: number; readonly change: (cells: Cells) => Cells },
): void {
  const there = tx.get(analysisDays, [bucket, id, serial, dayMs])
  tx.put(analysisDays, { bucket, id, serial, dayMs, cells: change(there?.cells ?? {}) })
}
