import type { Comparator } from "../../expressions/syntax/tree.ts"
import { KEYWORD, LEFTOVER, NO_RIGHT_SIDE, NO_TYPE, notWellFormed } from "../errors.ts"
import type { Cursor } from "./cursor.ts"
import { readTerm } from "./term.ts"
import type { TermNode, WhereNode } from "./tree.ts"

/** Of those that PartiQL knows, the names that DynamoDB's docs and recordings show. */
const TYPES: ReadonlySet<string> = new Set(
  "NULL MISSING STRING NUMBER BINARY BOOL BOOLEAN INT INT4 INT8 INTEGER DECIMAL FLOAT DOUBLE CHARACTER LIST MAP STRUCT TUPLE BAG".split(
    " ",
  ),
)

const COMPARATORS: Readonly<Record<string, Comparator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
}

/** From the weakest: OR, AND, NOT, comparisons. */
export function readWhere(cursor: Cursor): WhereNode {
  return readOr(cursor)
}

function readOr(cursor: Cursor): WhereNode {
  const terms = [readAnd(cursor)]
  while (cursor.skipWord("OR")) terms.push(rightSide(cursor, readAnd))
  return terms.length === 1 ? (terms[0] as WhereNode) : { kind: "or", terms }
}

function readAnd(cursor: Cursor): WhereNode {
  const terms = [readNot(cursor)]
  while (cursor.skipWord("AND")) terms.push(rightSide(cursor, readNot))
  return terms.length === 1 ? (terms[0] as WhereNode) : { kind: "and", terms }
}

function rightSide<Made>(cursor: Cursor, read: (cursor: Cursor) => Made): Made {
  if (cursor.isEnd()) throw notWellFormed(NO_RIGHT_SIDE)
  return read(cursor)
}

function readNot(cursor: Cursor): WhereNode {
  if (!cursor.skipWord("NOT")) return readTest(cursor)
  return cursor.nested(() => ({ kind: "not", term: readNot(cursor) }))
}

function readTest(cursor: Cursor): WhereNode {
  if (cursor.isSign("(")) return readParentheses(cursor)
  return readComparison(cursor, readTerm(cursor))
}

/** Only conditions stand in parentheses. */
function readParentheses(cursor: Cursor): WhereNode {
  cursor.take()
  const where = cursor.nested(() => readOr(cursor))
  cursor.expect(")", LEFTOVER)
  return where
}

function readComparison(cursor: Cursor, left: TermNode): WhereNode {
  const operator = cursor.next.kind === "sign" ? COMPARATORS[cursor.next.text] : undefined
  if (operator !== undefined) {
    cursor.take()
    return { kind: "compare", operator, left, right: rightSide(cursor, readTerm) }
  }
  if (cursor.isWord("NOT")) {
    cursor.take()
    return { kind: "not", term: readWordTest(cursor, left) ?? leftover() }
  }
  const test = readWordTest(cursor, left)
  if (test) return test
  if (left.kind === "call") return { kind: "test", call: left }
  throw notWellFormed(LEFTOVER)
}

function leftover(): never {
  throw notWellFormed(KEYWORD)
}

function readWordTest(cursor: Cursor, operand: TermNode): WhereNode | undefined {
  if (cursor.skipWord("BETWEEN")) {
    const low = rightSide(cursor, readTerm)
    if (!cursor.skipWord("AND")) throw notWellFormed(LEFTOVER)
    return { kind: "between", operand, low, high: rightSide(cursor, readTerm) }
  }
  if (cursor.skipWord("IN")) return { kind: "in", operand, list: readList(cursor) }
  if (!cursor.skipWord("IS")) return undefined
  const not = cursor.skipWord("NOT")
  const { kind, upper } = cursor.next
  if (kind !== "word" || !TYPES.has(upper)) throw notWellFormed(NO_TYPE)
  cursor.take()
  if (upper === "DOUBLE") cursor.skipWord("PRECISION")
  if (upper === "CHARACTER") cursor.skipWord("VARYING")
  const is: WhereNode = { kind: "is", operand, type: upper }
  return not ? { kind: "not", term: is } : is
}

/** `[a, b]` and `(a, b)` alike. */
function readList(cursor: Cursor): readonly TermNode[] {
  const close = cursor.isSign("[") ? "]" : cursor.isSign("(") ? ")" : undefined
  if (close === undefined) throw cursor.noTerm()
  cursor.take()
  const list: TermNode[] = []
  do list.push(readTerm(cursor))
  while (cursor.skip(","))
  cursor.expect(close, LEFTOVER)
  return list
}
