import type { ActionContext } from "../../../kernel/action.ts"
import { sumUp, talliesOf, toldTally } from "./day.ts"
import { lensArn, sameDashboard, type Dashboard, type Day } from "./dashboard.ts"
import { LENS } from "./scope.ts"
import type { Tally } from "./tally.ts"
import { averaged, deliveryJob } from "../../s3/port.ts"

/** "S3 Storage Lens metrics and dimensions". */
const NAMESPACE = "AWS/S3/Storage-Lens"
/** "The metrics version has a fixed value of 1.0." */
const METRICS_VERSION = "1.0"
/** "PutMetricData": of one request. */
const MOST_DATA = 1_000

interface Datum {
  readonly MetricName: string
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[]
  readonly Timestamp: number
  readonly Value: number
  readonly Unit: "Bytes" | "Count" | "Milliseconds"
}

/**
 * Publishes the metrics of a day to CloudWatch, in the account and home Region of the dashboard:
 * those of buckets, of accounts and of an organization, and none of prefixes and groups. Done again after a
 * crash it says the same of the same day, whose statistic is the average.
 */
export const publishMetrics = deliveryJob<Day>("s3control/publishLensMetrics", async (ctx, day) => {
  const dashboard = await ctx.read((tx) => sameDashboard(tx, day))
  if (dashboard?.value.DataExport?.CloudWatchMetrics?.IsEnabled !== true) return
  await publishDay(ctx, dashboard, day.dateMs)
})

async function publishDay(ctx: ActionContext, dashboard: Dashboard, dateMs: number): Promise<void> {
  const totals = new Map<string, Tally>()
  let data: Datum[] = []
  const flush = async (): Promise<void> => {
    for (let at = 0; at < data.length; at += MOST_DATA)
      await send(ctx, dashboard, data.slice(at, at + MOST_DATA))
    data = []
  }
  for await (const tally of talliesOf(ctx, dashboard, dateMs)) {
    if (tally.prefix !== "" || tally.group !== "") continue
    const ofAccount = { ...toldTally(dashboard, "account", tally), bucket: "" }
    sumUp(totals, ofAccount)
    if (dashboard.value.AwsOrg) sumUp(totals, { ...ofAccount, account: "" })
    data.push(...dataOf(dashboard, toldTally(dashboard, "bucket", tally)))
    if (data.length >= MOST_DATA) await flush()
  }
  for (const tally of totals.values()) data.push(...dataOf(dashboard, tally))
  await flush()
}

function dataOf({ id, value }: Dashboard, tally: Tally): Datum[] {
  const { account, region, bucket, storageClass, dateMs, metrics } = tally
  const type = account === "" ? "ORGANIZATION" : bucket === "" ? "ACCOUNT" : "BUCKET"
  const dimensions = {
    ...{ configuration_id: id, metrics_version: METRICS_VERSION, record_type: type },
    organization_id: value.AwsOrg?.Arn.split("/").at(-1) ?? "",
    ...{ aws_account_number: account, aws_region: region },
    ...{ bucket_name: bucket, storage_class: storageClass },
  }
  const Dimensions = Object.entries(dimensions).flatMap(([Name, Value]) =>
    Value === "" ? [] : [{ Name, Value }],
  )
  return Object.entries(averaged(metrics)).map(([MetricName, Value]) => ({
    ...{ MetricName, Dimensions, Timestamp: dateMs, Value },
    Unit: unitOf(MetricName),
  }))
}

const unitOf = (name: string): Datum["Unit"] =>
  name.endsWith("Latency") ? "Milliseconds" : name.includes("Bytes") ? "Bytes" : "Count"

const send = (
  ctx: ActionContext,
  dashboard: Dashboard,
  MetricData: readonly Datum[],
): Promise<object> =>
  ctx.call({
    ...{ service: "cloudwatch", operation: "PutMetricData", as: LENS },
    input: { Namespace: NAMESPACE, MetricData },
    ...{ account: dashboard.account, region: dashboard.region },
    ...{ sourceArn: lensArn(dashboard), sourceAccount: dashboard.account },
  })
