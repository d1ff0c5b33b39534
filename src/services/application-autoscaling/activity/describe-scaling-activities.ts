import type { ScalingActivity as Description } from "../../../models/types/application-autoscaling.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { onAnything } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { badToken } from "../errors.ts"
import { assertFilter } from "../filter.ts"
import { ACTIVITIES_MS, PAGE } from "../limits.ts"
import { activities, type ScalingActivity } from "./activity.ts"

type Input = In<"DescribeScalingActivities">

/** Rows that one call looks at: a page may be short, and say where the next one begins. */
const LOOKED_AT = 5_000

export const DescribeScalingActivities = op.read("DescribeScalingActivities", {
  authorize: onAnything,
  run(tx, input, { account, region }): Out<"DescribeScalingActivities"> {
    assertFilter(input.ScalableDimension, input.ResourceId !== undefined)
    const { rows, next } = pageOf(tx, input, { account, region })
    const NextToken = next === undefined ? undefined : tokenOf(next)
    return { ScalingActivities: rows.map(describe), ...(NextToken && { NextToken }) }
  },
})

const tokenOf = (serial: number): string => Buffer.from(`aas1:${serial}`).toString("base64url")

/** Activities before this serial come next. */
function serialOf(token: string): number {
  const digits = /^aas1:(\d{1,15})$/.exec(Buffer.from(token, "base64url").toString())?.[1]
  if (digits === undefined) throw badToken()
  return Number(digits)
}

/** The newest first. */
function pageOf(
  tx: ReadTx,
  input: Input,
  { account, region }: { readonly account: string; readonly region: string },
): { readonly rows: readonly ScalingActivity[]; readonly next?: number } {
  const { ServiceNamespace: namespace, ResourceId: id, ScalableDimension: dimension } = input
  const most = Math.min(input.MaxResults ?? PAGE, PAGE)
  const found: ScalingActivity[] = []
  const { rows, next } = tx.scan(activities, {
    ...(id !== undefined && { index: "byResource" }),
    prefix: [account, region, namespace, ...(id === undefined ? [] : [id])],
    ...(input.NextToken !== undefined && { to: [serialOf(input.NextToken)] }),
    reverse: true,
    limit: LOOKED_AT,
  })
  for (const row of rows) {
    if (row.startMs < tx.now - ACTIVITIES_MS) return { rows: found }
    if (dimension !== undefined && row.dimension !== dimension) continue
    if (row.notScaled && input.IncludeNotScaledActivities !== true) continue
    if (found.length === most) return { rows: found, next: (found.at(-1) as typeof row).serial }
    found.push(row)
  }
  const last = rows.at(-1)
  return next !== undefined && last ? { rows: found, next: last.serial } : { rows: found }
}

const describe = (activity: ScalingActivity): Description => ({
  ActivityId: activity.id,
  ServiceNamespace: activity.namespace,
  ResourceId: activity.resourceId,
  ScalableDimension: activity.dimension,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: activity.startMs,
  EndTime: activity.endMs,
  StatusCode: activity.status,
  StatusMessage: activity.message,
  NotScaledReasons: activity.notScaled && [activity.notScaled],
})
