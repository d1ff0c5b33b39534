import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Out } from "../define.ts"
import { globalMembers } from "../global/description.ts"
import { countOf } from "../items/rows.ts"
import {
  arnOf,
  indexArnOf,
  keyAttributes,
  type GlobalIndex,
  type Index,
  type KeySchema,
  type OnDemandLimits,
  type Table,
  type Throughput,
} from "./table.ts"
import { decreasesToday } from "./capacity-updates.ts"
import { warmOf } from "./throughput.ts"

export type TableDescription = NonNullable<Out<"DescribeTable">["Table"]>

const compareBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b))

/** A table as AWS tells it (recorded): what it defines and projects is sorted. */
export function describeTable(tx: ReadTx, table: Table): TableDescription {
  const { items, bytes } = countOf(tx, table)
  return {
    AttributeDefinitions: table.attributes
      .map(({ name, type }) => ({ AttributeName: name, AttributeType: type }))
      .toSorted((a, b) => compareBytes(a.AttributeName, b.AttributeName)),
    TableName: table.name,
    KeySchema: describeKeys(table.keys),
    TableStatus: table.status,
    CreationDateTime: table.createdMs,
    ProvisionedThroughput: describeThroughput(tx, table.throughput),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: arnOf(table),
    TableId: table.uuid,
    BillingModeSummary: billingSummary(table),
    LocalSecondaryIndexes: some(table.localIndexes.map((index) => describeLocal(tx, table, index))),
    GlobalSecondaryIndexes: some(
      table.globalIndexes.map((index) => describeGlobal(tx, table, index)),
    ),
    ...streamMembers(table),
    SSEDescription: encryptionMember(table),
    RestoreSummary: restoreMember(table),
    TableClassSummary:
      table.tableClass === "STANDARD" && !table.tableClassChangesMs
        ? undefined
        : { TableClass: table.tableClass, LastUpdateDateTime: table.tableClassChangesMs?.at(-1) },
    DeletionProtectionEnabled: table.deletionProtection,
    OnDemandThroughput: describeOnDemand(table.onDemand),
    WarmThroughput: warmMember(table),
    ...globalMembers(tx, table),
  }
}

/** What DeleteTable answers (recorded). */
export function describeDeleted(tx: ReadTx, table: Table): TableDescription {
  const { items, bytes } = countOf(tx, table)
  return {
    TableName: table.name,
    TableStatus: "DELETING",
    BillingModeSummary: billingSummary(table),
    ProvisionedThroughput: describeThroughput(tx, table.throughput),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: arnOf(table),
    TableId: table.uuid,
    DeletionProtectionEnabled: table.deletionProtection,
  }
}

function billingSummary({ billing, status }: Table): TableDescription["BillingModeSummary"] {
  const since = billing.onDemandSinceMs?.at(-1)
  if (billing.mode === "PROVISIONED" && since === undefined) return undefined
  return {
    BillingMode: billing.mode,
    // Recorded: not told while the table is being created.
    LastUpdateToPayPerRequestDateTime: status === "CREATING" ? undefined : since,
  }
}

export function describeKeys(keys: KeySchema): TableDescription["KeySchema"] {
  const { length } = keys.hashes ?? [keys.hash]
  return keyAttributes(keys).map(({ name }, i) => ({
    AttributeName: name,
    KeyType: i < length ? ("HASH" as const) : ("RANGE" as const),
  }))
}

function describeThroughput(
  { now }: ReadTx,
  throughput: Throughput,
): TableDescription["ProvisionedThroughput"] {
  return {
    LastIncreaseDateTime: throughput.increasedMs,
    LastDecreaseDateTime: throughput.decreasedMs,
    NumberOfDecreasesToday: decreasesToday(now, throughput).length,
    ReadCapacityUnits: throughput.read,
    WriteCapacityUnits: throughput.write,
  }
}

const describeIndex = (tx: ReadTx, table: Table, index: Index) => {
  const { items, bytes } = countOf(tx, index)
  const { type, attributes } = index.projection
  return {
    IndexName: index.name,
    KeySchema: describeKeys(index.keys),
    Projection: {
      ProjectionType: type,
      NonKeyAttributes: type === "INCLUDE" ? attributes.toSorted(compareBytes) : undefined,
    },
    IndexSizeBytes: bytes,
    ItemCount: items,
    IndexArn: indexArnOf(table, index.name),
  }
}

const describeLocal = (tx: ReadTx, table: Table, index: Index) => describeIndex(tx, table, index)

function describeGlobal(tx: ReadTx, table: Table, index: GlobalIndex) {
  const warm = warmOf(table.billing.mode, index.throughput, index.warm)
  return {
    ...describeIndex(tx, table, index),
    IndexStatus: index.status,
    Backfilling: index.backfilling,
    ProvisionedThroughput: describeThroughput(tx, index.throughput),
    OnDemandThroughput: describeOnDemand(index.onDemand),
    WarmThroughput:
      index.status === "CREATING" && !index.warm
        ? undefined
        : warmDescription(warm, index.status === "CREATING"),
  }
}

const warmDescription = (
  { read, write }: { readonly read: number; readonly write: number },
  updating: boolean,
) => ({
  ReadUnitsPerSecond: read,
  WriteUnitsPerSecond: write,
  Status: updating ? ("UPDATING" as const) : ("ACTIVE" as const),
})

/** Recorded: of a table that is being created only what was asked is told. */
function warmMember(table: Table): TableDescription["WarmThroughput"] {
  const creating = table.status === "CREATING"
  if (creating && !table.warm) return undefined
  return warmDescription(warmOf(table.billing.mode, table.throughput, table.warm), creating)
}

export const describeOnDemand = (limits: OnDemandLimits | undefined) =>
  limits && { MaxReadRequestUnits: limits.read, MaxWriteRequestUnits: limits.write }

function streamMembers(table: Table): Partial<TableDescription> {
  const { stream } = table
  if (!stream) return {}
  return {
    StreamSpecification: stream.enabled
      ? { StreamEnabled: true, StreamViewType: stream.view }
      : undefined,
    LatestStreamLabel: stream.label,
    LatestStreamArn: `${arnOf(table)}/stream/${stream.label}`,
  }
}

export const encryptionMember = ({ encryption }: Table): TableDescription["SSEDescription"] =>
  encryption && {
    Status: encryption.ends ? "UPDATING" : "ENABLED",
    SSEType: "KMS",
    KMSMasterKeyArn: encryption.keyArn,
  }

/** Recorded: as long as it goes on, no longer. */
const restoreMember = ({ restore }: Table): TableDescription["RestoreSummary"] =>
  restore?.inProgress
    ? {
        SourceBackupArn: restore.backupArn,
        SourceTableArn: restore.tableArn,
        RestoreDateTime: restore.atMs,
        RestoreInProgress: restore.inProgress,
      }
    : undefined

const some = <One>(list: readonly One[]): readonly One[] | undefined =>
  list.length > 0 ? list : undefined
