import type { WriteTx } from "../../../kernel/transaction.ts"
import { onTarget } from "../access.ts"
import { op, type Out } from "../define.ts"
import { policiesOf } from "../policy/policy.ts"
import { removePolicy } from "../policy/removal.ts"
import { scheduledActions, scheduledActionsOf } from "../schedule/scheduled-action.ts"
import { findTarget, keyAsked, scalableTargets, type ScalableTarget } from "./target.ts"

/** Its policies and scheduled actions go with a target. */
export const DeregisterScalableTarget = op.write("DeregisterScalableTarget", {
  authorize: onTarget,
  run(tx, input, call): Out<"DeregisterScalableTarget"> {
    deregister(tx, findTarget(tx, keyAsked(input, call)))
    return {}
  },
})

function deregister(tx: WriteTx, target: ScalableTarget): void {
  for (const policy of policiesOf(tx, target)) removePolicy(tx, policy)
  for (const action of scheduledActionsOf(tx, target)) tx.remove(scheduledActions, action)
  tx.remove(scalableTargets, target)
}
