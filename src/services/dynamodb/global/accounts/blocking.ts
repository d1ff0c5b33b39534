import { job, type Job } from "../../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import { lookUp, tables, type Table } from "../../tables/table.ts"
import { settleTable } from "../../tables/jobs.ts"
import { areUp, nextOf } from "../applying.ts"
import { endGroup, forgetVersions } from "../leaving.ts"
import { BLOCKED_MS, RECHECK_MS } from "../limits.ts"
import { memberIn, membersOf, replicas, tellPeers, type Block, type Replica } from "../replica.ts"
import { wakeRoute } from "../replication.ts"
import { blockOf } from "./permissions.ts"

/**
 * Replicas whose owners keep replication out. "If a replica remains in the REPLICATION_NOT_AUTHORIZED
 * state for more than 20 hours, the replica is irreversibly converted to a single-Region DynamoDB
 * table"; the same of keys that cannot be used.
 */

interface Check {
  readonly group: number
  readonly region: string
  /** Of the replica's `blocked`, of those that repeat until it is over. */
  readonly check?: number | undefined
}

const checkJob: Job<Check> = Object.freeze({ name: "dynamodb/check-replica" })

/** To call when a replica has let nobody in. */
export function block(tx: WriteTx, replica: Replica, status: Block): void {
  const { group, region, blocked } = replica
  if (replica.status === "DELETING" || blocked?.status === status) return
  if (blocked) return tx.put(replicas, { ...replica, blocked: { ...blocked, status } })
  const check = tx.serial()
  tx.put(replicas, { ...replica, blocked: { status, sinceMs: tx.now, check } })
  tx.schedule(checkJob, { group, region, check }, tx.now + RECHECK_MS)
}

/** To call when what a table lets in may have changed: of replicas between accounts it is looked at. */
export function checkLater(tx: WriteTx, { replication, region }: Table): void {
  if (!replication?.multiAccount) return
  tx.schedule(checkJob, { group: replication.group, region }, tx.now)
}

export const checkReplica = job<Check>(checkJob.name, {
  async perform(ctx, work) {
    const found = await ctx.read((tx) => subjectOf(tx, work))
    if (!found) return
    if (!found.isUp) return ctx.write((tx) => again(tx, work))
    const status = await blockOf(ctx, found.table, found.members)
    await ctx.write((tx) => judge(tx, work, status))
  },
})

interface Subject {
  readonly table: Table
  readonly members: readonly Replica[]
  readonly isUp: boolean
}

function subjectOf(tx: ReadTx, { group, region, check }: Check): Subject | undefined {
  const replica = memberIn(tx, group, region)
  const table = replica && lookUp(tx, replica)
  if (!replica || !table || replica.status === "DELETING") return undefined
  if (check !== undefined && replica.blocked?.check !== check) return undefined
  const members = membersOf(tx, group).filter(({ status }) => status !== "DELETING")
  return { table, members, isUp: areUp(tx, [replica]) }
}

/** A check that nobody repeats need not wait for its Region: the next step looks again. */
function again(tx: WriteTx, work: Check): void {
  if (work.check !== undefined) tx.schedule(checkJob, work, tx.now + RECHECK_MS)
}

function judge(tx: WriteTx, work: Check, status: Block | undefined): void {
  const replica = memberIn(tx, work.group, work.region)
  if (!replica || replica.status === "DELETING") return
  if (status === undefined) return unblock(tx, replica)
  const { blocked } = replica
  block(tx, replica, status)
  if (!blocked || blocked.check !== work.check) return
  if (tx.now - blocked.sinceMs > BLOCKED_MS) disassociate(tx, replica)
  else again(tx, work)
}

function unblock(tx: WriteTx, replica: Replica): void {
  const { blocked, ...free } = replica
  if (!blocked) return
  tx.put(replicas, free)
  const own = lookUp(tx, replica)
  for (const member of own ? membersOf(tx, replica.group) : []) {
    const table = member.region === replica.region ? undefined : lookUp(tx, member)
    if (!own || !table) continue
    wake(tx, own, table.region)
    wake(tx, table, own.region)
  }
}

function wake(tx: WriteTx, from: Table, to: string): void {
  if (nextOf(tx, { id: from.id, to })) wakeRoute(tx, { ...from, to }, tx.now)
}

/** A replica that is none any more, with the items that it has. */
function disassociate(tx: WriteTx, replica: Replica): void {
  tx.remove(replicas, replica)
  const table = lookUp(tx, replica)
  if (table?.replication?.group === replica.group) {
    tx.put(tables, { ...table, replication: undefined })
    forgetVersions(tx, table)
    // It has what was copied until then.
    if (table.status === "CREATING") settleTable(tx, table)
  }
  tellPeers(tx, replica.group)
  endGroup(tx, replica.group)
}
