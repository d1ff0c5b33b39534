import { dnsSuffix } from "../../../kernel/places.ts"
import type { Endpoint } from "../../../models/types/dax.ts"
import type { Cluster } from "./cluster.ts"
import { nodeId, type Node } from "./node.ts"

/** The ports of AWS's clusters, with and without TLS ("DAX encryption in transit"). */
const PORT = { NONE: 8111, TLS: 9111 } as const
const SCHEME = { NONE: "dax", TLS: "daxs" } as const

/** Until a cluster is there only its port is known. */
export function discoveryEndpoint(cluster: Cluster, isThere: boolean): Endpoint {
  const { name, id, region, endpointEncryption: kind } = cluster
  if (!isThere) return { Port: PORT[kind] }
  const Address = `${name}.${id}.dax-clusters.${region}.${dnsSuffix(region)}`
  return { Address, Port: PORT[kind], URL: `${SCHEME[kind]}://${Address}` }
}

export function nodeEndpoint(cluster: Cluster, node: Node): Endpoint {
  const { id, region, endpointEncryption: kind } = cluster
  const Address = `${nodeId(node)}.${id}.nodes.dax-clusters.${region}.${dnsSuffix(region)}`
  return { Address, Port: PORT[kind] }
}
