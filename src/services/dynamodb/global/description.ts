import type { ReadTx } from "../../../kernel/transaction.ts"
import type { ReplicaDescription, TableDescription } from "../../../models/types/dynamodb.ts"
import { arnOf, lookUp, type Replication, type Table } from "../tables/table.ts"
import { warmOf } from "../tables/throughput.ts"
import { membersOf, type Overrides, type Replica } from "./replica.ts"

/** What DescribeTable tells of a table's other replicas. */
export function globalMembers(
  tx: ReadTx,
  { replication, region, settingsReplication }: Table,
): Partial<TableDescription> {
  if (!replication)
    return settingsReplication ? { GlobalTableSettingsReplicationMode: settingsReplication } : {}
  // Of the legacy version, DescribeGlobalTable tells.
  if (replication.version !== "2019.11.21") return {}
  const members = membersOf(tx, replication.group)
  const others = members.filter((one) => one.region !== region)
  const blocked = members.find((one) => one.region === region)?.blocked
  const witnesses = others.filter(({ kind }) => kind === "witness")
  return {
    // A table has no such status; who could ask for it is shut out.
    ...(blocked && blocked.status !== "REGION_DISABLED" && { TableStatus: blocked.status }),
    GlobalTableVersion: replication.version,
    GlobalTableSettingsReplicationMode: modeOf(replication),
    Replicas: others
      .filter(({ kind }) => kind === "replica")
      .map((replica) => describeReplica(tx, replica, replication)),
    MultiRegionConsistency: replication.consistency,
    ...(witnesses.length > 0 && {
      GlobalTableWitnesses: witnesses.map((one) => ({
        RegionName: one.region,
        WitnessStatus: one.status,
      })),
    }),
  }
}

/** "… set by default for a same account global table." */
const modeOf = ({ multiAccount }: Replication) =>
  multiAccount ? ("ENABLED" as const) : ("ENABLED_WITH_OVERRIDES" as const)

function describeReplica(
  tx: ReadTx,
  replica: Replica,
  replication: Replication,
): ReplicaDescription {
  const { overrides } = replica
  const found = lookUp(tx, replica)
  const table = found?.replication?.group === replica.group ? found : undefined
  const warm = table && warmOf(table.billing.mode, table.throughput, table.warm)
  return {
    RegionName: replica.region,
    ReplicaStatus:
      replica.status === "ACTIVE" ? (replica.blocked?.status ?? "ACTIVE") : replica.status,
    GlobalTableSettingsReplicationMode: modeOf(replication),
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
