import { typeOf, type AttributeValue, type TypeName } from "../values/attribute-value.ts"
import { compareValues } from "../values/compare.ts"
import type { Condition, Operand } from "./condition.ts"
import {
  boundsOfTypes,
  boundsReversed,
  invalidExpression,
  operandCount,
  operandType,
  pathRequired,
  sameOperands,
  tooManyInOperands,
  unknownType,
} from "./errors.ts"
import { pathText, samePath, type Path } from "./path.ts"
import type { Substitutes } from "./substitutes.ts"
import type {
  BetweenNode,
  CallNode,
  CompareNode,
  ConditionNode,
  ExpressionParameter,
  InNode,
  OperandNode,
  PathNode,
  ValueNode,
} from "./syntax/tree.ts"

/** Docs: "Quotas in Amazon DynamoDB". That AWS counts the list alone is not verified. */
const MOST_IN_OPERANDS = 100

const ORDERED: ReadonlySet<TypeName> = new Set(["S", "N", "B"])
const SIZED: ReadonlySet<TypeName> = new Set(["S", "B", "SS", "NS", "BS", "L", "M"])
const WITH_PREFIX: ReadonlySet<TypeName> = new Set(["S", "B"])
const TYPE_NAMES: ReadonlySet<string> = new Set([
  "S",
  "N",
  "B",
  "SS",
  "NS",
  "BS",
  "M",
  "L",
  "NULL",
  "BOOL",
])

const OPERANDS: Readonly<Record<string, number>> = {
  attribute_exists: 1,
  attribute_not_exists: 1,
  attribute_type: 2,
  begins_with: 2,
  contains: 2,
  size: 1,
}

/** What the names and values of a condition stand for. */
export interface ConditionPlaces {
  path(node: PathNode): Path
  value(node: ValueNode): AttributeValue
  /** An error with this reason. */
  refuse(reason: string): Error
}

/** Those of an expression in a request's parameter. */
export const placesOf = (
  parameter: ExpressionParameter,
  substitutes: Substitutes,
): ConditionPlaces => ({
  path: (node) => substitutes.path(node, parameter),
  value: ({ name }) => substitutes.value(name, parameter),
  refuse: (reason) => invalidExpression(parameter, reason),
})

/**
 * Puts names and values in place and checks what depends on them. AWS goes from the inside to the
 * outside and from left to right (recorded): operands, their number, their types.
 */
export class ConditionBinder {
  readonly #places: ConditionPlaces

  constructor(places: ConditionPlaces) {
    this.#places = places
  }

  bind(node: ConditionNode): Condition {
    switch (node.kind) {
      case "and":
      case "or":
        return { kind: node.kind, terms: node.terms.map((term) => this.bind(term)) }
      case "not":
        return { kind: "not", term: this.bind(node.term) }
      case "compare":
        return this.#compare(node)
      case "between":
        return this.#between(node)
      case "in":
        return this.#in(node)
      case "call":
        return this.#call(node)
    }
  }

  #compare({ operator, left, right }: CompareNode): Condition {
    const [a, b] = [this.#operand(left), this.#operand(right)]
    this.#distinct(operator, a, [b])
    if (operator !== "=" && operator !== "<>") {
      this.#ofType(operator, a, ORDERED)
      this.#ofType(operator, b, ORDERED)
    }
    return { kind: "compare", operator, left: a, right: b }
  }

