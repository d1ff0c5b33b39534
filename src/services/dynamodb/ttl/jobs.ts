import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { itemKey } from "../items/keys.ts"
import { itemOf, items, readItem } from "../items/rows.ts"
import { writeItem } from "../items/write-item.ts"
import { expiresHere } from "../global/expiry.ts"
import { exactRefOf, sameTable, type ExactRef, type Table } from "../tables/table.ts"
import {
  expired,
  expireAt,
  expiries,
  expiryTimers,
  itemKeyOf,
  nextExpiryMs,
  writeExpiry,
} from "./expiry.ts"

/** Items that one step takes on. */
const STEP = 200

/** How soon it is looked again at what another replica should have deleted. */
const ELSEWHERE_MS = 60_000

/** Deletes what has expired; nobody pays for it (documented). */
export const expire = job<ExactRef>("dynamodb/expire", {
  run(tx, ref) {
    tx.delete(expiryTimers, [ref.id])
    const table = sameTable(tx, ref)
    if (!table?.timeToLive) return
    if (!expiresHere(tx, table)) return expireAt(tx, ref, tx.now + ELSEWHERE_MS)
    for (const expiry of expired(tx, ref.id, STEP)) {
      const key = itemKeyOf(expiry)
      const old = readItem(tx, key)
      if (!old) throw new Error("an item expired that is not there")
      writeItem(tx, table, { key, old, item: undefined, by: "time-to-live" })
    }
    const next = nextExpiryMs(tx, ref.id)
    if (next !== undefined) expireAt(tx, ref, Math.max(next, tx.now))
  },
})

interface Step extends ExactRef {
  readonly after?: string | undefined
}

/** Finds out when the items expire that were there before their table had time to live. */
export const findExpiries = job<Step>("dynamodb/find-expiries", {
  run(tx, { after, ...ref }) {
    const table = sameTable(tx, ref)
    if (!table?.timeToLive) return
    const { rows, next } = tx.scan(items, { prefix: [table.id], after, limit: STEP })
    for (const row of rows) {
      const newItem = itemOf(row)
      writeExpiry(tx, table, { key: itemKey(table, newItem), oldItem: undefined, newItem })
    }
    if (next !== undefined) tx.schedule(findExpiries, { ...ref, after: next }, tx.now)
  },
})

/** Forgets what expires in a table that has no time to live any more, or is gone. */
export const forgetExpiries = job<ExactRef>("dynamodb/forget-expiries", {
  run(tx, ref) {
    const { rows, next } = tx.scan(expiries, { prefix: [ref.id], limit: STEP })
    for (const row of rows) tx.remove(expiries, row)
    if (next !== undefined) tx.schedule(forgetExpiries, ref, tx.now)
  },
})

export function forgetExpiriesLater(tx: WriteTx, table: Table): void {
  const timer = tx.get(expiryTimers, [table.id])
  if (timer) {
    tx.cancel(timer)
    tx.remove(expiryTimers, timer)
  }
  tx.schedule(forgetExpiries, exactRefOf(table), tx.now)
}
