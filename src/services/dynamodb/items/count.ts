import type { WriteTx } from "../../../kernel/transaction.ts"
import { countOf, counts } from "./rows.ts"

/** Adds to what a table or an index holds. AWS tells it with a delay of hours; here it is exact. */
export function addToCount(
  tx: WriteTx,
  id: number,
  more: { readonly items: number; readonly bytes: number },
): void {
  if (more.items === 0 && more.bytes === 0) return
  const count = countOf(tx, { id })
  tx.replace(counts, count, {
    id,
    items: count.items + more.items,
    bytes: count.bytes + more.bytes,
  })
}
