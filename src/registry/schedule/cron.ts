/**
 * The six fields of AWS's cron expressions: minutes, hours, day of the month, month, day of the week,
 * year (docs: "Cron expressions reference" of EventBridge and of Application Auto Scaling).
 */
export interface Cron {
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly months: ReadonlySet<number>
  /** Undefined: every year. */
  readonly years: ReadonlySet<number> | undefined
  /** Whether a day, as a date of UTC, is one of the right month's. */
  readonly isDay: (date: Date) => boolean
}

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ")
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ")
const DAY_MS = 86_400_000
/** Days that are looked at for the next time: 29 February comes within eight years. */
const DAYS_AHEAD = 8 * 366

/** The text between `cron(` and `)`; undefined of one that is no expression. */
export function parseCron(text: string): Cron | undefined {
  const fields = text.trim().split(/\s+/)
  const [minutes = "", hours = "", date = "", month = "", day = "", year = ""] = fields
  if (fields.length !== 6 || (date === "?") === (day === "?")) return undefined
  try {
    return {
      minutes: sorted(numbers(minutes, { least: 0, most: 59, names: [] })),
      hours: sorted(numbers(hours, { least: 0, most: 23, names: [] })),
      months: numbers(month, { least: 1, most: 12, names: MONTHS }),
      years: year === "*" ? undefined : numbers(year, { least: 1970, most: 2199, names: [] }),
      isDay: day === "?" ? datesOf(date) : weekdaysOf(day),
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const sorted = (all: ReadonlySet<number>): readonly number[] => [...all].toSorted((a, b) => a - b)

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
      throw new RangeError(text)
    for (let value = first; value <= last; value += step) found.add(value)
  }
  return found
}

function boundsOf(range: string, isOpen: boolean, field: Field): readonly [number, number] {
  if (range === "*") return [field.least, field.most]
  const [from = "", to] = range.split("-")
  const first = numberOf(from, field)
  return [first, to === undefined ? (isOpen ? field.most : first) : numberOf(to, field)]
}

function numberOf(text: string, { names, least }: Field): number {
  const named = names.indexOf(text.toUpperCase())
  if (named >= 0) return named + least
  if (!/^\d{1,4}$/.test(text)) throw new RangeError(text)
  return Number(text)
}

/** `15`, `L` (the last), `15W` (the weekday next to it, in the same month), `LW`. */
function datesOf(text: string): Cron["isDay"] {
  if (text === "L") return (date) => date.getUTCDate() === lastOf(date)
  const weekday = /^(\d{1,2}|L)W$/.exec(text)?.[1]
  if (weekday !== undefined) {
    const wanted = weekday === "L" ? 31 : numberOf(weekday, { least: 1, most: 31, names: [] })
    if (wanted < 1 || wanted > 31) throw new RangeError(text)
    return (date) => date.getUTCDate() === weekdayNextTo(date, Math.min(wanted, lastOf(date)))
  }
  const dates = numbers(text, { least: 1, most: 31, names: [] })
  return (date) => dates.has(date.getUTCDate())
}

const lastOf = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()

function weekdayNextTo(date: Date, wanted: number): number {
  const day = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), wanted)).getUTCDay()
  if (day === 6) return wanted > 1 ? wanted - 1 : wanted + 2
  if (day === 0) return wanted < lastOf(date) ? wanted + 1 : wanted - 2
  return wanted
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
    return date.getUTCDate() + 7 > lastOf(date)
  }
}

/**
 * The first time of the schedule after an instant; nothing for one that never comes. `toUtc` makes an
 * instant of the time of a wall clock, or nothing of one that the clocks leap over.
 */
export function nextTime(
  cron: Cron,
  afterMs: number,
  toUtc: (wallMs: number) => number | undefined = (ms) => ms,
): number | undefined {
  // No zone is more than a day from UTC.
  const from = afterMs - (afterMs % DAY_MS) - DAY_MS
  for (let ahead = 0; ahead < DAYS_AHEAD; ahead += 1) {
    const date = new Date(from + ahead * DAY_MS)
    if (!isDayOf(cron, date)) continue
    for (const hour of cron.hours)
      for (const minute of cron.minutes) {
        const ms = toUtc(date.getTime() + (hour * 60 + minute) * 60_000)
        if (ms !== undefined && ms > afterMs) return ms
      }
  }
  return undefined
}

const isDayOf = ({ years, months, isDay }: Cron, date: Date): boolean =>
  (years?.has(date.getUTCFullYear()) ?? true) && months.has(date.getUTCMonth() + 1) && isDay(date)
