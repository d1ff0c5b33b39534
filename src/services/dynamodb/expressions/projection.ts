import { setOwn } from "../../../protocols/own-property.ts"
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"
import type { Path } from "./path.ts"

/** What is wanted of an attribute, a map or a list: all of it, or some of its members. */
type Wanted = "all" | Members

interface Members {
  readonly names: Map<string, Wanted>
  /** Ascending. */
  indexes: readonly (readonly [index: number, Wanted])[]
}

/** Which parts of an item are wanted. */
export class Projection {
  /** In the order in which they were written. */
  readonly paths: readonly Path[]
  readonly #members: Members

  constructor(paths: readonly Path[]) {
    this.paths = paths
    this.#members = none()
    for (const path of paths) want(this.#members, path)
  }

  /**
   * The wanted parts of the item, each within the maps and lists where it stands. Elements of lists
   * move together. What the item does not have is left out.
   */
  of(item: Item): Item {
    return itemPart(item, this.#members)
  }
}

const none = (): Members => ({ names: new Map(), indexes: [] })

function want(members: Members, path: Path): void {
  let at = members
  path.forEach((step, i) => {
    const known = wantedOf(at, step)
    const last = i === path.length - 1
    const wanted = last ? "all" : known === undefined || known === "all" ? none() : known
    if (known === undefined) add(at, step, wanted)
    if (wanted !== "all") at = wanted
  })
}

function wantedOf(members: Members, step: string | number): Wanted | undefined {
  if (typeof step === "string") return members.names.get(step)
  return members.indexes.find(([index]) => index === step)?.[1]
}

function add(members: Members, step: string | number, wanted: Wanted): void {
  if (typeof step === "string") members.names.set(step, wanted)
  else members.indexes = [...members.indexes, [step, wanted] as const].sort(([a], [b]) => a - b)
}

function itemPart(item: Item, members: Members): Item {
  const part: Record<string, AttributeValue> = {}
  for (const [name, wanted] of members.names) {
    const value = attributeOf(item, name)
    const wantedValue = value && partOf(value, wanted)
    if (wantedValue) setOwn(part, name, wantedValue)
  }
  return part
}

function partOf(value: AttributeValue, wanted: Wanted): AttributeValue | undefined {
  if (wanted === "all") return value
  if ("M" in value) {
    const M = itemPart(value.M, wanted)
    return Object.keys(M).length > 0 ? { M } : undefined
  }
  if (!("L" in value)) return undefined
  const L: AttributeValue[] = []
  for (const [index, of] of wanted.indexes) {
    const element = value.L[index]
    const part = element && partOf(element, of)
    if (part) L.push(part)
  }
  return L.length > 0 ? { L } : undefined
}
