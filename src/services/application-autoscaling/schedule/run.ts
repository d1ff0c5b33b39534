import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { addActivity } from "../activity/activity.ts"
import { keepBounds } from "../target/bounds.ts"
import { keyOf, lookUp, scalableTargets, type TargetKey } from "../target/target.ts"
import { nextRun } from "./expression.ts"
import { scheduledActions, type ScheduledAction } from "./scheduled-action.ts"

interface Run extends TargetKey {
  readonly name: string
  readonly run: number
}

/** Plans the next run of an action; one that does not come again stays, and does nothing. */
export function planned(tx: WriteTx, action: ScheduledAction): ScheduledAction {
  const at = nextRun(action, tx.now)
  if (at === undefined) return action
  const run = tx.serial()
  const { account, region, namespace, resourceId, dimension, name } = action
  tx.schedule(runScheduled, { account, region, namespace, resourceId, dimension, name, run }, at)
  return { ...action, run }
}

/** Gives the target its bounds. Suspended ones pass without. */
export const runScheduled = job<Run>("application-autoscaling/run-scheduled-action", {
  run(tx, of) {
    const action = tx.get(scheduledActions, [...keyOf(of), of.name])
    if (action?.run !== of.run) return
    tx.put(scheduledActions, planned(tx, action))
    setBounds(tx, action)
  },
})

function setBounds(tx: WriteTx, action: ScheduledAction): void {
  const target = lookUp(tx, action)
  if (!target || target.suspended.scheduled) return
  const { least = target.least, most = target.most } = action
  // As in "Get started with scheduled scaling"; of one bound alone not verified.
  const bounds = [
    ...(action.least === undefined ? [] : [`min capacity to ${least}`]),
    ...(action.most === undefined ? [] : [`max capacity to ${most}`]),
  ].join(" and ")
  const told = {
    description: `Setting ${bounds}`,
    cause: `scheduled action name ${action.name} was triggered`,
    ...{ change: undefined, notScaled: undefined },
  }
  if (most < least) {
    const message = `Failed to set ${bounds}. Reason: Maximum capacity cannot be less than minimum capacity`
    addActivity(tx, target, { ...told, status: "Failed", message })
    return
  }
  const changed = { ...target, least, most }
  tx.put(scalableTargets, changed)
  addActivity(tx, target, {
    ...told,
    status: "Successful",
    message: `Successfully set ${bounds}`,
  })
  keepBounds(tx, changed)
}
