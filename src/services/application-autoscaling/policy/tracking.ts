import type { NotScaled } from "../activity/activity.ts"
import type { Capacity } from "../namespace.ts"
import type { ScalableTarget } from "../target/target.ts"
import type { ScalingPolicy, TargetTracking } from "./policy.ts"

export const MINUTE_MS = 60_000

/** Recorded: `AlarmHigh` looks at 2 periods of a minute, `AlarmLow` at 15. */
const HIGH_PERIODS = 2
export const LOW_PERIODS = 15
/** Recorded: the alarms on provisioned capacity look at 3 periods of 5 minutes. */
export const PROVISIONED_MS = 15 * MINUTE_MS

/** Recorded of targets of 50 and 70 percent: scale in 20 percentage points below. */
const LOW_POINTS = 20

/** Percent of the capacity below which it is too much; of targets up to 20: half (not verified). */
const lowPercent = (target: number): number =>
  target > LOW_POINTS ? target - LOW_POINTS : target / 2

export type Alarm = "AlarmHigh" | "AlarmLow"

/** The alarm that the last minutes' units set off, of a policy whose alarms are made for `units`. */
export function alarmIn(
  minutes: readonly number[],
  { tracking, units }: { readonly tracking: TargetTracking; readonly units: number },
): Alarm | undefined {
  const { TargetValue: target } = tracking
  // The metric is the sum of a minute.
  const of = (percent: number): number => (percent / 100) * units * 60
  const high = minutes.slice(-HIGH_PERIODS)
  if (high.length === HIGH_PERIODS && high.every((used) => used > of(target))) return "AlarmHigh"
  const low = minutes.slice(-LOW_PERIODS)
  const isLow = low.every((used) => used < of(lowPercent(target)))
  return low.length === LOW_PERIODS && isLow ? "AlarmLow" : undefined
}

interface Situation {
  readonly isOut: boolean
  readonly capacity: Pick<Capacity, "units">
  readonly target: Pick<ScalableTarget, "least" | "most">
  readonly policy: Pick<ScalingPolicy, "state" | "tracking">
  /** Where the policy says nothing. */
  readonly cooldownSeconds: number
  readonly now: number
}

export type Wanted = { readonly units: number } | NotScaled | "cooling"

/**
 * The capacity of which the target is used: of the last minute to scale out, of the busiest of the
 * last fifteen to scale in (AWS says "proportionally"; the rest is not verified).
 */
export function unitsFor(
  minutes: readonly number[],
  { TargetValue }: TargetTracking,
  isOut: boolean,
): number {
  const used = isOut ? (minutes.at(-1) ?? 0) : Math.max(...minutes.slice(-LOW_PERIODS))
  return Math.ceil(used / 60 / (TargetValue / 100))
}

/** What becomes of a wish for so many units: within the bounds, and not while the last one cools. */
export const decide = (units: number, situation: Situation): Wanted =>
  situation.isOut ? scaleOut(units, situation) : scaleIn(units, situation)

function scaleOut(units: number, situation: Situation): Wanted {
  const { capacity, target, policy, now } = situation
  if (capacity.units >= target.most)
    return { Code: "AlreadyAtMaxCapacity", MaxCapacity: target.most }
  const wanted = Math.min(units, target.most)
  if (wanted <= capacity.units)
    return { Code: "AlreadyAtDesiredCapacity", CurrentCapacity: capacity.units }
  const { outMs, outUnits = 0 } = policy.state
  const seconds = policy.tracking.ScaleOutCooldown ?? situation.cooldownSeconds
  // "… unless either a larger scale out is triggered or the cooldown period ends".
  if (outMs !== undefined && now - outMs < seconds * 1_000 && wanted <= outUnits) return "cooling"
  return { units: wanted }
}

function scaleIn(units: number, situation: Situation): Wanted {
  const { capacity, target, policy, now } = situation
  if (capacity.units <= target.least)
    return { Code: "AlreadyAtMinCapacity", MinCapacity: target.least }
  const wanted = Math.max(units, target.least)
  if (wanted >= capacity.units)
    return { Code: "AlreadyAtDesiredCapacity", CurrentCapacity: capacity.units }
  const { inMs } = policy.state
  const seconds = policy.tracking.ScaleInCooldown ?? situation.cooldownSeconds
  if (inMs !== undefined && now - inMs < seconds * 1_000) return "cooling"
  return { units: wanted }
}
