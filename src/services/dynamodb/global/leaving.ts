import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { validation } from "../errors.ts"
import { removeTable, settleTable } from "../tables/jobs.ts"
import { lookUp, sameTable, tables, type Table, type TableRef } from "../tables/table.ts"
import { streamsFollow } from "../streams/stream.ts"
import { areUp, nextOf } from "./applying.ts"
import { REPLICATION_LAG_MS, RETRY_MS, SOURCE_MS, STEP } from "./limits.ts"
import { memberIn, membersOf, replicas, tellPeers, type Replica } from "./replica.ts"
import { pendingItems, versions } from "./replication.ts"

interface Leaving extends TableRef {
  readonly group: number
  /** Of its table, where it has one. */
  readonly id?: number | undefined
}

/** As users quote it. */
export function assertMayLeave(tx: WriteTx, { group, region }: Replica): void {
  const { sourceMs } = memberIn(tx, group, region) ?? {}
  const others = membersOf(tx, group).some(
    (one) => one.region !== region && one.status !== "DELETING",
  )
  if (others && sourceMs !== undefined && tx.now - sourceMs < SOURCE_MS)
    throw validation(
      "Replica cannot be deleted because it has acted as a source region for new replica(s) " +
        "being added to the table in the last 24 hours.",
    )
}

/** Of a replica whose table is deleted. Throws ValidationException. */
export function leaveGroup(tx: WriteTx, { replication, region }: Table): void {
  const member = replication && memberIn(tx, replication.group, region)
  if (!member) throw new Error("a replica that is no member of its global table")
  if (replication.consistency === "STRONG")
    // The words are not verified.
    throw validation("A single replica of an MRSC global table cannot be deleted")
  assertMayLeave(tx, member)
  leave(tx, member)
}

/** Takes a replica out of its global table, with its table: once its last changes have left it. */
export function leave(tx: WriteTx, replica: Replica): void {
  const { account, region, name, group } = replica
  const own = lookUp(tx, replica)
  const table = own?.replication?.group === group ? own : undefined
  tx.put(replicas, { ...replica, status: "DELETING" })
  if (table) {
    tx.put(tables, { ...table, status: "DELETING" })
    streamsFollow(tx, table, undefined)
  }
  tellPeers(tx, group)
  tx.schedule(removeReplica, { account, region, name, group, id: table?.id }, tx.now)
}

export const removeReplica = job<Leaving>("dynamodb/remove-replica", {
  run(tx, work) {
    const replica = memberIn(tx, work.group, work.region)
    const { id } = work
    const table = id === undefined ? undefined : sameTable(tx, { ...work, id })
    const peers = (table?.replication?.peers ?? []).map((region) => ({ region }))
    const waits = peers.some(
      (peer) =>
        table && !isKeptOut(tx, work, peer.region) && nextOf(tx, { id: table.id, to: peer.region }),
    )
    if (!areUp(tx, [work, ...(waits ? peers : [])]))
      return void tx.schedule(removeReplica, work, tx.now + RETRY_MS)
    if (waits) return void tx.schedule(removeReplica, work, tx.now + REPLICATION_LAG_MS)
    if (replica?.status === "DELETING") tx.remove(replicas, replica)
    if (table) {
      removeTable(tx, table)
      forgetVersions(tx, table)
    }
    endGroup(tx, work.group)
  },
})

/** Where nothing goes any more, nothing is waited for. */
const isKeptOut = (tx: WriteTx, { group, region }: Leaving, peer: string): boolean =>
  [region, peer].some((one) => memberIn(tx, group, one)?.blocked !== undefined)

/** What is left of one member is a table like any other. */
export function endGroup(tx: WriteTx, group: number): void {
  const left = membersOf(tx, group)
  const [last] = left
  if (left.length > 1 || !last) return
  tx.remove(replicas, last)
  const table = lookUp(tx, last)
  if (table?.replication?.group !== group) return
  tx.put(tables, { ...table, replication: undefined })
  forgetVersions(tx, table)
  // Its source has left before all was copied.
  if (table.status === "CREATING") settleTable(tx, table)
}

export const forgetVersions = (tx: WriteTx, { id }: Pick<Table, "id">): void =>
  void tx.schedule(forgetReplication, { id }, tx.now)

/** Forgets what was known of the items of a replica that is none any more. */
export const forgetReplication = job<{ readonly id: number }>("dynamodb/forget-replication", {
  run(tx, { id }) {
    const known = tx.scan(versions, { prefix: [id], limit: STEP })
    for (const row of known.rows) tx.remove(versions, row)
    const pending = tx.scan(pendingItems, { prefix: [id], limit: STEP })
    for (const row of pending.rows) tx.remove(pendingItems, row)
    if (known.next !== undefined || pending.next !== undefined)
      tx.schedule(forgetReplication, { id }, tx.now)
  },
})
