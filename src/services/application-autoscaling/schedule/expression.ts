import { nextTime, parseCron, type Cron } from "../../../registry/schedule/cron.ts"
import { timeZone, type TimeZone } from "../../../registry/schedule/time-zone.ts"
import { invalid } from "../errors.ts"

/** When a scheduled action runs. */
type Schedule =
  | { readonly kind: "at"; readonly atMs: number | undefined }
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly cron: Cron; readonly zone: TimeZone }

export interface Scheduled {
  readonly schedule: string
  /** The name of an IANA zone. */
  readonly zone?: string | undefined
  /** Recurring ones run from one to the other. */
  readonly startMs?: number | undefined
  readonly endMs?: number | undefined
  readonly createdMs: number
}

const UNITS_MS: Readonly<Record<string, number>> = Object.freeze({
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
})

const AT = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/
const RATE = /^rate\((\d{1,9})\s?(minute|hour|day)s?\)$/
const CRON = /^cron\((.+)\)$/

/** Throws ValidationException. The first text is as users quote it, the others are not verified. */
export function parseSchedule({ schedule: text, zone: name = "UTC" }: Scheduled): Schedule {
  const zone = timeZone(name)
  if (!zone) throw invalid(`Invalid time zone: ${name}`)
  const at = AT.exec(text)?.[1]
  if (at !== undefined) return { kind: "at", atMs: instantOf(at, zone) }
  const [, count, unit = ""] = RATE.exec(text) ?? []
  if (count !== undefined) {
    const everyMs = Number(count) * (UNITS_MS[unit] ?? 0)
    if (everyMs === 0) throw badSyntax()
    return { kind: "rate", everyMs }
  }
  const cron = parseCron(CRON.exec(text)?.[1] ?? "")
  if (!cron) throw badSyntax()
  return { kind: "cron", cron, zone }
}

function instantOf(text: string, zone: TimeZone): number | undefined {
  const wallMs = Date.parse(`${text}Z`)
  if (Number.isNaN(wallMs)) throw badSyntax()
  return zone.toUtc(wallMs)
}

const badSyntax = (): Error =>
  invalid(
    "Invalid schedule expression. Details: Schedule expressions must have the following syntax: " +
      String.raw`rate(<number>\s?(minutes?|hours?|days?)), cron(<cron_expression>) or at(yyyy-MM-dd'T'HH:mm:ss).`,
  )

/** When it runs next after an instant; nothing when it does not any more. */
export function nextRun(scheduled: Scheduled, afterMs: number): number | undefined {
  const { startMs, endMs = Number.POSITIVE_INFINITY } = scheduled
  const schedule = parseSchedule(scheduled)
  const next = nextOf(schedule, {
    // The start itself is a time too.
    afterMs: Math.max(afterMs, (startMs ?? 0) - 1),
    fromMs: startMs ?? scheduled.createdMs,
  })
  return next !== undefined && next <= endMs ? next : undefined
}

function nextOf(
  schedule: Schedule,
  { afterMs, fromMs }: { readonly afterMs: number; readonly fromMs: number },
): number | undefined {
  if (schedule.kind === "at")
    return schedule.atMs !== undefined && schedule.atMs > afterMs ? schedule.atMs : undefined
  if (schedule.kind === "cron")
    return nextTime(schedule.cron, afterMs, (ms) => schedule.zone.toUtc(ms))
  if (afterMs < fromMs) return fromMs
  const { everyMs } = schedule
  return fromMs + (Math.floor((afterMs - fromMs) / everyMs) + 1) * everyMs
}
