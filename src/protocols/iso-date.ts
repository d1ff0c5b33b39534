const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
const MINUTES_OF_DAY = 1440
// Days from 0000-03-01, where the count of leap years begins, to 1970-01-01.
const EPOCH_DAYS = 719_468
const DAYS_IN_400_YEARS = 146_097

/**
 * Epoch milliseconds as `2019-12-16T23:48:18.123Z`, with a fraction only when there is one. Years
 * 0000 to 9999. Five times as fast as Date's own text, which half of a list's time would go to.
 */
export function isoDate(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  return calendarDate(days) + timeOfDay(ms, days)
}

/** The date of an HTTP header: `Sat, 21 Nov 2026 07:06:05 GMT`. Years 0000 to 9999. */
export function httpDate(ms: number): string {
  const days = Math.floor(ms / DAY_MS)
  const date = dateOf(days)
  const month = MONTHS[(Math.floor(date / 100) % 100) - 1]
  // The first of January 1970 was a Thursday.
  const weekday = WEEKDAYS[(((days + 4) % 7) + 7) % 7]
  const text = `${weekday}, ${two(date % 100)} ${month} ${yearText(Math.floor(date / 10_000))}`
  return `${text} ${clockTime(Math.floor((ms - days * DAY_MS) / 1000))} GMT`
}

const WEEKDAYS = Object.freeze(["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"])
const MONTHS = Object.freeze([
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
])

/** `isoDate` for many dates: of lists, whose rows are mostly of few days, often of one second. */
export class IsoDates {
  #ms = Number.NaN
  #text = ""
  #day = Number.NaN
  /** `2026-11-21T` */
  #date = ""
  /** Of the day: `07:06:` */
  readonly #minutes: (string | undefined)[] = Array.from({ length: MINUTES_OF_DAY })
  /** `05Z` */
  readonly #seconds: readonly string[]

  /** `wholeSecond` stands behind the seconds where there is no fraction. */
  constructor(wholeSecond = "Z") {
    this.#seconds = TWO_DIGITS.slice(0, 60).map((digits) => digits + wholeSecond)
  }

  text(ms: number): string {
    if (ms !== this.#ms) {
      this.#text = this.#textOf(ms)
      this.#ms = ms
    }
    return this.#text
  }

  #textOf(ms: number): string {
    const day = Math.floor(ms / DAY_MS)
    if (day !== this.#day) {
      this.#date = `${calendarDate(day)}T`
      this.#day = day
    }
    const time = Math.floor(ms - day * DAY_MS)
    const minute = Math.floor(time / MINUTE_MS)
    const rest = time - minute * MINUTE_MS
    const second = Math.floor(rest / 1000)
    const fraction = rest - second * 1000
    this.#minutes[minute] ??= `${two(Math.floor(minute / 60))}:${two(minute % 60)}:`
    const start = this.#date + this.#minutes[minute]
    return fraction === 0
      ? start + this.#seconds[second]
      : `${start}${two(second)}.${three(fraction)}Z`
  }
}

function timeOfDay(ms: number, days: number): string {
  const time = Math.floor(ms - days * DAY_MS)
  const seconds = Math.floor(time / 1000)
  const fraction = time - seconds * 1000
  return `T${clockTime(seconds)}` + (fraction === 0 ? "Z" : `.${three(fraction)}Z`)
}

/** Seconds since midnight as `07:06:05`. */
function clockTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  return `${two(hours)}:${two(minutes - hours * 60)}:${two(seconds - minutes * 60)}`
}

function calendarDate(days: number): string {
  const date = dateOf(days)
  const year = yearText(Math.floor(date / 10_000))
  return `${year}-${two(Math.floor(date / 100) % 100)}-${two(date % 100)}`
}

const yearText = (year: number): string => (year >= 1000 ? `${year}` : `${year}`.padStart(4, "0"))

/**
 * The Gregorian calendar, counted in years that begin in March and cycles of 400 of them: 20261121.
 */
function dateOf(daysSince1970: number): number {
  const days = daysSince1970 + EPOCH_DAYS
  const cycle = Math.floor(days / DAYS_IN_400_YEARS)
  const ofCycle = days - cycle * DAYS_IN_400_YEARS
  const leaps =
    Math.floor(ofCycle / 1460) - Math.floor(ofCycle / 36_524) + Math.floor(ofCycle / 146_096)
  const year = Math.floor((ofCycle - leaps) / 365)
  const ofYear = ofCycle - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const month = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1
  const january = month >= 10 ? 1 : 0
  const years = year + cycle * 400 + january
  return years * 10_000 + (month + 3 - 12 * january) * 100 + day
}

const TWO_DIGITS = Object.freeze(
  Array.from({ length: 100 }, (_, value) => `${value}`.padStart(2, "0")),
)

function two(value: number): string {
  return TWO_DIGITS[value]!
}

function three(value: number): string {
  return value < 100 ? `0${two(value)}` : `${value}`
}
