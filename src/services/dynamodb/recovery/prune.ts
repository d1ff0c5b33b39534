import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { DAY_MS } from "../limits.ts"
import { sameTable, type Table, type TableRef } from "../tables/table.ts"
import { changes } from "./changes.ts"
import { isCopied } from "./copies.ts"

interface Pruning extends TableRef {
  readonly id: number
  /** Of the recovery that it belongs to; undefined where nothing is kept. */
  readonly run?: number | undefined
}

/** Rows that one step takes away. */
const STEP = 500
const EVERY_MS = 6 * 3_600_000
/** Somebody reads them still. */
const AGAIN_MS = 60_000

/** Forgets the changes that no time of the window needs, or all where there is no window. */
export const prune = job<Pruning>("dynamodb/prune-changes", {
  run(tx, work) {
    const table = sameTable(tx, work)
    const { recovery } = table ?? {}
    // Another recovery has begun since, and has a chain of its own.
    if (recovery && recovery.run !== work.run) return
    if (isCopied(tx, work.id)) {
      tx.schedule(prune, work, tx.now + AGAIN_MS)
      return
    }
    const keepMs = recovery ? tx.now - recovery.days * DAY_MS : undefined
    const { rows } = tx.scan(changes, {
      prefix: [work.id],
      ...(keepMs !== undefined && { to: [keepMs + 1] }),
      limit: STEP,
    })
    for (const row of rows) tx.remove(changes, row)
    if (rows.length === STEP) tx.schedule(prune, work, tx.now)
    else if (recovery) tx.schedule(prune, work, tx.now + EVERY_MS)
  },
})

/** To call when a table begins or ends to keep its changes. */
export function pruneChanges(tx: WriteTx, table: Table): void {
  const { account, region, name, id, recovery } = table
  const atMs = recovery ? tx.now + EVERY_MS : tx.now
  tx.schedule(prune, { account, region, name, id, run: recovery?.run }, atMs)
}
