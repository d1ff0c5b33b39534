import type { ReadTx } from "../../../kernel/transaction.ts"
import { itemKey } from "../items/keys.ts"
import { readItem, type StoredItem } from "../items/rows.ts"
import type { Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { seenRow } from "./former.ts"

/** An item by its key: the latest, or what a read sees that need not see it. */
export function readAsAsked(
  tx: ReadTx,
  table: Table,
  { key, consistent }: { readonly key: Item; readonly consistent: boolean | undefined },
): StoredItem | undefined {
  const place = itemKey(table, key)
  const row = readItem(tx, place)
  if (consistent === true || tx.lags.length === 0) return row
  return seenRow(tx, table.region, { key: place, row })
}
