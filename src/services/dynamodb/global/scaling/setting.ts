import type { ReadTx } from "../../../../kernel/transaction.ts"
import type {
  AutoScalingSettingsDescription,
  AutoScalingSettingsUpdate,
} from "../../../../models/types/dynamodb.ts"
import {
  targetWithPolicies,
  type ScalingPolicy,
  type TargetKey,
  type TrackedTarget,
} from "../../../application-autoscaling/port.ts"
import type { Kind } from "../../capacity/traffic.ts"
import type { TableRef } from "../../tables/table.ts"

/** One capacity of a replica that may be scaled: of its table, or of an index. */
export interface Place {
  readonly table: TableRef
  readonly index?: string | undefined
  readonly kind: Kind
}

/** A capacity with the auto scaling that it is to have. */
export interface Setting {
  readonly place: Place
  readonly update: AutoScalingSettingsUpdate
}

export const resourceId = ({ table, index }: Place): string =>
  `table/${table.name}${index === undefined ? "" : `/index/${index}`}`

/** As Application Auto Scaling names it. */
export function keyOf(place: Place): TargetKey {
  const { table, index, kind } = place
  const units = kind === "read" ? "ReadCapacityUnits" : "WriteCapacityUnits"
  const { account, region } = table
  return {
    ...{ account, region, namespace: "dynamodb", resourceId: resourceId(place) },
    dimension: `dynamodb:${index === undefined ? "table" : "index"}:${units}`,
  }
}

/** The target of a capacity that is scaled; a target without a policy scales nothing (recorded). */
export function scaledAt(tx: ReadTx, place: Place): TrackedTarget | undefined {
  const found = targetWithPolicies(tx, keyOf(place))
  return found && found.policies.length > 0 ? found : undefined
}

/** Recorded. `isOnDemand`: settings stay when a table goes on demand, and are told as switched off. */
export function describeSetting(
  tx: ReadTx,
  place: Place,
  isOnDemand: boolean,
): AutoScalingSettingsDescription {
  const found = scaledAt(tx, place)
  if (!found) return { AutoScalingDisabled: true, ScalingPolicies: [] }
  const { target, policies } = found
  return {
    MinimumUnits: target.least,
    MaximumUnits: target.most,
    ...(isOnDemand && { AutoScalingDisabled: true }),
    AutoScalingRoleArn: target.roleArn,
    ScalingPolicies: policies.map(describePolicy),
  }
}

/** A policy in DynamoDB's words, which have no metric. */
export function describePolicy({ name, tracking }: ScalingPolicy) {
  const { DisableScaleIn, ScaleInCooldown, ScaleOutCooldown, TargetValue } = tracking
  return {
    PolicyName: name,
    TargetTrackingScalingPolicyConfiguration: {
      ...{ DisableScaleIn, ScaleInCooldown, ScaleOutCooldown, TargetValue },
    },
  }
}
