import { table } from "../../../kernel/table.ts"
import { partitionOf } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { StorageLensConfiguration } from "../../../models/types/s3control.ts"
import type { Call } from "../../../registry/call.ts"
import { ADVANCED_METRICS, type AdvancedGroup, type Delivery, type Metrics } from "../../s3/port.ts"
import { noSuchConfiguration } from "./errors.ts"

/** A configuration of Storage Lens, in its home Region. */
export interface Dashboard {
  readonly account: string
  readonly region: string
  readonly id: string
  /** Of this dashboard and no later one of the same id. */
  readonly serial: number
  /** As it was put. */
  readonly value: StorageLensConfiguration
  readonly tags: Readonly<Record<string, string>>
  /** Its daily work is planned. */
  readonly planned: boolean
}

export const dashboards = table<Dashboard>("s3control/dashboard", {
  key: ({ account, region, id }) => [account, region, id],
})

/** "You can't delete the default dashboard", which every account has ("Default dashboard"). */
export const DEFAULT_ID = "default-account-dashboard"
/** Not verified: the home of the default dashboard. */
const DEFAULT_HOME = "us-east-1"

export type DashboardRef = Pick<Dashboard, "account" | "region" | "id">

export const lensArn = ({ account, region, id }: DashboardRef): string =>
  `arn:${partitionOf(region).id}:s3:${region}:${account}:storage-lens/${id}`

export interface OnDashboard {
  readonly AccountId: string
  readonly ConfigId: string
}

export const refOf = ({ AccountId: account, ConfigId: id }: OnDashboard, { region }: Call) => ({
  ...{ account, region, id },
})

/** Also the default dashboard of an account that has never touched it. */
export function lookUp(tx: ReadTx, { account, region, id }: DashboardRef): Dashboard | undefined {
  const found = tx.get(dashboards, [account, region, id])
  if (found || id !== DEFAULT_ID || region !== DEFAULT_HOME) return found
  const value = { Id: id, AccountLevel: { BucketLevel: {} }, IsEnabled: true }
  return { account, region, id, serial: 0, value, tags: {}, planned: false }
}

/** Throws NoSuchConfiguration. */
export function findDashboard(tx: ReadTx, ref: DashboardRef): Dashboard {
  const found = lookUp(tx, ref)
  if (!found) throw noSuchConfiguration()
  return found
}

/** What jobs keep of a dashboard. */
export type SameRef = DashboardRef & Pick<Dashboard, "serial">

export function sameDashboard(tx: ReadTx, ref: SameRef): Dashboard | undefined {
  const found = tx.get(dashboards, [ref.account, ref.region, ref.id])
  return found?.serial === ref.serial ? found : undefined
}

/** How prefixes are counted, where they are. */
export const prefixesOf = ({ value }: Dashboard) => {
  const { StorageMetrics } = value.AccountLevel.BucketLevel.PrefixLevel ?? {}
  return StorageMetrics?.IsEnabled === true ? (StorageMetrics.SelectionCriteria ?? {}) : undefined
}

const GROUPS = Object.keys(ADVANCED_METRICS) as AdvancedGroup[]

/** The advanced metrics that are told of a bucket, or of all of an account's. */
const advancedOf = (
  { value: { AccountLevel: account } }: Dashboard,
  level: "account" | "bucket",
): readonly AdvancedGroup[] =>
  GROUPS.filter(
    (group) => (level === "account" ? account : account.BucketLevel)[group]?.IsEnabled === true,
  )

/** What is counted of buckets, to be told at one of the levels or both. */
export const countedOf = (dashboard: Dashboard): readonly AdvancedGroup[] =>
  GROUPS.filter((group) =>
    (["account", "bucket"] as const).some((level) => advancedOf(dashboard, level).includes(group)),
  )

/** Whether objects are looked at one by one: by their sizes, and by who reads them. */
export const countsObjects = (dashboard: Dashboard): boolean =>
  countedOf(dashboard).includes("AdvancedPerformanceMetrics")

/** The metrics of a tally without those that are not told at a level. */
export function toldAt(
  dashboard: Dashboard,
  level: "account" | "bucket",
  metrics: Metrics,
): Metrics {
  const told = advancedOf(dashboard, level)
  const hidden = GROUPS.filter((group) => !told.includes(group)).flatMap(
    (group): readonly string[] => ADVANCED_METRICS[group],
  )
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !hidden.includes(name)))
}

/** "Advanced metrics": all these are paid for, and keep metrics for 15 months. */
export const isAdvanced = (dashboard: Dashboard): boolean =>
  countedOf(dashboard).length > 0 ||
  prefixesOf(dashboard) !== undefined ||
  dashboard.value.AccountLevel.StorageLensGroupLevel !== undefined ||
  dashboard.value.DataExport?.CloudWatchMetrics?.IsEnabled === true

/** What is done with the metrics of a day, once they are counted. */
export interface Day extends SameRef, Delivery {
  readonly dateMs: number
}
