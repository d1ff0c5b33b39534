import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { AwsError } from "../../../protocols/aws-error.ts"
import { refusalOfOne } from "../capacity/spending.ts"
import type { Table } from "../tables/table.ts"
import { entryKey } from "./keys.ts"
import { itemOf, readItem } from "./rows.ts"
import type { ItemWrite } from "./writing.ts"

/**
 * Why a write of a batch must be left undone now: nothing is left of the capacity of its table, or of
 * an index that it touches. What an update makes of an item is not known yet: it may touch any.
 */
export function refusalOfWrite(
  tx: WriteTx,
  table: Table,
  { write, key }: { readonly write: ItemWrite; readonly key: KeyParts },
): AwsError | undefined {
  return refusalOfOne(tx, table, {
    kind: "write",
    item: write.kind === "put" ? write.item : write.key,
    touches(index) {
      if (write.kind === "update") return true
      if (write.kind === "put" && entryKey(table, index, write.item)) return true
      const old = readItem(tx, key)
      return old !== undefined && entryKey(table, index, itemOf(old)) !== undefined
    },
  })
}
