import { selectError } from "../errors.ts"
import type { Cursor } from "./cursor.ts"
import { Decimal } from "./decimal.ts"
import { parseExpression } from "./expression.ts"
import { FUNCTIONS } from "./functions.ts"
import { Timestamp } from "./timestamp.ts"
import type { AggregateName, Expression, Step } from "./tree.ts"

/** "Data types" that CAST knows, by all their names. */
const TYPES: Readonly<Record<string, string>> = {
  ...{ bool: "bool", boolean: "bool", string: "string", varchar: "string", char: "string" },
  ...{ int: "int", integer: "int", bigint: "int", float: "float", double: "float" },
  ...{ decimal: "decimal", numeric: "decimal", timestamp: "timestamp" },
}

const AGGREGATES: ReadonlySet<string> = Object.freeze(
  new Set(["count", "sum", "avg", "min", "max"]),
)
const DATE_PARTS: ReadonlySet<string> = Object.freeze(
  new Set(["year", "month", "day", "hour", "minute", "second"]),
)

/** What stands between operators. */
export function parsePrimary(cursor: Cursor): Expression {
  const { kind, text, isNumber } = cursor.token
  switch (kind) {
    case "LITERAL":
      cursor.take()
      return { kind: "literal", value: isNumber ? numberOf(text) : text }
    case "TIMESTAMP":
      cursor.take()
      return { kind: "literal", value: timestampOf(text) }
    case "KEYWORD":
      return parseKeyword(cursor, text)
    case "IDENTIFIER":
      if (cursor.next.text === "(" && cursor.next.kind === "PUNCTUATION") return parseCall(cursor)
      return parsePath(cursor)
    case "QUOTED_IDENTIFIER":
      return parsePath(cursor)
    default:
      if (!cursor.mark("(")) throw cursor.error("ParseUnexpectedToken")
      return closed(cursor, parseExpression(cursor))
  }
}

function closed(cursor: Cursor, expression: Expression): Expression {
  cursor.expectMark(")", "ParseExpectedRightParenBuiltinFunctionCall")
  return expression
}

function parseKeyword(cursor: Cursor, word: string): Expression {
  if (AGGREGATES.has(word)) return parseAggregate(cursor)
  cursor.take()
  switch (word) {
    case "true":
    case "false":
      return { kind: "literal", value: word === "true" }
    case "null":
      return { kind: "literal", value: null }
    case "missing":
      return { kind: "literal", value: undefined }
    case "case":
      return parseCase(cursor)
    case "cast":
      return parseCast(cursor)
    case "coalesce":
    case "nullif":
      return callOf(word, parseArguments(cursor))
    case "substring":
      return parseSubstring(cursor)
    case "trim":
      return parseTrim(cursor)
    case "extract":
    case "date_add":
    case "date_diff":
      return parseDate(cursor, word)
    default:
      throw selectError(
        "ParseUnexpectedToken",
        `Unexpected token found KEYWORD:${word} at ${placeOf(cursor)}.`,
      )
  }
}

const placeOf = ({ token }: Cursor): string => `line ${token.line}, column ${token.column}`

function parseAggregate(cursor: Cursor): Expression {
  const name = cursor.take().text.toUpperCase() as AggregateName
  cursor.expectMark("(", "ParseExpectedLeftParenValueConstructor")
  if (cursor.isMark("*")) {
    if (name !== "COUNT") throw selectError("ParseUnsupportedCallWithStar")
    cursor.take()
    return closed(cursor, { kind: "aggregate", name })
  }
  if (cursor.isKeyword("distinct")) throw selectError("UnsupportedSqlOperation")
  if (cursor.isMark(")")) throw selectError("EvaluatorInvalidArguments")
  return closed(cursor, { kind: "aggregate", name, of: parseExpression(cursor) })
}

function parseCase(cursor: Cursor): Expression {
  const of = cursor.isKeyword("when") ? undefined : parseExpression(cursor)
  const branches: { when: Expression; result: Expression }[] = []
  while (cursor.keyword("when")) {
    const when = parseExpression(cursor)
    cursor.expectKeyword("then")
    branches.push({ when, result: parseExpression(cursor) })
  }
  if (branches.length === 0) throw selectError("ParseExpectedWhenClause")
  const otherwise = cursor.keyword("else") ? parseExpression(cursor) : undefined
  cursor.expectKeyword("end")
  return { kind: "case", of, branches, otherwise }
}

function parseCast(cursor: Cursor): Expression {
  cursor.expectMark("(", "ParseExpectedLeftParenAfterCast")
  const of = parseExpression(cursor)
  if (!cursor.keyword("as")) throw selectError("ParseCastArity")
  const { kind, text } = cursor.take()
  const type = kind === "IDENTIFIER" ? TYPES[text.toLowerCase()] : undefined
  if (!type) throw selectError("ParseExpectedTypeName")
  if (cursor.mark("(")) {
    do if (!cursor.take().isNumber) throw selectError("ParseInvalidTypeParam")
    while (cursor.mark(","))
    if (!cursor.mark(")")) throw selectError("ParseInvalidTypeParam")
  }
  return closed(cursor, { kind: "cast", of, type })
}

