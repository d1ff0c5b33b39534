import { job } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { meterWrite } from "../capacity/consumed.ts"
import { countReplicatedWrite } from "../capacity/replicated-use.ts"
import { writeUnits } from "../capacity/units.ts"
import { itemKey } from "../items/keys.ts"
import { hasQuorum } from "../items/quorum.ts"
import { itemOf, readItem } from "../items/rows.ts"
import { writeItem } from "../items/write-item.ts"
import { lookUp, sameTable, type Table } from "../tables/table.ts"
import { equalItems, type Item } from "../values/attribute-value.ts"
import { itemOfText } from "../values/item-text.ts"
import { isLegacy, marked } from "./legacy/marks.ts"
import { RETRY_MS, STEP } from "./limits.ts"
import { memberIn } from "./replica.ts"
import {
  pendingItems,
  putVersion,
  replicateAcrossJob,
  replicateJob,
  routeTimers,
  versionOf,
  wakeRoute,
  type ItemVersion,
  type PendingItem,
  type Route,
} from "./replication.ts"

/** Brings changes of one Region to another; where one of them is down, they wait. */
export const replicateItems = job<Route>(replicateJob.name, {
  run(tx, route) {
    tx.delete(routeTimers, [route.id, route.to])
    const from = sameTable(tx, route)
    if (!from?.replication?.peers.includes(route.to)) return forget(tx, route)
    const to = peerOf(tx, from, route.to)
    if (!to || !areUp(tx, [from, to])) return wakeRoute(tx, route, tx.now + RETRY_MS)
    if (from.replication.multiAccount) return void tx.schedule(replicateAcrossJob, route, tx.now)
    for (const pending of dueOf(tx, route, STEP)) apply(tx, { from, to }, pending)
    const next = nextOf(tx, route)
    if (next) wakeRoute(tx, route, Math.max(next.dueMs, tx.now))
  },
})

/** The replica in another Region, as soon as it is there. */
export function peerOf(tx: ReadTx, table: Table, region: string): Table | undefined {
  const { name, replication } = table
  const account = replication?.multiAccount
    ? memberIn(tx, replication.group, region)?.account
    : table.account
  const peer = account === undefined ? undefined : lookUp(tx, { account, region, name })
  return peer?.replication?.group === replication?.group ? peer : undefined
}

/** Whether all can be written to. */
export const areUp = (tx: ReadTx, places: readonly { readonly region: string }[]): boolean =>
  places.every(({ region }) => hasQuorum(region, tx.faults))

export const dueOf = (
  tx: ReadTx,
  { id, to }: Pick<Route, "id" | "to">,
  limit: number,
): readonly PendingItem[] =>
  tx.scan(pendingItems, { index: "byDue", prefix: [id, to], to: [tx.now + 1], limit }).rows

export const nextOf = (tx: ReadTx, { id, to }: Pick<Route, "id" | "to">): PendingItem | undefined =>
  tx.first(pendingItems, { index: "byDue", prefix: [id, to] })

/** Of a replica that is no more, or goes its own way. */
function forget(tx: WriteTx, route: Route): void {
  const { rows, next } = tx.scan(pendingItems, { prefix: [route.id, route.to], limit: STEP })
  for (const row of rows) tx.remove(pendingItems, row)
  if (next !== undefined) wakeRoute(tx, route, tx.now)
}

interface Between {
  readonly from: Table
  readonly to: Table
}

/** The last writer wins: what is not newer than the item is there changes nothing. */
export function apply(tx: WriteTx, { from, to }: Between, pending: PendingItem): void {
  tx.remove(pendingItems, pending)
  const version = versionOf(tx, from, pending.key)
  const theirs = versionOf(tx, to, pending.key)
  if (!version || (theirs && theirs.serial >= version.serial)) return
  const { key } = pending
  const stored = readItem(tx, itemKey(from, itemOfText(key)))
  const item = stored && (isLegacy(from) ? marked(itemOf(stored), version) : itemOf(stored))
  // The legacy version writes an item again where it was written, to mark it.
  if (item && isLegacy(from) && !equalItems(item, itemOf(stored)))
    putCopy(tx, from, { key, version, item })
  putCopy(tx, to, { key, version, item })
}

interface Copy {
  /** `keyText` of the item. */
  readonly key: string
  readonly item: Item | undefined
  /** None of items that were there before their table had replicas. */
  readonly version: ItemVersion | undefined
}

/** Writes an item as another Region has it. It costs what a write costs. */
export function putCopy(tx: WriteTx, to: Table, { key, item, version }: Copy): void {
  if (version) putVersion(tx, to, version)
  const place = itemKey(to, itemOfText(key))
  const old = readItem(tx, place)
  if (!item && !old) return
  const written = writeItem(tx, to, { key: place, old, item, by: "replication" })
  const used = {
    table: writeUnits(Math.max(written.oldSizeBytes, written.newSizeBytes)),
    local: written.indexes?.local,
    global: written.indexes?.global,
  }
  meterWrite(tx, to, used)
  countReplicatedWrite(tx, to, used)
}
