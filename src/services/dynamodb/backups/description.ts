import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Out } from "../define.ts"
import { countOf } from "../items/rows.ts"
import { describeKeys, describeOnDemand, encryptionMember } from "../tables/description.ts"
import { arnOf, type GlobalIndex, type Index, type Table } from "../tables/table.ts"
import { backupArn, tableOf, type Backup } from "./backup.ts"

type Description = NonNullable<Out<"DescribeBackup">["BackupDescription"]>
type Details = NonNullable<Description["BackupDetails"]>

export const backupDetails = (tx: ReadTx, backup: Backup): Details => ({
  BackupArn: backupArn(backup),
  BackupName: backup.name,
  BackupSizeBytes:
    backup.status === "CREATING" ? backup.tableBytes : countOf(tx, { id: backup.itemsId }).bytes,
  BackupStatus: backup.status,
  BackupType: backup.type,
  BackupCreationDateTime: backup.createdMs,
  BackupExpiryDateTime: backup.expiresMs,
})

export const describeBackup = (
  tx: ReadTx,
  backup: Backup,
  status: Details["BackupStatus"] = backup.status,
): Description => ({
  BackupDetails: { ...backupDetails(tx, backup), BackupStatus: status },
  SourceTableDetails: sourceTable(backup),
  SourceTableFeatureDetails: features(backup.table),
})

function sourceTable(backup: Backup): Description["SourceTableDetails"] {
  const { table } = backup
  return {
    TableName: table.name,
    TableId: table.uuid,
    TableArn: arnOf(tableOf(backup)),
    TableSizeBytes: backup.tableBytes,
    KeySchema: describeKeys(table.keys) ?? [],
    TableCreationDateTime: table.createdMs,
    ProvisionedThroughput: units(table),
    OnDemandThroughput: describeOnDemand(table.onDemand),
    ItemCount: backup.tableItems,
    BillingMode: table.billing.mode,
  }
}

const units = ({ throughput: { read, write } }: Pick<Table, "throughput">) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
})

function features(table: Table): Description["SourceTableFeatureDetails"] {
  const { localIndexes, globalIndexes, stream, timeToLive } = table
  return {
    LocalSecondaryIndexes: some(localIndexes.map(indexInfo)),
    GlobalSecondaryIndexes: some(globalIndexes.map(globalInfo)),
    StreamDescription: stream?.enabled
      ? { StreamEnabled: true, StreamViewType: stream.view }
      : undefined,
    TimeToLiveDescription: timeToLive && {
      TimeToLiveStatus: "ENABLED",
      AttributeName: timeToLive.attribute,
    },
    SSEDescription: encryptionMember(table),
  }
}

const indexInfo = ({ name, keys, projection: { type, attributes } }: Index) => ({
  IndexName: name,
  KeySchema: describeKeys(keys),
  Projection: {
    ProjectionType: type,
    NonKeyAttributes: type === "INCLUDE" ? attributes : undefined,
  },
})

const globalInfo = (index: GlobalIndex) => ({
  ...indexInfo(index),
  ProvisionedThroughput: units(index),
  OnDemandThroughput: describeOnDemand(index.onDemand),
})

const some = <One>(list: readonly One[]): readonly One[] | undefined =>
  list.length > 0 ? list : undefined
