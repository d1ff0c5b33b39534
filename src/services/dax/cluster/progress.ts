import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { change, clusters, keyOf, refOf, type Cluster, type ClusterRef } from "./cluster.ts"
import { noteCluster } from "./cluster-event.ts"
import { forgetLists } from "../data/attribute-list.ts"
import { scheduleDoors } from "./door.ts"
import { nodeId, nodes, nodesOf, standing, type Node } from "./node.ts"

/** What takes time on AWS: nodes come, go and start again; clusters change. */
export const progress = job<ClusterRef>("dax/progress", {
  run(tx, ref) {
    const cluster = tx.get(clusters, keyOf(ref))
    if (!cluster) return
    for (const node of nodesOf(tx, cluster)) if (isDue(tx, node)) advance(tx, cluster, node)
    settle(tx, cluster)
  },
})

const isDue = (tx: WriteTx, { dueMs }: { readonly dueMs?: number | undefined }): boolean =>
  dueMs !== undefined && dueMs <= tx.now

function advance(tx: WriteTx, cluster: Cluster, node: Node): void {
  if (node.status === "deleting") {
    tx.remove(nodes, node)
    scheduleDoors(tx, cluster, [node.number])
    if (cluster.status !== "deleting") noteCluster(tx, cluster, `Removed node ${nodeId(node)}.`)
    return
  }
  tx.put(nodes, { ...node, status: "available", dueMs: undefined })
  const done = node.status === "rebooting" ? "Rebooted" : "Added"
  noteCluster(tx, cluster, `${done} node ${nodeId(node)}.`)
}

/** The cluster is done when all its nodes are, and its own change. */
function settle(tx: WriteTx, cluster: Cluster): void {
  const left = nodesOf(tx, cluster)
  const pending = [...left, cluster].flatMap(({ dueMs }) => dueMs ?? []).filter((at) => at > tx.now)
  if (pending.length > 0) {
    tx.schedule(progress, refOf(cluster), Math.min(...pending))
    return
  }
  if (cluster.status === "deleting") {
    tx.remove(clusters, cluster)
    scheduleDoors(tx, cluster)
    tx.schedule(forgetLists, refOf(cluster), tx.now)
    noteCluster(tx, cluster, "Cluster deleted.")
    return
  }
  if (cluster.status === "creating") noteCluster(tx, cluster, "Cluster created.")
  const stay = standing(left)
  const hasPrimary = stay.some(({ number }) => number === cluster.primary)
  change(tx, cluster, {
    ...{ status: "available", dueMs: undefined },
    primary: hasPrimary ? cluster.primary : (stay[0]?.number ?? cluster.primary),
  })
}