/** `SUBSTRING(text FROM 2 FOR 3)` and `SUBSTRING(text, 2, 3)`. */
function parseSubstring(cursor: Cursor): Expression {
  cursor.expectMark("(", "ParseExpectedLeftParenValueConstructor")
  const args = [parseExpression(cursor)]
  if (cursor.keyword("from")) {
    args.push(parseExpression(cursor))
    if (cursor.keyword("for")) args.push(parseExpression(cursor))
  } else while (cursor.mark(",")) args.push(parseExpression(cursor))
  return closed(cursor, callOf("substring", args))
}

/** `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text)`. */
function parseTrim(cursor: Cursor): Expression {
  cursor.expectMark("(", "ParseExpectedLeftParenValueConstructor")
  let side: "leading" | "trailing" | "both" = "both"
  let said = true
  if (cursor.keyword("leading")) side = "leading"
  else if (cursor.keyword("trailing")) side = "trailing"
  else said = cursor.keyword("both")
  if (said && cursor.keyword("from"))
    return closed(cursor, { kind: "trim", side, of: parseExpression(cursor) })
  const first = parseExpression(cursor)
  if (!cursor.keyword("from")) return closed(cursor, { kind: "trim", side, of: first })
  return closed(cursor, { kind: "trim", side, characters: first, of: parseExpression(cursor) })
}

function parseDate(cursor: Cursor, name: string): Expression {
  cursor.expectMark("(", "ParseExpectedLeftParenValueConstructor")
  const part = cursor.take().text.toLowerCase()
  const zone = name === "extract" && (part === "timezone_hour" || part === "timezone_minute")
  if (!DATE_PARTS.has(part) && !zone) throw selectError("ParseExpectedDatePart")
  const args: Expression[] = []
  if (name === "extract") {
    cursor.expectKeyword("from")
    args.push(parseExpression(cursor))
  } else {
    while (cursor.mark(",")) args.push(parseExpression(cursor))
    if (args.length !== 2) throw selectError("EvaluatorInvalidArguments")
  }
  return closed(cursor, { kind: "date", name, part, args })
}

function parseCall(cursor: Cursor): Expression {
  const name = cursor.take().text.toLowerCase()
  if (!Object.hasOwn(FUNCTIONS, name)) throw selectError("UnsupportedFunction")
  return callOf(name, parseArguments(cursor))
}

function callOf(name: string, args: readonly Expression[]): Expression {
  const { least, most } = FUNCTIONS[name] as (typeof FUNCTIONS)[string]
  if (args.length < least || args.length > most) throw selectError("EvaluatorInvalidArguments")
  return { kind: "call", name, args }
}

function parseArguments(cursor: Cursor): Expression[] {
  cursor.expectMark("(", "ParseExpectedLeftParenValueConstructor")
  const args: Expression[] = []
  if (cursor.mark(")")) return args
  do {
    if (cursor.isMark("*")) throw selectError("ParseUnsupportedCallWithStar")
    args.push(parseExpression(cursor))
  } while (cursor.mark(","))
  if (!cursor.isMark(")") && cursor.token.kind !== "EOF")
    throw selectError("ParseExpectedArgumentDelimiter")
  cursor.expectMark(")", "ParseExpectedRightParenBuiltinFunctionCall")
  return args
}

function parsePath(cursor: Cursor): Expression {
  return { kind: "path", steps: [nameStep(cursor), ...parseSteps(cursor)] }
}

function nameStep(cursor: Cursor): Step {
  const { kind, text } = cursor.take()
  return { kind: "name", name: text, exact: kind === "QUOTED_IDENTIFIER" }
}

/** `.name`, `[0]`, `['name']` and `[*]`; a `.*` is left to the SELECT list. */
export function parseSteps(cursor: Cursor): Step[] {
  const steps: Step[] = []
  for (;;) {
    if (cursor.isMark(".") && cursor.next.text !== "*") {
      cursor.take()
      const { kind } = cursor.token
      if (kind !== "IDENTIFIER" && kind !== "QUOTED_IDENTIFIER" && kind !== "KEYWORD")
        throw selectError("ParseInvalidPathComponent")
      steps.push(nameStep(cursor))
    } else if (cursor.mark("[")) {
      const { text, kind, isNumber } = cursor.take()
      if (kind === "OPERATOR" && text === "*") steps.push({ kind: "all" })
      else if (isNumber && /^\d{1,9}$/.test(text))
        steps.push({ kind: "index", index: Number(text) })
      else if (kind === "LITERAL" && !isNumber)
        steps.push({ kind: "name", name: text, exact: true })
      else throw selectError("ParseInvalidPathComponent")
      if (!cursor.mark("]")) throw selectError("ParseInvalidPathComponent")
    } else return steps
  }
}

const MOST_INT = 2n ** 63n - 1n

/** Whole numbers are INT, others DECIMAL, and with an exponent FLOAT. */
function numberOf(text: string): bigint | number | Decimal {
  if (/^\d+$/.test(text)) {
    const value = BigInt(text)
    if (value > MOST_INT) throw selectError("NumberFormatError")
    return value
  }
  if (/[eE]/.test(text)) return Number(text)
  const decimal = Decimal.parse(text)
  if (!decimal) throw selectError("NumberFormatError")
  return decimal
}

function timestampOf(text: string): Timestamp {
  const value = Timestamp.parse(text)
  if (!value) throw selectError("LexerInvalidLiteral")
  return value
}
