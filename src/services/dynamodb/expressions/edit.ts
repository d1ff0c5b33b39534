import { setOwn } from "../../../protocols/own-property.ts"
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"
import { updatePathInvalid } from "./errors.ts"
import type { Path } from "./path.ts"

/** What becomes of the value at a path; `nothing` still wants a place that could hold one. */
export type Edit = { readonly value: AttributeValue } | "remove" | "nothing"

/** Edits by where they stand: those of the members of one map or list. */
type Edits = Map<string | number, Edit | Edits>

/**
 * The item with the edits made. No path holds another; indexes are those of the lists before.
 * Throws ValidationException where the item has no place for an edit.
 */
export function edited(
  item: Item,
  edits: readonly { readonly path: Path; readonly edit: Edit }[],
): Item {
  const tree: Edits = new Map()
  for (const { path, edit } of edits) plant(tree, path, edit)
  return editedMap(item, tree)
}

function plant(tree: Edits, path: Path, edit: Edit): void {
  let at = tree
  for (let i = 0; i < path.length - 1; i++) {
    const step = path[i] as string | number
    const known = at.get(step)
    const inner: Edits = known instanceof Map ? known : new Map()
    if (known === undefined) at.set(step, inner)
    at = inner
  }
  at.set(path[path.length - 1] as string | number, edit)
}

function editedMap(map: Item, edits: Edits): Item {
  const made: Record<string, AttributeValue> = { ...map }
  for (const [step, edit] of edits) {
    if (typeof step === "number") throw updatePathInvalid()
    if (edit === "nothing") continue
    if (edit === "remove") delete made[step]
    else if (edit instanceof Map) setOwn(made, step, editedValue(attributeOf(map, step), edit))
    else setOwn(made, step, edit.value)
  }
  return made
}

function editedList(list: readonly AttributeValue[], edits: Edits): readonly AttributeValue[] {
  const made: (AttributeValue | undefined)[] = [...list]
  const more: [index: number, AttributeValue][] = []
  for (const [step, edit] of edits) {
    if (typeof step === "string") throw updatePathInvalid()
    if (edit === "nothing") continue
    if (edit instanceof Map) made[step] = editedValue(list[step], edit)
    else if (edit !== "remove" && step >= list.length) more.push([step, edit.value])
    else if (step < list.length) made[step] = edit === "remove" ? undefined : edit.value
  }
  // Beyond the end is at the end, in the order of the indexes.
  more.sort(([a], [b]) => a - b)
  return [...made, ...more.map(([, value]) => value)].filter((value) => value !== undefined)
}

function editedValue(value: AttributeValue | undefined, edits: Edits): AttributeValue {
  if (value !== undefined && "M" in value) return { M: editedMap(value.M, edits) }
  if (value !== undefined && "L" in value) return { L: editedList(value.L, edits) }
  throw updatePathInvalid()
}
