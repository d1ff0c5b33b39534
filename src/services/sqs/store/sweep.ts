import { job } from "../../../kernel/later/later.ts"
import type { Table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { attempts } from "./attempt.ts"
import { deduplications } from "./deduplication.ts"
import { arrivals, depths } from "./depth.ts"
import { groups, tenants } from "./group.ts"
import { bodies, messages } from "./message.ts"
import type { Queue } from "../queue.ts"

/** A store that no queue has any more, and how far it has been removed. */
export interface Abandoned {
  readonly store: number
  /** Tables that are done. */
  readonly done?: number
  /** The last row that was removed from the next one: what lies before it is not looked at again. */
  readonly after?: string | undefined
}

/** Removes what is left of a store; see jobs.ts. */
export const sweepJob = job<Abandoned>("sqs/sweep", {})

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

/** Removes up to `limit` rows; says where to go on, or nothing when none is left. */
export function sweepStore(
  tx: WriteTx,
  { store, done = 0, after }: Abandoned,
  limit: number,
): Abandoned | undefined {
  const table = OF_STORE[done]
  if (!table) return undefined
  const { rows, next } = tx.scan(table, { prefix: [store], after, limit })
  for (const row of rows) tx.remove(table, row)
  if (next !== undefined) return { store, done, after: next }
  return rows.length === limit
    ? { store, done: done + 1 }
    : sweepStore(tx, { store, done: done + 1 }, limit - rows.length)
}
