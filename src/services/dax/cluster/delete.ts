import { op, type Out } from "../define.ts"
import { NODE_REMOVAL_MS } from "../limits.ts"
import { change, findAvailable, onCluster, refOf } from "./cluster.ts"
import { nodes, nodesOf } from "./node.ts"
import { progress } from "./progress.ts"
import { viewOf } from "./view.ts"

export const DeleteCluster = op.write("DeleteCluster", {
  authorize: onCluster,
  run(tx, input, call): Out<"DeleteCluster"> {
    const cluster = findAvailable(tx, input, call)
    const dueMs = tx.now + NODE_REMOVAL_MS
    for (const node of nodesOf(tx, cluster)) tx.put(nodes, { ...node, status: "deleting", dueMs })
    const deleting = change(tx, cluster, { status: "deleting", dueMs })
    tx.schedule(progress, refOf(cluster), dueMs)
    return { Cluster: viewOf(tx, deleting) }
  },
})
