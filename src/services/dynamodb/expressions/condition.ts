import { compareValues } from "../values/compare.ts"
import {
  bytesText,
  equalValues,
  typeOf,
  type AttributeValue,
  type Item,
  type TypeName,
} from "../values/attribute-value.ts"
import { valueAt, type Path } from "./path.ts"
import type { Comparator } from "./syntax/tree.ts"

/**
 * A condition on an item, with names and values in place: what expressions, the older parameters
 * and PartiQL all come to.
 */
export type Condition =
  | { readonly kind: "and" | "or"; readonly terms: readonly Condition[] }
  /** `word` is how it was written, where not as NOT. */
  | { readonly kind: "not"; readonly term: Condition; readonly word?: string }
  | Comparison
  | Between
  | OneOf
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "type"; readonly operand: Operand; readonly type: TypeName }
  | { readonly kind: "begins_with" | "contains"; readonly left: Operand; readonly right: Operand }

export interface Comparison {
  readonly kind: "compare"
  readonly operator: Comparator
  readonly left: Operand
  readonly right: Operand
}

export interface Between {
  readonly kind: "between"
  readonly operand: Operand
  readonly low: Operand
  readonly high: Operand
}

export interface OneOf {
  readonly kind: "in"
  readonly operand: Operand
  readonly list: readonly Operand[]
}

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "size"; readonly of: Operand }

/** Whether the condition is true of the item. An item that is not there is one without attributes. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case "and":
      return condition.terms.every((term) => holds(term, item))
    case "or":
      return condition.terms.some((term) => holds(term, item))
    case "not":
      return !holds(condition.term, item)
    case "compare":
      return compares(condition, item)
    case "between":
      return isBetween(condition, item)
    case "in":
      return isOneOf(condition, item)
    case "exists":
      return valueAt(item, condition.path) !== undefined
    case "type": {
      const value = evaluate(condition.operand, item)
      return value !== undefined && typeOf(value) === condition.type
    }
    case "begins_with":
    case "contains": {
      const left = evaluate(condition.left, item)
      const right = evaluate(condition.right, item)
      if (left === undefined || right === undefined) return false
      return condition.kind === "contains" ? contains(left, right) : beginsWith(left, right)
    }
  }
}

function evaluate(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case "path":
      return valueAt(item, operand.path)
    case "value":
      return operand.value
    case "size": {
      const value = evaluate(operand.of, item)
      const size = value && sizeOf(value)
      return size === undefined ? undefined : { N: String(size) }
    }
  }
}

/** What is not there differs from everything, even from what is not there either (recorded). */
function compares({ operator, left, right }: Comparison, item: Item): boolean {
  const a = evaluate(left, item)
  const b = evaluate(right, item)
  if (a === undefined || b === undefined) return operator === "<>"
  if (operator === "=") return equalValues(a, b)
  if (operator === "<>") return !equalValues(a, b)
  const order = compareValues(a, b)
  if (order === undefined) return false
  switch (operator) {
    case "<":
      return order < 0
    case "<=":
      return order <= 0
    case ">":
      return order > 0
    case ">=":
      return order >= 0
  }
}

function isBetween({ operand, low, high }: Between, item: Item): boolean {
  const value = evaluate(operand, item)
  const lowest = evaluate(low, item)
  const highest = evaluate(high, item)
  if (value === undefined || lowest === undefined || highest === undefined) return false
  const fromLow = compareValues(value, lowest)
  const fromHigh = compareValues(value, highest)
  return fromLow !== undefined && fromHigh !== undefined && fromLow >= 0 && fromHigh <= 0
}

function isOneOf({ operand, list }: OneOf, item: Item): boolean {
  const value = evaluate(operand, item)
  if (value === undefined) return false
  return list.some((each) => {
    const one = evaluate(each, item)
    return one !== undefined && equalValues(value, one)
  })
}

export function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ("S" in value) return "S" in prefix && value.S.startsWith(prefix.S)
  if (!("B" in value) || !("B" in prefix)) return false
  const { byteLength } = prefix.B
  return (
    value.B.byteLength >= byteLength &&
    Buffer.compare(value.B.subarray(0, byteLength), prefix.B) === 0
  )
}

/** A part of a text or of bytes, a member of a set, an element of a list. */
function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ("L" in value) return value.L.some((element) => equalValues(element, part))
  if ("S" in part) {
    if ("S" in value) return value.S.includes(part.S)
    return "SS" in value && value.SS.includes(part.S)
  }
  if ("N" in part) return "NS" in value && value.NS.includes(part.N)
  if (!("B" in part)) return false
  const text = bytesText(part.B)
  if ("B" in value) return bytesText(value.B).includes(text)
  return "BS" in value && value.BS.some((member) => bytesText(member) === text)
}

/**
 * Undefined for what has no size. Whether AWS counts the characters of a string as UTF-16 does is
 * not verified.
 */
function sizeOf(value: AttributeValue): number | undefined {
  if ("S" in value) return value.S.length
  if ("B" in value) return value.B.byteLength
  if ("SS" in value) return value.SS.length
  if ("NS" in value) return value.NS.length
  if ("BS" in value) return value.BS.length
  if ("L" in value) return value.L.length
  return "M" in value ? Object.keys(value.M).length : undefined
}

/** All document paths in the condition, in the order in which they stand. */
export function pathsOf(condition: Condition): readonly Path[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.terms.flatMap(pathsOf)
    case "not":
      return pathsOf(condition.term)
    case "exists":
      return [condition.path]
    case "type":
      return pathsOfOperands([condition.operand])
    case "between":
      return pathsOfOperands([condition.operand, condition.low, condition.high])
    case "in":
      return pathsOfOperands([condition.operand, ...condition.list])
    default:
      return pathsOfOperands([condition.left, condition.right])
  }
}

const pathsOfOperands = (operands: readonly Operand[]): readonly Path[] =>
  operands.flatMap((operand): readonly Path[] => {
    if (operand.kind === "path") return [operand.path]
    return operand.kind === "size" ? pathsOfOperands([operand.of]) : []
  })
