import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { asks, op, type In, type Out } from "../define.ts"
import { noSuchCluster } from "../errors.ts"
import { pageOf } from "../paging.ts"
import { clusterRef, clusters, clustersOf, keyOf, onCluster } from "./cluster.ts"
import { assertClusterName } from "./names.ts"
import { viewOf } from "./view.ts"

/** Of some clusters, or of all there are. */
function describing(
  tx: ReadTx,
  input: In<"DescribeClusters">,
  call: Call,
): AccessRequest | readonly AccessRequest[] {
  const names = input.ClusterNames ?? []
  if (names.length === 0) return asks.anything(tx, input, call)
  return names.map((ClusterName) => onCluster(tx, { ClusterName }, call))
}

export const DescribeClusters = op.read("DescribeClusters", {
  authorize: describing,
  run(tx, input, call): Out<"DescribeClusters"> {
    const names = input.ClusterNames ?? []
    for (const name of names) assertClusterName(name)
    const found = names.map((name) => {
      const cluster = tx.get(clusters, keyOf(clusterRef(call, name)))
      if (!cluster) throw noSuchCluster(name)
      return cluster
    })
    const { items, more } = pageOf(names.length > 0 ? found : clustersOf(tx, call), input)
    return { Clusters: items.map((cluster) => viewOf(tx, cluster)), ...more }
  },
})
