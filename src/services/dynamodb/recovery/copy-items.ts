import { job } from "../../../kernel/later/later.ts"
import type { KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { backupCopied } from "../backups/create-backup.ts"
import { exportCopied } from "../export/jobs.ts"
import { addToCount } from "../items/count.ts"
import { itemKey } from "../items/keys.ts"
import { itemOf, items, readItem, type StoredItem } from "../items/rows.ts"
import { writeItem } from "../items/write-item.ts"
import { sameTable, type Table } from "../tables/table.ts"
import { itemOfText } from "../values/item-text.ts"
import { changedKey, changes } from "./changes.ts"
import { beginCopy, copies, endCopy, type Copy } from "./copies.ts"
import { restoreCopied } from "./restored-table.ts"

/** Items, or changes, that one step takes on. */
const STEP = 200

type CopyId = Pick<Copy, "source" | "id">

/**
 * Copies items as they were at one moment, step by step, while their table is written: first as
 * they are when their turn comes, then all changes since that moment are undone, the last first.
 */
export const copyItems = job<CopyId>("dynamodb/copy-items", {
  run(tx, { source, id }) {
    const copy = tx.get(copies, [source, id])
    if (!copy) return
    const put = putter(tx, copy)
    const next = put && (copy.phase === "copy" ? copyStep(tx, copy, put) : undoStep(tx, copy, put))
    if (next) {
      tx.replace(copies, copy, next)
      tx.schedule(copyItems, { source, id }, tx.now)
      return
    }
    endCopy(tx, copy)
    copied(tx, copy)
  },
})

/** To call with what is to be copied; it begins at once. */
export function startCopy(tx: WriteTx, copy: Omit<Copy, "id" | "phase">): void {
  const id = tx.serial()
  beginCopy(tx, { ...copy, id, phase: "copy" })
  tx.schedule(copyItems, { source: copy.source, id }, tx.now)
}

function copied(tx: WriteTx, copy: Copy): void {
  const { purpose } = copy
  if (purpose.kind === "restore") restoreCopied(tx, purpose.table)
  else if (purpose.kind === "backup") backupCopied(tx, purpose)
  else exportCopied(tx, purpose)
}

/** Makes the item of a key in the copy what a text says, or takes it away. */
type Put = (key: KeyParts, stored: Pick<StoredItem, "text" | "sizeBytes"> | undefined) => void

/** Undefined where the target is gone. */
function putter(tx: WriteTx, { purpose, target }: Copy): Put | undefined {
  if (purpose.kind !== "restore") return (key, stored) => putRow(tx, { key, stored, target })
  const table = sameTable(tx, purpose.table)
  return table && ((key, stored) => putItem(tx, table, { key, stored }))
}

interface PutOf {
  readonly key: KeyParts
  readonly stored: Pick<StoredItem, "text" | "sizeBytes"> | undefined
}

function putRow(tx: WriteTx, { key, stored, target }: PutOf & { readonly target: number }): void {
  const old = readItem(tx, key)
  if (stored) tx.put(items, { ...stored, key })
  else if (old) tx.remove(items, { ...old, key })
  addToCount(tx, target, {
    items: (stored ? 1 : 0) - (old ? 1 : 0),
    bytes: (stored?.sizeBytes ?? 0) - (old?.sizeBytes ?? 0),
  })
}

function putItem(tx: WriteTx, table: Table, { key, stored }: PutOf): void {
  const old = readItem(tx, key)
  if (!old && !stored) return
  const item = stored && itemOfText(stored.text)
  writeItem(tx, table, { key, old, item, sizeBytes: stored?.sizeBytes, by: "restore" })
}

/** What is left to do; undefined when all is done. */
function copyStep(tx: WriteTx, copy: Copy, put: Put): Copy | undefined {
  const { source, keys, target, after } = copy
  const { rows, next } = tx.scan(items, { prefix: [source], after, limit: STEP })
  for (const row of rows) put(itemKey({ id: target, keys }, itemOf(row)), row)
  if (next !== undefined) return { ...copy, after: next }
  return copy.undo ? { ...copy, phase: "undo", after: undefined } : undefined
}

function undoStep(tx: WriteTx, copy: Copy, put: Put): Copy | undefined {
  const { source, target, undo, after } = copy
  const { rows, next } = tx.scan(changes, {
    ...{ prefix: [source], from: undo ?? [], after, reverse: true, limit: STEP },
  })
  for (const change of rows) {
    const { old, sizeBytes } = change
    put(changedKey(change, target), old === undefined ? undefined : { text: old, sizeBytes })
  }
  return next === undefined ? undefined : { ...copy, after: next }
}
