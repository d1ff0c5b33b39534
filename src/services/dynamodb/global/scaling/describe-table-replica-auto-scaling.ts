import type { ReadTx } from "../../../../kernel/transaction.ts"
import type {
  ReplicaAutoScalingDescription,
  TableAutoScalingDescription,
} from "../../../../models/types/dynamodb.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import type { Call } from "../../../../registry/call.ts"
import { manageTable } from "../../access.ts"
import { op, type Out } from "../../define.ts"
import { lookUp, refOf, type Table } from "../../tables/table.ts"
import { membersOf, type Replica } from "../replica.ts"
import { describeSetting } from "./setting.ts"

export const DescribeTableReplicaAutoScaling = op.read("DescribeTableReplicaAutoScaling", {
  authorize: manageTable,
  run: (tx, { TableName }, call): Out<"DescribeTableReplicaAutoScaling"> => ({
    TableAutoScalingDescription: describeScaling(tx, findReplicated(tx, TableName, call)),
  }),
})

/** Recorded: tables without replicas are none of those, and neither are the legacy ones. */
export function findReplicated(tx: ReadTx, nameOrArn: string, call: Call): Table {
  const ref = refOf(nameOrArn, call)
  const table = ref.region === call.region ? lookUp(tx, ref) : undefined
  if (table?.replication?.version !== "2019.11.21")
    throw new AwsError(
      "ResourceNotFoundException",
      `Global table with name: '${ref.name}' does not exist.`,
    )
  return table
}

/** All replicas, by name of their Regions, whichever is asked (recorded). */
export const describeScaling = (tx: ReadTx, table: Table): TableAutoScalingDescription => ({
  TableName: table.name,
  TableStatus: table.status,
  Replicas: replicasOf(tx, table).map((replica) => describeReplica(tx, { table, replica })),
})

/** Members with a table, the Region's own among them. */
export const replicasOf = (tx: ReadTx, { replication }: Table): readonly Replica[] =>
  replication ? membersOf(tx, replication.group).filter(({ kind }) => kind === "replica") : []

function describeReplica(
  tx: ReadTx,
  { table, replica }: { readonly table: Table; readonly replica: Replica },
): ReplicaAutoScalingDescription {
  const isOnDemand = table.billing.mode === "PAY_PER_REQUEST"
  const indexes = lookUp(tx, replica)?.globalIndexes ?? []
  const setting = (kind: "read" | "write", index?: string) =>
    describeSetting(tx, { table: replica, index, kind }, isOnDemand)
  return {
    RegionName: replica.region,
    // Recorded: one that is being made is not told of.
    GlobalSecondaryIndexes: indexes
      .filter(({ status }) => status === "ACTIVE")
      .map(({ name, status }) => ({
        ...{ IndexName: name, IndexStatus: status },
        ProvisionedReadCapacityAutoScalingSettings: setting("read", name),
        ProvisionedWriteCapacityAutoScalingSettings: setting("write", name),
      })),
    ReplicaProvisionedReadCapacityAutoScalingSettings: setting("read"),
    ReplicaProvisionedWriteCapacityAutoScalingSettings: setting("write"),
    ReplicaStatus: replica.status,
  }
}
