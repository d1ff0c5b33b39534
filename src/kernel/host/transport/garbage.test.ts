import { connect } from "node:net"
import { describe, expect, test } from "vitest"
import { fuzzedBytes, seededRandom } from "./testing/request-fuzz.ts"
import { serve, until } from "./testing/server.ts"

const OPENINGS = [
  "",
  "",
  "GET / HTTP/1.1\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
  "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
  "\r\n",
]

/** What a connection sends, and how it ends. */
function rubbish(random: (below: number) => number): { bytes: Buffer; end: number } {
  const end = random(4)
  if (random(4) === 0) return { bytes: Buffer.from(fuzzedBytes(random), "latin1"), end }
  const opening = OPENINGS[random(OPENINGS.length)] as string
  const noise = Buffer.from(Array.from({ length: random(300) }, () => random(256)))
  return { bytes: Buffer.concat([Buffer.from(opening, "latin1"), noise]), end }
}

/** Sends rubbish in two writes, and leaves in one of four ways. */
function visit(port: number, random: (below: number) => number): Promise<void> {
  const { bytes, end } = rubbish(random)
  const cut = random(bytes.length + 1)
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    socket.on("error", () => {})
    socket.on("data", () => {})
    socket.on("close", () => resolve())
    socket.on("connect", () => {
      socket.write(bytes.subarray(0, cut))
      setImmediate(() => {
        if (socket.destroyed) return
        if (end === 0) socket.resetAndDestroy()
        else if (end === 1) socket.end(bytes.subarray(cut))
        else socket.write(bytes.subarray(cut), () => socket.destroy())
      })
    })
  })
}

describe.each(["own", "node"] as const)("rubbish, HTTP/1.1 by %s", (http1) => {
  test("a thousand connections of it harm nobody, and leave nothing behind", async () => {
    const server = await serve(
      http1,
      async (request) => {
        if (request.stream !== undefined) for await (const piece of request.stream) void piece
        return { status: 200, headers: {}, body: "fine" }
      },
      { limits: { bufferedBodyBytes: 50, tickMs: 10 }, tls: () => Promise.reject(NO_TLS) },
    )
    const random = seededRandom(20261121)
    for (let round = 0; round < 50; round++) {
      await Promise.all(Array.from({ length: 20 }, () => visit(server.port, random)))
    }
    const honest = await server.client()
    await honest.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    expect((await honest.answer())?.body).toBe("fine")
    honest.close()
    // What only waits for more is cut by the clock.
    server.clock.advance(200_000)
    await until(() => server.listener.connections() === 0)
    await server.stop()
    expect(server.clock.timers).toBe(0)
    // Streams whose clients left are reported to their readers, and so may show here; else nothing.
    const others = server.reports.filter(
      (report) => !/client closed|no TLS here/.test(String(report)),
    )
    expect(others.map(String).filter((text) => !/refused with status/.test(text))).toEqual([])
  })
})

const NO_TLS = new Error("There is no TLS here.")

test("a closed listener leaves no handle open", async () => {
  const before = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length
  const server = await serve("own", () => ({ status: 200, headers: {}, body: "" }))
  const clients = await Promise.all(Array.from({ length: 10 }, () => server.client()))
  for (const client of clients) await client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
  for (const client of clients) expect((await client.answer())?.status).toBe(200)
  await server.stop()
  const left = (): number =>
    process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).length
  await until(() => left() <= before)
  expect(server.listener.connections()).toBe(0)
})
