import { selectError } from "../errors.ts"
import { Cursor } from "./cursor.ts"
import { parseExpression } from "./expression.ts"
import { parseSteps } from "./primary.ts"
import { tokensOf } from "./tokens.ts"
import type { Expression, FromStep, SelectItem, Statement } from "./tree.ts"

/** Clauses of SQL that S3 Select has not. */
const OTHER_CLAUSES: ReadonlySet<string> = Object.freeze(
  new Set(["group", "having", "order", "union", "intersect", "except", "offset"]),
)
const JOINS: ReadonlySet<string> = Object.freeze(
  new Set(["join", "inner", "left", "right", "full", "outer"]),
)

/** Reads a statement ("SELECT command"). Throws Lexer… and Parse… errors. */
export function parseStatement(text: string, tables: readonly string[]): Statement {
  const cursor = new Cursor(tokensOf(text))
  cursor.expectKeyword("select")
  if (cursor.isKeyword("distinct")) throw selectError("ParseUnsupportedSelect")
  const select = parseSelect(cursor)
  if (!cursor.keyword("from")) {
    if (cursor.token.kind === "EOF") throw selectError("ParseSelectMissingFrom")
    throw cursor.error("ParseUnexpectedToken")
  }
  const from = parseFrom(cursor, tables)
  const alias = parseAlias(cursor)
  if (cursor.isMark(",") || (cursor.token.kind === "KEYWORD" && JOINS.has(cursor.token.text)))
    throw selectError("ParseMalformedJoin")
  const where = cursor.keyword("where") ? parseExpression(cursor) : undefined
  const limit = cursor.keyword("limit") ? parseLimit(cursor) : undefined
  if (cursor.token.kind === "KEYWORD" && OTHER_CLAUSES.has(cursor.token.text))
    throw selectError("ParseUnsupportedSyntax")
  cursor.mark(";")
  if (cursor.token.kind !== "EOF") throw cursor.error("ParseUnexpectedToken")
  const statement = { select, from, alias, where, limit }
  assertStructure(statement)
  return statement
}

function parseSelect(cursor: Cursor): "*" | readonly SelectItem[] {
  if (cursor.mark("*")) {
    if (cursor.isMark(",")) throw selectError("ParseAsteriskIsNotAloneInSelectList")
    return "*"
  }
  if (cursor.isKeyword("from")) throw selectError("ParseEmptySelect")
  const items: SelectItem[] = []
  do {
    if (cursor.isMark("*")) throw selectError("ParseAsteriskIsNotAloneInSelectList")
    items.push(parseItem(cursor))
  } while (cursor.mark(","))
  return items
}

function parseItem(cursor: Cursor): SelectItem {
  const expression = parseExpression(cursor)
  if (cursor.isMark(".") && cursor.next.text === "*") {
    cursor.take()
    cursor.take()
    if (expression.kind !== "path") throw selectError("ParseInvalidContextForWildcardInSelectList")
    return { expression, spread: true }
  }
  return { expression, alias: parseAlias(cursor) }
}

function parseAlias(cursor: Cursor): string | undefined {
  const said = cursor.keyword("as")
  const { kind } = cursor.token
  if (kind === "IDENTIFIER" || kind === "QUOTED_IDENTIFIER") return cursor.take().text
  if (said) throw cursor.error("ParseExpectedIdentForAlias", "Expected identifier for alias")
  return undefined
}

/** `S3Object`, `S3Object[*]`, `S3Object[*].path[*].*`: the steps behind the first `[*]`. */
function parseFrom(cursor: Cursor, tables: readonly string[]): readonly FromStep[] {
  const { kind, text } = cursor.take()
  if (kind !== "IDENTIFIER" || !tables.includes(text.toLowerCase()))
    throw selectError(
      "InvalidDataSource",
      "Invalid data source type. The FROM clause must begin with S3Object.",
    )
  const [root, ...steps]: FromStep[] = parseSteps(cursor)
  // "So FROM S3Object and FROM S3Object[*].path are both valid clauses, but FROM S3Object.path is
  // not"; that this is its code is not verified.
  if (root && root.kind !== "all") throw selectError("InvalidKeyPath")
  while (root && cursor.isMark(".") && cursor.next.text === "*") {
    cursor.take()
    cursor.take()
    steps.push({ kind: "values" }, ...parseSteps(cursor))
  }
  return steps
}

/** A non-negative whole number, by itself. */
function parseLimit(cursor: Cursor): number {
  if (cursor.isMark("-")) throw selectError("EvaluatorNegativeLimit")
  const { text, isNumber } = cursor.token
  if (!isNumber || !/^\d+$/.test(text)) throw cursor.error("ParseUnexpectedToken")
  cursor.take()
  return Number(text)
}

/** Aggregates stand in the SELECT list, not in one another, and with nothing of single records. */
function assertStructure({ select, where }: Statement): void {
  if (where && shapeOf(where).aggregates) throw selectError("UnsupportedSqlStructure")
  if (select === "*") return
  const shapes = select.map(({ expression }) => shapeOf(expression))
  const isAggregate = shapes.some(({ aggregates }) => aggregates)
  if (isAggregate && shapes.some(({ paths }) => paths)) throw selectError("UnsupportedSqlStructure")
}

interface Shape {
  readonly aggregates: boolean
  /** Outside of aggregates. */
  readonly paths: boolean
}

function shapeOf(expression: Expression): Shape {
  if (expression.kind === "path") return { aggregates: false, paths: true }
  if (expression.kind === "aggregate") {
    if (expression.of && shapeOf(expression.of).aggregates)
      throw selectError("UnsupportedSqlStructure")
    return { aggregates: true, paths: false }
  }
  const parts = childrenOf(expression).map(shapeOf)
  return {
    aggregates: parts.some(({ aggregates }) => aggregates),
    paths: parts.some(({ paths }) => paths),
  }
}

/** The expressions that stand directly in one. */
export function childrenOf(expression: Expression): readonly Expression[] {
  const children: Expression[] = []
  for (const part of Object.values(expression) as unknown[])
    for (const item of Array.isArray(part) ? (part as unknown[]) : [part]) {
      if (isExpression(item)) children.push(item)
      else if (isBranch(item)) children.push(item.when, item.result)
    }
  return children
}

const isExpression = (item: unknown): item is Expression =>
  typeof item === "object" && item !== null && "kind" in item

const isBranch = (item: unknown): item is { when: Expression; result: Expression } =>
  typeof item === "object" && item !== null && "when" in item && "result" in item
