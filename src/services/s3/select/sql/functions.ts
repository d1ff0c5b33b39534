import { selectError } from "../errors.ts"
import { formatTimestamp, parseWithPattern } from "./date-pattern.ts"
import { Timestamp } from "./timestamp.ts"
import { compare, numericOf, textOf, toNumber, type Value } from "./value.ts"

interface SqlFunction {
  /** How many arguments it takes. */
  readonly least: number
  readonly most: number
  apply(args: readonly Value[], nowMs: number): Value
}

const LENGTH: SqlFunction = {
  least: 1,
  most: 1,
  apply: ([text]) => ofText(text, (value) => BigInt(Array.from(value).length)),
}

/** "SQL functions", but for those with a syntax of their own (CAST, CASE, TRIM, dates by part). */
export const FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  char_length: LENGTH,
  character_length: LENGTH,
  lower: { least: 1, most: 1, apply: ([text]) => ofText(text, (value) => value.toLowerCase()) },
  upper: { least: 1, most: 1, apply: ([text]) => ofText(text, (value) => value.toUpperCase()) },
  substring: {
    least: 2,
    most: 3,
    apply: ([text, start, length]) => ofText(text, (value) => substring(value, start, length)),
  },
  coalesce: {
    least: 1,
    most: 1_000,
    apply: (args) => args.find((value) => value !== undefined && value !== null) ?? null,
  },
  nullif: {
    least: 2,
    most: 2,
    apply: ([one, two]) => (compare(one, two) === 0 ? null : one),
  },
  to_string: {
    least: 2,
    most: 2,
    apply([moment, pattern]) {
      if (isNothing(moment) || isNothing(pattern)) return null
      if (typeof pattern !== "string") throw selectError("IllegalSqlFunctionArgument")
      return formatTimestamp(timestampOf(moment), pattern)
    },
  },
  to_timestamp: {
    least: 1,
    most: 2,
    apply([text, pattern]) {
      if (isNothing(text)) return null
      if (typeof text !== "string") throw selectError("IllegalSqlFunctionArgument")
      if (pattern === undefined) return parsed(Timestamp.parse(text))
      if (typeof pattern !== "string") throw selectError("IllegalSqlFunctionArgument")
      return parsed(parseWithPattern(text, pattern))
    },
  },
  utcnow: {
    least: 0,
    most: 0,
    apply: (_none, nowMs) =>
      new Timestamp(nowMs, { fraction: String(nowMs % 1_000).padStart(3, "0") }),
  },
}

export const isNothing = (value: Value): value is null | undefined =>
  value === undefined || value === null

function ofText(value: Value, work: (text: string) => Value): Value {
  if (isNothing(value)) return null
  const text = textOf(value)
  return text === undefined ? null : work(text)
}

/** Counts from 1; what lies before the text counts as length, as SQL has it. */
function substring(text: string, start: Value, length: Value): Value {
  const from = whole(start)
  const chars = Array.from(text)
  if (length === undefined) return chars.slice(Math.max(0, from - 1)).join("")
  const count = whole(length)
  if (count < 0) throw selectError("IllegalSqlFunctionArgument")
  return chars.slice(Math.max(0, from - 1), Math.max(0, from - 1 + count)).join("")
}

function whole(value: Value): number {
  const number = numericOf(value)
  if (number === undefined) throw selectError("IllegalSqlFunctionArgument")
  return Math.trunc(toNumber(number))
}

function parsed(value: Timestamp | undefined): Timestamp {
  if (!value) throw selectError("ValueParseFailure")
  return value
}

/** A timestamp, or text that is one. */
export function timestampOf(value: Value): Timestamp {
  if (value instanceof Timestamp) return value
  if (typeof value !== "string") throw selectError("IllegalSqlFunctionArgument")
  return parsed(Timestamp.parse(value))
}
