import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { resourceTagKeys } from "../../../registry/authorize.ts"
import type { ClusterMemory, Moment, UpNode } from "../cache/cluster-memory.ts"
import { clusterArn, clusters, keyOf, type Cluster, type ClusterRef } from "../cluster/cluster.ts"
import { nodesOf, serves } from "../cluster/node.ts"
import { primaryOf } from "../cluster/primary.ts"
import { parameterGroupOf } from "../parameter-group/group.ts"

/** The node that is spoken to, with what its cluster remembers. */
export interface At {
  readonly cluster: ClusterRef
  /** Undefined: whichever node works. */
  readonly node: number | undefined
  readonly memory: ClusterMemory
}

/** A cluster as it is now. */
export interface Facts {
  readonly cluster: Cluster
  readonly node: UpNode
  readonly moment: Moment
  readonly primary: number
  readonly recordTtlMs: number
  readonly queryTtlMs: number
}

/** What a client does not get to hear: its connection ends, and it asks another node. */
export class NodeDown extends Error {
  override readonly name = "NodeDown"
}

/** Throws NodeDown. */
export function factsOf(tx: ReadTx, { cluster: ref, node: number }: Omit<At, "memory">): Facts {
  const cluster = tx.get(clusters, keyOf(ref))
  if (!cluster || cluster.status === "deleting") throw new NodeDown()
  const up = nodesOf(tx, ref).filter((node) => serves(tx, node))
  const primary = primaryOf(tx, cluster)
  const node = number === undefined ? primary : up.find((one) => one.number === number)
  if (!node || !primary) throw new NodeDown()
  const { recordTtlMs, queryTtlMs } = parameterGroupOf(tx, cluster, cluster.parameterGroup)
  const moment = { now: tx.now, up }
  return { cluster, node, moment, primary: primary.number, recordTtlMs, queryTtlMs }
}

/** Asks whether the caller may do `action` to the cluster. Throws NodeDown. */
export function accessTo(tx: ReadTx, ref: ClusterRef, action: string): AccessRequest {
  const cluster = tx.get(clusters, keyOf(ref))
  if (!cluster) throw new NodeDown()
  return {
    action: `dax:${action}`,
    resource: clusterArn(ref),
    owner: ref.account,
    context: resourceTagKeys(cluster.tags),
  }
}
