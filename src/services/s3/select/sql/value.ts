import { selectError } from "../errors.ts"
import { Decimal } from "./decimal.ts"
import { Timestamp } from "./timestamp.ts"

/**
 * What an expression may come to. `undefined` is MISSING; a bigint is an INT, a number a FLOAT. In
 * JSON as it was parsed numbers are numbers: `fromRaw` says what they mean.
 */
export type Value =
  | undefined
  | null
  | boolean
  | bigint
  | number
  | string
  | Decimal
  | Timestamp
  | readonly Value[]
  | Fields
  | RawObject

/** An object of a JSON document, as parsed. */
export interface RawObject {
  readonly [name: string]: unknown
}

/** A record of named values. */
export abstract class Fields {
  abstract field(name: string, exact: boolean): Value
  abstract entries(): Iterable<readonly [string, Value]>
}

export type Numeric = bigint | number | Decimal

const isNumeric = (value: Value): value is Numeric =>
  typeof value === "bigint" || typeof value === "number" || value instanceof Decimal

export const isObject = (value: unknown): value is RawObject =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Decimal) &&
  !(value instanceof Timestamp) &&
  !(value instanceof Fields)

/** A value of a JSON document. */
export function fromRaw(raw: unknown): Value {
  if (typeof raw !== "number") return raw as Value
  return Number.isSafeInteger(raw) ? BigInt(raw) : Decimal.of(raw)
}

/** The field of a record or object; a name without quotes finds whatever its case is. */
export function fieldOf(value: Value, name: string, exact: boolean): Value {
  if (value instanceof Fields) return value.field(name, exact)
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, name)) return fromRaw(value[name])
  if (exact) return undefined
  const wanted = name.toLowerCase()
  const found = Object.keys(value).filter((key) => key.toLowerCase() === wanted)
  if (found.length > 1) throw selectError("AmbiguousFieldName")
  return found[0] === undefined ? undefined : fromRaw(value[found[0]])
}

/** A number, or text that says one: values of CSV are text. */
export function numericOf(value: Value): Numeric | undefined {
  if (isNumeric(value)) return value
  if (typeof value !== "string") return undefined
  const text = value.trim()
  if (/^[+-]?\d{1,18}$/.test(text)) return BigInt(text)
  return Decimal.parse(text)
}

function compareNumbers(one: Numeric, two: Numeric): number {
  if (one instanceof Decimal || two instanceof Decimal) {
    if (typeof one === "number" || typeof two === "number") {
      const [left, right] = [toNumber(one), toNumber(two)]
      return left < right ? -1 : left > right ? 1 : 0
    }
    return Decimal.of(one).compare(Decimal.of(two))
  }
  return one < two ? -1 : one > two ? 1 : 0
}

export const toNumber = (value: Numeric): number =>
  value instanceof Decimal ? value.toNumber() : Number(value)

/** Less than, equal to or greater than zero; undefined of what cannot be compared. */
export function compare(one: Value, two: Value): number | undefined {
  if (typeof one === "string" && typeof two === "string") return one < two ? -1 : one > two ? 1 : 0
  if (isNumeric(one) || isNumeric(two)) {
    const [left, right] = [numericOf(one), numericOf(two)]
    return left === undefined || right === undefined ? undefined : compareNumbers(left, right)
  }
  if (one instanceof Timestamp || two instanceof Timestamp) {
    const [left, right] = [momentOf(one), momentOf(two)]
    return left === undefined || right === undefined ? undefined : left - right
  }
  if (typeof one === "boolean" || typeof two === "boolean") {
    const [left, right] = [truthOf(one), truthOf(two)]
    return left === undefined || right === undefined ? undefined : Number(left) - Number(right)
  }
  return undefined
}

function momentOf(value: Value): number | undefined {
  if (value instanceof Timestamp) return value.epochMs
  return typeof value === "string" ? Timestamp.parse(value)?.epochMs : undefined
}

function truthOf(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value
  if (typeof value !== "string") return undefined
  const text = value.toLowerCase()
  return text === "true" ? true : text === "false" ? false : undefined
}

/** As CSV and string functions see it; undefined of NULL and MISSING. */
export function textOf(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === "string") return value
  if (typeof value === "object" && !(value instanceof Decimal) && !(value instanceof Timestamp))
    return jsonOf(value)
  return value.toString()
}

/** As JSON; MISSING is null in a list, and does not come here from an object. */
export function jsonOf(value: unknown): string {
  if (value === undefined || value === null) return "null"
  if (typeof value === "string") return JSON.stringify(value)
  if (typeof value === "boolean" || typeof value === "bigint" || value instanceof Decimal)
    return String(value)
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null"
  if (value instanceof Timestamp) return JSON.stringify(value.toString())
  if (value instanceof Date) return JSON.stringify(value.toISOString())
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(",")}]`
  const entries = value instanceof Fields ? value.entries() : Object.entries(value)
  const parts: string[] = []
  for (const [name, item] of entries)
    if (item !== undefined) parts.push(`${JSON.stringify(name)}:${jsonOf(item)}`)
  return `{${parts.join(",")}}`
}