  #between(node: BetweenNode): Condition {
    const operand = this.#operand(node.operand)
    const low = this.#operand(node.low)
    const high = this.#operand(node.high)
    this.#distinct("BETWEEN", operand, [low, high])
    for (const each of [operand, low, high]) this.#ofType("BETWEEN", each, ORDERED)
    if (low.kind === "value" && high.kind === "value") this.#bounds(low.value, high.value)
    return { kind: "between", operand, low, high }
  }

  #bounds(low: AttributeValue, high: AttributeValue): void {
    const order = compareValues(low, high)
    if (order === undefined) throw this.#refuse(boundsOfTypes(valueText(low), valueText(high)))
    if (order > 0) throw this.#refuse(boundsReversed(valueText(low), valueText(high)))
  }

  #in(node: InNode): Condition {
    const operand = this.#operand(node.operand)
    const list = node.list.map((each) => this.#operand(each))
    if (list.length > MOST_IN_OPERANDS) throw this.#refuse(tooManyInOperands(list.length))
    this.#distinct("IN", operand, list)
    return { kind: "in", operand, list }
  }

  #call(node: CallNode): Condition {
    const { name } = node
    const operands = this.#operandsOf(node)
    const [first, second] = operands as [Operand, Operand]
    switch (name) {
      case "attribute_exists":
      case "attribute_not_exists": {
        if (first.kind !== "path") throw this.#refuse(pathRequired(name))
        const exists: Condition = { kind: "exists", path: first.path }
        return name === "attribute_exists" ? exists : { kind: "not", term: exists, word: name }
      }
      case "attribute_type":
        this.#distinct(name, first, [second])
        return { kind: "type", operand: first, type: this.#typeName(second) }
      case "begins_with":
        this.#distinct(name, first, [second])
        this.#ofType(name, first, WITH_PREFIX)
        this.#ofType(name, second, WITH_PREFIX)
        return { kind: "begins_with", left: first, right: second }
      case "contains":
        this.#distinct(name, first, [second])
        return { kind: "contains", left: first, right: second }
      default:
        throw new Error(`the parser let ${name} through as a condition`)
    }
  }

  #operandsOf({ name, operands: nodes }: CallNode): readonly Operand[] {
    const operands = nodes.map((node) => this.#operand(node))
    if (operands.length !== OPERANDS[name]) throw this.#refuse(operandCount(name, operands.length))
    return operands
  }

  #operand(node: OperandNode): Operand {
    switch (node.kind) {
      case "path":
        return { kind: "path", path: this.#places.path(node) }
      case "value":
        return { kind: "value", value: this.#places.value(node) }
      case "call": {
        const [of] = this.#operandsOf(node) as [Operand]
        this.#ofType("size", of, SIZED)
        return { kind: "size", of }
      }
    }
  }

  /** The type of what the request gives; what an item holds shows later, and is no mistake. */
  #ofType(operator: string, operand: Operand, types: ReadonlySet<TypeName>): void {
    const type = knownType(operand)
    if (type !== undefined && !types.has(type)) throw this.#refuse(operandType(operator, type))
  }

  #typeName(operand: Operand): TypeName {
    // AWS shows all types of which a path can be.
    if (operand.kind === "path")
      throw this.#refuse(operandType("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"))
    if (operand.kind === "size") throw this.#refuse(operandType("attribute_type", "N"))
    const { value } = operand
    if (!("S" in value)) throw this.#refuse(operandType("attribute_type", typeOf(value)))
    if (!TYPE_NAMES.has(value.S)) throw this.#refuse(unknownType(value.S))
    return value.S as TypeName
  }

  #distinct(operator: string, first: Operand, rest: readonly Operand[]): void {
    if (first.kind !== "path") return
    for (const other of rest) {
      if (other.kind === "path" && samePath(first.path, other.path))
        throw this.#refuse(sameOperands(operator, pathText(first.path)))
    }
  }

  #refuse(reason: string): Error {
    return this.#places.refuse(reason)
  }
}

function knownType(operand: Operand): TypeName | undefined {
  if (operand.kind === "value") return typeOf(operand.value)
  return operand.kind === "size" ? "N" : undefined
}

/** As AWS shows values in messages: `{S:a}`. For bytes not verified. */
export function valueText(value: AttributeValue): string {
  if ("S" in value) return `{S:${value.S}}`
  if ("N" in value) return `{N:${value.N}}`
  return "B" in value ? `{B:${Buffer.from(value.B).toString("base64")}}` : JSON.stringify(value)
}
