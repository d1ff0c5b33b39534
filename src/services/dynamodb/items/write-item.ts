import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { keepFormer } from "../staleness/former.ts"
import type { Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { addToCollection } from "./collection.ts"
import { addToCount } from "./count.ts"
import { isFollowed, tellFollowers, wantsOldItem, type ChangeAuthor } from "./followers.ts"
import { writeIndexes, type IndexWrites } from "./indexes.ts"
import { itemOf, items, storedItem, type StoredItem } from "./rows.ts"

/** One change of one item. */
export interface ItemChange {
  /** Where it lies: `itemKey` of either image. */
  readonly key: KeyParts
  /** As it was read in this transaction; undefined where there was none. */
  readonly old: StoredItem | undefined
  /** What `old` holds, where the caller has read it. */
  readonly oldItem?: Item | undefined
  /** Checked, in normal form; undefined where it is deleted. */
  readonly item: Item | undefined
  /** Of `item`, where the caller knows it. */
  readonly sizeBytes?: number | undefined
  /** Who changes it, where that is not a caller: time to live, replication. */
  readonly by?: ChangeAuthor | undefined
}

/** A change that was made. */
export interface Written {
  readonly oldSizeBytes: number
  readonly newSizeBytes: number
  /** Write units of the indexes, by name; undefined of tables without. */
  readonly indexes: IndexWrites | undefined
  /** Size of the item collection after it, of tables with local indexes. */
  readonly collectionBytes: number | undefined
}

/**
 * The only way in which an item changes: the row, its indexes, the sizes. Callers have checked the
 * item; a delete of what is not there changes nothing. Throws
 * ItemCollectionSizeLimitExceededException.
 */
export function writeItem(tx: WriteTx, table: Table, change: ItemChange): Written {
  const { key, old, item } = change
  const next = item && storedItem(key, item, change.sizeBytes)
  if (next) {
    if (old) tx.replace(items, old, next)
    else tx.insert(items, next)
  } else if (old) tx.remove(items, { ...old, key })
  if (tx.lags.length > 0) keepFormer(tx, table.region, { key, old })
  const oldItem = old && wantsOldItem(table) ? (change.oldItem ?? itemOf(old)) : undefined
  const oldSizeBytes = old?.sizeBytes ?? 0
  const newSizeBytes = next?.sizeBytes ?? 0
  addToCount(tx, table.id, {
    items: (next ? 1 : 0) - (old ? 1 : 0),
    bytes: newSizeBytes - oldSizeBytes,
  })
  const indexes = writeIndexes(tx, table, { oldItem, newItem: item })
  if (isFollowed(table))
    tellFollowers(tx, table, { key, old, oldItem, newItem: item, by: change.by })
  const collectionBytes = addToCollection(tx, table, {
    partition: key[1] as string,
    bytes: newSizeBytes - oldSizeBytes + (indexes?.localBytes ?? 0),
  })
  return { oldSizeBytes, newSizeBytes, indexes, collectionBytes }
}
