import type { WriteTx } from "../../../kernel/transaction.ts"
import { scaleTo } from "../activity/change.ts"
import { dimensionOf } from "../namespaces.ts"
import type { ScalableTarget } from "./target.ts"

/**
 * To call when a target's bounds were set: capacity outside of them is changed at once (recorded).
 * What changes it afterwards may leave them until the next alarm (recorded).
 */
export function keepBounds(tx: WriteTx, target: ScalableTarget): void {
  const { least, most } = target
  const capacity = dimensionOf(target).find(tx, target)
  if (!capacity?.isScalable) return
  if (capacity.units < least)
    scaleTo(tx, target, { units: least, cause: `minimum capacity was set to ${least}` })
  else if (capacity.units > most)
    scaleTo(tx, target, { units: most, cause: `maximum capacity was set to ${most}` })
}
