import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { ACTIVITIES_MS, ACTIVITIES_STEP } from "../limits.ts"
import { keyOf, type TargetKey } from "../target/target.ts"

/** AWS's `StatusCode`. */
export type Status =
  | "Pending"
  | "InProgress"
  | "Successful"
  | "Overridden"
  | "Unfulfilled"
  | "Failed"

/** Why nothing was changed, though an alarm went off. */
export interface NotScaled {
  readonly Code:
    | "AutoScalingAnticipatedFlapping"
    | "TargetServicePutResourceAsUnscalable"
    | "AlreadyAtMaxCapacity"
    | "AlreadyAtMinCapacity"
    | "AlreadyAtDesiredCapacity"
  readonly MaxCapacity?: number
  readonly MinCapacity?: number
  readonly CurrentCapacity?: number
}

/** A change of capacity. */
export interface Change {
  readonly units: number
  /** Of the target tracking that wants it: its id, and whether capacity is added. */
  readonly policy?: { readonly id: string; readonly isOut: boolean } | undefined
  /** What takes one change at a time. */
  readonly holder: string
}

export interface ScalingActivity extends TargetKey {
  /** They are told by it, the newest first. */
  readonly serial: number
  /** AWS's `ActivityId`. */
  readonly id: string
  readonly description: string
  readonly cause: string
  readonly startMs: number
  readonly endMs?: number | undefined
  readonly status: Status
  readonly message?: string | undefined
  readonly notScaled?: NotScaled | undefined
  /** While it is under way. */
  readonly change?: Change | undefined
}

type Ref = Pick<ScalingActivity, "account" | "region" | "namespace" | "serial">

export const activities = table<ScalingActivity>("application-autoscaling/activity", {
  key: ({ account, region, namespace, serial }) => [account, region, namespace, serial],
  indexes: {
    byResource: (row) => [row.account, row.region, row.namespace, row.resourceId, row.serial],
    active: (row) =>
      row.change && [row.account, row.region, row.namespace, row.change.holder, row.serial],
  },
})

export type Told = Pick<
  ScalingActivity,
  "description" | "cause" | "status" | "message" | "notScaled" | "change"
>

/** Notes what is done, or why nothing is; forgets the oldest, behind which nobody can look. */
export function addActivity(tx: WriteTx, key: TargetKey, told: Told): ScalingActivity {
  const { account, region, namespace, resourceId, dimension } = key
  const prefix = [account, region, namespace]
  for (const row of tx.scan(activities, { prefix, limit: ACTIVITIES_STEP }).rows)
    if (row.startMs < tx.now - ACTIVITIES_MS && !row.change) tx.remove(activities, row)
  const activity: ScalingActivity = {
    ...{ account, region, namespace, resourceId, dimension },
    serial: tx.serial(),
    id: tx.random("application-autoscaling/activity").uuid(),
    ...told,
    startMs: tx.now,
    endMs: told.status === "Successful" ? tx.now : undefined,
  }
  tx.insert(activities, activity)
  return activity
}

/** Closes an activity that was under way. */
export function endActivity(
  tx: WriteTx,
  activity: ScalingActivity,
  { status, message }: { readonly status: Status; readonly message?: string },
): void {
  tx.put(activities, { ...activity, status, message, endMs: tx.now, change: undefined })
}

export const activityOf = (
  tx: ReadTx,
  { account, region, namespace, serial }: Ref,
): ScalingActivity | undefined => tx.get(activities, [account, region, namespace, serial])

/** The change that a table makes now, or makes next: the oldest that is under way. */
export const firstOf = (
  tx: ReadTx,
  { account, region, namespace }: TargetKey,
  holder: string,
): ScalingActivity | undefined =>
  tx.first(activities, { index: "active", prefix: [account, region, namespace, holder] })

/** More than one target of a table can have under way: all but the last are overridden. */
const MOST_ACTIVE = 200

/** Changes of a target that are under way. */
export const activeOf = (
  tx: ReadTx,
  key: TargetKey,
  holder: string,
): readonly ScalingActivity[] => {
  const prefix = [key.account, key.region, key.namespace, holder]
  const { rows } = tx.scan(activities, { index: "active", prefix, limit: MOST_ACTIVE })
  const own = keyOf(key).join("\n")
  return rows.filter((row) => keyOf(row).join("\n") === own)
}
