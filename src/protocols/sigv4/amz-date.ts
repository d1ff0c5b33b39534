/**
 * The two spellings of a moment that signing knows, without a Date object per request: the basic
 * ISO 8601 form of `X-Amz-Date` (`20150830T123600Z`) and, in S3's errors, the extended form.
 */

const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Epoch milliseconds of `YYYYMMDDTHHMMSSZ`; undefined when the text is anything else. */
export function parseAmzDate(text: string): number | undefined {
  if (text.length !== 16 || text.charCodeAt(8) !== 84 || text.charCodeAt(15) !== 90)
    return undefined
  const year = digits(text, 0, 4)
  const month = digits(text, 4, 2)
  const day = digits(text, 6, 2)
  const hour = digits(text, 9, 2)
  const minute = digits(text, 11, 2)
  const second = digits(text, 13, 2)
  // NaN fails every comparison, so a non-digit anywhere ends here as well.
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= (MONTH_DAYS[month - 1] ?? 0)))
    return undefined
  if (!(year >= 1000 && hour <= 23 && minute <= 59 && second <= 59)) return undefined
  if (day === 29 && month === 2 && !(year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0))) {
    return undefined
  }
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** `YYYYMMDD` of the calendar, as a credential scope carries it. */
export function isScopeDate(text: string): boolean {
  return text.length === 8 && parseAmzDate(`${text}T000000Z`) !== undefined
}

/** `2015-08-30T12:36:00Z`. */
export function formatIsoSeconds(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** `20150830T123600Z`. */
export function formatAmzDate(epochMs: number): string {
  return formatIsoSeconds(epochMs).replaceAll("-", "").replaceAll(":", "")
}
