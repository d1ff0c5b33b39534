import { DeleteClusterCommand } from "@aws-sdk/client-dax"
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb"
import { connect, type TLSSocket } from "node:tls"
import { expect, test } from "vitest"
import type { TcpConnection } from "../../../kernel/doors/tcp.ts"
import { describe } from "../testing/open-dax.ts"
import { openNodes, ROLE_POLICY } from "../testing/open-nodes.ts"
import { rawNode, speak } from "../testing/raw-node.ts"

const portsOf = ({
  ClusterDiscoveryEndpoint,
  Nodes = [],
}: Awaited<ReturnType<typeof describe>>) => [
  ClusterDiscoveryEndpoint?.Port ?? 0,
  ...Nodes.map(({ Endpoint }) => Endpoint?.Port ?? 0),
]

test("nodes answer after a restart, at their ports and with empty caches", async () => {
  const { cloud, cluster, client, dynamodb } = await openNodes({}, ROLE_POLICY, {})
  const ports = portsOf(cluster)
  expect(ports).toEqual([8111, 8112, 8113, 8114])
  expect(cluster.ClusterDiscoveryEndpoint?.URL).toBe("dax://127.0.0.1:8111")
  const before = await rawNode(cloud, 8111)
  await before.setTotal(1, 10)
  const Key = { customer: { S: "ann" }, number: { N: "1" } }
  await dynamodb.send(new DeleteItemCommand({ TableName: "orders", Key }))
  expect(await before.total(1)).toBe("10")
  await cloud.saveSnapshot("s")
  await cloud.loadSnapshot("s")
  await expect(before.total(1)).rejects.toThrow()
  await cloud.settle()
  expect(portsOf(await describe(client))).toEqual(ports)
  const after = await rawNode(cloud, 8114)
  expect(await after.total(1)).toBeNull()
  // The numbers that clients have learned for names of attributes still hold.
  await after.setTotal(1, 11)
  expect(await (await rawNode(cloud, 8112)).total(1)).toBe("11")
})

test("a cluster that is deleted hangs up, and gives its ports back", async () => {
  const { cloud, cluster, client } = await openNodes({ ReplicationFactor: 1 }, ROLE_POLICY, {})
  const [port = 0, nodePort = 0] = portsOf(cluster)
  const node = await rawNode(cloud, port)
  expect(await node.endpoints()).toEqual(["orders-a*"])
  await client.send(new DeleteClusterCommand({ ClusterName: "orders" }))
  await expect(node.total(1)).rejects.toThrow("hung up")
  await cloud.advance("2m")
  expect(() => cloud.connect(port)).toThrow("nobody listens")
  expect(() => cloud.connect(nodePort)).toThrow("nobody listens")
})

test("who speaks something else is hung up on", async () => {
  const { cloud, cluster } = await openNodes({ ReplicationFactor: 1 }, ROLE_POLICY, {})
  const [port = 0] = portsOf(cluster)
  for (const text of [
    "GET / HTTP/1.1\r\n\r\n",
    "\u0067J7yne5G\u0000\u0060\u00a0\u0000\u0001\u0001",
  ]) {
    const connection = cloud.connect(port)
    await connection.write(Buffer.from(text, "latin1"))
    expect(await ended(connection)).toBe(true)
  }
})

const ended = async (connection: TcpConnection): Promise<boolean> => {
  for await (const _chunk of connection.chunks) return false
  return true
}

test("a cluster may speak TLS", async () => {
  const input = { ClusterEndpointEncryptionType: "TLS", ReplicationFactor: 1 } as const
  const { cluster } = await openNodes(input)
  const { Port = 0, URL = "" } = cluster.ClusterDiscoveryEndpoint ?? {}
  expect(URL).toBe(`daxs://127.0.0.1:${Port}`)
  const socket = connect({ host: "127.0.0.1", port: Port, rejectUnauthorized: false })
  const node = await speak(connectionOf(socket))
  await node.setTotal(1, 10)
  expect(await node.total(1)).toBe("10")
  expect(socket.getPeerX509Certificate()?.checkIP("127.0.0.1")).toBe("127.0.0.1")
  socket.destroy()
})

const connectionOf = (socket: TLSSocket): TcpConnection => ({
  ...{ secure: true, localAddress: "", remoteAddress: "", chunks: socket },
  write: (bytes) => new Promise((resolve) => void socket.write(bytes, () => resolve())),
  close: () => void socket.destroy(),
})
