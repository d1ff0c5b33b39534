import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Change } from "../activity/activity.ts"
import type { TargetKey } from "../target/target.ts"
import { policies, policiesOf } from "./policy.ts"

/**
 * To call when Application Auto Scaling has changed a target's capacity: the alarms of all its
 * policies are made anew, and cooldowns begin ("after a scaling activity completes").
 */
export function wasScaled(tx: WriteTx, key: TargetKey, { units, policy: by }: Change): void {
  for (const policy of policiesOf(tx, key)) {
    const state = { ...policy.state, units, differsMs: undefined, notScaled: undefined }
    const isOwn = by?.id === policy.id
    const cooled = !isOwn
      ? state
      : by.isOut
        ? // "… the scale-in cooldown period stops and doesn't complete".
          { ...state, outMs: tx.now, outUnits: units, inMs: undefined }
        : { ...state, inMs: tx.now }
    tx.put(policies, { ...policy, state: cooled })
  }
}
