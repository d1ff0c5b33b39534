import { portOf } from "../../../kernel/doors/doors.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Endpoint } from "../../../models/types/dax.ts"
import type { Cluster } from "./cluster.ts"
import { doorName, PORT } from "./door.ts"
import type { Node } from "./node.ts"

const SCHEME = { NONE: "dax", TLS: "daxs" } as const

/** Clients of DAX ask name servers, and these do not know the name of this machine. */
const addressOf = ({ host }: Cluster): string => (host === "localhost" ? "127.0.0.1" : host)

/** Until a cluster is there only its port is known. Behind it whichever node works answers. */
export function discoveryEndpoint(tx: ReadTx, cluster: Cluster, isThere: boolean): Endpoint {
  const { endpointEncryption: kind } = cluster
  const Port = portOf(tx, doorName(cluster)) ?? PORT[kind]
  if (!isThere) return { Port: PORT[kind] }
  const Address = addressOf(cluster)
  return { Address, Port, URL: `${SCHEME[kind]}://${Address}:${Port}` }
}

export const nodeEndpoint = (tx: ReadTx, cluster: Cluster, { number }: Node): Endpoint => ({
  Address: addressOf(cluster),
  Port: portOf(tx, doorName(cluster, number)) ?? PORT[cluster.endpointEncryption],
})
