import type { ServiceCall } from "../../../kernel/service-call.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { ScalableTarget, TargetKey } from "../target/target.ts"
import { policyArn, type ScalingPolicy, type TargetTracking } from "./policy.ts"

/** Recorded: of the capacity of tables AWS makes four alarms, of other metrics two. */
const OF_CAPACITY = ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"]
const OF_METRIC = ["AlarmHigh", "AlarmLow"]

export const isCustomized = ({ CustomizedMetricSpecification: metric }: TargetTracking): boolean =>
  metric !== undefined

/** Names of a policy's alarms; those that it has already stay. */
export function alarmNames(
  tx: WriteTx,
  { resourceId }: TargetKey,
  of: { readonly tracking: TargetTracking; readonly known: readonly string[] },
): readonly string[] {
  const kinds = isCustomized(of.tracking) ? OF_METRIC : OF_CAPACITY
  if (of.known.length === kinds.length) return of.known
  return kinds.map((kind) => {
    const id = tx.random("application-autoscaling/alarm").uuid()
    return `TargetTracking-${resourceId}-${kind}-${id}`
  })
}

const alarmOf = ({ alarms }: ScalingPolicy, kind: string): string =>
  alarms.find((name) => name.includes(`-${kind}-`)) ?? ""

/** Causes of activities name the alarm (docs: "Using the AWS CLI to manage DynamoDB auto scaling"). */
export const alarmCause = (policy: ScalingPolicy, alarm: string): string =>
  `monitor alarm ${alarm} in state ALARM triggered policy ${policy.name}`

export const causeOf = (policy: ScalingPolicy, kind: "AlarmHigh" | "AlarmLow"): string =>
  alarmCause(policy, alarmOf(policy, kind))

interface Owner {
  readonly account: string
  readonly region: string
  readonly role: string
}

/** `arn:aws:iam::123456789012:role/aws-service-role/<service>/<name>` */
const servicePrincipal = (role: string): string => role.split("/").at(-2) ?? ""

const callOf = ({ account, region, role }: Owner, operation: string, input: object) => ({
  ...{ service: "cloudwatch", operation, input, account, region, role },
  as: servicePrincipal(role),
})

/** "High" above the target for 3 minutes, "low" 10 percent below it for 15 (as users show them). */
const RULES = [
  { kind: "AlarmHigh", ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 3, of: 1 },
  { kind: "AlarmLow", ComparisonOperator: "LessThanThreshold", EvaluationPeriods: 15, of: 0.9 },
] as const

/** What CloudWatch is asked for the alarms of a customized metric. */
export function putAlarmCalls(
  policy: ScalingPolicy,
  target: ScalableTarget,
): readonly ServiceCall[] {
  const { CustomizedMetricSpecification: metric = {}, TargetValue } = policy.tracking
  const action = `${policyArn(policy)}:createdBy/${policy.creator}`
  const { Metrics, ...single } = metric
  const measured = Metrics
    ? {
        Metrics: Metrics.map(({ MetricStat: stat, ...query }) => ({
          ...query,
          ...(stat && { MetricStat: { ...stat, Period: 60 } }),
        })),
      }
    : { ...single, Dimensions: single.Dimensions ?? [], Period: 60 }
  return RULES.map(({ kind, of, ...rule }) =>
    callOf({ ...target, role: target.roleArn }, "PutMetricAlarm", {
      AlarmName: alarmOf(policy, kind),
      AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${action}.`,
      AlarmActions: [action],
      ...measured,
      ...rule,
      Threshold: TargetValue * of,
    }),
  )
}

export const deleteAlarmsCall = (of: Owner & { readonly names: readonly string[] }): ServiceCall =>
  callOf(of, "DeleteAlarms", { AlarmNames: of.names })
