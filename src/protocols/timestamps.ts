import type { Member, SimpleShape, TimestampFormat } from "../models/schema.ts"
import { httpDate, isoDate } from "./iso-date.ts"

/** A timestamp that is not of the format. Codecs turn it into their protocol's own error. */
export class TimestampError extends Error {
  readonly value: unknown
  readonly format: TimestampFormat
  constructor(value: unknown, format: TimestampFormat) {
    super(`${String(value).slice(0, 100)} is not a timestamp of format ${format}`)
    this.name = "TimestampError"
    this.value = value
    this.format = format
  }
}

// Years 0000 to 9999, which all three formats can show.
const MIN_MS = -62_167_219_200_000
const MAX_MS = 253_402_300_799_999
// No date of ours needs more; it keeps hostile input away from the regular expressions.
const MAX_TEXT = 64

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

const ISO8601 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/
const IMF_FIXDATE =
  /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? GMT$/
const NUMBER = /^-?\d{1,15}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?$/

/** The format of a timestamp: the member's, else its shape's, else that of the place it is in. */
export function timestampFormat(member: Member, fallback: TimestampFormat): TimestampFormat {
  return member.timestampFormat ?? (member.shape as SimpleShape).timestampFormat ?? fallback
}

/**
 * Epoch milliseconds, whole. Accepts exactly what Smithy's "Timestamp formats" describe: date-time
 * (`iso8601`, an offset allowed), http-date (`rfc822`, a fraction allowed) and epoch-seconds
 * (`unixTimestamp`, a number or its text). Throws TimestampError.
 */
export function parseTimestamp(value: string | number, format: TimestampFormat): number {
  const ms =
    format === "unixTimestamp"
      ? parseEpochSeconds(value)
      : typeof value !== "string" || value.length > MAX_TEXT
        ? Number.NaN
        : format === "iso8601"
          ? parseIso8601(value)
          : parseHttpDate(value)
  if (!(ms >= MIN_MS && ms <= MAX_MS)) throw new TimestampError(value, format)
  return ms
}

/**
 * The text (or for `unixTimestamp` the number of seconds) for epoch milliseconds. A fraction is
 * shown only when there is one; `rfc822` has none. Throws TimestampError outside years 0–9999.
 */
export function formatTimestamp(ms: number, format: "unixTimestamp"): number
export function formatTimestamp(ms: number, format: "iso8601" | "rfc822"): string
export function formatTimestamp(ms: number, format: TimestampFormat): string | number
export function formatTimestamp(ms: number, format: TimestampFormat): string | number {
  assertTellable(ms, format)
  if (format === "unixTimestamp") return Math.round(ms) / 1000
  if (format === "rfc822") return httpDate(ms)
  return isoDate(ms)
}

/** Throws TimestampError for what no format can show. */
export function assertTellable(ms: number, format: TimestampFormat): void {
  // The comparison also refuses what is not a number.
  if (!(ms >= MIN_MS && ms <= MAX_MS)) throw new TimestampError(ms, format)
}

function parseEpochSeconds(value: string | number): number {
  if (typeof value === "number") return Math.round(value * 1000)
  return value.length <= MAX_TEXT && NUMBER.test(value)
    ? Math.round(Number(value) * 1000)
    : Number.NaN
}

function parseIso8601(text: string): number {
  const part = ISO8601.exec(text)
  if (part === null) return Number.NaN
  const ms = utc(part, { year: Number(part[1]), month: Number(part[2]) - 1, day: Number(part[3]) })
  if (part[8] === undefined) return ms
  const hours = Number(part[9])
  const minutes = Number(part[10])
  if (hours > 23 || minutes > 59) return Number.NaN
  const offset = (hours * 60 + minutes) * 60_000
  return part[8] === "+" ? ms - offset : ms + offset
}

function parseHttpDate(text: string): number {
  const part = IMF_FIXDATE.exec(text)
  if (part === null) return Number.NaN
  const month = MONTHS.indexOf(part[2] ?? "")
  const ms = utc(part, { year: Number(part[3]), month, day: Number(part[1]) })
  // RFC 9110 lets a recipient ignore the weekday, but a wrong one shows a client's mistake.
  return DAYS[new Date(ms).getUTCDay()] === text.slice(0, 3) ? ms : Number.NaN
}

/** NaN for what no calendar has: 30 February, 25 o'clock, a leap second. */
function utc(
  part: readonly (string | undefined)[],
  date: { year: number; month: number; day: number },
): number {
  const hours = Number(part[4])
  const minutes = Number(part[5])
  const seconds = Number(part[6])
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN
  const fraction = part[7] === undefined ? 0 : Math.trunc(Number(`0.${part[7]}`) * 1000 + 1e-6)
  const instant = new Date(0)
  instant.setUTCFullYear(date.year, date.month, date.day)
  if (instant.getUTCMonth() !== date.month || instant.getUTCDate() !== date.day) return Number.NaN
  return instant.getTime() + ((hours * 60 + minutes) * 60 + seconds) * 1000 + fraction
}
