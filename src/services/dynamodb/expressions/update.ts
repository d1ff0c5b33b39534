import { tooManyLevels } from "../errors.ts"
import { bytesText, type AttributeValue, type Item } from "../values/attribute-value.ts"
import { addNumbers, subtractNumbers } from "../values/number.ts"
import { edited, type Edit } from "./edit.ts"
import { legacyTypeMismatch, updateOperandMissing, updateOperandType } from "./errors.ts"
import { valueAt, type Path } from "./path.ts"
import { Projection } from "./projection.ts"

/** What SET can set: every part of it is read from the item as it was before the update. */
export type SetValue =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "if_not_exists"; readonly path: Path; readonly otherwise: SetValue }
  | { readonly kind: "list_append"; readonly first: SetValue; readonly second: SetValue }
  | {
      readonly kind: "arithmetic"
      readonly operator: "+" | "-"
      readonly left: SetValue
      readonly right: SetValue
    }

export type UpdateAction =
  | { readonly kind: "set"; readonly path: Path; readonly value: SetValue }
  | { readonly kind: "remove"; readonly path: Path }
  | { readonly kind: "add" | "delete"; readonly path: Path; readonly value: AttributeValue }

/** Changes of an item: what update expressions, AttributeUpdates and PartiQL all come to. */
export class Update {
  readonly actions: readonly UpdateAction[]
  /** All document paths of the update, those included that are only read. */
  readonly paths: readonly Path[]
  /** AttributeUpdates: can add to lists, and has its own word for a wrong type. */
  readonly #legacy: boolean
  #targets: Projection | undefined

  constructor(actions: readonly UpdateAction[], paths: readonly Path[], legacy = false) {
    this.actions = actions
    this.paths = paths
    this.#legacy = legacy
  }

  /** The paths that are changed, which UPDATED_OLD and UPDATED_NEW show of the item. */
  get targets(): Projection {
    this.#targets ??= new Projection(this.actions.map(({ path }) => path))
    return this.#targets
  }

  /**
   * The item after the update. `item` stays as it is; where there is none, the update makes one of
   * `key`, or leaves it at none if it only takes away (recorded). Throws ValidationException where
   * the item is not such that this update can be made.
   */
  apply(item: Item | undefined, key: Item): Item | undefined {
    const old = item ?? key
    const edits: { path: Path; edit: Edit }[] = []
    for (const action of this.actions) {
      // Where there is no item, AWS takes no offence at paths that lead nowhere (recorded).
      if (item === undefined && isTaking(action)) continue
      edits.push({ path: action.path, edit: this.#editOf(action, old) })
    }
    if (item === undefined && edits.length === 0 && this.actions.length > 0) return undefined
    return edited(old, edits)
  }

  #editOf(action: UpdateAction, old: Item): Edit {
    switch (action.kind) {
      case "set": {
        const value = evaluate(action.value, old)
        if (action.path.length > 1) assertLevels(value, MOST_LEVELS - (action.path.length - 1))
        return { value }
      }
      case "remove":
        return "remove"
      case "add": {
        const before = valueAt(old, action.path)
        return { value: before ? this.#sum(before, action.value) : action.value }
      }
      case "delete": {
        const before = valueAt(old, action.path)
        if (before === undefined) return "nothing"
        const rest = difference(before, action.value)
        if (rest === undefined) throw this.#wrongType()
        return rest === "empty" ? "remove" : { value: rest }
      }
    }
  }

  #sum(before: AttributeValue, more: AttributeValue): AttributeValue {
    if ("N" in before && "N" in more) return { N: addNumbers(before.N, more.N) }
    if ("SS" in before && "SS" in more) return { SS: union(before.SS, more.SS) }
    if ("NS" in before && "NS" in more) return { NS: union(before.NS, more.NS) }
    if ("BS" in before && "BS" in more) {
      const known = new Set(before.BS.map(bytesText))
      return { BS: [...before.BS, ...more.BS.filter((one) => !known.has(bytesText(one)))] }
    }
    if (this.#legacy && "L" in before && "L" in more) return { L: [...before.L, ...more.L] }
    throw this.#wrongType()
  }

  #wrongType(): Error {
    return this.#legacy ? legacyTypeMismatch() : updateOperandType()
  }
}

/** Lists and maps around a value (recorded): the value is one level more. */
const MOST_LEVELS = 31

function assertLevels(value: AttributeValue, left: number): void {
  const inner = "M" in value ? Object.values(value.M) : "L" in value ? value.L : undefined
  if (inner === undefined) return
  if (left <= 0) throw tooManyLevels()
  for (const one of inner) assertLevels(one, left - 1)
}

const isTaking = ({ kind }: UpdateAction): boolean => kind === "remove" || kind === "delete"

const union = (before: readonly string[], more: readonly string[]): readonly string[] => [
  ...new Set([...before, ...more]),
]

/** Undefined where the types do not fit. */
function difference(
  before: AttributeValue,
  less: AttributeValue,
): AttributeValue | "empty" | undefined {
  if ("SS" in before && "SS" in less) {
    const SS = without(before.SS, less.SS)
    return SS.length > 0 ? { SS } : "empty"
  }
  if ("NS" in before && "NS" in less) {
    const NS = without(before.NS, less.NS)
    return NS.length > 0 ? { NS } : "empty"
  }
  if ("BS" in before && "BS" in less) {
    const gone = new Set(less.BS.map(bytesText))
    const BS = before.BS.filter((one) => !gone.has(bytesText(one)))
    return BS.length > 0 ? { BS } : "empty"
  }
  return undefined
}

function without(before: readonly string[], less: readonly string[]): readonly string[] {
  const gone = new Set(less)
  return before.filter((one) => !gone.has(one))
}

function evaluate(value: SetValue, old: Item): AttributeValue {
  switch (value.kind) {
    case "value":
      return value.value
    case "path": {
      const found = valueAt(old, value.path)
      if (found === undefined) throw updateOperandMissing()
      return found
    }
    case "if_not_exists":
      return valueAt(old, value.path) ?? evaluate(value.otherwise, old)
    case "list_append": {
      const first = evaluate(value.first, old)
      const second = evaluate(value.second, old)
      if (!("L" in first) || !("L" in second)) throw updateOperandType()
      return { L: [...first.L, ...second.L] }
    }
    case "arithmetic": {
      const left = evaluate(value.left, old)
      const right = evaluate(value.right, old)
      if (!("N" in left) || !("N" in right)) throw updateOperandType()
      const compute = value.operator === "+" ? addNumbers : subtractNumbers
      return { N: compute(left.N, right.N) }
    }
  }
}
