import { selectError } from "../errors.ts"
import { parsePrimary } from "./primary.ts"
import type { Cursor } from "./cursor.ts"
import type { Arithmetic, Comparison, Expression } from "./tree.ts"

/**
 * "Operator precedence" of S3 Select, the loosest first: OR, AND, NOT, comparisons with IN,
 * BETWEEN, LIKE and IS, then sums, products and signs.
 */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.nested(() => {
    let left = parseAnd(cursor)
    while (cursor.keyword("or")) {
      cursor.operator()
      left = { kind: "or", left, right: parseAnd(cursor) }
    }
    return left
  })
}

function parseAnd(cursor: Cursor): Expression {
  let left = parseNot(cursor)
  while (cursor.keyword("and")) {
    cursor.operator()
    left = { kind: "and", left, right: parseNot(cursor) }
  }
  return left
}

function parseNot(cursor: Cursor): Expression {
  if (!cursor.keyword("not")) return parsePredicate(cursor)
  return cursor.nested(() => ({ kind: "not", of: parseNot(cursor) }))
}

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  "=": "=",
  "!=": "!=",
  "<>": "!=",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
}

function parsePredicate(cursor: Cursor): Expression {
  let left = parseSum(cursor)
  for (;;) {
    const { kind, text } = cursor.token
    const comparison = kind === "OPERATOR" ? COMPARISONS[text] : undefined
    if (comparison) {
      cursor.operator()
      cursor.take()
      left = { kind: "compare", op: comparison, left, right: parseSum(cursor) }
      continue
    }
    const negated = cursor.isKeyword("not") && PREDICATES.has(cursor.next.text)
    if (negated) cursor.take()
    const found = parseKeywordPredicate(cursor, left)
    if (!found) return left
    cursor.operator()
    left = negated ? { kind: "not", of: found } : found
  }
}

const PREDICATES: ReadonlySet<string> = Object.freeze(new Set(["between", "in", "like"]))

function parseKeywordPredicate(cursor: Cursor, of: Expression): Expression | undefined {
  if (cursor.keyword("between")) {
    const low = parseSum(cursor)
    cursor.expectKeyword("and")
    return { kind: "between", of, low, high: parseSum(cursor) }
  }
  if (cursor.keyword("in")) return { kind: "in", of, list: parseList(cursor) }
  if (cursor.keyword("like")) {
    const pattern = parseSum(cursor)
    const escape = cursor.keyword("escape") ? parseSum(cursor) : undefined
    return { kind: "like", of, pattern, escape }
  }
  if (!cursor.keyword("is")) return undefined
  const negated = cursor.keyword("not")
  const what = cursor.keyword("null") ? "null" : cursor.keyword("missing") ? "missing" : undefined
  if (!what) throw cursor.error("ParseUnexpectedToken")
  const is: Expression = { kind: "is", of, what }
  return negated ? { kind: "not", of: is } : is
}

/** `(1, 2)`, or a path that leads to many values. */
function parseList(cursor: Cursor): readonly Expression[] {
  if (!cursor.isMark("(") && !cursor.isMark("[")) {
    if (cursor.token.kind === "IDENTIFIER" || cursor.token.kind === "QUOTED_IDENTIFIER")
      return [parseSum(cursor)]
    throw cursor.error("ParseExpectedLeftParenValueConstructor")
  }
  const end = cursor.take().text === "(" ? ")" : "]"
  const list = [parseExpression(cursor)]
  while (cursor.mark(",")) list.push(parseExpression(cursor))
  if (!cursor.mark(end)) throw cursor.error("ParseUnexpectedToken")
  return list
}

const SUMS: Readonly<Record<string, Arithmetic>> = { "+": "+", "-": "-", "||": "||" }
const PRODUCTS: Readonly<Record<string, Arithmetic>> = { "*": "*", "/": "/", "%": "%" }

function parseSum(cursor: Cursor): Expression {
  return parseLeft(cursor, SUMS, () => parseLeft(cursor, PRODUCTS, () => parseSign(cursor)))
}

function parseLeft(
  cursor: Cursor,
  operators: Readonly<Record<string, Arithmetic>>,
  operand: () => Expression,
): Expression {
  let left = operand()
  for (;;) {
    const { kind, text } = cursor.token
    const op = kind === "OPERATOR" ? operators[text] : undefined
    if (!op) return left
    cursor.operator()
    cursor.take()
    left = { kind: "arithmetic", op, left, right: operand() }
  }
}

function parseSign(cursor: Cursor): Expression {
  if (cursor.mark("-")) return cursor.nested(() => ({ kind: "negative", of: parseSign(cursor) }))
  if (cursor.mark("+")) return cursor.nested(() => parseSign(cursor))
  if (cursor.token.kind === "OPERATOR") throw selectError("ParseUnexpectedOperator")
  return parsePrimary(cursor)
}
