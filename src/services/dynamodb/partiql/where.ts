import { validation } from "../errors.ts"
import { ConditionBinder } from "../expressions/bind-condition.ts"
import type { Condition } from "../expressions/condition.ts"
import { misusedFunction } from "../expressions/errors.ts"
import type { Path } from "../expressions/path.ts"
import type { CallNode, ConditionNode, OperandNode, ValueNode } from "../expressions/syntax/tree.ts"
import type { AttributeValue, TypeName } from "../values/attribute-value.ts"
import { unknownFunction, unsupportedOperation } from "./errors.ts"
import type { CallTerm, TermNode, WhereNode } from "./syntax/tree.ts"
import { isLiteral, literalValue } from "./values.ts"

const CONDITIONS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
])

/** Of PartiQL's types. NULL, BOOL and STRING are recorded, the others not verified. */
const TYPES: Readonly<Record<string, TypeName>> = {
  NULL: "NULL",
  BOOL: "BOOL",
  BOOLEAN: "BOOL",
  STRING: "S",
  NUMBER: "N",
  DECIMAL: "N",
  INT: "N",
  INTEGER: "N",
  BINARY: "B",
  LIST: "L",
  MAP: "M",
  STRUCT: "M",
}

type CompareWhere = Extract<WhereNode, { kind: "compare" }>

/**
 * A WHERE clause as a condition. It is that of expressions, checked by the same rules and refused
 * in the same words, but for the name of a parameter in front (recorded).
 */
export function conditionOf(where: WhereNode, parameters: readonly AttributeValue[]): Condition {
  const values: AttributeValue[] = []
  const node = new Translation(values, parameters).condition(where)
  const binder = new ConditionBinder({
    path: ({ steps }) => steps as unknown as Path,
    value: ({ name }) => values[Number(name)] as AttributeValue,
    refuse: validation,
  })
  return binder.bind(node)
}

/** Values stand in the tree by their place among all values. */
class Translation {
  readonly #values: AttributeValue[]
  readonly #parameters: readonly AttributeValue[]

  constructor(values: AttributeValue[], parameters: readonly AttributeValue[]) {
    this.#values = values
    this.#parameters = parameters
  }

  condition(where: WhereNode): ConditionNode {
    switch (where.kind) {
      case "and":
      case "or":
        return { kind: where.kind, terms: where.terms.map((term) => this.condition(term)) }
      case "not":
        return { kind: "not", term: this.condition(where.term) }
      case "compare": {
        const test = this.#testOfTruth(where)
        if (test) return test
        const [left, right] = [this.#operand(where.left), this.#operand(where.right)]
        return { kind: "compare", operator: where.operator, left, right }
      }
      case "between":
        return {
          kind: "between",
          operand: this.#operand(where.operand),
          low: this.#operand(where.low),
          high: this.#operand(where.high),
        }
      case "in": {
        const operand = this.#operand(where.operand)
        return { kind: "in", operand, list: where.list.map((each) => this.#operand(each)) }
      }
      case "is":
        return this.#is(this.#operand(where.operand), where.type)
      case "test":
        return this.#test(where.call)
    }
  }

  /** `attribute_exists(a) = true` (recorded). */
  #testOfTruth({ operator, left, right }: CompareWhere): ConditionNode | undefined {
    if (left.kind !== "call" || !CONDITIONS.has(left.name)) return undefined
    if (right.kind !== "value" || !("BOOL" in right.value)) return undefined
    if (operator !== "=" && operator !== "<>") return undefined
    const test = this.#call(left)
    return right.value.BOOL === (operator === "=") ? test : { kind: "not", term: test }
  }

  #is(operand: OperandNode, type: string): ConditionNode {
    if (type === "MISSING")
      return { kind: "call", name: "attribute_not_exists", operands: [operand] }
    const S = TYPES[type]
    if (S === undefined) throw unsupportedOperation("IsType")
    return { kind: "call", name: "attribute_type", operands: [operand, this.#value({ S })] }
  }

  #test(call: CallTerm): ConditionNode {
    if (call.name === "size") throw validation(misusedFunction(call.name))
    if (!CONDITIONS.has(call.name)) throw unknownFunction(call.name, call.position)
    return this.#call(call)
  }

  #call({ name, terms }: CallTerm): CallNode {
    return { kind: "call", name, operands: terms.map((term) => this.#operand(term)) }
  }

  #operand(term: TermNode): OperandNode {
    if (isLiteral(term)) return this.#value(literalValue(term, this.#parameters))
    switch (term.kind) {
      case "path":
        return { kind: "path", steps: term.path }
      case "sum":
        throw unsupportedOperation(term.operator === "+" ? "Plus" : "Minus")
      case "call":
        if (CONDITIONS.has(term.name)) throw validation(misusedFunction(term.name))
        if (term.name !== "size") throw unknownFunction(term.name, term.position)
        return this.#call(term)
    }
  }

  #value(value: AttributeValue): ValueNode {
    this.#values.push(value)
    return { kind: "value", name: String(this.#values.length - 1) }
  }
}
