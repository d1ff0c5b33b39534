import { job, type Job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { keyArn, managedKey } from "../../kms/port.ts"
import { settleTable } from "../tables/jobs.ts"
import {
  exactRefOf,
  sameTable,
  tables,
  type Encryption,
  type ExactRef,
  type GlobalIndex,
  type Table,
} from "../tables/table.ts"
import { findExpiries, forgetExpiriesLater } from "../ttl/jobs.ts"
import { areUp, peerOf } from "./applying.ts"
import { isLegacy } from "./legacy/marks.ts"
import { RETRY_MS } from "./limits.ts"
import { memberIn, type Overrides, type Replica } from "./replica.ts"
import { followAcrossJob } from "./replication.ts"
import { scaleAs } from "./scaling/following.ts"

/**
 * Settings that all replicas have in common (docs: "How DynamoDB global tables work", settings
 * synchronization): billing mode, write capacity, global indexes, time to live, the kind of
 * encryption, warm throughput. Read capacity and the table class may differ, where a replica says so.
 */

interface Sync extends ExactRef {
  readonly to: string
}

const syncJob: Job<Sync> = Object.freeze({ name: "dynamodb/sync-replica" })

/** To call when a table has become what it is: the others follow. */
export function syncReplicas(tx: WriteTx, table: Table): void {
  const { replication } = table
  // In the legacy version each replica has its own.
  if (isLegacy(table)) return
  const job = replication?.multiAccount ? followAcrossJob : syncJob
  for (const to of replication?.peers ?? []) tx.schedule(job, { ...exactRefOf(table), to }, tx.now)
}

/** A Region that is down follows when it is back. */
export const syncReplica = job<Sync>(syncJob.name, {
  run(tx, work) {
    const from = sameTable(tx, work)
    if (!from?.replication?.peers.includes(work.to)) return
    const to = peerOf(tx, from, work.to)
    const replica = memberIn(tx, from.replication.group, work.to)
    if (!to || !replica || !areUp(tx, [from, to]) || to.status === "CREATING")
      return void tx.schedule(syncJob, work, tx.now + RETRY_MS)
    if (to.status === "DELETING") return
    follow(tx, from, { to, replica })
  },
})

/** Gives a replica the settings of another. */
export function follow(tx: WriteTx, from: Table, { to, replica }: Synced): void {
  const next = synced(tx, from, { to, replica })
  tx.put(tables, { ...next, status: "UPDATING" })
  followTimeToLive(tx, { before: to, after: next })
  settleTable(tx, next)
  if (to.replication?.multiAccount && to.billing.mode !== next.billing.mode) scaleAs(tx, from, next)
}

function followTimeToLive(tx: WriteTx, { before, after }: { before: Table; after: Table }): void {
  if (before.timeToLive?.attribute === after.timeToLive?.attribute) return
  if (after.timeToLive) tx.schedule(findExpiries, exactRefOf(after), tx.now)
  else forgetExpiriesLater(tx, before)
}

interface Synced {
  readonly to: Table
  readonly replica: Pick<Replica, "overrides" | "kmsKeyArn">
}

/** `to` with all that it has in common with `from`. */
export function synced(tx: WriteTx, from: Table, { to, replica }: Synced): Table {
  const { overrides } = replica
  const onDemand = from.onDemand
  return {
    ...to,
    attributes: from.attributes,
    billing: from.billing,
    throughput: throughputOf(from, overrides),
    onDemand:
      onDemand || overrides.onDemandRead !== undefined
        ? { ...onDemand, ...withRead(overrides.onDemandRead) }
        : undefined,
    warm: from.warm,
    globalIndexes: indexesOf(tx, from, { to, overrides }),
    // Between accounts each replica has its own.
    ...(!from.replication?.multiAccount && {
      tableClass: overrides.tableClass ?? from.tableClass,
      encryption: encryptionOf(tx, from, { to, replica }),
    }),
    timeToLive: from.timeToLive,
    timeToLiveChangedMs: from.timeToLiveChangedMs,
  }
}

const throughputOf = ({ billing, throughput }: Table, { read }: Overrides): Table["throughput"] =>
  billing.mode === "PROVISIONED" && read !== undefined ? { ...throughput, read } : throughput

const withRead = (read: number | undefined): object => (read === undefined ? {} : { read })

/** A global index as a replica has it, when it is new there. */
export const indexOf = (tx: WriteTx, index: GlobalIndex, overrides: Overrides): GlobalIndex => ({
  ...index,
  ...capacityOf(index, overrides),
  id: tx.serial(),
  status: "CREATING",
  backfilling: undefined,
})

function capacityOf({ name, throughput, onDemand, warm }: GlobalIndex, { indexes }: Overrides) {
  const own = indexes?.[name]
  const provisioned = throughput.write > 0
  return {
    throughput:
      provisioned && own?.read !== undefined ? { ...throughput, read: own.read } : throughput,
    onDemand: own?.onDemandRead === undefined ? onDemand : { ...onDemand, read: own.onDemandRead },
    warm,
  }
}

function indexesOf(
  tx: WriteTx,
  from: Table,
  { to, overrides }: { readonly to: Table; readonly overrides: Overrides },
): readonly GlobalIndex[] {
  const there = from.globalIndexes.filter(({ status }) => status !== "DELETING")
  const known = to.globalIndexes.map((own): GlobalIndex => {
    const index = there.find(({ name }) => name === own.name)
    if (!index || own.status === "DELETING") return { ...own, status: "DELETING" }
    return { ...own, ...capacityOf(index, overrides) }
  })
  const added = there
    .filter(({ name }) => !to.globalIndexes.some((own) => own.name === name))
    .map((index) => ({ ...indexOf(tx, index, overrides), backfilling: true }))
  return [...known, ...added]
}

/** Of the same kind; the key is the Region's own. */
function encryptionOf(tx: WriteTx, from: Table, { to, replica }: Synced): Encryption | undefined {
  if (!from.encryption || from.encryption.ends) return undefined
  if (replica.kmsKeyArn !== undefined) return { keyArn: replica.kmsKeyArn }
  if (to.encryption) return to.encryption
  const { account, region } = to
  return { keyArn: keyArn(managedKey(tx, { account, region, alias: "aws/dynamodb" })) }
}
