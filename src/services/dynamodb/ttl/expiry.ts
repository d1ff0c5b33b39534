import { table, type KeyParts } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { exactRefOf, type ExactRef, type Table } from "../tables/table.ts"
import { attributeOf, type Item } from "../values/attribute-value.ts"
import { expire } from "./jobs.ts"

/** That an item expires, kept beside it as long as its table has time to live. */
export interface Expiry {
  readonly tableId: number
  readonly expiresMs: number
  /** The parts of the item's key behind the table's, bytes in base64. */
  readonly partition: string
  readonly sort?: string | undefined
  readonly bytes?: true | undefined
}

export const expiries = table<Expiry>("dynamodb/expiry", {
  key: ({ tableId, expiresMs, partition, sort }) =>
    sort === undefined ? [tableId, expiresMs, partition] : [tableId, expiresMs, partition, sort],
})

/** When the next items of a table are looked at: one timer a table. */
export interface ExpiryTimer {
  readonly tableId: number
  readonly at: number
  readonly serial: number
}

export const expiryTimers = table<ExpiryTimer>("dynamodb/expiry-timer", {
  key: ({ tableId }) => [tableId],
})

/** Where the item lies that expires. */
export const itemKeyOf = ({ tableId, partition, sort, bytes }: Expiry): KeyParts => {
  if (sort === undefined) return [tableId, partition]
  return [tableId, partition, bytes ? Buffer.from(sort, "base64") : sort]
}

function expiryOf(key: KeyParts, expiresMs: number): Expiry {
  const [tableId, partition, sort] = key as [number, string, string | Uint8Array | undefined]
  if (!(sort instanceof Uint8Array)) return { tableId, expiresMs, partition, sort }
  const text = Buffer.from(sort).toString("base64")
  return { tableId, expiresMs, partition, sort: text, bytes: true }
}

/** Items that expired longer ago stay (docs: "Using time to live (TTL) in DynamoDB"). */
const OLDEST_MS = 5 * 365 * 86_400_000
/** AWS deletes expired items within a few days; here they can be read for ten minutes more. */
const DELAY_MS = 10 * 60_000

/** When an item expires, by its attribute: a number of seconds; undefined where it does not. */
function expiresMsOf({ timeToLive }: Table, item: Item | undefined): number | undefined {
  const value = item && timeToLive && attributeOf(item, timeToLive.attribute)
  if (value === undefined || !("N" in value)) return undefined
  const expiresMs = Math.floor(Number(value.N) * 1_000)
  return Number.isSafeInteger(expiresMs) && expiresMs > 0 ? expiresMs : undefined
}

export interface ExpiryChange {
  readonly key: KeyParts
  readonly oldItem: Item | undefined
  readonly newItem: Item | undefined
}

/** Brings what is known of an item's expiry to what a change of the item makes of it. */
export function writeExpiry(tx: WriteTx, of: Table, change: ExpiryChange): void {
  const before = expiresMsOf(of, change.oldItem)
  const after = expiresMsOf(of, change.newItem)
  if (before === after) return
  if (before !== undefined) tx.remove(expiries, expiryOf(change.key, before))
  if (after === undefined || after < tx.now - OLDEST_MS) return
  tx.put(expiries, expiryOf(change.key, after))
  expireAt(tx, of, Math.max(after + DELAY_MS, tx.now))
}

/** Looks at the table's items no later than then. */
export function expireAt(tx: WriteTx, of: ExactRef, at: number): void {
  const timer = tx.get(expiryTimers, [of.id])
  if (timer && timer.at <= at) return
  if (timer) tx.cancel(timer)
  const planned = tx.schedule(expire, exactRefOf(of), at)
  tx.put(expiryTimers, { tableId: of.id, ...planned })
}

/** The items of a table that are to be deleted now, the oldest first. */
export const expired = (tx: WriteTx, tableId: number, limit: number): readonly Expiry[] =>
  tx.scan(expiries, { prefix: [tableId], to: [tx.now - DELAY_MS + 1], limit }).rows

/** When the next item is to be deleted. */
export function nextExpiryMs(tx: WriteTx, tableId: number): number | undefined {
  const next = tx.first(expiries, { prefix: [tableId] })
  return next && next.expiresMs + DELAY_MS
}
