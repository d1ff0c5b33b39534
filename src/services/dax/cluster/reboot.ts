import { op, type Out } from "../define.ts"
import { noSuchNode } from "../errors.ts"
import { NODE_REBOOT_MS } from "../limits.ts"
import { change, findAvailable, onCluster, refOf } from "./cluster.ts"
import { nodeId, nodes, nodesOf } from "./node.ts"
import { progress } from "./progress.ts"
import { viewOf } from "./view.ts"

/** "The reboot … results in the loss of the node's cache": another node leads meanwhile. */
export const RebootNode = op.write("RebootNode", {
  authorize: onCluster,
  run(tx, input, call): Out<"RebootNode"> {
    const cluster = findAvailable(tx, input, call)
    const id = input.NodeId.toLowerCase()
    const node = nodesOf(tx, cluster).find((one) => nodeId(one) === id)
    if (!node) throw noSuchNode(input.NodeId)
    const dueMs = tx.now + NODE_REBOOT_MS
    tx.put(nodes, { ...node, status: "rebooting", starts: node.starts + 1, dueMs })
    const changed = change(tx, cluster, { status: "modifying" })
    tx.schedule(progress, refOf(cluster), dueMs)
    return { Cluster: viewOf(tx, changed) }
  },
})
