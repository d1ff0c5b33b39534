import type { Table } from "../../kernel/table.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { policies, policiesOf, type ScalingPolicy } from "./policy/policy.ts"
import { lookUp, scalableTargets, type ScalableTarget, type TargetKey } from "./target/target.ts"

export type {
  Capacity,
  CapacityChange,
  ScalableDimension,
  ScalableNamespace,
  Scaled,
} from "./namespace.ts"
export { alarmAction } from "./policy/alarm-effect.ts"
export type { ScalingPolicy, TargetKey }

/** The tables behind the functions of this port. */
export const scalingTables: readonly Table<object>[] = [scalableTargets, policies]

/** A target with its policies of target tracking. */
export interface TrackedTarget {
  readonly target: ScalableTarget
  readonly policies: readonly ScalingPolicy[]
}

/** Undefined where nothing is registered. */
export function targetWithPolicies(tx: ReadTx, key: TargetKey): TrackedTarget | undefined {
  const target = lookUp(tx, key)
  return target && { target, policies: policiesOf(tx, target) }
}
