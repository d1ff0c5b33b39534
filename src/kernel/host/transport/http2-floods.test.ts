import { connect } from "node:http2"
import { expect, test } from "vitest"
import type { ByteStream, WireResponse } from "../../wire.ts"
import type { RawClient } from "./testing/raw-client.ts"
import { serve, type TestServer, until } from "./testing/server.ts"

const ok = (body: WireResponse["body"]): WireResponse => ({ status: 200, headers: {}, body })

async function lengthOf(stream: ByteStream): Promise<string> {
  let length = 0
  for await (const piece of stream) length += piece.length
  return String(length)
}

// Frames by hand, for what no honest client sends (RFC 9113).

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1")
const DATA = 0
const HEADERS = 1
const RST_STREAM = 3
const SETTINGS = 4
const PING = 6
const CONTINUATION = 9
/** ":method GET", ":scheme http", ":path /" by the static table, ":authority a" in full. */
const REQUEST = Buffer.from([0x82, 0x86, 0x84, 0x41, 1, 0x61])
const POST = Buffer.concat([Buffer.from([0x83]), REQUEST.subarray(1)])

function frame(type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

async function attack(
  frames: Iterable<Buffer>,
  client: RawClient,
  server: TestServer,
): Promise<void> {
  await client.send(PREFACE, frame(SETTINGS, 0, 0))
  for (const bytes of frames) {
    if (client.closed || client.socket.destroyed) break
    client.socket.write(bytes)
    // The clock moves: limits by rate must not depend on it standing still.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await client.end()
  client.close()
  await until(() => server.listener.connections() === 0)
}

test.each([0, 8])("a body that ends in a reset (code %i) fails its stream", async (code) => {
  const outcome = Promise.withResolvers<string>()
  let handled = 0
  const server = await serve(
    "own",
    async (request) => {
      handled++
      await lengthOf(request.stream as ByteStream).then(outcome.resolve, (error: unknown) =>
        outcome.resolve(String(error)),
      )
      return ok("")
    },
    { limits: { bufferedBodyBytes: 10 } },
  )
  const client = await server.client()
  await client.send(PREFACE, frame(SETTINGS, 0, 0), frame(HEADERS, 0x4, 1, POST))
  await client.send(frame(DATA, 0, 1, Buffer.alloc(100)))
  await until(() => handled === 1)
  await client.send(frame(RST_STREAM, 0, 1, Buffer.from([0, 0, 0, code])))
  expect(await outcome.promise).toContain("client closed")
  // The same, small enough to be held until it is whole.
  await client.send(frame(HEADERS, 0x4, 3, POST), frame(DATA, 0, 3, Buffer.alloc(5)))
  await client.send(frame(RST_STREAM, 0, 3, Buffer.from([0, 0, 0, code])))
  await client.send(frame(PING, 0, 0, Buffer.from("answered")))
  await until(() => client.received.includes("answered"))
  expect(handled).toBe(1)
  await server.stop()
})

test("rapid resets end the session (CVE-2023-44487), others go on", async () => {
  let handled = 0
  const gate = Promise.withResolvers<void>()
  const server = await serve(
    "own",
    async () => {
      handled++
      await gate.promise
      return ok("done")
    },
    { limits: { http2ResetBurst: 200, http2ResetRate: 10, http2Streams: 50 } },
  )
  const honest = connect(`http://127.0.0.1:${server.port}`)
  const stream = honest.request({ ":path": "/" })
  await until(() => handled === 1)
  const client = await server.client()
  const resets = function* (): Generator<Buffer> {
    for (let id = 1; id < 20_000; id += 20) {
      const pairs: Buffer[] = []
      for (let next = id; next < id + 20; next += 2) {
        pairs.push(frame(HEADERS, 0x5, next, REQUEST))
        pairs.push(frame(RST_STREAM, 0, next, Buffer.from([0, 0, 0, 8])))
      }
      yield Buffer.concat(pairs)
    }
  }
  const attacked = attack(resets(), client, server)
  await until(() => client.closed)
  // Handlers do not pile up behind streams that are gone.
  expect(handled).toBeLessThanOrEqual(51)
  gate.resolve()
  let body = ""
  for await (const chunk of stream) body += String(chunk)
  expect(body).toBe("done")
  honest.close()
  await attacked
  expect(server.reports).toEqual([])
  await server.stop()
})

test("endless headers end the session", async () => {
  const server = await serve("own", () => ok(""))
  const literal = Buffer.concat([
    Buffer.from([0x40, 1, 0x61, 0x7f, 0x81, 0x07]),
    Buffer.alloc(1024, 0x62),
  ])
  const endless = function* (): Generator<Buffer> {
    yield frame(HEADERS, 0x1, 1, REQUEST)
    for (let i = 0; i < 10_000; i++) yield frame(CONTINUATION, 0, 1, literal)
  }
  await attack(endless(), await server.client(), server)
  await server.stop()
})

test("pings and settings without end, and frames that are none, end the session", async () => {
  const server = await serve("own", () => ok(""), { limits: { tickMs: 10, keepAliveMs: 100 } })
  const client = await server.client()
  client.socket.pause()
  await client.send(PREFACE, frame(SETTINGS, 0, 0))
  for (let i = 0; i < 300 && !client.socket.destroyed; i++) {
    const many = Array.from({ length: 200 }, () =>
      frame(i % 2 ? PING : SETTINGS, 0, 0, i % 2 ? Buffer.alloc(8) : Buffer.alloc(0)),
    )
    client.socket.write(Buffer.concat(many))
    await new Promise((resolve) => setImmediate(resolve))
  }
  server.clock.advance(20_000)
  await until(() => server.listener.connections() === 0)
  const nonsense = await server.client()
  await nonsense.send(PREFACE, Buffer.alloc(100, 0x7f))
  await nonsense.end()
  nonsense.close()
  await until(() => server.listener.connections() === 0)
  expect(server.reports).toEqual([])
  await server.stop()
})
