import { expect, test } from "vitest"
import { createMemoryTcp } from "../sim/memory-tcp.ts"
import { createTestWorld } from "../testing/test-world.ts"
import { Doors, portOf, type DoorParts } from "./doors.ts"

const DOOR = { port: 8111, secure: false }

function openWorld() {
  const { world } = createTestWorld()
  const reports: string[] = []
  const tcp = createMemoryTcp()
  const parts: DoorParts = {
    tcp,
    serve: async (name, connection) => {
      for await (const chunk of connection.chunks) {
        if (chunk.length === 0) throw new Error("nothing")
        await connection.write(Buffer.from(`${name}: ${Buffer.from(chunk).toString()}`))
      }
    },
    read: (fn) => world.read(fn),
    write: (fn) => world.write(fn),
    report: (what, error) => reports.push(`${what}: ${String(error)}`),
  }
  return { world, tcp, parts, reports }
}

const first = async (chunks: AsyncIterable<Uint8Array>): Promise<string | undefined> => {
  for await (const chunk of chunks) return Buffer.from(chunk).toString()
  return undefined
}

test("a door serves, keeps its port, and is open again after a restart", async () => {
  const { world, tcp, parts } = openWorld()
  const doors = new Doors(parts)
  expect(await doors.open("test/a", DOOR)).toBe(8111)
  expect(await doors.open("test/b", DOOR)).toBe(8112)
  expect(await doors.open("test/a", DOOR)).toBe(8111)
  const other = tcp.connect(8112)
  await other.write(Buffer.from("hello"))
  expect(await first(other.chunks)).toBe("test/b: hello")
  const open = tcp.connect(8111)
  await doors.end()
  expect(await first(open.chunks)).toBeUndefined()
  expect(() => tcp.connect(8111)).toThrow("nobody listens")
  await expect(doors.open("test/c", DOOR)).rejects.toThrow("no more doors")
  const again = new Doors(parts)
  await again.reopen()
  expect(await world.read((tx) => [portOf(tx, "test/a"), portOf(tx, "test/b")])).toEqual([
    ...[8111, 8112],
  ])
  tcp.connect(8112)
  await again.close("test/b")
  expect(await world.read((tx) => portOf(tx, "test/b"))).toBeUndefined()
  expect(() => tcp.connect(8112)).toThrow("nobody listens")
  await again.end()
})

test("what goes wrong behind a door ends the connection, and is told", async () => {
  const { tcp, parts, reports } = openWorld()
  const doors = new Doors(parts)
  const connection = tcp.connect(await doors.open("test/a", DOOR))
  await connection.write(new Uint8Array())
  expect(await first(connection.chunks)).toBeUndefined()
  expect(reports).toEqual(["serving test/a: Error: nothing"])
  await doors.end()
})

test("a world without sockets opens no door", async () => {
  const { parts } = openWorld()
  const doors = new Doors({ ...parts, tcp: undefined })
  await expect(doors.open("test/a", DOOR)).rejects.toThrow("no sockets")
})
