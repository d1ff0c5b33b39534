import { setOwn } from "../../../protocols/own-property.ts"
import type { Index, Table } from "../tables/table.ts"
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"

/** What an index holds of an item: the keys of both, and what its projection says. */
export function projected(table: Table, { keys, projection }: Index, item: Item): Item {
  if (projection.type === "ALL") return item
  const copy: Record<string, AttributeValue> = {}
  const take = (name: string | undefined): void => {
    const value = name === undefined ? undefined : attributeOf(item, name)
    if (name !== undefined && value !== undefined) setOwn(copy, name, value)
  }
  take(table.keys.hash.name)
  take(table.keys.range?.name)
  take(keys.hash.name)
  take(keys.range?.name)
  for (const name of projection.attributes) take(name)
  return copy
}

/** Whether the index holds that attribute of every item that has it. */
export function isProjected(table: Table, { keys, projection }: Index, name: string): boolean {
  if (projection.type === "ALL" || projection.attributes.includes(name)) return true
  const all = [table.keys.hash, table.keys.range, keys.hash, keys.range]
  return all.some((attribute) => attribute?.name === name)
}
