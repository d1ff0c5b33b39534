import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Cluster } from "./cluster.ts"
import { nodesOf, serves, type Node } from "./node.ts"

/**
 * The node that takes writes: as long as the primary stands, itself; if it fails, one of the
 * replicas ("DAX fails over to one of the read replicas and makes it the new primary"). Undefined
 * when no node is left.
 */
export function primaryOf(tx: ReadTx, cluster: Cluster): Node | undefined {
  const able = nodesOf(tx, cluster).filter((node) => serves(tx, node))
  return able.find(({ number }) => number === cluster.primary) ?? able[0]
}
