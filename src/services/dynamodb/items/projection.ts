import { setOwn } from "../../../protocols/own-property.ts"
import { keyAttributes, type Index, type Table } from "../tables/table.ts"
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"

/** What an index holds of an item: the keys of both, and what its projection says. */
export function projected(table: Table, { keys, projection }: Index, item: Item): Item {
  if (projection.type === "ALL") return item
  const copy: Record<string, AttributeValue> = {}
  const take = (name: string): void => {
    const value = attributeOf(item, name)
    if (value !== undefined) setOwn(copy, name, value)
  }
  for (const { name } of keyAttributes(table.keys)) take(name)
  for (const { name } of keyAttributes(keys)) take(name)
  for (const name of projection.attributes) take(name)
  return copy
}

/** Whether the index holds that attribute of every item that has it. */
export function isProjected(table: Table, { keys, projection }: Index, name: string): boolean {
  if (projection.type === "ALL" || projection.attributes.includes(name)) return true
  return [...keyAttributes(table.keys), ...keyAttributes(keys)].some((one) => one.name === name)
}
