import { invalid } from "../errors.ts"

/** A schedule of full hours ("Rotation schedules": minutes are 0, years are *; UTC). */
export interface Cron {
  readonly hours: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  /** Whether a day of the right month is one of the schedule's. */
  readonly isDay: (date: Date) => boolean
  /** It has more than one time a day. */
  readonly isHourly: boolean
}

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ")
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ")
const DAY_MS = 86_400_000
/** Days that are looked at for the next time: 29 February comes within eight years. */
const DAYS_AHEAD = 8 * 366

/** `cron(0 8 * * ? *)`. Throws InvalidParameterException (not verified: the words). */
export function parseCron(expression: string): Cron {
  const body = /^cron\((.+)\)$/.exec(expression)?.[1]
  const fields = body?.trim().split(/\s+/) ?? []
  const [minutes, hours = "", date = "", month = "", day = "", year] = fields
  if (fields.length !== 6 || minutes !== "0" || year !== "*") throw bad()
  if ((date === "?") === (day === "?")) throw bad()
  const set = numbers(hours, { least: 0, most: 23, names: [] })
  return {
    hours: set,
    months: numbers(month, { least: 1, most: 12, names: MONTHS }),
    isDay: day === "?" ? datesOf(date) : weekdaysOf(day),
    isHourly: set.size > 1,
  }
}

const bad = () => invalid("The ScheduleExpression is not a valid rate() or cron() expression.")

interface Field {
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
}

/** `1,3-5`, `*`, `0/8`, `MON-FRI`. */
function numbers(text: string, field: Field): ReadonlySet<number> {
  const found = new Set<number>()
  for (const part of text.split(",")) {
    const [range = "", stride = "1"] = part.split("/")
    const step = Number(stride)
    const [first, last] = boundsOf(range, part.includes("/"), field)
    if (!(step >= 1) || !(first >= field.least) || !(last <= field.most) || first > last)
      throw bad()
    for (let value = first; value <= last; value += step) found.add(value)
  }
  return found
}

function boundsOf(range: string, open: boolean, field: Field): readonly [number, number] {
  if (range === "*") return [field.least, field.most]
  const [from = "", to] = range.split("-")
  const first = numberOf(from, field)
  return [first, to === undefined ? (open ? field.most : first) : numberOf(to, field)]
}

function numberOf(text: string, { names, least }: Field): number {
  const named = names.indexOf(text.toUpperCase())
  if (named >= 0) return named + least
  if (!/^\d{1,2}$/.test(text)) throw bad()
  return Number(text)
}

function datesOf(text: string): Cron["isDay"] {
  if (text === "L") return (date) => new Date(date.getTime() + DAY_MS).getUTCDate() === 1
  const dates = numbers(text, { least: 1, most: 31, names: [] })
  return (date) => dates.has(date.getUTCDate())
}

const WEEK: Field = Object.freeze({ least: 1, most: 7, names: DAYS })

/** `MON`, `1-5`, `6L` (the month's last Friday), `2#1` (its first Monday). */
function weekdaysOf(text: string): Cron["isDay"] {
  const special = /^(\w+?)(?:#([1-5])|L)$/.exec(text)
  if (!special) {
    const days = numbers(text, WEEK)
    return (date) => days.has(date.getUTCDay() + 1)
  }
  const [, name = "", nth] = special
  const [day] = numbers(name, WEEK)
  return (date) => {
    if (date.getUTCDay() + 1 !== day) return false
    if (nth !== undefined) return Math.ceil(date.getUTCDate() / 7) === Number(nth)
    return new Date(date.getTime() + 7 * DAY_MS).getUTCMonth() !== date.getUTCMonth()
  }
}

/** The first time of the schedule after an instant; nothing for one that never comes. */
export function nextTime(cron: Cron, afterMs: number): number | undefined {
  const midnight = afterMs - (afterMs % DAY_MS)
  const hours = [...cron.hours].toSorted((a, b) => a - b)
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead += 1) {
    const date = new Date(midnight + ahead * DAY_MS)
    if (!cron.months.has(date.getUTCMonth() + 1) || !cron.isDay(date)) continue
    const time = hours.map((hour) => date.getTime() + hour * 3_600_000).find((ms) => ms > afterMs)
    if (time !== undefined) return time
  }
  return undefined
}
