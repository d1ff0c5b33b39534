import type { WriteTx } from "../../../kernel/transaction.ts"
import { onTarget } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { invalid, limitExceeded } from "../errors.ts"
import { SCHEDULED_ACTIONS } from "../limits.ts"
import { dimensionAsked } from "../namespaces.ts"
import { assertBounds } from "../target/register-scalable-target.ts"
import { findTarget, keyAsked, keyOf, type TargetKey } from "../target/target.ts"
import { nextRun, parseSchedule } from "./expression.ts"
import { planned } from "./run.ts"
import { scheduledActions, scheduledActionsOf, type ScheduledAction } from "./scheduled-action.ts"

type Input = In<"PutScheduledAction">

/** The words of refusals are not verified. */
export const PutScheduledAction = op.write("PutScheduledAction", {
  authorize: onTarget,
  run(tx, input, call): Out<"PutScheduledAction"> {
    const key = keyAsked(input, call)
    const { least: lowest } = dimensionAsked(key)
    const target = findTarget(tx, key)
    const known = tx.get(scheduledActions, [...keyOf(key), input.ScheduledActionName])
    if (!known && scheduledActionsOf(tx, key).length >= SCHEDULED_ACTIONS)
      throw limitExceeded("scheduled actions", SCHEDULED_ACTIONS)
    const action = actionOf(tx, { key, input, known })
    const { least, most } = action
    if (least === undefined && most === undefined)
      throw invalid("MinCapacity or MaxCapacity must be specified.")
    assertBounds({ least: least ?? lowest, most: most ?? Number.POSITIVE_INFINITY }, lowest)
    assertTimes(tx, action)
    tx.put(scheduledActions, planned(tx, { ...action, account: target.account }))
    return {}
  },
})

interface Put {
  readonly key: TargetKey
  readonly input: Input
  readonly known: ScheduledAction | undefined
}

/** Of one that is there what the request leaves out stays, but for its times. */
function actionOf(tx: WriteTx, { key, input, known }: Put): ScheduledAction {
  const schedule = input.Schedule ?? known?.schedule
  if (schedule === undefined) throw invalid("Schedule must be specified when creating an action.")
  const bounds = input.ScalableTargetAction
  return {
    ...key,
    name: input.ScheduledActionName,
    id: known?.id ?? tx.random("application-autoscaling/scheduled-action-id").uuid(),
    createdMs: known?.createdMs ?? tx.now,
    schedule,
    zone: input.Timezone ?? known?.zone,
    startMs: input.StartTime,
    endMs: input.EndTime,
    least: bounds ? bounds.MinCapacity : known?.least,
    most: bounds ? bounds.MaxCapacity : known?.most,
    run: 0,
  }
}

function assertTimes(tx: WriteTx, action: ScheduledAction): void {
  const { startMs, endMs } = action
  const { kind } = parseSchedule(action)
  if (startMs !== undefined && endMs !== undefined && endMs <= startMs)
    throw invalid("The end time must be later than the start time.")
  if (nextRun(action, tx.now) === undefined)
    throw invalid(
      kind === "at"
        ? "The time of the schedule must be in the future."
        : "The schedule has no time between its start and its end.",
    )
}
