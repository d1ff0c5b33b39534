import { AwsError } from "../../../../protocols/aws-error.ts"
import { validation } from "../../errors.ts"
import type { Path } from "../../expressions/path.ts"
import { normalNumber } from "../../values/number.ts"
import {
  LEFTOVER,
  NO_DOT,
  NO_RIGHT_SIDE,
  emptyBag,
  notWellFormed,
  unsupportedType,
} from "../errors.ts"
import type { Cursor } from "./cursor.ts"
import type { CallTerm, LiteralNode, PathTerm, TermNode } from "./tree.ts"

/** A value, a path, a function's result, or a sum of two of them. */
export function readTerm(cursor: Cursor): TermNode {
  let left = readOperand(cursor)
  for (;;) {
    const operator = cursor.isSign("+") ? "+" : cursor.isSign("-") ? "-" : undefined
    if (operator === undefined) return left
    cursor.take()
    if (cursor.isEnd()) throw notWellFormed(NO_RIGHT_SIDE)
    left = { kind: "sum", operator, left, right: readOperand(cursor) }
  }
}

function readOperand(cursor: Cursor): TermNode {
  const literal = tryLiteral(cursor, "root")
  if (literal) return literal
  const { kind } = cursor.next
  if (kind === "word" && cursor.second.text === "(" && cursor.next.upper !== "NOT")
    return readCall(cursor)
  const path = tryPath(cursor)
  if (!path) throw cursor.noTerm()
  return path
}

function readCall(cursor: Cursor): CallTerm {
  const { text, position } = cursor.take()
  return cursor.nested(() => {
    cursor.take()
    const terms: TermNode[] = []
    if (!cursor.isSign(")")) {
      do terms.push(readTerm(cursor))
      while (cursor.skip(","))
    }
    cursor.expect(")", LEFTOVER)
    return { kind: "call", name: text.toLowerCase(), terms, position }
  })
}

/** `a."b"[1]`; undefined if no name is next. */
export function tryPath(cursor: Cursor): PathTerm | undefined {
  const first = cursor.name()
  if (!first) return undefined
  const steps: (string | number)[] = [first.text]
  for (;;) {
    if (cursor.skip(".")) {
      const name = cursor.name()
      if (!name) throw notWellFormed(NO_DOT)
      steps.push(name.text)
    } else if (cursor.skip("[")) {
      const { kind, text } = cursor.take()
      if (kind === "number" && /^\d{1,9}$/.test(text)) steps.push(Number(text))
      else if (kind === "text") steps.push(text)
      else throw notWellFormed(NO_DOT)
      cursor.expect("]", NO_DOT)
    } else return { kind: "path", path: steps as unknown as Path, position: first.position }
  }
}

/** A value whose place within the statement's value is `place`, which refusals tell. */
function readLiteral(cursor: Cursor, place: string): LiteralNode {
  const literal = tryLiteral(cursor, place)
  if (literal) return literal
  const { kind, text, position } = cursor.next
  if (kind === "word" && cursor.second.text === "(") throw unsupportedType(text, position)
  throw cursor.noTerm()
}

function tryLiteral(cursor: Cursor, place: string): LiteralNode | undefined {
  const { kind, text, upper } = cursor.next
  if (kind === "text") {
    cursor.take()
    return { kind: "value", value: { S: text } }
  }
  if (kind === "number") return readNumber(cursor, "", place)
  if (kind === "word") return tryConstant(cursor, upper)
  if (kind !== "sign") return undefined
  switch (text) {
    case "-":
    case "+":
      if (cursor.second.kind !== "number") return undefined
      cursor.take()
      return readNumber(cursor, text === "-" ? "-" : "", place)
    case "?":
      cursor.take()
      return { kind: "parameter", index: cursor.parameters++ }
    case "[":
      return cursor.nested(() => ({ kind: "list", elements: readElements(cursor, "]", place) }))
    case "<<":
      return cursor.nested(() => {
        const elements = readElements(cursor, ">>", place)
        if (elements.length === 0) throw emptyBag()
        return { kind: "bag", elements }
      })
    case "{":
      return cursor.nested(() => readMap(cursor, place))
    default:
      return undefined
  }
}

function tryConstant(cursor: Cursor, upper: string): LiteralNode | undefined {
  if (upper !== "TRUE" && upper !== "FALSE" && upper !== "NULL") return undefined
  cursor.take()
  if (upper === "NULL") return { kind: "value", value: { NULL: true } }
  return { kind: "value", value: { BOOL: upper === "TRUE" } }
}

const HIGHEST_EXPONENT = 2 ** 31 - 1

/** Recorded: what Java's numbers cannot hold is no number, and others say where they stand. */
function readNumber(cursor: Cursor, sign: string, place: string): LiteralNode {
  const { text } = cursor.take()
  const [digits = "", exponent = "0"] = text.toLowerCase().split("e")
  const scale = (digits.split(".")[1]?.length ?? 0) - Number(exponent)
  if (Math.abs(Number(exponent)) > HIGHEST_EXPONENT || Math.abs(scale) > HIGHEST_EXPONENT)
    throw notWellFormed()
  try {
    return { kind: "value", value: { N: normalNumber(sign + text) } }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    throw validation(`${error.message} under ${place}`)
  }
}

function readElements(cursor: Cursor, close: string, place: string): readonly LiteralNode[] {
  cursor.take()
  const elements: LiteralNode[] = []
  if (cursor.skip(close)) return elements
  do elements.push(readLiteral(cursor, `${place}[${elements.length}]`))
  while (cursor.skip(","))
  cursor.expect(close, LEFTOVER)
  return elements
}

/** The members of the item that is inserted are at the root themselves (recorded). */
export function readMap(cursor: Cursor, place: string, isItem = false): LiteralNode {
  cursor.take()
  const members: (readonly [string, LiteralNode])[] = []
  if (!cursor.isSign("}")) {
    do {
      const { kind, text } = cursor.take()
      if (kind !== "text" && kind !== "name") throw cursor.noTerm()
      cursor.expect(":", LEFTOVER)
      members.push([text, readLiteral(cursor, isItem ? place : `${place}.${text}`)])
    } while (cursor.skip(","))
  }
  cursor.expect("}", LEFTOVER)
  return { kind: "map", members }
}
