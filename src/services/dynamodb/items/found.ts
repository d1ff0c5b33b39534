import { textMember } from "../../../protocols/json/json-text.ts"
import type { Item } from "../values/attribute-value.ts"
import { itemOf, jsonOf, type StoredItem } from "./rows.ts"

/** What is answered of an item: a row as it is stored, or what was taken out of one. */
export type Found = StoredItem | Item

const isRow = (found: Found): found is StoredItem => typeof found["sizeBytes"] === "number"

export const itemOfFound = (found: Found): Item => (isRow(found) ? itemOf(found) : found)

/** What was found, as items. */
export const itemsOf = (found: readonly Found[]): readonly Item[] => found.map(itemOfFound)

/** The JSON of rows as they are stored; undefined where something was taken out of them. */
export function jsonOfFound(found: readonly Found[]): string | undefined {
  let text = ""
  // Pieces that are put together once, when the answer is written.
  for (const one of found) {
    if (!isRow(one)) return undefined
    text += text === "" ? `[${jsonOf(one)}` : `,${jsonOf(one)}`
  }
  return text === "" ? "[]" : `${text}]`
}

const ITEMS = textMember("Items", itemsOf)

/** An output with its `Items`: rows as they are stored are answered as they are. */
export function withItems<Output extends object>(found: readonly Found[], output: Output) {
  const text = jsonOfFound(found)
  return text === undefined ? { Items: itemsOf(found), ...output } : ITEMS.add(output, text, found)
}
