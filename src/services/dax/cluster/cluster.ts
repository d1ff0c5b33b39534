import type { AccessRequest } from "../../../iam/access.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { arn } from "../../../registry/arn.ts"
import type { Call } from "../../../registry/call.ts"
import { keyedByPlace, resource, tagLists } from "../../../registry/resource.ts"
import { asks } from "../define.ts"
import { clusterNotFound, wrongState } from "../errors.ts"
import { REGION_NODES } from "../limits.ts"

export interface ClusterRef {
  readonly account: string
  readonly region: string
  readonly name: string
}

export type ClusterStatus = "creating" | "available" | "modifying" | "deleting"

export interface Cluster extends ClusterRef {
  /** The part of its addresses that no other cluster has. */
  readonly id: string
  readonly description?: string | undefined
  readonly nodeType: string
  readonly roleArn: string
  readonly subnetGroup: string
  readonly securityGroups: readonly string[]
  readonly maintenanceWindow: string
  readonly topic?: { readonly arn: string; readonly active: boolean } | undefined
  readonly parameterGroup: string
  readonly isEncrypted: boolean
  readonly endpointEncryption: "NONE" | "TLS"
  readonly status: ClusterStatus
  /** When a change of its settings is done, epoch milliseconds. */
  readonly dueMs?: number | undefined
  readonly tags: Readonly<Record<string, string>>
  /** The number of its primary node. */
  readonly primary: number
  /** By what name its owner reaches the cloud. */
  readonly host: string
}

export const clusters = table<Cluster>("dax/cluster", {
  key: ({ account, region, name }) => [account, region, name],
  cached: true,
})

export const clusterArn = ({ account, region, name }: ClusterRef): string =>
  arn("dax", region, account, `cache/${name}`)

export const clusterResource = resource<Cluster>("AWS::DAX::Cluster", {
  table: clusters,
  scope: "regional",
  title: "DAX cluster",
  arn: clusterArn,
  tagsOf: ({ tags }) => tags,
  ...keyedByPlace(clusters, "cache/"),
  tags: tagLists(["TagResource", "UntagResource"], (row) => ({ ResourceName: clusterArn(row) })),
})

export const refOf = ({ account, region, name }: ClusterRef): ClusterRef => ({
  ...{ account, region, name },
})

export const keyOf = ({ account, region, name }: ClusterRef) => [account, region, name] as const

/** "This parameter is stored as a lowercase string" (CreateCluster). */
export const clusterRef = ({ account, region }: Call, name: string): ClusterRef => ({
  ...{ account, region, name: name.toLowerCase() },
})

interface OnCluster {
  readonly ClusterName: string
}

/** Asks for the operation's action on a cluster, be it there or not. */
export const onCluster = (tx: ReadTx, input: OnCluster, call: Call): AccessRequest =>
  asks.on<Cluster, OnCluster>(clusterResource, () => {
    const ref = clusterRef(call, input.ClusterName)
    return tx.get(clusters, keyOf(ref)) ?? clusterArn(ref)
  })(tx, input, call)

/** Throws ClusterNotFoundFault. */
function findCluster(tx: ReadTx, { ClusterName }: OnCluster, call: Call): Cluster {
  const found = tx.get(clusters, keyOf(clusterRef(call, ClusterName)))
  if (!found) throw clusterNotFound()
  return found
}

/** Throws ClusterNotFoundFault, InvalidClusterStateFault. */
export function findAvailable(tx: ReadTx, input: OnCluster, call: Call): Cluster {
  const cluster = findCluster(tx, input, call)
  if (cluster.status !== "available") throw wrongState(cluster.name, cluster.status)
  return cluster
}

/** Every cluster has a node at least: an account has no more of them than nodes. */
export const clustersOf = (tx: ReadTx, { account, region }: Omit<ClusterRef, "name">) =>
  tx.scan(clusters, { prefix: [account, region], limit: REGION_NODES }).rows

/** Puts a changed cluster in the place of the one that was read. */
export function change(tx: WriteTx, cluster: Cluster, changes: Partial<Cluster>): Cluster {
  const changed = { ...cluster, ...changes }
  tx.put(clusters, changed)
  return changed
}
