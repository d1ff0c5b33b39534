import { job } from "../../../kernel/later.ts"
import type { Table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { attempts } from "./attempt.ts"
import { deduplications } from "./deduplication.ts"
import { arrivals, depths } from "./depth.ts"
import { groups, tenants } from "./group.ts"
import { bodies, messages } from "./message.ts"
import type { Queue } from "../queue.ts"

/** Removes what is left of a store that no queue has any more; see jobs.ts. */
export const sweepJob = job<{ readonly store: number }>("sqs/sweep", {})

/** The tables whose keys begin with a store. */
const OF_STORE = Object.freeze([
  ...[messages, bodies, groups, tenants],
  ...[deduplications, attempts, depths, arrivals],
] as readonly Table<object>[])

/** Cuts a queue's messages off: at once out of reach, then removed step by step. */
export function abandonStore(tx: WriteTx, { store }: Queue): void {
  const depth = tx.get(depths, [store])
  for (const timer of [depth?.due, depth?.expiry]) if (timer) tx.cancel(timer)
  // Wakes the long polls that wait for this store, so that they look for the next.
  tx.put(arrivals, { store })
  tx.schedule(sweepJob, { store }, tx.now)
}

/** Removes up to `limit` rows of a store; false when none was left. */
export function sweepStore(tx: WriteTx, store: number, limit: number): boolean {
  let left = limit
  for (const table of OF_STORE) {
    if (left === 0) return true
    const { rows } = tx.scan(table, { prefix: [store], limit: left })
    for (const row of rows) tx.remove(table, row)
    left -= rows.length
  }
  return left < limit
}
