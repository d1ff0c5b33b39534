import type { ReadTx } from "../../../kernel/transaction.ts"
import type { ReplicaDescription, TableDescription } from "../../../models/types/dynamodb.ts"
import { arnOf, lookUp, type Table } from "../tables/table.ts"
import { warmOf } from "../tables/throughput.ts"
import { membersOf, type Overrides, type Replica } from "./replica.ts"

/** What DescribeTable tells of a table's other replicas. */
export function globalMembers(
  tx: ReadTx,
  { replication, region }: Table,
): Partial<TableDescription> {
  // Of the legacy version, DescribeGlobalTable tells.
  if (!replication || replication.version !== "2019.11.21") return {}
  const others = membersOf(tx, replication.group).filter((one) => one.region !== region)
  const witnesses = others.filter(({ kind }) => kind === "witness")
  return {
    GlobalTableVersion: replication.version,
    Replicas: others
      .filter(({ kind }) => kind === "replica")
      .map((replica) => describeReplica(tx, replica)),
    MultiRegionConsistency: replication.consistency,
    ...(witnesses.length > 0 && {
      GlobalTableWitnesses: witnesses.map((one) => ({
        RegionName: one.region,
        WitnessStatus: one.status,
      })),
    }),
  }
}

function describeReplica(tx: ReadTx, replica: Replica): ReplicaDescription {
  const { overrides } = replica
  const found = lookUp(tx, replica)
  const table = found?.replication?.group === replica.group ? found : undefined
  const warm = table && warmOf(table.billing.mode, table.throughput, table.warm)
  return {
    RegionName: replica.region,
    ReplicaStatus: replica.status,
    ReplicaStatusDescription: replica.statusDescription,
    ReplicaArn: arnOf(replica),
    KMSMasterKeyId: replica.kmsKeyId,
    ...overrideMembers(overrides),
    WarmThroughput: warm && {
      ReadUnitsPerSecond: warm.read,
      WriteUnitsPerSecond: warm.write,
      Status: "ACTIVE",
    },
    GlobalSecondaryIndexes:
      table && table.globalIndexes.length > 0
        ? table.globalIndexes.map(({ name }) => ({
            IndexName: name,
            ...overrideMembers(overrides.indexes?.[name] ?? {}),
          }))
        : undefined,
    ReplicaTableClassSummary:
      overrides.tableClass === undefined ? undefined : { TableClass: overrides.tableClass },
  }
}

const overrideMembers = ({ read, onDemandRead }: Pick<Overrides, "read" | "onDemandRead">) => ({
  ProvisionedThroughputOverride: read === undefined ? undefined : { ReadCapacityUnits: read },
  OnDemandThroughputOverride:
    onDemandRead === undefined ? undefined : { MaxReadRequestUnits: onDemandRead },
})
