import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import { POLICIES } from "../limits.ts"
import type { In } from "../define.ts"
import { keyOf, type TargetKey } from "../target/target.ts"

/** As the request gave it. */
export type TargetTracking = NonNullable<
  In<"PutScalingPolicy">["TargetTrackingScalingPolicyConfiguration"]
>

/** What target tracking knows of its target. */
export interface TrackingState {
  /** The capacity that the thresholds of the alarms are made for. */
  readonly units: number
  /** Since when the capacity is another. */
  readonly differsMs?: number | undefined
  /** The last time that capacity was added, and how much there was then. */
  readonly outMs?: number | undefined
  readonly outUnits?: number | undefined
  /** The last time that capacity was taken away. */
  readonly inMs?: number | undefined
  /** Why an alarm that goes on does not scale: told once. */
  readonly notScaled?: string | undefined
}

/** A policy of type TargetTrackingScaling: no namespace has others yet. */
export interface ScalingPolicy extends TargetKey {
  readonly name: string
  readonly type: "TargetTrackingScaling"
  /** In its ARN. */
  readonly id: string
  readonly createdMs: number
  readonly tracking: TargetTracking
  /** Names of its alarms, and what tells them from those of former policies. */
  readonly alarms: readonly string[]
  readonly creator: string
  readonly state: TrackingState
  /** Of the evaluation that goes on: another one has ended. */
  readonly chain: number
}

export const policies = table<ScalingPolicy>("application-autoscaling/policy", {
  key: (row) => [...keyOf(row), row.name],
  indexes: { byId: ({ account, region, id }) => [account, region, id] },
  cached: true,
})

export const policyArn = ({ account, region, id, namespace, resourceId, name }: ScalingPolicy) =>
  arn(
    "autoscaling",
    region,
    account,
    `scalingPolicy:${id}:resource/${namespace}/${resourceId}:policyName/${name}`,
  )

export const policiesOf = (tx: ReadTx, key: TargetKey): readonly ScalingPolicy[] =>
  tx.scan(policies, { prefix: keyOf(key), limit: POLICIES }).rows

export const policyById = (
  tx: ReadTx,
  { account, region, id }: Pick<ScalingPolicy, "account" | "region" | "id">,
): ScalingPolicy | undefined => tx.first(policies, { index: "byId", prefix: [account, region, id] })

const alarmArn = ({ account, region }: TargetKey, name: string): string =>
  arn("cloudwatch", region, account, `alarm:${name}`)

/** As answers tell of the alarms of a policy. */
export const describeAlarms = (policy: ScalingPolicy) =>
  policy.alarms.map((AlarmName) => ({ AlarmName, AlarmARN: alarmArn(policy, AlarmName) }))
