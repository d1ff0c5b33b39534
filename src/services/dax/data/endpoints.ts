import { addressBytes } from "../../../engines/x509/ip-address.ts"
import { azName } from "../../../kernel/places.ts"
import { portOf } from "../../../kernel/doors/doors.ts"
import type { TcpConnection } from "../../../kernel/doors/tcp.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { CborOutput } from "../../../protocols/cbor/output.ts"
import type { DoorContext } from "../../../registry/door.ts"
import { doorName } from "../cluster/door.ts"
import { nodeId, nodesOf, serves } from "../cluster/node.ts"
import { factsOf, type At } from "./facts.ts"

/** Members of an endpoint, and roles, by number. */
const MEMBER = { id: 0, hostname: 1, address: 2, port: 3, role: 4, zone: 5, session: 6 } as const
const ROLE = { primary: 1, replica: 2 } as const

interface Endpoint {
  readonly number: number
  readonly hostname: string
  readonly port: number
  readonly role: number
  readonly zone: string
}

/** The nodes that work, at the address by which this client reached one of them. */
export async function writeEndpoints(
  out: CborOutput,
  {
    ctx,
    at,
    connection,
  }: { readonly ctx: DoorContext; readonly at: At; readonly connection: TcpConnection },
): Promise<void> {
  const all = await ctx.read((tx) => endpointsOf(tx, at))
  const address = addressBytes(connection.localAddress)
  out.list(all.length)
  for (const { number, hostname, port, role, zone } of all) {
    out.map(Object.keys(MEMBER).length)
    out.integer(MEMBER.id)
    out.integer(number)
    out.integer(MEMBER.hostname)
    out.text(hostname)
    out.integer(MEMBER.address)
    if (address) out.blob(address)
    else out.null()
    out.integer(MEMBER.port)
    out.integer(port)
    out.integer(MEMBER.role)
    out.integer(role)
    out.integer(MEMBER.zone)
    out.text(zone)
    out.integer(MEMBER.session)
    out.integer(0)
  }
}

function endpointsOf(tx: ReadTx, at: At): readonly Endpoint[] {
  const { cluster, primary } = factsOf(tx, at)
  const { account, region } = cluster
  return nodesOf(tx, cluster).flatMap((node) => {
    const port = portOf(tx, doorName(cluster, node.number))
    if (port === undefined || !serves(tx, node)) return []
    const role = node.number === primary ? ROLE.primary : ROLE.replica
    const zone = azName(account, region, node.zone) ?? node.zone
    return { number: node.number, hostname: nodeId(node), port, role, zone }
  })
}
