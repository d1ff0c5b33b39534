import { table, type KeyParts } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { FollowedChange } from "../items/followers.ts"
import { keyOf } from "../items/keys.ts"
import { readItem } from "../items/rows.ts"
import type { Table } from "../tables/table.ts"
import { itemText } from "../values/item-text.ts"

/**
 * What a write made of an item, as long as its table can be restored to the time before it: the item
 * as it was. What was written stands in the next change of the item, or in the item itself.
 */
export interface Change {
  readonly tableId: number
  readonly writtenMs: number
  /** In the order of commits. */
  readonly serial: number
  /** The parts of the item's key behind the table's, bytes in base64. */
  readonly partition: string
  readonly sort?: string | undefined
  readonly bytes?: true | undefined
  /** The keys of an item that was made, as its text; of others `old` has them. */
  readonly keys?: string | undefined
  /** Of `old`, as AWS counts it. */
  readonly sizeBytes: number
  /** The item's text; undefined where there was none. */
  readonly old?: string | undefined
}

/** The form of the rows: JSON in one line, then the item's text as it is. */
const VERSION = "1"

export const changes = table<Change>("dynamodb/change", {
  key: ({ tableId, writtenMs, serial }) => [tableId, writtenMs, serial],
  indexes: { byItem: (change) => [...itemPrefix(change), change.writtenMs, change.serial] },
  encode: ({ old, ...head }) => `${VERSION}${JSON.stringify(head)}\n${old ?? ""}`,
  decode(value) {
    const text = value as string
    const end = text.indexOf("\n")
    const head = JSON.parse(text.slice(1, end)) as Omit<Change, "old">
    return end === text.length - 1 ? head : { ...head, old: text.slice(end + 1) }
  },
})

const itemPrefix = ({ tableId, partition, sort = "" }: Change): KeyParts => [
  ...[tableId, partition, sort],
]

/** In the commit of the change. */
export function keepChange(tx: WriteTx, of: Table, change: FollowedChange): void {
  const { key, old, newItem } = change
  if (!old && !newItem) return
  const [, partition, sort] = key as [number, string, string | Uint8Array | undefined]
  const isBytes = sort instanceof Uint8Array
  tx.insert(changes, {
    ...{ tableId: of.id, writtenMs: tx.now, serial: tx.serial(), partition },
    sort: isBytes ? Buffer.from(sort).toString("base64") : sort,
    bytes: isBytes || undefined,
    keys: old || !newItem ? undefined : itemText(keyOf(of.keys, newItem)),
    sizeBytes: old?.sizeBytes ?? 0,
    old: old?.text,
  })
}

/** Where the item lies that was changed: in its table, or in a copy of it. */
export function changedKey({ tableId, partition, sort, bytes }: Change, id = tableId): KeyParts {
  if (sort === undefined) return [id, partition]
  return [id, partition, bytes ? Buffer.from(sort, "base64") : sort]
}

/** The item of a change as it was at a time, all writes of that millisecond included: its text. */
export function textAt(tx: ReadTx, change: Change, atMs: number): string | undefined {
  const later = tx.first(changes, {
    ...{ index: "byItem", prefix: itemPrefix(change), from: [atMs + 1] },
  })
  return later ? later.old : readItem(tx, changedKey(change))?.text
}

/** The first and the last change of the same item from one time, and before another. */
export function endsOf(
  tx: ReadTx,
  change: Change,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): { readonly first: Change; readonly last: Change } {
  const range = { index: "byItem", prefix: itemPrefix(change), from: [fromMs], to: [toMs] }
  return {
    first: tx.first(changes, range) ?? change,
    last: tx.first(changes, { ...range, reverse: true }) ?? change,
  }
}
