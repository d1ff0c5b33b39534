import { selectError } from "../errors.ts"
import { MINUTE_MS, Timestamp, zoneText, type Precision } from "./timestamp.ts"

const MONTHS = Object.freeze(
  "January February March April May June July August September October November December".split(
    " ",
  ),
)

/** A run of one letter, text in quotes, or anything else ("Date functions", TO_STRING). */
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g

/** Writes a timestamp as a pattern says: `MMMM d, y`, `h:m a`, `y-MM-dd'T'H:mX`. */
export function formatTimestamp(value: Timestamp, pattern: string): string {
  const { local } = value
  return pattern.replace(TOKEN, (token, quoted: string | undefined, letter: string | undefined) => {
    if (quoted !== undefined) return quoted === "" ? "'" : quoted.replaceAll("''", "'")
    if (token === "'") throw selectError("EvaluatorUnterminatedTimestampFormatPatternToken")
    return letter === undefined ? token : fieldText(value, local, token)
  })
}

function fieldText(value: Timestamp, local: Date, token: string): string {
  const hours = local.getUTCHours()
  switch (token) {
    case "y":
      return String(local.getUTCFullYear())
    case "yy":
      return two(local.getUTCFullYear() % 100)
    case "yyyy":
      return String(local.getUTCFullYear()).padStart(4, "0")
    case "M":
      return String(local.getUTCMonth() + 1)
    case "MM":
      return two(local.getUTCMonth() + 1)
    case "MMM":
      return monthName(local).slice(0, 3)
    case "MMMM":
      return monthName(local)
    case "MMMMM":
      return monthName(local).slice(0, 1)
    case "d":
      return String(local.getUTCDate())
    case "dd":
      return two(local.getUTCDate())
    case "a":
      return hours < 12 ? "AM" : "PM"
    case "h":
      return String(hours % 12 || 12)
    case "hh":
      return two(hours % 12 || 12)
    case "H":
      return String(hours)
    case "HH":
      return two(hours)
    case "m":
      return String(local.getUTCMinutes())
    case "mm":
      return two(local.getUTCMinutes())
    case "s":
      return String(local.getUTCSeconds())
    case "ss":
      return two(local.getUTCSeconds())
    case "n":
      return String(Number(nanoseconds(value)))
    default:
      return zoneOrFraction(value, token)
  }
}

function zoneOrFraction(value: Timestamp, token: string): string {
  const minutes = value.offsetMinutes
  if (/^S{1,9}$/.test(token)) return nanoseconds(value).slice(0, token.length)
  const zulu = token.startsWith("X") ? "Z" : ""
  const text = zoneText(minutes, { colon: token.length % 2 === 0 ? "" : ":", zulu })
  switch (token) {
    case "X":
    case "x":
      return minutes % 60 === 0 && text !== "Z" ? text.slice(0, 3) : text.replace(":", "")
    case "XX":
    case "XXXX":
    case "xx":
    case "xxxx":
    case "XXX":
    case "XXXXX":
    case "xxx":
    case "xxxxx":
      return text
    default:
      throw selectError("EvaluatorInvalidTimestampFormatPattern")
  }
}

const nanoseconds = ({ epochMs, fraction }: Timestamp): string =>
  (fraction === ""
    ? String(((epochMs % 1_000) + 1_000) % 1_000).padStart(3, "0")
    : fraction
  ).padEnd(9, "0")

const monthName = (date: Date): string => MONTHS[date.getUTCMonth()] as string

const two = (value: number): string => String(value).padStart(2, "0")

