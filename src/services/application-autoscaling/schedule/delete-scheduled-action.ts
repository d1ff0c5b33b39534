import { onTarget } from "../access.ts"
import { op, type Out } from "../define.ts"
import { scheduledActionMissing } from "../errors.ts"
import { keyAsked, keyOf } from "../target/target.ts"
import { scheduledActions } from "./scheduled-action.ts"

export const DeleteScheduledAction = op.write("DeleteScheduledAction", {
  authorize: onTarget,
  run(tx, input, call): Out<"DeleteScheduledAction"> {
    const key = keyAsked(input, call)
    const { ScheduledActionName: name } = input
    if (!tx.delete(scheduledActions, [...keyOf(key), name])) throw scheduledActionMissing(key, name)
    return {}
  },
})
