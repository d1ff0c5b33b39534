import { attributeOf, type Attribute } from "./attribute.ts"
import { decode, integerOf, listOf, type Value } from "./decode.ts"
import { ProtocolError } from "./protocol-error.ts"

/**
 * Clients of DAX read expressions themselves and send what they mean: a version, a tree – lists
 * that begin with the number of an operator –, and the values. Here they become text again, with
 * names and values in the place of all that is no operator.
 */
const COMPARATORS = ["=", "<>", "<", ">=", ">", "<="] as const
const FUNCTIONS: Readonly<Record<number, string>> = {
  11: "attribute_exists",
  12: "attribute_not_exists",
  13: "attribute_type",
  14: "begins_with",
  15: "contains",
  16: "size",
  23: "if_not_exists",
  24: "list_append",
}
const OPERATOR = { and: 6, or: 7, not: 8, between: 9, in: 10, variable: 17, path: 18 } as const
const ACTIONS: Readonly<Record<number, string>> = {
  19: "SET",
  20: "ADD",
  21: "DELETE",
  22: "REMOVE",
}
const SET = 19
const PLUS = 25
const MINUS = 26
/** The tag of an index in a path. */
const ORDINAL_TAG = 3324
const VERSION = 1

/** A step of a path: into a map, or a list. */
export type PathStep = string | number

/** The names and values of all expressions of a request. */
export class Placeholders {
  readonly names: Record<string, string> = {}
  readonly values: Record<string, Attribute> = {}
  readonly #known = new Map<string, string>()

  name(attribute: string): string {
    let placeholder = this.#known.get(attribute)
    if (placeholder === undefined) {
      placeholder = `#n${this.#known.size}`
      this.#known.set(attribute, placeholder)
      this.names[placeholder] = attribute
    }
    return placeholder
  }

  /** As members of an input; those that are empty are left out. */
  get members(): object {
    return {
      ...(Object.keys(this.names).length > 0 && { ExpressionAttributeNames: this.names }),
      ...(Object.keys(this.values).length > 0 && { ExpressionAttributeValues: this.values }),
    }
  }
}

/** `prefix` tells the values of this expression from those of others. Throws ProtocolError. */
export function conditionText(bytes: Buffer, all: Placeholders, prefix: string): string {
  return new Writer(partsOf(bytes), all, prefix).condition()
}

export function updateText(bytes: Buffer, all: Placeholders, prefix: string): string {
  return new Writer(partsOf(bytes), all, prefix).update()
}

/** The paths of a projection, in its order. */
export function projectionPaths(bytes: Buffer): readonly (readonly PathStep[])[] {
  return listOf(partsOf(bytes)[1]).map(pathSteps)
}

function partsOf(bytes: Buffer): readonly Value[] {
  const parts = listOf(decode(bytes))
  if (parts[0] !== VERSION) throw new ProtocolError("an expression of another version")
  return parts
}

function pathSteps(value: Value): PathStep[] {
  const [operator, ...steps] = listOf(value)
  if (operator !== OPERATOR.path || typeof steps[0] !== "string")
    throw new ProtocolError("a path is wanted")
  return steps.map((step) => {
    if (typeof step === "string") return step
    if (typeof step === "object" && step !== null && "tag" in step && step.tag === ORDINAL_TAG)
      return integerOf(step.value)
    throw new ProtocolError("no step of a path")
  })
}

class Writer {
  readonly #tree: Value
  readonly #values: readonly Value[]
  readonly #all: Placeholders
  readonly #prefix: string

  constructor([, tree = null, values]: readonly Value[], all: Placeholders, prefix: string) {
    this.#tree = tree
    this.#values = values === undefined ? [] : listOf(values)
    this.#all = all
    this.#prefix = prefix
  }

  condition(): string {
    return this.#text(this.#tree)
  }

  /** Actions in the order in which they came, those of a kind together. */
  update(): string {
    const clauses: Record<string, string[]> = {}
    for (const action of listOf(this.#tree)) {
      const [operator, path = null, value = null] = listOf(action)
      const kind = ACTIONS[integerOf(operator)]
      if (kind === undefined) throw new ProtocolError("no action of an update")
      const [left, right] = [this.#text(path), kind === "REMOVE" ? "" : this.#text(value)]
      const text = operator === SET ? `${left} = ${right}` : `${left} ${right}`.trimEnd()
      ;(clauses[kind] ??= []).push(text)
    }
    return Object.entries(clauses)
      .map(([kind, actions]) => `${kind} ${actions.join(", ")}`)
      .join(" ")
  }

  #text(value: Value): string {
    const [first, ...operands] = listOf(value)
    const operator = integerOf(first)
    switch (operator) {
      case OPERATOR.and:
      case OPERATOR.or:
        return `(${this.#join(operands, operator === OPERATOR.and ? " AND " : " OR ")})`
      case OPERATOR.not:
        return `(NOT ${this.#join(operands, "")})`
      case OPERATOR.between: {
        const [operand = null, low = null, high = null] = operands
        return `${this.#text(operand)} BETWEEN ${this.#text(low)} AND ${this.#text(high)}`
      }
      case OPERATOR.in: {
        const [operand = null, list] = operands
        return `${this.#text(operand)} IN (${this.#join(listOf(list), ", ")})`
      }
      case OPERATOR.variable:
        return this.#value(integerOf(operands[0]))
      case OPERATOR.path:
        return this.#path(pathSteps(value))
      case PLUS:
      case MINUS:
        return this.#join(operands, operator === PLUS ? " + " : " - ")
      default:
        return this.#call(operator, operands)
    }
  }

  #call(operator: number, operands: readonly Value[]): string {
    const comparator = COMPARATORS[operator]
    if (comparator !== undefined) return this.#join(operands, ` ${comparator} `)
    const name = FUNCTIONS[operator]
    if (name === undefined) throw new ProtocolError(`an unknown operator ${operator}`)
    return `${name}(${this.#join(operands, ", ")})`
  }

  #join(values: readonly Value[], separator: string): string {
    return values.map((value) => this.#text(value)).join(separator)
  }

  #value(index: number): string {
    const value = this.#values[index]
    if (value === undefined) throw new ProtocolError("a value is missing")
    const placeholder = `:${this.#prefix}${index}`
    this.#all.values[placeholder] = attributeOf(value)
    return placeholder
  }

  #path(steps: readonly PathStep[]): string {
    return steps
      .map((step, at) =>
        typeof step === "number" ? `[${step}]` : `${at > 0 ? "." : ""}${this.#all.name(step)}`,
      )
      .join("")
  }
}
