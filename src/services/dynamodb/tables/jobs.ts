import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { forgetTraffic } from "../capacity/forgetting.ts"
import { TABLE_STEP_MS } from "../limits.ts"
import { backfill } from "../items/backfill.ts"
import { entryKey, itemKey } from "../items/keys.ts"
import { collections, counts, entries, itemOf, items } from "../items/rows.ts"
import { forgetExpiriesLater } from "../ttl/jobs.ts"
import { keepDeleted } from "../backups/system-backup.ts"
import { isCopied } from "../recovery/copies.ts"
import { pruneChanges } from "../recovery/prune.ts"
import {
  exactRefOf,
  keyAttributes,
  sameTable,
  tables,
  type ExactRef,
  type GlobalIndex,
  type Index,
  type KeyAttribute,
  type Table,
} from "./table.ts"

/** A table that was made or changed can be used; its indexes too, but for new ones of old tables. */
export const settle = job<ExactRef>("dynamodb/settle-table", {
  run(tx, ref) {
    const table = sameTable(tx, ref)
    if (table?.status !== "CREATING" && table?.status !== "UPDATING") return
    const leaving = table.globalIndexes.filter(({ status }) => status === "DELETING")
    const globalIndexes = table.globalIndexes
      .filter((index) => !leaving.includes(index))
      .map((index): GlobalIndex => (index.backfilling ? index : { ...index, status: "ACTIVE" }))
    const settled: Table = {
      ...table,
      status: "ACTIVE",
      globalIndexes,
      attributes: leaving.length > 0 ? usedAttributes(table, globalIndexes) : table.attributes,
      encryption: table.encryption?.ends ? undefined : table.encryption,
    }
    tx.put(tables, settled)
    if (leaving.length > 0) sweepLater(tx, { table, indexes: leaving, all: false })
    for (const { id, backfilling } of globalIndexes)
      if (backfilling) tx.schedule(backfill, { ...ref, index: id }, tx.now)
  },
})

/** A definition goes with the last index that uses it (recorded). */
function usedAttributes(
  table: Table,
  globalIndexes: readonly GlobalIndex[],
): readonly KeyAttribute[] {
  const schemas = [table, ...table.localIndexes, ...globalIndexes].map(({ keys }) => keys)
  return table.attributes.filter(({ name }) =>
    schemas.some((keys) => keyAttributes(keys).some((one) => one.name === name)),
  )
}

export function settleTable(tx: WriteTx, table: Table): void {
  tx.schedule(settle, exactRefOf(table), tx.now + TABLE_STEP_MS)
}

/** Rows that one step takes on. */
const STEP = 500
/** A copy that is being made of them is waited for. */
const COPIED_MS = 1_000

interface Doomed extends ExactRef {
  readonly table: Table
}

/** The name is free again; the rows go step by step. */
export const remove = job<Doomed>("dynamodb/remove-table", {
  run(tx, { table, ...ref }) {
    const found = sameTable(tx, ref)
    if (found) tx.remove(tables, found)
    if (found?.timeToLive) forgetExpiriesLater(tx, found)
    if (found && (found.recovery || found.copying))
      pruneChanges(tx, { ...found, recovery: undefined })
    const isKept = found?.recovery !== undefined
    if (isKept) keepDeleted(tx, found)
    const indexes = [...table.localIndexes, ...table.globalIndexes]
    sweepLater(tx, { table, indexes, all: !isKept })
  },
})

export function removeTable(tx: WriteTx, table: Table): void {
  tx.schedule(remove, { ...exactRefOf(table), table }, tx.now + TABLE_STEP_MS)
}

/** What is to go of a table: entries of indexes, and its items where all is to go. */
export interface Abandoned {
  readonly table: Table
  readonly indexes: readonly Index[]
  readonly all: boolean
}

/** Removes rows that nothing leads to any more, step by step. */
export const sweep = job<Abandoned>("dynamodb/sweep", {
  run(tx, abandoned) {
    const { table, indexes, all } = abandoned
    const [index, ...rest] = indexes
    if (index) {
      const done = sweepEntries(tx, table, index)
      sweepLater(tx, { ...abandoned, indexes: done ? rest : indexes })
    } else if (all && isCopied(tx, table.id)) tx.schedule(sweep, abandoned, tx.now + COPIED_MS)
    else if (all && !sweepItems(tx, table)) sweepLater(tx, abandoned)
  },
})

export function sweepLater(tx: WriteTx, abandoned: Abandoned): void {
  tx.schedule(sweep, abandoned, tx.now)
}

/** True when none is left. */
function sweepEntries(tx: WriteTx, table: Table, index: Index): boolean {
  const { rows, next } = tx.scan(entries, { prefix: [index.id], limit: STEP })
  for (const row of rows) {
    const key = entryKey(table, index, itemOf(row))
    if (!key) throw new Error(`an entry of ${index.name} that does not belong there`)
    tx.remove(entries, { ...row, key })
  }
  if (next !== undefined) return false
  forgetTraffic(tx, index.id)
  tx.delete(counts, [index.id])
  return true
}

function sweepItems(tx: WriteTx, table: Table): boolean {
  const { rows, next } = tx.scan(items, { prefix: [table.id], limit: STEP })
  for (const row of rows) tx.remove(items, { ...row, key: itemKey(table, itemOf(row)) })
  const groups = tx.scan(collections, { prefix: [table.id], limit: STEP })
  for (const group of groups.rows) tx.remove(collections, group)
  if (next !== undefined || groups.next !== undefined) return false
  forgetTraffic(tx, table.id)
  tx.delete(counts, [table.id])
  return true
}
