import { table, type KeyParts, type Table as KernelTable } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Table } from "../tables/table.ts"
import { itemOfText, itemText, jsonOfText } from "../values/item-text.ts"
import type { Item } from "../values/attribute-value.ts"
import { itemSize } from "../values/size.ts"

/** An item, or an index's copy of what it projects, as it is stored: its JSON is read when needed. */
export interface StoredItem {
  /** Its place, see keys.ts. Rows that were read do not know it: their reader does. */
  readonly key: KeyParts
  /** As AWS counts it. */
  readonly sizeBytes: number
  readonly text: string
}

/** The form of the rows: raise it when `text` changes. */
const VERSION = "1"
const NO_KEY: KeyParts = Object.freeze([])

/** The version, the size in decimal digits, the text, which begins with a letter. */
function encode({ sizeBytes, text }: StoredItem): string {
  return VERSION + sizeBytes + text
}

function decode(value: string | Uint8Array): StoredItem {
  if (typeof value !== "string" || !value.startsWith(VERSION)) throw new Error("not a stored item")
  let sizeBytes = 0
  for (let at = 1; ; at++) {
    const digit = value.charCodeAt(at) - 48
    if (digit > 9) return { key: NO_KEY, sizeBytes, text: value.slice(at) }
    sizeBytes = sizeBytes * 10 + digit
  }
}

const rows = (name: string): KernelTable<StoredItem> =>
  table<StoredItem>(name, { key: ({ key }) => key, encode, decode })

/** Items by table, partition and sort key. */
export const items = rows("dynamodb/item")
/** What indexes hold, local and global, by index. */
export const entries = rows("dynamodb/index-entry")

export const storedItem = (key: KeyParts, item: Item, sizeBytes = itemSize(item)): StoredItem => ({
  key,
  sizeBytes,
  text: itemText(item),
})

export const itemOf = ({ text }: StoredItem): Item => itemOfText(text)

export const jsonOf = ({ text }: StoredItem): string => jsonOfText(text)

export const readItem = (tx: ReadTx, key: KeyParts): StoredItem | undefined => tx.get(items, key)

/** How many rows a table or an index has, and their sizes together, by its id. */
export interface Count {
  readonly id: number
  readonly items: number
  readonly bytes: number
}

export const counts = table<Count>("dynamodb/count", {
  key: ({ id }) => [id],
  encode: ({ id, items: number, bytes }) => `1 ${id} ${number} ${bytes}`,
  decode(value) {
    const [, id, number, bytes] = (value as string).split(" ")
    return { id: Number(id), items: Number(number), bytes: Number(bytes) }
  },
})

export const countOf = (tx: ReadTx, { id }: Pick<Table, "id">): Count =>
  tx.get(counts, [id]) ?? { id, items: 0, bytes: 0 }

/** The sizes of all items of a partition key and of their copies in local indexes together. */
export interface Collection {
  readonly tableId: number
  /** As in the items' keys. */
  readonly partition: string
  readonly bytes: number
}

export const collections = table<Collection>("dynamodb/item-collection", {
  key: ({ tableId, partition }) => [tableId, partition],
})
