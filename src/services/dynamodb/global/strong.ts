import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { validation } from "../errors.ts"
import { hasQuorum } from "../items/quorum.ts"
import { findTable, type Table } from "../tables/table.ts"
import { apply, areUp, dueOf, nextOf, peerOf } from "./applying.ts"
import { RETRY_MS } from "./limits.ts"
import { membersOf } from "./replica.ts"
import { wakeRoute } from "./replication.ts"

/**
 * Global tables with strong consistency: a write is in all Regions that are up when it is answered.
 * Operations run one after another, so none meets another's (`ReplicatedWriteConflictException`).
 */

export const isStrong = ({ replication }: Table): boolean => replication?.consistency === "STRONG"

/** Items that one operation catches up with. */
const CATCH_UP = 1_000

/**
 * To call before a write, or a strongly consistent read, which the leader of a partition has to serve.
 * Throws InternalServerError where there is none (the code and the words are not verified).
 */
export function assertLeader(tx: WriteTx, table: Table): void {
  if (!hasQuorum(table.region, tx.faults))
    throw unavailable("Too few Availability Zones are available.")
  if (isStrong(table)) assertCurrent(tx, table)
}

/**
 * Most members of the global table must be up, and what was written while this Region was down must
 * have come.
 */
function assertCurrent(tx: WriteTx, table: Table): void {
  const { replication, region } = table
  if (!replication) return
  const members = membersOf(tx, replication.group)
  const up = members.filter((one) => areUp(tx, [one]))
  if (up.length * 2 <= members.length) throw unavailable("Too few Regions are available.")
  // All that are up have the same items: what one left behind, another has too.
  const from = up
    .filter((one) => one.kind === "replica" && one.region !== region)
    .map((one) => peerOf(tx, table, one.region))
    .find((peer) => peer !== undefined)
  for (const peer of replication.peers) {
    const source = peerOf(tx, table, peer)
    const route = source && { ...source, to: region }
    if (!route || !nextOf(tx, route)) continue
    if (!from) throw unavailable("No other replica is available.")
    for (const pending of dueOf(tx, route, CATCH_UP)) apply(tx, { from, to: table }, pending)
    if (nextOf(tx, route)) throw unavailable("The replica is catching up.")
  }
}

const unavailable = (why: string): AwsError =>
  new AwsError("InternalServerError", `The request cannot be served consistently: ${why}`)

/** Brings a write to all Regions that are up, in its own commit; the others get it when they are. */
export function passOn(tx: WriteTx, table: Table): void {
  for (const to of table.replication?.peers ?? []) {
    const route = { ...table, to }
    const peer = peerOf(tx, table, to)
    if (peer && areUp(tx, [peer]))
      for (const pending of dueOf(tx, route, CATCH_UP))
        apply(tx, { from: table, to: peer }, pending)
    else wakeRoute(tx, route, tx.now + RETRY_MS)
  }
}

/** The table of an action of a transaction. "… MRSC global tables do not support transactions." */
export function findTransactTable(tx: WriteTx, nameOrArn: string, call: Call): Table {
  const table = findTable(tx, nameOrArn, call)
  if (isStrong(table))
    // The words are not verified.
    throw validation("Transactions are not supported on MRSC global tables")
  assertLeader(tx, table)
  return table
}
