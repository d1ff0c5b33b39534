import { isoDate } from "../../../protocols/iso-date.ts"
import { invalidArgument, malformedXml } from "../errors.ts"

export type RetentionMode = "GOVERNANCE" | "COMPLIANCE"

/** Until when a version may not go, and who may shorten that. */
export interface Retention {
  readonly mode: RetentionMode
  readonly untilMs: number
}

/** What keeps a version from being deleted. */
export interface ObjectLock {
  readonly retention?: Retention | undefined
  readonly legalHold?: "ON" | "OFF" | undefined
}

/** Retention that new versions of a bucket get. */
export interface DefaultRetention {
  readonly mode: RetentionMode
  readonly days?: number | undefined
  readonly years?: number | undefined
}

/** Object Lock of a bucket: once there it stays. */
export interface ObjectLockOfBucket {
  readonly retention?: DefaultRetention | undefined
}

const DAY_MS = 86_400_000
const YEAR_DAYS = 365

export const isMode = (mode: string | undefined): mode is RetentionMode =>
  mode === "GOVERNANCE" || mode === "COMPLIANCE"

export const retentionFrom = (of: DefaultRetention, nowMs: number): Retention => ({
  mode: of.mode,
  // Not verified: whether AWS's years know leap days.
  untilMs: nowMs + (of.days ?? (of.years ?? 0) * YEAR_DAYS) * DAY_MS,
})

/** Whether a version stays, whoever asks; `bypass` says that governance does not count. */
export function isLocked(
  lock: ObjectLock | undefined,
  { nowMs, bypass }: { readonly nowMs: number; readonly bypass: boolean },
): boolean {
  if (lock === undefined) return false
  if (lock.legalHold === "ON") return true
  const { retention } = lock
  if (retention === undefined || retention.untilMs <= nowMs) return false
  return retention.mode === "COMPLIANCE" || !bypass
}

/**
 * Whether a retention may take the place of another ("Object Lock considerations", "S3 Object Lock
 * retention periods"): anybody may extend it; governance may be shortened, lifted or changed to
 * another mode with the bypass; compliance by nobody before it ends.
 */
export function mayReplace(
  old: Retention | undefined,
  next: Retention | undefined,
  { nowMs, bypass }: { readonly nowMs: number; readonly bypass: boolean },
): boolean {
  if (old === undefined || old.untilMs <= nowMs) return true
  if (next !== undefined && next.untilMs >= old.untilMs && next.mode === old.mode) return true
  if (old.mode === "COMPLIANCE") return false
  // Recorded: not even to make it stricter.
  return bypass
}

/** The retention of a request's body; undefined lifts it. Throws MalformedXML, InvalidArgument. */
export function retentionOf(
  given:
    | { readonly Mode?: string | undefined; readonly RetainUntilDate?: number | undefined }
    | undefined,
  nowMs: number,
): Retention | undefined {
  const { Mode, RetainUntilDate } = given ?? {}
  // Recorded: an empty one is let through.
  if (Mode === undefined && RetainUntilDate === undefined) return undefined
  if (!isMode(Mode) || RetainUntilDate === undefined) throw malformedXml()
  if (RetainUntilDate <= nowMs) throw noFuture("RetainUntilDate", inPacificTime(RetainUntilDate))
  return { mode: Mode, untilMs: RetainUntilDate }
}

const noFuture = (argument: string, value: string) =>
  invalidArgument("The retain until date must be in the future!", argument, value)

/** As Java prints a date where AWS is at home: `Tue Dec 31 16:00:00 PST 2019` (recorded). */
function inPacificTime(ms: number): string {
  const format = new Intl.DateTimeFormat("en-US", {
    ...({ weekday: "short", month: "short", day: "2-digit", year: "numeric" } as const),
    ...({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const),
    ...({ timeZone: "America/Los_Angeles", timeZoneName: "short" } as const),
  })
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  const { weekday, month, day, hour, minute, second, timeZoneName, year } = parts
  return `${weekday} ${month} ${day} ${hour}:${minute}:${second} ${timeZoneName} ${year}`
}

/** The headers by which writes lock what they write. */
export interface LockHeaders {
  readonly ObjectLockMode?: string | undefined
  readonly ObjectLockRetainUntilDate?: number | undefined
  readonly ObjectLockLegalHoldStatus?: string | undefined
}

export const hasLockHeaders = (headers: LockHeaders): boolean =>
  headers.ObjectLockMode !== undefined ||
  headers.ObjectLockRetainUntilDate !== undefined ||
  headers.ObjectLockLegalHoldStatus !== undefined

/** The lock that a write's headers ask for. Texts recorded. Throws InvalidArgument. */
export function lockOfHeaders(headers: LockHeaders, nowMs: number): ObjectLock {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: untilMs } = headers
  const { ObjectLockLegalHoldStatus: hold } = headers
  if ((mode === undefined) !== (untilMs === undefined))
    throw invalidArgument(
      "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
      mode === undefined ? "x-amz-object-lock-mode" : "x-amz-object-lock-retain-until-date",
    )
  if (mode !== undefined && !isMode(mode))
    throw invalidArgument("Unknown wormMode directive.", "x-amz-object-lock-mode", mode)
  // Not verified.
  if (hold !== undefined && hold !== "ON" && hold !== "OFF")
    throw invalidArgument(
      "Legal Hold must be either of 'ON' or 'OFF'",
      "x-amz-object-lock-legal-hold",
      hold,
    )
  // As users quote it: of the header the date is told as it came.
  if (untilMs !== undefined && untilMs <= nowMs)
    throw noFuture("x-amz-object-lock-retain-until-date", isoDate(untilMs))
  return {
    ...(mode !== undefined && untilMs !== undefined && { retention: { mode, untilMs } }),
    ...(hold !== undefined && { legalHold: hold }),
  }
}
