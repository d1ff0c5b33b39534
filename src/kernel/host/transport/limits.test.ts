import { describe, expect, test } from "vitest"
import type { ByteStream, WireResponse } from "../../wire.ts"
import { serve, until } from "./testing/server.ts"

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
const POST = "POST / HTTP/1.1\r\nHost: a\r\n"
const ok = (body: string): WireResponse => ({ status: 200, headers: {}, body })
const SHORT = {
  tickMs: 10,
  headMs: 100,
  keepAliveMs: 300,
  bodyWindowMs: 200,
  bodyWindowBytes: 100,
  writeStallMs: 400,
  lingerMs: 50,
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe.each(["own", "node"] as const)("limits, %s", (http1) => {
  test("a head that takes too long is refused, however it trickles", async () => {
    const server = await serve(http1, () => ok(""), { limits: SHORT })
    const client = await server.client()
    await client.send(GET)
    expect((await client.answer())?.status).toBe(200)
    server.clock.advance(150)
    await client.send("GET / HT")
    await server.heard(client.socket)
    for (let i = 0; i < 10; i++) {
      server.clock.advance(20)
      await client.send("T")
      await server.heard(client.socket)
      if (client.received !== "") break
    }
    // By now the request line is wrong as well; the first verdict counts.
    expect([400, 408]).toContain((await client.answer())?.status)
    await client.end()
    client.close()
    await until(() => server.listener.connections() === 0)
    const slow = await server.client()
    await slow.send("GET / HTTP/1.1\r\nHost")
    await server.heard(slow.socket)
    for (let i = 0; i < 8 && !slow.closed; i++) {
      server.clock.advance(20)
      await slow.send("x")
      await server.heard(slow.socket)
    }
    expect((await slow.answer())?.status).toBe(408)
    await slow.end()
    await server.stop()
  })

  test("an idle connection is closed, an active one is not", async () => {
    const gate = Promise.withResolvers<void>()
    const server = await serve(
      http1,
      async (request) => {
        if (request.path === "/wait") await gate.promise
        return ok("done")
      },
      { limits: SHORT },
    )
    const idle = await server.client()
    const waiting = await server.client()
    await idle.send(GET)
    await idle.answer()
    await waiting.send(GET.replace("/", "/wait"))
    await server.heard(waiting.socket)
    server.clock.advance(200)
    await idle.send(GET)
    expect((await idle.answer())?.status).toBe(200)
    server.clock.advance(200)
    await idle.send(GET)
    expect((await idle.answer())?.status).toBe(200)
    server.clock.advance(10_000)
    await idle.end()
    expect(idle.received).toBe("")
    expect(waiting.closed).toBe(false)
    gate.resolve()
    expect((await waiting.answer())?.body).toBe("done")
    await server.stop()
  })

  test("a connection that says nothing is closed", async () => {
    const server = await serve(http1, () => ok(""), { limits: SHORT })
    const client = await server.client()
    const undecided = await server.client()
    await undecided.send("PRI * ")
    await until(() => server.listener.connections() === 2)
    await server.heard(undecided.socket)
    server.clock.advance(200)
    await client.end()
    await undecided.end()
    await server.stop()
  })

  test("a body that trickles is refused", async () => {
    let handled = 0
    const server = await serve(http1, () => ok(String(handled++)), { limits: SHORT })
    const client = await server.client()
    await client.send(`${POST}Content-Length: 1000\r\n\r\n`)
    for (let i = 0; i < 15 && !client.closed; i++) {
      await server.heard(client.socket)
      server.clock.advance(20)
      await client.send("x")
    }
    expect((await client.answer())?.status).toBe(408)
    expect(handled).toBe(0)
    await client.end()
    await server.stop()
  })

  test("a body at the least rate passes", async () => {
    const server = await serve(http1, (request) => ok(String(request.body.length)), {
      limits: SHORT,
    })
    const client = await server.client()
    await client.send(`${POST}Content-Length: 1000\r\n\r\n`)
    for (let i = 0; i < 10; i++) {
      const before = i * 100
      await client.send("x".repeat(100))
      await server.heard(client.socket)
      expect(client.closed, `after ${before} bytes`).toBe(false)
      server.clock.advance(190)
    }
    expect((await client.answer())?.body).toBe("1000")
    await server.stop()
  })

  test("a streamed body that trickles fails its reader, but a slow reader harms nobody", async () => {
    const failed = Promise.withResolvers<unknown>()
    let begin = (): void => {}
    const gate = new Promise<void>((resolve) => {
      begin = resolve
    })
    const server = await serve(
      http1,
      async (request) => {
        await gate
        try {
          for await (const piece of request.stream as ByteStream) void piece
        } catch (error) {
          failed.resolve(error)
        }
        return ok("read")
      },
      { limits: { ...SHORT, bufferedBodyBytes: 10 } },
    )
    const client = await server.client()
    await client.send(`${POST}Content-Length: 1000\r\n\r\nxxxxxxxxxxxxxxxxxxx`)
    await server.heard(client.socket)
    server.clock.advance(5_000)
    await turn()
    expect(client.closed).toBe(false)
    begin()
    await turn()
    await turn()
    server.clock.advance(500)
    expect(String(await failed.promise)).toContain("408")
    expect((await client.answer())?.status).toBe(408)
    await server.stop()
  })

  test("a client that takes nothing of its answer is dropped", async () => {
    let released = false
    const server = await serve(
      http1,
      () => ({
        status: 200,
        headers: {},
        body: (async function* () {
          try {
            for (;;) yield Buffer.alloc(256 * 1024)
          } finally {
            released = true
          }
        })(),
      }),
      { limits: SHORT },
    )
    const client = await server.client()
    client.socket.pause()
    await client.send(GET)
    for (let i = 0; i < 500; i++) await turn()
    expect(server.listener.connections()).toBe(1)
    server.clock.advance(300)
    for (let i = 0; i < 100; i++) await turn()
    expect(server.listener.connections()).toBe(1)
    for (let i = 0; i < 50 && server.listener.connections() > 0; i++) {
      server.clock.advance(20)
      await turn()
    }
    await until(() => released)
    await until(() => server.listener.connections() === 0)
    await server.stop()
  })

  test("connections beyond the limit are closed at once", async () => {
    const server = await serve(http1, () => ok("in"), { limits: { connections: 2 } })
    const [one, two] = [await server.client(), await server.client()]
    await until(() => server.listener.connections() === 2)
    const three = await server.client()
    await three.end()
    await one.send(GET)
    expect((await one.answer())?.body).toBe("in")
    two.close()
    await until(() => server.listener.connections() === 1)
    const four = await server.client()
    await four.send(GET)
    expect((await four.answer())?.body).toBe("in")
    await server.stop()
  })

  test("a refused client that keeps sending still reads why, and is then cut off", async () => {
    const server = await serve(http1, () => ok(""), { limits: { ...SHORT, maxBodyBytes: 1000 } })
    const client = await server.client()
    const sending = client.send(
      `${POST}Content-Length: 100000000\r\n\r\n`,
      ...Array.from({ length: 20 }, () => Buffer.alloc(10_000)),
    )
    expect((await client.answer())?.status).toBe(413)
    await sending
    for (let i = 0; i < 10; i++) {
      server.clock.advance(20)
      await turn()
    }
    await until(() => server.listener.connections() === 0)
    await server.stop()
  })

  test("TLS is refused where there is none", async () => {
    const server = await serve(http1, () => ok(""))
    const client = await server.client()
    await client.send(Buffer.from([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]))
    await client.end()
    expect(client.received).toBe("")
    await server.stop()
  })
})

describe.each(["own", "node"] as const)("closing, %s", (http1) => {
  test("what is in flight is finished, what is idle ends, nothing new comes in", async () => {
    const gate = Promise.withResolvers<void>()
    const server = await serve(http1, async (request) => {
      if (request.path === "/wait") await gate.promise
      return ok("done")
    })
    const idle = await server.client()
    await idle.send(GET)
    await idle.answer()
    const silent = await server.client()
    const busy = await server.client()
    await busy.send(GET.replace("/", "/wait"))
    await until(() => server.listener.connections() === 3)
    await server.heard(busy.socket)
    const closed = server.listener.close({ graceMs: 60_000 })
    await idle.end()
    await silent.end()
    await expect(server.client()).rejects.toThrow("ECONNREFUSED")
    expect(busy.closed).toBe(false)
    gate.resolve()
    const last = await busy.answer()
    expect([last?.body, last?.headers["connection"]]).toEqual(["done", "close"])
    await busy.end()
    await closed
    expect(server.listener.connections()).toBe(0)
    expect(server.clock.timers).toBe(0)
  })

  test("after the grace time everything is cut", async () => {
    let signal: AbortSignal | undefined
    const server = await serve(http1, (request) => {
      signal = request.signal
      return new Promise(() => {})
    })
    const client = await server.client()
    await client.send(GET)
    await until(() => signal !== undefined)
    const closed = server.listener.close({ graceMs: 5_000 })
    server.clock.advance(4_999)
    await turn()
    expect(client.closed).toBe(false)
    server.clock.advance(2)
    await closed
    await client.end()
    expect(signal?.aborted).toBe(true)
    expect(server.clock.timers).toBe(0)
  })
})
