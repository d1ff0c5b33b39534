import { selectError } from "../errors.ts"
import { Decimal } from "./decimal.ts"
import { isNothing } from "./functions.ts"
import { Timestamp } from "./timestamp.ts"
import type { Arithmetic } from "./tree.ts"
import { numericOf, textOf, toNumber, type Numeric, type Value } from "./value.ts"

const MOST = 2n ** 63n

/** INT with INT is INT; FLOAT makes FLOAT of what it meets, DECIMAL of INT a DECIMAL. */
export function calculate(op: Arithmetic, left: Value, right: Value): Value {
  if (isNothing(left) || isNothing(right)) return null
  if (op === "||") return `${textOf(left)}${textOf(right)}`
  const [one, two] = [numericOf(left), numericOf(right)]
  if (one === undefined || two === undefined) throw selectError("InvalidDataType")
  if ((op === "/" || op === "%") && toNumber(two) === 0)
    throw selectError("IllegalSqlFunctionArgument", "Division by zero in the SQL expression.")
  if (typeof one === "number" || typeof two === "number")
    return ofFloats(op, toNumber(one), toNumber(two))
  if (typeof one === "bigint" && typeof two === "bigint") return fit(ofInts(op, one, two))
  return ofDecimals(op, Decimal.of(one), Decimal.of(two))
}

function ofFloats(op: Arithmetic, one: number, two: number): number {
  switch (op) {
    case "+":
      return one + two
    case "-":
      return one - two
    case "*":
      return one * two
    case "/":
      return one / two
    default:
      return one % two
  }
}

function ofInts(op: Arithmetic, one: bigint, two: bigint): bigint {
  switch (op) {
    case "+":
      return one + two
    case "-":
      return one - two
    case "*":
      return one * two
    case "/":
      return one / two
    default:
      return one % two
  }
}

function ofDecimals(op: Arithmetic, one: Decimal, two: Decimal): Decimal {
  switch (op) {
    case "+":
      return one.plus(two)
    case "-":
      return one.minus(two)
    case "*":
      return one.times(two)
    case "/":
      return one.dividedBy(two)
    default:
      return one.remainder(two)
  }
}

/** An INT has 8 bytes. */
function fit(value: bigint): bigint {
  if (value >= MOST || value < -MOST) throw selectError("IntegerOverflow")
  return value
}

export function add(one: Numeric, two: Numeric): Numeric {
  return calculate("+", one, two) as Numeric
}

/** CAST. Throws CastFailed. */
export function cast(value: Value, type: string): Value {
  if (isNothing(value)) return value
  const made = castTo(value, type)
  if (made === undefined) throw selectError("CastFailed")
  return made
}

function castTo(value: Value, type: string): Value {
  switch (type) {
    case "string":
      return textOf(value)
    case "bool":
      return toBool(value)
    case "timestamp":
      if (value instanceof Timestamp) return value
      return typeof value === "string" ? Timestamp.parse(value.trim()) : undefined
    case "int":
      if (typeof value === "boolean") return value ? 1n : 0n
      return toInt(value)
    case "float": {
      const number = numericOf(value)
      return number === undefined ? undefined : toNumber(number)
    }
    default: {
      const number = numericOf(value)
      return number === undefined ? undefined : Decimal.of(number)
    }
  }
}

function toBool(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value
  if (typeof value === "string") {
    const text = value.trim().toLowerCase()
    return text === "true" ? true : text === "false" ? false : undefined
  }
  const number = numericOf(value)
  return number === undefined ? undefined : toNumber(number) !== 0
}

function toInt(value: Value): bigint | undefined {
  // Text that says a fraction is no INT.
  if (typeof value === "string" && !/^\s*[+-]?\d+\s*$/.test(value)) return undefined
  const number = numericOf(value)
  if (number === undefined || (typeof number === "number" && !Number.isFinite(number)))
    return undefined
  if (typeof number === "bigint") return fit(number)
  return fit(number instanceof Decimal ? number.truncated() : BigInt(Math.trunc(number)))
}
