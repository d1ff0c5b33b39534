import type { WriteTx } from "../../../kernel/transaction.ts"
import { activeOf, addActivity, type NotScaled } from "../activity/activity.ts"
import { scaleTo } from "../activity/change.ts"
import { dimensionOf, namespaceOf } from "../namespaces.ts"
import { lookUp } from "../target/target.ts"
import { policies, type ScalingPolicy } from "./policy.ts"
import { decide } from "./tracking.ts"

interface GoneOff {
  readonly isOut: boolean
  /** The capacity of which the target would be used. */
  readonly units: number
  readonly cause: string
}

/** What an alarm of a policy leads to, unless the target is being changed already. */
export function respond(tx: WriteTx, policy: ScalingPolicy, alarm: GoneOff): void {
  const { isOut, units, cause } = alarm
  const target = lookUp(tx, policy)
  const dimension = dimensionOf(policy)
  const capacity = dimension.find(tx, policy)
  if (!target || !capacity?.isScalable) return
  if (isOut ? target.suspended.out : target.suspended.in || policy.tracking.DisableScaleIn) return
  const holder = namespaceOf(target.namespace)?.holderOf(target.resourceId) ?? ""
  if (activeOf(tx, target, holder).length > 0) return
  const { cooldownSeconds } = dimension
  const wanted = decide(units, { isOut, capacity, target, policy, cooldownSeconds, now: tx.now })
  if (wanted === "cooling") return
  if ("units" in wanted)
    scaleTo(tx, target, { units: wanted.units, cause, policy: { id: policy.id, isOut } })
  else note(tx, policy, { why: wanted, cause })
}

/** An alarm that goes on without scaling is told once, not each minute (AWS: unknown). */
function note(
  tx: WriteTx,
  policy: ScalingPolicy,
  { why, cause }: { readonly why: NotScaled; readonly cause: string },
): void {
  if (policy.state.notScaled === why.Code) return
  tx.put(policies, { ...policy, state: { ...policy.state, notScaled: why.Code } })
  addActivity(tx, policy, {
    // As in "Scaling activities for Application Auto Scaling".
    ...{ description: "Attempting to scale due to alarm triggered", cause, status: "Failed" },
    ...{ notScaled: why, message: undefined, change: undefined },
  })
}
