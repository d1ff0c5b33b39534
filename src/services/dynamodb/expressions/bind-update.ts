import { typeOf, type AttributeValue, type TypeName } from "../values/attribute-value.ts"
import {
  LONG_TYPE_NAMES,
  invalidExpression,
  operandCount,
  operandType,
  pathRequired,
  repeatedSection,
  sectionOperandType,
  twoPaths,
} from "./errors.ts"
import { firstClash, pathText, type Path } from "./path.ts"
import type { Substitutes } from "./substitutes.ts"
import type {
  ArithmeticNode,
  CallNode,
  ChangeNode,
  ExpressionParameter,
  OperandNode,
  PathNode,
  UpdateNode,
} from "./syntax/tree.ts"
import { Update, type SetValue, type UpdateAction } from "./update.ts"

const PARAMETER = "UpdateExpression"

const ADDABLE: ReadonlySet<TypeName> = new Set(["N", "SS", "NS", "BS"])
const DELETABLE: ReadonlySet<TypeName> = new Set(["SS", "NS", "BS"])

/** Refuses paths of one expression that hold one another, or need a map and a list in one place. */
export function refuseClashes(paths: readonly Path[], parameter: ExpressionParameter): void {
  const clash = firstClash(paths)
  if (clash === undefined) return
  const { how, one, two } = clash
  throw invalidExpression(parameter, twoPaths(how, pathText(one), pathText(two)))
}

/**
 * Puts names and values in place. AWS checks in this order (recorded): sections, names and values,
 * paths that clash, types for ADD and DELETE, functions.
 */
export function bindUpdate(node: UpdateNode, substitutes: Substitutes): Update {
  if (node.repeated !== undefined)
    throw invalidExpression(PARAMETER, repeatedSection(node.repeated))
  return new UpdateBinder(substitutes).bind(node)
}

class UpdateBinder {
  readonly #substitutes: Substitutes
  readonly #paths: Path[] = []
  /** Values and paths of the operands, by node: functions are checked after all are known. */
  readonly #values = new Map<string, AttributeValue>()

  constructor(substitutes: Substitutes) {
    this.#substitutes = substitutes
  }

  bind(node: UpdateNode): Update {
    const sets = node.set.map(({ path, value }) => {
      const target = this.#path(path)
      this.#resolve(value)
      return { path: target, value }
    })
    const removes = node.remove.map((path) => this.#path(path))
    const adds = node.add.map((change) => this.#change(change))
    const deletes = node.delete.map((change) => this.#change(change))
    const targets = [...sets.map(({ path }) => path), ...removes]
    for (const { path } of [...adds, ...deletes]) targets.push(path)
    refuseClashes(targets, PARAMETER)
    for (const { value } of adds) requireType("ADD", value, ADDABLE)
    for (const { value } of deletes) requireType("DELETE", value, DELETABLE)
    const actions: UpdateAction[] = [
      ...sets.map(({ path, value }) => ({
        kind: "set" as const,
        path,
        value: this.#setValue(value),
      })),
      ...removes.map((path) => ({ kind: "remove" as const, path })),
      ...adds.map((change) => ({ kind: "add" as const, ...change })),
      ...deletes.map((change) => ({ kind: "delete" as const, ...change })),
    ]
    return new Update(actions, this.#paths)
  }

  #path(node: PathNode): Path {
    const path = this.#substitutes.path(node, PARAMETER)
    this.#paths.push(path)
    return path
  }

  #change({ path, value }: ChangeNode): { path: Path; value: AttributeValue } {
    const target = this.#path(path)
    return { path: target, value: this.#substitutes.value(value.name, PARAMETER) }
  }

  /** Finds the names and values of what is set. */
  #resolve(node: OperandNode | ArithmeticNode): void {
    switch (node.kind) {
      case "path":
        this.#path(node)
        return
      case "value":
        this.#values.set(node.name, this.#substitutes.value(node.name, PARAMETER))
        return
      case "call":
        for (const operand of node.operands) this.#resolve(operand)
        return
      case "arithmetic":
        this.#resolve(node.left)
        this.#resolve(node.right)
    }
  }

  #setValue(node: OperandNode | ArithmeticNode): SetValue {
    switch (node.kind) {
      case "path":
        return { kind: "path", path: this.#substitutes.path(node, PARAMETER) }
      case "value":
        return { kind: "value", value: this.#values.get(node.name) as AttributeValue }
      case "call":
        return this.#call(node)
      case "arithmetic": {
        const { operator } = node
        const [left, right] = [this.#setValue(node.left), this.#setValue(node.right)]
        requireKnownType(operator, left, "N")
        requireKnownType(operator, right, "N")
        return { kind: "arithmetic", operator, left, right }
      }
    }
  }

  #call({ name, operands: nodes }: CallNode): SetValue {
    const operands = nodes.map((node) => this.#setValue(node))
    if (operands.length !== 2)
      throw invalidExpression(PARAMETER, operandCount(name, operands.length))
    const [first, second] = operands as [SetValue, SetValue]
    if (name === "if_not_exists") {
      if (first.kind !== "path") throw invalidExpression(PARAMETER, pathRequired(name))
      return { kind: "if_not_exists", path: first.path, otherwise: second }
    }
    requireKnownType(name, first, "L")
    requireKnownType(name, second, "L")
    return { kind: "list_append", first, second }
  }
}

function requireType(
  section: "ADD" | "DELETE",
  value: AttributeValue,
  types: ReadonlySet<TypeName>,
): void {
  const type = typeOf(value)
  if (!types.has(type))
    throw invalidExpression(PARAMETER, sectionOperandType(section, LONG_TYPE_NAMES[type]))
}

function requireKnownType(operator: string, value: SetValue, type: TypeName): void {
  const known = knownType(value)
  if (known !== undefined && known !== type)
    throw invalidExpression(PARAMETER, operandType(operator, known))
}

/** The type that a value has whatever the item holds. */
function knownType(value: SetValue): TypeName | undefined {
  switch (value.kind) {
    case "value":
      return typeOf(value.value)
    case "list_append":
      return "L"
    case "arithmetic":
      return "N"
    default:
      return undefined
  }
}
