import { job } from "../../../kernel/later/later.ts"
import { sameTable, tables, type TableRef } from "../tables/table.ts"
import { writeEntry } from "./indexes.ts"
import { entryKey } from "./keys.ts"
import { entries, itemOf, items } from "./rows.ts"

/** Items that one step takes on. */
const STEP = 200

interface Backfill extends TableRef {
  /** Of the table, and of the index that is filled. */
  readonly id: number
  readonly index: number
  readonly after?: string | undefined
}

/**
 * Fills a new global index with the items that are there, step by step; what is written meanwhile
 * goes into it at once. Items whose attributes do not fit are passed over (documented).
 */
export const backfill = job<Backfill>("dynamodb/backfill-index", {
  run(tx, work) {
    const table = sameTable(tx, work)
    const index = table?.globalIndexes.find(({ id }) => id === work.index)
    if (!table || !index?.backfilling) return
    const { rows, next } = tx.scan(items, { prefix: [table.id], after: work.after, limit: STEP })
    for (const row of rows) {
      const newItem = itemOf(row)
      const key = entryKey(table, index, newItem)
      if (key && !tx.get(entries, key))
        writeEntry(tx, { table, index }, { oldItem: undefined, newItem })
    }
    if (next !== undefined) {
      tx.schedule(backfill, { ...work, after: next }, tx.now)
      return
    }
    const filled = { ...index, status: "ACTIVE" as const, backfilling: undefined }
    tx.put(tables, {
      ...table,
      globalIndexes: table.globalIndexes.map((one) => (one === index ? filled : one)),
    })
  },
})
