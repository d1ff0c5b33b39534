import { hash } from "node:crypto"
import type { Job, TimerId } from "../../../kernel/later/later.ts"
import { table, type KeyParts } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { exactRefOf, type ExactRef, type KeySchema, type Table } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { itemText } from "../values/item-text.ts"
import { DELETED_MS, REPLICATION_LAG_MS } from "./limits.ts"

/**
 * Changes on their way to other Regions. What waits is not the change but its item: when it is due,
 * the other replica gets the item as it is then ("the replication process … may combine multiple
 * changes").
 */
export interface PendingItem {
  /** Of the table where it was changed. */
  readonly tableId: number
  /** The Region to which it goes. */
  readonly to: string
  /** `keyText` of the item. */
  readonly key: string
  readonly dueMs: number
  readonly serial: number
}

export const pendingItems = table<PendingItem>("dynamodb/pending-item", {
  key: ({ tableId, to, key }) => [tableId, to, digest(key)],
  indexes: { byDue: ({ tableId, to, dueMs, serial }) => [tableId, to, dueMs, serial] },
})

/** The last write of an item of a replica, in whichever Region: the highest of all is the last. */
export interface ItemVersion {
  readonly tableId: number
  readonly key: string
  readonly serial: number
  readonly writtenMs: number
  /** Where it was written. */
  readonly region: string
  readonly deleted?: true | undefined
}

export const versions = table<ItemVersion>("dynamodb/item-version", {
  key: ({ tableId, key }) => [tableId, digest(key)],
  indexes: { deleted: (row) => row.deleted === true && [row.tableId, row.writtenMs, row.serial] },
})

/** Texts of keys can be longer than keys of rows. */
const LONG = 200

const digest = (key: string): string =>
  key.length > LONG ? `${key.slice(0, LONG)}${hash("sha256", key, "hex")}` : key

export const versionOf = (
  tx: ReadTx,
  { id }: Pick<Table, "id">,
  key: string,
): ItemVersion | undefined => tx.get(versions, [id, digest(key)])

/**
 * Forgets what has reached another account: of an item that was changed again meanwhile there is
 * more to bring.
 */
export function forgetSent(
  tx: WriteTx,
  { id, to }: Pick<Route, "id" | "to">,
  sent: readonly { readonly key: string; readonly version: ItemVersion | undefined }[],
): void {
  for (const { key, version } of sent) {
    const pending = tx.get(pendingItems, [id, to, digest(key)])
    if (pending && versionOf(tx, { id }, key)?.serial === version?.serial)
      tx.remove(pendingItems, pending)
  }
}

/** From which table to which Region: one timer each. */
export interface Route extends ExactRef {
  readonly to: string
}

export interface RouteTimer extends TimerId {
  readonly tableId: number
  readonly to: string
}

export const routeTimers = table<RouteTimer>("dynamodb/replication-timer", {
  key: ({ tableId, to }) => [tableId, to],
})

/** Its work is in applying.ts, which writes items: whose writing tells this file. */
export const replicateJob: Job<Route> = Object.freeze({ name: "dynamodb/replicate" })

/** The same between accounts, and what is to go there besides: see accounts/steps.ts. */
export const replicateAcrossJob: Job<Route> = Object.freeze({
  name: "dynamodb/replicate-across-accounts",
})
export const copyAcrossJob: Job<CopyAcross> = Object.freeze({
  name: "dynamodb/copy-across-accounts",
})
export const followAcrossJob: Job<Route> = Object.freeze({
  name: "dynamodb/follow-across-accounts",
})

/** A copy of all items to a new replica. */
export interface CopyAcross extends Route {
  readonly group: number
  readonly after?: string | undefined
}

/** The name of an item in all replicas. */
export function keyText({ hash: partition, range }: KeySchema, item: Item): string {
  const names = range ? [partition.name, range.name] : [partition.name]
  return itemText(Object.fromEntries(names.map((name) => [name, item[name]])) as Item)
}

export interface ReplicatedChange {
  readonly oldItem: Item | undefined
  readonly newItem: Item | undefined
}

/** Notes a change that was made in this Region, and that it goes to the others. */
export function replicate(tx: WriteTx, of: Table, { oldItem, newItem }: ReplicatedChange): void {
  const item = newItem ?? oldItem
  if (!of.replication || !item) return
  const key = keyText(of.keys, item)
  const { id: tableId, region } = of
  const version = { tableId, key, serial: tx.serial(), writtenMs: tx.now, region }
  putVersion(tx, of, newItem ? version : { ...version, deleted: true })
  for (const to of of.replication.peers) send(tx, of, { to, key })
}

/** Which table's deleted items are looked at: see deleted.ts. */
export type Deleting = Omit<Route, "to">

export const forgetDeletedJob: Job<Deleting> = Object.freeze({ name: "dynamodb/forget-deleted" })

/** The first item that is deleted begins the forgetting of those that were. */
export function putVersion(tx: WriteTx, of: Table, version: ItemVersion): void {
  if (version.deleted && !tx.first(versions, { index: "deleted", prefix: [of.id] }))
    tx.schedule(forgetDeletedJob, exactRefOf(of), tx.now + DELETED_MS)
  tx.put(versions, { ...version, tableId: of.id })
}

/** What is on its way already goes when it would have gone. */
function send(tx: WriteTx, of: Table, { to, key }: { to: string; key: string }): void {
  const place: KeyParts = [of.id, to, digest(key)]
  if (tx.get(pendingItems, place)) return
  const strong = of.replication?.consistency === "STRONG"
  const dueMs = strong ? tx.now : tx.now + REPLICATION_LAG_MS
  tx.insert(pendingItems, { tableId: of.id, to, key, dueMs, serial: tx.serial() })
  // What is strongly consistent does not wait for a job: see strong.ts.
  if (!strong) wakeRoute(tx, { ...of, to }, dueMs)
}

/** Looks at what is to go to a Region no later than then. */
export function wakeRoute(tx: WriteTx, route: Route, at: number): void {
  const { id, to } = route
  const timer = tx.get(routeTimers, [id, to])
  if (timer && timer.at <= at) return
  if (timer) tx.cancel(timer)
  const planned = tx.schedule(replicateJob, { ...exactRefOf(route), to }, at)
  tx.put(routeTimers, { tableId: id, to, ...planned })
}