/** What a pattern's letters read, and the field that they fill. */
const READERS: Readonly<Record<string, readonly [field: string, form: string]>> = {
  ...{ y: ["year", "\\d{1,4}"], yyyy: ["year", "\\d{4}"], yy: ["shortYear", "\\d{2}"] },
  ...{ M: ["month", "\\d{1,2}"], MM: ["month", "\\d{2}"], MMM: ["monthName", "[A-Za-z]{3}"] },
  ...{ MMMM: ["monthName", "[A-Za-z]{3,9}"], d: ["day", "\\d{1,2}"], dd: ["day", "\\d{2}"] },
  ...{ H: ["hour", "\\d{1,2}"], HH: ["hour", "\\d{2}"], h: ["hour12", "\\d{1,2}"] },
  ...{ hh: ["hour12", "\\d{2}"], a: ["half", "[AaPp][Mm]"], m: ["minute", "\\d{1,2}"] },
  ...{ mm: ["minute", "\\d{2}"], s: ["second", "\\d{1,2}"], ss: ["second", "\\d{2}"] },
}

/** Reads what such a pattern writes; undefined where the text does not fit. */
export function parseWithPattern(text: string, pattern: string): Timestamp | undefined {
  const fields: string[] = []
  let form = ""
  for (const [token, quoted, letter] of pattern.matchAll(TOKEN)) {
    if (token === "'") throw selectError("EvaluatorUnterminatedTimestampFormatPatternToken")
    if (letter === undefined) {
      form += escaped(quoted === undefined ? token : quoted === "" ? "'" : quoted)
      continue
    }
    const [field, one] = readerOf(token)
    fields.push(field)
    form += `(${one})`
  }
  const match = new RegExp(`^${form}$`).exec(text)
  if (!match) return undefined
  const read: Record<string, string> = {}
  for (const [index, field] of fields.entries()) read[field] = match[index + 1] as string
  return timestampOf(read)
}

function readerOf(token: string): readonly [string, string] {
  if (Object.hasOwn(READERS, token)) return READERS[token] as readonly [string, string]
  if (/^S{1,9}$/.test(token)) return ["fraction", `\\d{${token.length}}`]
  if (/^[Xx]{1,5}$/.test(token)) return ["zone", "Z|[+-]\\d{2}(?::?\\d{2})?"]
  throw selectError("EvaluatorInvalidTimestampFormatPattern")
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")

function timestampOf(read: Readonly<Record<string, string>>): Timestamp | undefined {
  const { fraction = "", zone, minute, second, day } = read
  const year =
    read["year"] ?? (read["shortYear"] === undefined ? undefined : `20${read["shortYear"]}`)
  const month = monthOf(read)
  if (year === undefined || month === undefined) return undefined
  const half = read["half"]?.toLowerCase()
  const hour12 = read["hour12"]
  const hour =
    hour12 === undefined ? read["hour"] : String((Number(hour12) % 12) + (half === "pm" ? 12 : 0))
  const precision: Precision =
    second !== undefined
      ? "second"
      : hour !== undefined
        ? "minute"
        : day !== undefined
          ? "day"
          : "month"
  const iso = `${year.padStart(4, "0")}-${two(month)}-${pad(day, "01")}T${pad(hour, "00")}:${pad(minute, "00")}:${pad(second, "00")}Z`
  const local = Timestamp.parse(iso)
  if (!local) return undefined
  const offsetMinutes = zone === undefined || zone === "Z" ? 0 : minutesOf(zone)
  const ms = Number(fraction.padEnd(3, "0").slice(0, 3))
  return new Timestamp(local.epochMs + ms - offsetMinutes * MINUTE_MS, {
    ...{ offsetMinutes, precision, fraction },
  })
}

const pad = (value: string | undefined, absent: string): string =>
  value === undefined ? absent : value.padStart(2, "0")

function monthOf(read: Readonly<Record<string, string>>): number | undefined {
  const name = read["monthName"]?.toLowerCase()
  if (name === undefined) return read["month"] === undefined ? 1 : Number(read["month"])
  const index = MONTHS.findIndex((one) => {
    const lower = one.toLowerCase()
    return lower === name || lower.slice(0, 3) === name
  })
  return index < 0 ? undefined : index + 1
}

function minutesOf(zone: string): number {
  const digits = zone.slice(1).replace(":", "")
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return zone.startsWith("-") ? -minutes : minutes
}
