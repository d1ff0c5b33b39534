import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { isGlobal, type Index, type Table } from "../tables/table.ts"
import { equalItems, type Item } from "../values/attribute-value.ts"
import { itemSize } from "../values/size.ts"
import { writeUnits } from "../capacity/units.ts"
import { keepFormer } from "../staleness/former.ts"
import { addToCount } from "./count.ts"
import { entryKey } from "./keys.ts"
import { projected } from "./projection.ts"
import { entries, storedItem } from "./rows.ts"

export interface IndexWrites {
  /** Write units by the names of local and of global indexes; those that were not written lack. */
  readonly local: Readonly<Record<string, number>>
  readonly global: Readonly<Record<string, number>>
  /** By how much the local indexes grew. */
  readonly localBytes: number
}

export interface Images {
  readonly oldItem: Item | undefined
  readonly newItem: Item | undefined
}

/** Brings all indexes of a table to what a change of an item makes of them. */
export function writeIndexes(tx: WriteTx, table: Table, images: Images): IndexWrites | undefined {
  if (table.localIndexes.length + table.globalIndexes.length === 0) return undefined
  const local: Record<string, number> = {}
  const global: Record<string, number> = {}
  let localBytes = 0
  for (const index of table.localIndexes) {
    const written = writeEntry(tx, { table, index }, images)
    localBytes += written.bytes
    if (written.units > 0) local[index.name] = written.units
  }
  for (const index of table.globalIndexes) {
    const { units } = writeEntry(tx, { table, index }, images)
    if (units > 0) global[index.name] = units
  }
  return { local, global, localBytes }
}

/**
 * Brings one index to what a change makes of it. Units as documented ("Local secondary indexes",
 * "Global secondary indexes": write capacity): an entry that moves is a delete and a put, one
 * whose projected attributes stay the same costs nothing.
 */
export function writeEntry(
  tx: WriteTx,
  { table, index }: { readonly table: Table; readonly index: Index },
  { oldItem, newItem }: Images,
): { readonly units: number; readonly bytes: number } {
  if (isGlobal(index) && index.status === "DELETING") return { units: 0, bytes: 0 }
  const oldKey = oldItem && knownEntry(tx, { table, index }, oldItem)
  const newKey = newItem && entryKey(table, index, newItem)
  if (!oldKey && !newKey) return { units: 0, bytes: 0 }
  const before = oldKey && oldItem && projected(table, index, oldItem)
  const after = newKey && newItem && projected(table, index, newItem)
  if (before && after && equalItems(before, after)) return { units: 0, bytes: 0 }
  const oldBytes = before ? itemSize(before) : 0
  const newBytes = after ? itemSize(after) : 0
  const moved = oldKey && newKey && !sameKey(oldKey, newKey)
  if (tx.lags.length > 0) {
    const old = oldKey && before && storedItem(oldKey, before, oldBytes)
    if (oldKey) keepFormer(tx, table.region, { key: oldKey, old })
    if (newKey && (moved || !oldKey)) keepFormer(tx, table.region, { key: newKey, old: undefined })
  }
  if (oldKey && (!newKey || moved)) tx.delete(entries, oldKey)
  if (newKey && after) tx.put(entries, storedItem(newKey, after, newBytes))
  addToCount(tx, index.id, {
    items: (newKey ? 1 : 0) - (oldKey ? 1 : 0),
    bytes: newBytes - oldBytes,
  })
  const units = moved
    ? writeUnits(oldBytes) + writeUnits(newBytes)
    : writeUnits(Math.max(oldBytes, newBytes))
  return { units, bytes: newBytes - oldBytes }
}

/** Where the index has the item; one that is being filled may not have come to it. */
function knownEntry(
  tx: WriteTx,
  { table, index }: { readonly table: Table; readonly index: Index },
  item: Item,
): KeyParts | undefined {
  const key = entryKey(table, index, item)
  if (!key || !isGlobal(index) || !index.backfilling) return key
  return tx.get(entries, key) && key
}

const sameKey = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.every((part, i) => {
    const other = b[i]
    return part instanceof Uint8Array && other instanceof Uint8Array
      ? Buffer.compare(part, other) === 0
      : part === other
  })
