import { describe, expect, test } from "vitest"
import type { WireResponse } from "../../wire.ts"
import { serve, until } from "./testing/server.ts"

const MIB = 1024 * 1024
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
const HEAD = GET.replace("GET", "HEAD")

async function* stream(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part)
}

const answer = (
  body: WireResponse["body"],
  headers: WireResponse["headers"] = {},
  status = 200,
): WireResponse => ({ status, headers, body })

describe.each(["own", "node"] as const)("answers, %s", (http1) => {
  test("text, bytes and nothing, with their lengths and a date", async () => {
    const bodies: WireResponse["body"][] = ["text", "häß", Buffer.from([0, 255, 10]), ""]
    const server = await serve(http1, () => answer(bodies.shift() as string, { "X-A": "ä" }))
    const client = await server.client()
    await client.send(GET, GET, GET, GET)
    const text = await client.answer()
    expect(text?.headers).toMatchObject({ "content-length": "4", "x-a": "ä" })
    expect(Date.parse(text?.headers["date"] ?? "")).not.toBeNaN()
    expect(text?.body).toBe("text")
    expect((await client.answer())?.body).toBe(Buffer.from("häß").toString("latin1"))
    expect((await client.answer())?.body).toBe("\0\xff\n")
    expect((await client.answer())?.headers["content-length"]).toBe("0")
    await server.stop()
  })

  test("repeated headers; the handler's own date; framing headers are not the handler's", async () => {
    const server = await serve(http1, () =>
      answer("abc", {
        "Set-Cookie": ["a=1", "b=2"],
        Date: "Thu, 01 Jan 1970 00:00:00 GMT",
        "Content-Length": "99",
        "Transfer-Encoding": "chunked",
        "Keep-Alive": "timeout=1",
      }),
    )
    const client = await server.client()
    await client.send(GET)
    await until(() => client.received.endsWith("abc"))
    expect(client.received.match(/set-cookie: (a=1|b=2)\r/gi)).toHaveLength(2)
    expect(client.received.match(/date:/gi)).toHaveLength(1)
    expect(client.received).toContain("Thu, 01 Jan 1970")
    expect(client.received.match(/content-length: 3\r/gi)).toHaveLength(1)
    expect(client.received).not.toMatch(/transfer-encoding|content-length: 99/i)
    await server.stop()
  })

  test("what is said again and again is written as it was the first time, and else as it is", async () => {
    const said = ["same", "same", "same", "other", "ä", "ä", "same", "a\r\nX-B: 1", "same"]
    const values = [...said]
    const server = await serve(http1, () => answer("", { "X-A": values.shift() ?? "" }))
    const got: (string | undefined)[] = []
    for (const _ of said) {
      const client = await server.client()
      await client.send(GET)
      const text = await client.answer()
      expect(text?.headers["x-b"]).toBeUndefined()
      got.push(text?.status === 200 ? text.headers["x-a"] : String(text?.status))
    }
    expect(got).toEqual(said.map((one) => (one.includes("\r") ? "500" : one)))
    await server.stop()
  })

  test("HEAD, 204 and 304 have no body, and say the right length", async () => {
    const answers = [
      answer("", { "Content-Length": "12345" }),
      answer("abc"),
      answer("", {}, 204),
      answer("", { ETag: '"x"' }, 304),
    ]
    const server = await serve(http1, () => answers.shift() as WireResponse)
    const client = await server.client()
    await client.send(HEAD, HEAD, GET, GET)
    expect((await client.answer(true))?.headers["content-length"]).toBe("12345")
    expect((await client.answer(true))?.headers["content-length"]).toBe("3")
    const none = await client.answer(true)
    expect([none?.status, none?.headers["content-length"]]).toEqual([204, undefined])
    const same = await client.answer(true)
    expect([same?.status, same?.headers["etag"]]).toEqual([304, '"x"'])
    expect(client.received).toBe("")
    await server.stop()
  })

  test("a stream in chunks, or with its length; then the connection goes on", async () => {
    const answers = [
      answer(stream("ab", "", "cde")),
      answer(stream("ab", "cde"), { "content-length": "5" }),
      answer("after"),
    ]
    const server = await serve(http1, () => answers.shift() as WireResponse)
    const client = await server.client()
    await client.send(GET + GET + GET)
    const first = await client.answer()
    expect([first?.headers["transfer-encoding"], first?.body]).toEqual(["chunked", "abcde"])
    const second = await client.answer()
    expect([second?.headers["content-length"], second?.body]).toEqual(["5", "abcde"])
    expect((await client.answer())?.body).toBe("after")
    await server.stop()
  })

  test("a stream to HTTP/1.0 ends with the connection", async () => {
    const server = await serve(http1, () => answer(stream("ab", "cde")))
    const client = await server.client()
    await client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    await client.end()
    const got = await client.answer()
    expect([got?.headers["transfer-encoding"], got?.body]).toEqual([undefined, "abcde"])
    await server.stop()
  })

  test("the head of a stream does not wait for its first piece", async () => {
    const gate = Promise.withResolvers<void>()
    const server = await serve(http1, () =>
      answer(
        (async function* () {
          await gate.promise
          yield Buffer.from("late")
        })(),
      ),
    )
    const client = await server.client()
    await client.send(GET)
    await until(() => client.received.includes("\r\n\r\n"))
    expect(client.received).not.toContain("late")
    gate.resolve()
    expect((await client.answer())?.body).toBe("late")
    await server.stop()
  })

  test("large bodies, whole and streamed, to a client that reads late", async () => {
    const large = "0123456789abcdef".repeat((2.5 * MIB) / 16)
    const bodies = [large, Buffer.from(large), stream(large, large)]
    const server = await serve(http1, () => answer(bodies.shift() as string))
    const client = await server.client()
    client.socket.pause()
    await client.send(GET, GET, GET)
    await new Promise((resolve) => setImmediate(resolve))
    client.socket.resume()
    expect((await client.answer())?.body === large).toBe(true)
    expect((await client.answer())?.body === large).toBe(true)
    expect((await client.answer())?.body === large + large).toBe(true)
    await server.stop()
  })

  test("a stream that fails, or whose length is wrong, breaks the answer off", async () => {
    const answers = [
      () =>
        answer(
          (async function* () {
            yield Buffer.from("begun")
            throw new Error("disk")
          })(),
        ),
      () => answer(stream("abc"), { "Content-Length": "4" }),
      () => answer(stream("abc", "de"), { "Content-Length": "4" }),
    ]
    const server = await serve(http1, () => (answers.shift() as () => WireResponse)())
    for (const reason of ["disk", "shorter", "longer"]) {
      const client = await server.client()
      await client.send(GET)
      await client.end()
      expect(client.received).not.toMatch(/\r\n0\r\n\r\n$|abcde/)
      expect(String(server.reports.pop())).toContain(reason)
    }
    await server.stop()
  })

  test("a handler that throws, or rejects, is a bare 500", async () => {
    const secrets = [
      () => {
        throw new Error("secret")
      },
      () => Promise.reject(new Error("secret")),
      () => answer("fine"),
    ]
    const server = await serve(http1, () => (secrets.shift() as () => WireResponse)())
    const client = await server.client()
    await client.send(GET, GET, GET)
    for (let i = 0; i < 2; i++) {
      const got = await client.answer()
      expect(got).toMatchObject({ status: 500, body: "Internal Server Error\n" })
      expect(JSON.stringify(got)).not.toContain("secret")
    }
    expect((await client.answer())?.body).toBe("fine")
    expect(server.reports.map(String)).toEqual(["Error: secret", "Error: secret"])
    await server.stop()
  })

  test("an answer that is no HTTP is a bare 500", async () => {
    const wrong = [
      answer("", { "X-A": "a\r\nSet-Cookie: b" }),
      answer("", { "X A": "b" }),
      answer("", { "X-A": ["a", "b\n"] }),
      answer("", { "X-A": "\u20ac" }),
      answer("", {}, 100),
      answer("", {}, 1000),
      answer("", {}, Number.NaN),
      answer(stream("x"), { "X-A": "\0" }),
    ]
    const count = wrong.length
    const server = await serve(http1, () => wrong.shift() as WireResponse)
    const client = await server.client()
    for (let i = 0; i < count; i++) {
      await client.send(GET)
      expect((await client.answer())?.status).toBe(500)
    }
    expect(server.reports).toHaveLength(count)
    await server.stop()
  })

  test("the handler's Connection: close is obeyed", async () => {
    const server = await serve(http1, () => answer("bye", { connection: "close" }))
    const client = await server.client()
    await client.send(GET)
    expect((await client.answer())?.headers["connection"]).toBe("close")
    await client.end()
    await server.stop()
  })

  test("a client that leaves while a handler works aborts its signal", async () => {
    const gate = Promise.withResolvers<void>()
    const signals: AbortSignal[] = []
    const server = await serve(http1, async (request) => {
      signals.push(request.signal as AbortSignal)
      await gate.promise
      return answer("to nobody")
    })
    for (const leave of ["reset", "close", "half-close"]) {
      const client = await server.client()
      await client.send(GET)
      await until(() => signals.length > 0)
      const signal = signals.pop() as AbortSignal
      expect(signal.aborted).toBe(false)
      if (leave === "reset") client.socket.resetAndDestroy()
      else if (leave === "close") client.close()
      else client.socket.end()
      await until(() => signal.aborted)
    }
    gate.resolve()
    await until(() => server.listener.connections() === 0)
    expect(server.reports).toEqual([])
    await server.stop()
  })

  test("a streamed answer to a client that left gives back what it holds", async () => {
    let released = 0
    const gate = Promise.withResolvers<void>()
    const endless = async function* () {
      try {
        for (;;) yield Buffer.alloc(64 * 1024)
      } finally {
        released++
      }
    }
    const server = await serve(http1, () => answer(endless()))
    const client = await server.client()
    await client.send(GET)
    await until(() => client.received.length > 100_000)
    client.socket.resetAndDestroy()
    await until(() => released === 1)
    let signal: AbortSignal | undefined
    const late = await serve(http1, async (request) => {
      signal = request.signal
      await gate.promise
      const body = endless()
      // Begun, as a body is whose first bytes were read to choose the status.
      await body.next()
      return answer(body)
    })
    const other = await late.client()
    await other.send(GET)
    await until(() => signal !== undefined)
    other.socket.resetAndDestroy()
    await until(() => signal?.aborted === true)
    gate.resolve()
    await until(() => released === 2)
    await late.stop()
    await server.stop()
  })
})
