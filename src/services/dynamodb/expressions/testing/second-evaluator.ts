import type { AttributeValue, Item } from "../../values/attribute-value.ts"
import type { ConditionNode, OperandNode, PathNode } from "../syntax/tree.ts"

/**
 * A second evaluator of conditions, for tests: written from AWS's docs ("Condition and filter
 * expressions, operators, and functions in DynamoDB") without an eye on speed or on the first.
 */

export type Given = Readonly<Record<string, AttributeValue>>

export function lookUp(item: Item, steps: PathNode["steps"]): AttributeValue | undefined {
  const [step, ...rest] = steps
  const value = member({ M: item }, step)
  return rest.reduce<AttributeValue | undefined>((at, next) => at && member(at, next), value)
}

function member(of: AttributeValue, step: string | number | undefined): AttributeValue | undefined {
  if (typeof step === "number") return "L" in of ? of.L[step] : undefined
  return "M" in of ? new Map(Object.entries(of.M)).get(step as string) : undefined
}

function lengthOf(value: AttributeValue): number | undefined {
  const [[type, content]] = Object.entries(value) as [[string, string | object]]
  if (type === "N" || type === "BOOL" || type === "NULL") return undefined
  return typeof content === "string" || content instanceof Uint8Array || Array.isArray(content)
    ? content.length
    : Object.keys(content).length
}

function operandValue(node: OperandNode, item: Item, given: Given): AttributeValue | undefined {
  if (node.kind === "path") return lookUp(item, node.steps)
  if (node.kind === "value") return given[node.name]
  const value = operandValue(node.operands[0] as OperandNode, item, given)
  const length = value && lengthOf(value)
  return length === undefined ? undefined : { N: `${length}` }
}

/** Digits before and after the point, both filled up, as one integer. */
export function exact(text: string): bigint {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".")
  const digits = BigInt(whole + fraction.padEnd(140, "0"))
  return text.startsWith("-") ? -digits : digits
}

export const plain = (value: AttributeValue): string =>
  JSON.stringify(value, (key, of) => {
    if (key === "SS" || key === "NS") return [...(of as string[])].sort()
    if (of instanceof Uint8Array) return Buffer.from(of).toString("hex")
    if (key === "M")
      return Object.fromEntries(Object.entries(of as object).sort(([a], [b]) => (a < b ? -1 : 1)))
    return of
  })

function order(a: AttributeValue, b: AttributeValue): number | undefined {
  if ("N" in a && "N" in b) {
    const difference = exact(a.N) - exact(b.N)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  if ("S" in a && "S" in b) return Buffer.compare(Buffer.from(a.S), Buffer.from(b.S))
  return "B" in a && "B" in b ? Buffer.compare(a.B, b.B) : undefined
}

const COMPARE: Record<string, (order: number) => boolean> = {
  "<": (sign) => sign < 0,
  "<=": (sign) => sign <= 0,
  ">": (sign) => sign > 0,
  ">=": (sign) => sign >= 0,
}

export function naive(node: ConditionNode, item: Item, given: Given): boolean {
  const of = (operand: OperandNode | undefined): AttributeValue | undefined =>
    operand && operandValue(operand, item, given)
  switch (node.kind) {
    case "and":
      return node.terms.map((term) => naive(term, item, given)).every(Boolean)
    case "or":
      return node.terms.map((term) => naive(term, item, given)).some(Boolean)
    case "not":
      return !naive(node.term, item, given)
    case "compare": {
      const [a, b] = [of(node.left), of(node.right)]
      const same = a !== undefined && b !== undefined && plain(a) === plain(b)
      if (node.operator === "=") return same
      if (node.operator === "<>") return !same
      const sign = a && b && order(a, b)
      return sign !== undefined && (COMPARE[node.operator] as (order: number) => boolean)(sign)
    }
    case "between": {
      const [value, low, high] = [of(node.operand), of(node.low), of(node.high)]
      if (!value || !low || !high) return false
      return (order(low, value) ?? 1) <= 0 && (order(value, high) ?? 1) <= 0
    }
    case "in": {
      const value = of(node.operand)
      return node.list.some((one) => {
        const other = of(one)
        return value !== undefined && other !== undefined && plain(value) === plain(other)
      })
    }
    case "call":
      return naiveCall(node.name, of(node.operands[0]), of(node.operands[1]))
  }
}

function naiveCall(
  name: string,
  a: AttributeValue | undefined,
  b: AttributeValue | undefined,
): boolean {
  if (name === "attribute_exists") return a !== undefined
  if (name === "attribute_not_exists") return a === undefined
  if (!a || !b) return false
  const hex = (value: AttributeValue): string | undefined =>
    "S" in value
      ? `S${Buffer.from(value.S, "utf16le").toString("hex")}`
      : "B" in value
        ? `B${Buffer.from(value.B).toString("hex")}`
        : undefined
  const [whole, part] = [hex(a), hex(b)]
  if (name === "begins_with")
    return whole !== undefined && part !== undefined && whole.startsWith(part)
  if ("L" in a) return a.L.some((element) => plain(element) === plain(b))
  if ("SS" in a) return "S" in b && a.SS.includes(b.S)
  if ("NS" in a) return "N" in b && a.NS.includes(b.N)
  if ("S" in a) return "S" in b && a.S.includes(b.S)
  return "B" in a && "B" in b && Buffer.from(a.B).includes(Buffer.from(b.B))
}
