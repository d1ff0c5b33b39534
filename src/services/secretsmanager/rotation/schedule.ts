import { nextTime, parseCron, type Cron } from "../../../registry/schedule/cron.ts"
import { invalid } from "../errors.ts"

/** API: RotationRulesType. */
export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined
  readonly Duration?: string | undefined
  readonly ScheduleExpression?: string | undefined
}

/** Secrets rotate at the start of a window; answers tell its end ("on or before this date"). */
export interface RotationWindow {
  readonly startMs: number
  readonly endMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** "Secrets Manager can rotate as often as every four hours". */
const LEAST_HOURS = 4
const MOST_DAYS = 1_000

type Schedule =
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly cron: Cron }

/** Throws InvalidParameterException (not verified: the words). */
export function assertRules(rules: RotationRules): void {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules
  if (days !== undefined && expression !== undefined)
    throw invalid("You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
  const hours = durationHours(rules)
  if (hours !== undefined && (hours < 1 || hours > 24))
    throw invalid("The Duration must be between 1h and 24h.")
  const schedule = scheduleOf(rules)
  if (schedule?.kind === "rate" && hours !== undefined && hours * HOUR_MS > schedule.everyMs)
    throw invalid("The Duration must not extend into the next rotation window.")
}

const durationHours = ({ Duration }: RotationRules): number | undefined =>
  Duration === undefined ? undefined : Number(Duration.slice(0, -1))

const RATE = /^rate\((\d{1,4}) (hours?|days?)\)$/

function scheduleOf(rules: RotationRules): Schedule | undefined {
  const { AutomaticallyAfterDays: days, ScheduleExpression: expression } = rules
  if (days !== undefined) return { kind: "rate", everyMs: days * DAY_MS }
  if (expression === undefined) return undefined
  const rate = RATE.exec(expression)
  if (!rate) return { kind: "cron", cron: cronOf(expression) }
  const [, count = "", unit = ""] = rate
  const everyMs = Number(count) * (unit.startsWith("hour") ? HOUR_MS : DAY_MS)
  if (everyMs < LEAST_HOURS * HOUR_MS || everyMs > MOST_DAYS * DAY_MS)
    throw invalid("The rate must be between 4 hours and 1000 days.")
  return { kind: "rate", everyMs }
}

/** Full hours of every year ("Rotation schedules": minutes are 0, years are *), in UTC. */
function cronOf(expression: string): Cron {
  const cron = parseCron(/^cron\((.+)\)$/.exec(expression)?.[1] ?? "")
  if (!cron || cron.years || cron.minutes.join() !== "0")
    throw invalid("The ScheduleExpression is not a valid rate() or cron() expression.")
  return cron
}

/** The first window that begins after `afterMs`, counted from `fromMs`; nothing without a schedule. */
export function nextWindow(
  rules: RotationRules,
  { fromMs, afterMs }: { readonly fromMs: number; readonly afterMs: number },
): RotationWindow | undefined {
  const schedule = scheduleOf(rules)
  if (!schedule) return undefined
  const inHours = isInHours(schedule)
  const startMs =
    schedule.kind === "cron"
      ? nextTime(schedule.cron, afterMs)
      : nextOfRate(schedule.everyMs, { fromMs: floor(fromMs, inHours), afterMs })
  if (startMs === undefined) return undefined
  return { startMs, endMs: endOf(startMs, durationHours(rules), inHours) }
}

const isInHours = (schedule: Schedule): boolean =>
  schedule.kind === "cron" ? schedule.cron.hours.length > 1 : schedule.everyMs % DAY_MS !== 0

/** Windows of days begin at midnight, those of hours at the full hour. */
const floor = (ms: number, inHours: boolean): number => ms - (ms % (inHours ? HOUR_MS : DAY_MS))

function nextOfRate(
  everyMs: number,
  { fromMs, afterMs }: { readonly fromMs: number; readonly afterMs: number },
): number {
  const passed = Math.max(0, Math.floor((afterMs - fromMs) / everyMs))
  return fromMs + (passed + 1) * everyMs
}

/** Without a Duration: an hour for schedules in hours, else the rest of the UTC day. */
function endOf(startMs: number, hours: number | undefined, inHours: boolean): number {
  if (hours !== undefined) return startMs + hours * HOUR_MS
  return inHours ? startMs + HOUR_MS : floor(startMs, false) + DAY_MS - 1_000
}
