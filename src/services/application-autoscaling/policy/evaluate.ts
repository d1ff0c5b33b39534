import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Capacity } from "../namespace.ts"
import { dimensionOf } from "../namespaces.ts"
import { keyOf, lookUp, type ScalableTarget, type TargetKey } from "../target/target.ts"
import { causeOf, isCustomized } from "./alarms.ts"
import { policies, type ScalingPolicy, type TrackingState } from "./policy.ts"
import { respond } from "./response.ts"
import { alarmIn, LOW_PERIODS, MINUTE_MS, PROVISIONED_MS, unitsFor } from "./tracking.ts"

interface Evaluation extends TargetKey {
  readonly name: string
  readonly chain: number
}

/** Begins to look at a policy's alarms, each minute. Returns what tells this run from others. */
export function startTracking(
  tx: WriteTx,
  policy: TargetKey & Pick<ScalingPolicy, "name">,
): number {
  const chain = tx.serial()
  const { account, region, namespace, resourceId, dimension, name } = policy
  tx.schedule(
    evaluate,
    { account, region, namespace, resourceId, dimension, name, chain },
    nextMinute(tx.now),
  )
  return chain
}

const nextMinute = (now: number): number => now - (now % MINUTE_MS) + MINUTE_MS

/** Ends with the policy, or when its metric becomes one of CloudWatch's. */
export const evaluate = job<Evaluation>("application-autoscaling/evaluate-policy", {
  run(tx, evaluation) {
    const policy = tx.get(policies, [...keyOf(evaluation), evaluation.name])
    if (!policy || policy.chain !== evaluation.chain || isCustomized(policy.tracking)) return
    tx.schedule(evaluate, evaluation, nextMinute(tx.now))
    const target = lookUp(tx, policy)
    if (!target) return
    const capacity = dimensionOf(target).find(tx, target)
    // Nothing is measured of a table on demand, or of one that is gone.
    if (!capacity?.isScalable) return
    const state = followed(policy.state, capacity.units, tx.now)
    const next = state === policy.state ? policy : { ...policy, state }
    if (next !== policy) tx.put(policies, next)
    act(tx, { policy: next, target, capacity })
  },
})

/**
 * Of capacity that somebody else has changed the alarms know when their alarms on provisioned capacity
 * have gone off: after three times five minutes (recorded).
 */
function followed(state: TrackingState, units: number, now: number): TrackingState {
  if (units === state.units)
    return state.differsMs === undefined ? state : { ...state, differsMs: undefined }
  if (state.differsMs === undefined) return { ...state, differsMs: now }
  if (now - state.differsMs < PROVISIONED_MS) return state
  return { ...state, units, differsMs: undefined }
}

interface Evaluated {
  readonly policy: ScalingPolicy
  readonly target: ScalableTarget
  readonly capacity: Capacity
}

function act(tx: WriteTx, { policy, target, capacity }: Evaluated): void {
  const minutes = minutesOf(tx, { policy, target, capacity })
  const alarm = alarmIn(minutes, { tracking: policy.tracking, units: policy.state.units })
  if (alarm) {
    const isOut = alarm === "AlarmHigh"
    const units = unitsFor(minutes, policy.tracking, isOut)
    respond(tx, policy, { isOut, units, cause: causeOf(policy, alarm) })
  } else if (policy.state.notScaled !== undefined)
    tx.put(policies, { ...policy, state: { ...policy.state, notScaled: undefined } })
}

/** Units by minute, the oldest first, of as many minutes as there is data of. */
function minutesOf(tx: WriteTx, { target, capacity }: Evaluated): readonly number[] {
  const toMs = tx.now - (tx.now % MINUTE_MS)
  const since = capacity.sinceMs ?? target.createdMs
  const fromMs = Math.max(toMs - LOW_PERIODS * MINUTE_MS, Math.ceil(since / MINUTE_MS) * MINUTE_MS)
  const length = Math.max(0, (toMs - fromMs) / MINUTE_MS)
  const minutes = Array.from({ length }, () => 0)
  for (const { minuteMs, units } of dimensionOf(target).used(tx, target, { fromMs, toMs }))
    minutes[(minuteMs - fromMs) / MINUTE_MS] = units
  return minutes
}
