import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { countHours } from "../capacity/hourly.ts"
import { itemOf, items } from "../items/rows.ts"
import { settleTable } from "../tables/jobs.ts"
import { newStream } from "../tables/stream.ts"
import { lookUp, sameTable, tables, type GlobalIndex, type Table } from "../tables/table.ts"
import { streamsFollow } from "../streams/stream.ts"
import { areUp, peerOf, putCopy } from "./applying.ts"
import { RETRY_MS, STEP } from "./limits.ts"
import { memberIn, replicas, tellPeers, type Replica } from "./replica.ts"
import { keyText, versionOf } from "./replication.ts"
import { scaleAs } from "./scaling/following.ts"
import { indexOf, synced } from "./settings.ts"

/** From which table a replica is made. */
export interface NewReplica {
  readonly account: string
  readonly region: string
  readonly name: string
  readonly id: number
  readonly group: number
  /** The Region of the replica. */
  readonly to: string
  readonly after?: string | undefined
}

export const STREAM = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" }

/** Makes the table of a replica; a Region that is down gets it when it is back. */
export const createReplica = job<NewReplica>("dynamodb/create-replica", {
  run(tx, work) {
    const replica = memberIn(tx, work.group, work.to)
    if (replica?.status !== "CREATING") return
    const from = sameTable(tx, work)
    if (from?.replication?.group !== work.group) return fail(tx, replica, "Its source is gone.")
    if (!areUp(tx, [from, replica])) return void tx.schedule(createReplica, work, tx.now + RETRY_MS)
    if (lookUp(tx, replica)) return fail(tx, replica, "A table of this name exists already.")
    const made = tableOf(tx, from, replica)
    tx.insert(tables, made)
    streamsFollow(tx, undefined, made)
    countHours(tx, made)
    tellPeers(tx, work.group)
    scaleAs(tx, from, made)
    tx.schedule(copyItems, work, tx.now)
  },
})

function fail(tx: WriteTx, replica: Replica, statusDescription: string): void {
  tx.put(replicas, { ...replica, status: "CREATION_FAILED", statusDescription })
  tellPeers(tx, replica.group)
}

/** What is never the same in all replicas is as of a new table: tags, policy, protection. */
export function tableOf(tx: WriteTx, from: Table, replica: Replica): Table {
  const { account, name, region } = replica
  const strong = from.replication?.consistency === "STRONG"
  const bare: Table = {
    ...{ account, region, name },
    id: tx.serial(),
    uuid: tx.random("dynamodb/table-id").uuid(),
    status: "CREATING",
    createdMs: tx.now,
    attributes: from.attributes,
    keys: from.keys,
    billing: from.billing,
    throughput: from.throughput,
    localIndexes: from.localIndexes.map((index) => ({ ...index, id: tx.serial() })),
    globalIndexes: [],
    tableClass: replica.overrides.tableClass ?? from.tableClass,
    deletionProtection: false,
    tags: {},
    // Recorded: a stream of any view will do, and stays what it is.
    stream: strong
      ? undefined
      : newStream(tx, { ...STREAM, StreamViewType: from.stream?.view ?? STREAM.StreamViewType }),
    replication: from.replication && { ...from.replication, peers: [] },
  }
  const globalIndexes = from.globalIndexes
    .filter(({ status }) => status !== "DELETING")
    .map((index): GlobalIndex => indexOf(tx, index, replica.overrides))
  // Its items come with the copy: no index has to be filled afterwards.
  return synced(tx, from, { to: { ...bare, globalIndexes }, replica })
}

/** Copies the items that are there; what is written meanwhile comes by replication. */
export const copyItems = job<NewReplica>("dynamodb/copy-to-replica", {
  run(tx, work) {
    const from = sameTable(tx, work)
    const replica = memberIn(tx, work.group, work.to)
    const to = from && peerOf(tx, from, work.to)
    if (!from || !to || replica?.status !== "CREATING") return
    if (!areUp(tx, [from, to])) return void tx.schedule(copyItems, work, tx.now + RETRY_MS)
    const { rows, next } = tx.scan(items, { prefix: [from.id], after: work.after, limit: STEP })
    for (const row of rows) {
      const item = itemOf(row)
      const key = keyText(from.keys, item)
      if (!versionOf(tx, to, key)) putCopy(tx, to, { key, item, version: versionOf(tx, from, key) })
    }
    if (next !== undefined) return void tx.schedule(copyItems, { ...work, after: next }, tx.now)
    tx.put(replicas, { ...replica, status: "ACTIVE" })
    settleTable(tx, to)
  },
})
