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
  ClauseNode,
  ExpressionParameter,
  OperandNode,
  PathNode,
  UpdateNode,
  ValueNode,
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

  constructor(substitutes: Substitutes) {
    this.#substitutes = substitutes
  }

  bind({ clauses }: UpdateNode): Update {
    const targets = clauses.map((clause) => {
      const target = this.#path(clause.path)
      if (clause.kind !== "remove") this.#resolve(clause.value)
      return target
    })
    refuseClashes(targets, PARAMETER)
    for (const clause of clauses) {
      if (clause.kind === "add") requireType("ADD", this.#value(clause.value), ADDABLE)
      if (clause.kind === "delete") requireType("DELETE", this.#value(clause.value), DELETABLE)
    }
    const actions = clauses.map((clause, i) => this.#action(clause, targets[i] as Path))
    return new Update(actions, this.#paths)
  }

  #action(clause: ClauseNode, path: Path): UpdateAction {
    switch (clause.kind) {
      case "set":
        return { kind: "set", path, value: this.#setValue(clause.value) }
      case "remove":
        return { kind: "remove", path }
      default:
        return { kind: clause.kind, path, value: this.#value(clause.value) }
    }
  }

  #path(node: PathNode): Path {
    const path = this.#substitutes.path(node, PARAMETER)
    this.#paths.push(path)
    return path
  }

  #value(node: ValueNode): AttributeValue {
    return this.#substitutes.value(node.name, PARAMETER)
  }

  /** Finds names and values: all are known before functions are looked at. */
  #resolve(node: OperandNode | ArithmeticNode): void {
    switch (node.kind) {
      case "path":
        this.#path(node)
        return
      case "value":
        this.#value(node)
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
        return { kind: "value", value: this.#value(node) }
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
