import { connect, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { expect, onTestFinished, test } from "vitest"
import { openLocalCa } from "../../engines/tls/local-ca.ts"
import { createSeededRandom } from "../sim/seeded-random.ts"
import type { TcpConnection } from "../doors/tcp.ts"
import { createHostTcp } from "./tcp.ts"

const echo = async (connection: TcpConnection): Promise<void> => {
  for await (const chunk of connection.chunks) await connection.write(chunk)
  connection.close()
}

const answer = (socket: Socket, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    socket.on("data", (data) => resolve(data.toString()))
    socket.on("error", reject)
    socket.on("close", () => resolve("closed"))
    socket.write(text)
  })

test("a port of this machine serves, and ends what is open", async () => {
  const tcp = createHostTcp({ host: "127.0.0.1", fixedPorts: false })
  const seen: string[] = []
  const door = await tcp.listen({
    ...{ port: 8111, secure: false },
    serve: (connection) => {
      seen.push(`${connection.localAddress} ${connection.secure}`)
      return echo(connection)
    },
  })
  const socket = connect(door.port, "127.0.0.1")
  expect(await answer(socket, "hello")).toBe("hello")
  expect(seen).toEqual(["127.0.0.1 false"])
  const ended = new Promise((resolve) => void socket.on("close", resolve))
  await door.close()
  await ended
  await expect(answer(connect(door.port, "127.0.0.1"), "x")).rejects.toThrow("ECONNREFUSED")
})

test("a port that is taken makes room for one of the next", async () => {
  const free = createHostTcp({ host: "127.0.0.1", fixedPorts: false })
  const fixed = createHostTcp({ host: "127.0.0.1", fixedPorts: true })
  const taken = await free.listen({ port: 0, secure: false, serve: echo })
  onTestFinished(() => taken.close())
  const door = await fixed.listen({ port: taken.port, secure: false, serve: echo })
  onTestFinished(() => door.close())
  expect(door.port).not.toBe(taken.port)
  expect(await answer(connect(door.port, "127.0.0.1"), "hello")).toBe("hello")
})

test("a door may speak TLS, by the cloud's own authority", async () => {
  const random = createSeededRandom(1)
  const ca = openLocalCa({ now: () => Date.now(), random })
  const tcp = createHostTcp({ host: "127.0.0.1", tls: () => ca, fixedPorts: false })
  const door = await tcp.listen({ port: 9111, secure: true, serve: echo })
  onTestFinished(() => door.close())
  const { certificate } = await ca
  const socket = connectTls({ host: "127.0.0.1", port: door.port, ca: certificate })
  expect(await answer(socket, "hello")).toBe("hello")
  socket.destroy()
  const plain = connect(door.port, "127.0.0.1")
  expect(await answer(plain, "hello")).not.toBe("hello")
  plain.destroy()
  const without = createHostTcp({ host: "127.0.0.1", fixedPorts: false })
  await expect(without.listen({ port: 0, secure: true, serve: echo })).rejects.toThrow("no TLS")
})

test("a door closes while a client has not ended its handshake", async () => {
  const ca = openLocalCa({ now: () => Date.now(), random: createSeededRandom(1) })
  const tcp = createHostTcp({ host: "127.0.0.1", tls: () => ca, fixedPorts: false })
  const door = await tcp.listen({ port: 0, secure: true, serve: echo })
  const silent = connect(door.port, "127.0.0.1")
  const ended = new Promise((resolve) => void silent.on("close", resolve).on("error", () => {}))
  // By the second connection the first one has been taken.
  const { certificate } = await ca
  const other = connectTls({ host: "127.0.0.1", port: door.port, ca: certificate })
  expect(await answer(other, "hello")).toBe("hello")
  await door.close()
  await ended
})
