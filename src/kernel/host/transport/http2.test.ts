import { createHash } from "node:crypto"
import {
  type ClientHttp2Session,
  connect,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2"
import { expect, test } from "vitest"
import type { ByteStream, WireRequest, WireResponse } from "../../wire.ts"
import { serve, type TestServer, until } from "./testing/server.ts"

const MIB = 1024 * 1024
const ok = (body: WireResponse["body"]): WireResponse => ({ status: 200, headers: {}, body })

interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

function open(server: TestServer): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${server.port}`)
  session.on("error", () => {})
  return session
}

function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Uint8Array,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined })
    let text = ""
    let head: IncomingHttpHeaders = {}
    stream.on("response", (got) => (head = got))
    stream.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")))
    stream.on("error", reject)
    stream.on("close", () => resolve({ headers: head, body: text }))
    if (body !== undefined) stream.end(body)
  })
}

async function digest(stream: ByteStream): Promise<string> {
  const hash = createHash("sha256")
  for await (const piece of stream) hash.update(piece)
  return hash.digest("hex")
}

test("prior knowledge: the request as HTTP/1.1 would have brought it", async () => {
  const seen: WireRequest[] = []
  const server = await serve("own", (request) => {
    seen.push(request)
    return {
      status: 201,
      headers: { "X-A": ["1", "2"], Connection: "keep-alive", "Transfer-Encoding": "chunked" },
      body: "fine",
    }
  })
  const session = open(server)
  const answer = await ask(
    session,
    { ":method": "PUT", ":path": "/a%20b?x=%2F", "x-b": ["1", "2"], cookie: ["a=1", "b=2"] },
    "body",
  )
  expect(answer.headers).toMatchObject({ ":status": 201, "x-a": "1, 2", "content-length": "4" })
  expect(answer.headers["date"]).toBeDefined()
  expect(answer.body).toBe("fine")
  const [request] = seen
  expect(request).toMatchObject({
    method: "PUT",
    path: "/a%20b",
    query: "x=%2F",
    secure: false,
    remoteAddress: "127.0.0.1",
  })
  expect(Buffer.from(request?.body ?? []).toString()).toBe("body")
  expect({ ...request?.headers }).toEqual({
    host: `127.0.0.1:${server.port}`,
    "x-b": "1,2",
    cookie: "a=1; b=2",
  })
  session.close()
  await until(() => server.listener.connections() === 0)
  await server.stop()
  expect(server.clock.timers).toBe(0)
})

test("HEAD, 204, 304, empty bodies and Latin-1", async () => {
  const answers: WireResponse[] = [
    { status: 200, headers: { "Content-Length": "12345" }, body: "" },
    { status: 204, headers: {}, body: "" },
    { status: 304, headers: { etag: "x" }, body: "" },
    ok(""),
    { status: 200, headers: { "x-a": "ä" }, body: Buffer.from([0, 255]) },
  ]
  const server = await serve("own", () => answers.shift() as WireResponse)
  const session = open(server)
  const statuses = []
  for (const method of ["HEAD", "GET", "GET", "GET", "GET"]) {
    const { headers, body } = await ask(session, { ":method": method, ":path": "/" })
    statuses.push([headers[":status"], headers["content-length"], body])
  }
  expect(statuses).toEqual([
    [200, "12345", ""],
    [204, undefined, ""],
    [304, undefined, ""],
    [200, "0", ""],
    [200, "2", "\0\xff"],
  ])
  session.destroy()
  await server.stop()
})

test("large bodies stream both ways", async () => {
  const large = Buffer.from(Uint32Array.from({ length: (5 * MIB) / 4 }, (_, i) => i * 7919).buffer)
  const server = await serve("own", async (request) =>
    request.path === "/up"
      ? ok(await digest(request.stream as ByteStream))
      : ok(
          (async function* () {
            for (let at = 0; at < large.length; at += 100_000) {
              yield large.subarray(at, at + 100_000)
            }
          })(),
        ),
  )
  const session = open(server)
  const [up, down] = await Promise.all([
    ask(session, { ":method": "POST", ":path": "/up" }, large),
    ask(session, { ":path": "/down" }),
  ])
  expect(up.body).toBe(createHash("sha256").update(large).digest("hex"))
  expect(Buffer.from(down.body, "latin1").equals(large)).toBe(true)
  session.destroy()
  await server.stop()
})

test("what is refused", async () => {
  const server = await serve("own", () => new Promise(() => {}), {
    limits: { maxBodyBytes: 1000, bufferedBodyBytes: 100, uriBytes: 100 },
  })
  const session = open(server)
  const status = async (headers: OutgoingHttpHeaders, body?: string): Promise<unknown> =>
    (await ask(session, headers, body)).headers[":status"]
  expect(await status({ ":path": `/${"x".repeat(200)}` })).toBe(414)
  // The library refuses a path that is none.
  await expect(status({ ":path": "http://b/" })).rejects.toThrow("PROTOCOL_ERROR")
  expect(await status({ ":method": "POST", ":path": "/" }, "x".repeat(2000))).toBe(413)
  const announced = { ":method": "POST", ":path": "/", "content-length": 2000 }
  expect(await status(announced, "x".repeat(2000))).toBe(413)
  session.destroy()
  await server.stop()
})

test("an early answer reaches a client that still sends, which is then stopped", async () => {
  const answers = ["", "early", "x".repeat(3 * MIB)]
  const server = await serve("own", () => ok(answers.shift() as string), {
    limits: { tickMs: 10, lingerMs: 50, bufferedBodyBytes: 100 },
  })
  const session = open(server)
  for (const expected of [...answers]) {
    const stream = session.request({ ":method": "POST", ":path": "/" })
    stream.on("error", () => {})
    stream.write("x".repeat(200))
    let body = ""
    stream.on("data", (chunk: Buffer) => (body += chunk.toString()))
    await new Promise((resolve) => stream.on("end", resolve))
    expect(body === expected).toBe(true)
    expect(stream.closed).toBe(false)
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      server.clock.advance(20)
    }
    await until(() => stream.closed)
    expect(stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR)
  }
  session.destroy()
  await server.stop()
})

test("failing handlers and answers", async () => {
  const turns = [
    () => {
      throw new Error("secret")
    },
    () => Promise.reject(new Error("secret")),
    () => ({ status: 200, headers: { "x-a": "a\nb" }, body: "" }),
    () => ok("fine"),
  ]
  const server = await serve("own", () => (turns.shift() as () => WireResponse)())
  const session = open(server)
  const statuses: unknown[] = []
  for (let i = 0; i < 4; i++) {
    const { headers, body } = await ask(session, { ":path": "/" })
    expect(body).not.toContain("secret")
    statuses.push(headers[":status"])
  }
  expect(statuses).toEqual([500, 500, 500, 200])
  expect(server.reports).toHaveLength(3)
  const broken = await serve("own", () =>
    ok(
      (async function* () {
        yield Buffer.from("begun")
        throw new Error("disk")
      })(),
    ),
  )
  await expect(ask(open(broken), { ":path": "/" })).rejects.toThrow("NGHTTP2_INTERNAL_ERROR")
  expect(broken.reports.map(String)).toEqual(["Error: disk"])
  session.destroy()
  await server.stop()
  await broken.stop()
})

test("a stream that the client resets aborts its handler, and only that", async () => {
  const signals: AbortSignal[] = []
  const gate = Promise.withResolvers<void>()
  const server = await serve("own", async (request) => {
    signals.push(request.signal as AbortSignal)
    await gate.promise
    return ok("done")
  })
  const session = open(server)
  const other = ask(session, { ":path": "/b" })
  const stream = session.request({ ":path": "/a" })
  stream.on("error", () => {})
  await until(() => signals.length === 2)
  stream.close(constants.NGHTTP2_CANCEL)
  await until(() => signals.some((signal) => signal.aborted))
  expect(signals.filter((signal) => signal.aborted)).toHaveLength(1)
  gate.resolve()
  expect((await other).body).toBe("done")
  session.destroy()
  await server.stop()
})

test("idle sessions are closed, slow bodies refused", async () => {
  const limits = { tickMs: 10, keepAliveMs: 300, bodyWindowMs: 100, lingerMs: 50 }
  const server = await serve("own", () => ok("late"), { limits })
  const session = open(server)
  await ask(session, { ":path": "/" })
  const stream = session.request({ ":method": "POST", ":path": "/" })
  const head = new Promise<IncomingHttpHeaders>((resolve) => stream.on("response", resolve))
  stream.on("error", () => {})
  await new Promise((resolve) => stream.write("x", resolve))
  if (session.socket) await server.heard(session.socket)
  server.clock.advance(200)
  expect((await head)[":status"]).toBe(408)
  const closed = new Promise((resolve) => session.on("close", resolve))
  await until(() => stream.closed)
  server.clock.advance(1_000)
  await closed
  await until(() => server.listener.connections() === 0)
  await server.stop()
})

test("closing finishes streams in flight and says goodbye", async () => {
  const gate = Promise.withResolvers<void>()
  let handled = 0
  const server = await serve("own", async () => {
    handled++
    await gate.promise
    return ok("done")
  })
  const idle = open(server)
  await new Promise((resolve) => idle.on("remoteSettings", resolve))
  const busy = open(server)
  const answer = ask(busy, { ":path": "/" })
  await until(() => handled === 1 && server.listener.connections() === 2)
  const goneAway = new Promise((resolve) => busy.on("goaway", resolve))
  const closed = server.listener.close({ graceMs: 60_000 })
  await goneAway
  gate.resolve()
  expect((await answer).body).toBe("done")
  await closed
  expect(server.listener.connections()).toBe(0)
  expect(server.clock.timers).toBe(0)
})

test("closing cuts what outlasts its grace", async () => {
  let handled = 0
  const server = await serve("own", () => {
    handled++
    return new Promise(() => {})
  })
  const session = open(server)
  const answer = ask(session, { ":path": "/" }).catch((error: unknown) => String(error))
  await until(() => handled === 1)
  const closed = server.listener.close({ graceMs: 100 })
  server.clock.advance(200)
  await closed
  await answer
})
