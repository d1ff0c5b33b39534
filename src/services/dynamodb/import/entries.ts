import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { assertItemKeys, itemKey } from "../items/keys.ts"
import { readItem } from "../items/rows.ts"
import { writeItem } from "../items/write-item.ts"
import { checkedPut } from "../items/writing.ts"
import { sameTable, type Table } from "../tables/table.ts"
import { lookUpImport, tableImports, tableOfImport, type ImportRef } from "./import.ts"
import type { Entry } from "./objects.ts"

export interface EntryBatch {
  readonly key: string
  /** How many entries of the object stand before these. */
  readonly from: number
  readonly entries: readonly Entry[]
}

/** Writes items, or counts why not: gives back the errors. What was done before is not done again. */
export function writeEntries(
  tx: WriteTx,
  ref: ImportRef,
  { key, from, entries }: EntryBatch,
): readonly string[] {
  const one = lookUpImport(tx, ref)
  const table = one && sameTable(tx, tableOfImport(one))
  const done = one?.key === key ? one.done : 0
  if (!one || !table || one.status !== "IN_PROGRESS" || done !== from) return []
  const errors = entries.flatMap((entry) => {
    const error = "error" in entry ? entry.error : writeEntry(tx, table, entry)
    return error === undefined ? [] : [error]
  })
  tx.put(tableImports, {
    ...one,
    ...{ key, done: from + entries.length, attempts: 0 },
    processed: one.processed + entries.length,
    imported: one.imported + entries.length - errors.length,
    errors: one.errors + errors.length,
  })
  return errors
}

/** Of several items with one key the last one stays; AWS says that it is any of them. */
function writeEntry(
  tx: WriteTx,
  table: Table,
  { item: given }: Extract<Entry, { item: object }>,
): string | undefined {
  try {
    const { item, sizeBytes } = checkedPut(given)
    assertItemKeys(table, item)
    const key = itemKey(table, item)
    writeItem(tx, table, { key, old: readItem(tx, key), item, sizeBytes, by: "restore" })
    return undefined
  } catch (error) {
    if (error instanceof AwsError) return error.message
    throw error
  }
}
