import { createHash } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { ByteStream, WireRequest } from "../../wire.ts"
import { serve, until } from "./testing/server.ts"

const MIB = 1024 * 1024
const ok = (body: string) => ({ status: 200, headers: {}, body })
const post = (lines: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`
const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

async function sha256(stream: ByteStream): Promise<string> {
  const hash = createHash("sha256")
  for await (const piece of stream) hash.update(piece)
  return hash.digest("hex")
}

/** Bytes that differ everywhere, so that lost or swapped ones show. */
function bytes(length: number): Buffer {
  return Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => i * 2654435761).buffer)
}

describe.each(["own", "node"] as const)("request bodies, %s", (http1) => {
  test("a body up to the threshold is whole, a larger one is a stream", async () => {
    const seen: WireRequest[] = []
    const server = await serve(
      http1,
      async (request) => {
        seen.push(request)
        return ok(request.stream === undefined ? "whole" : await sha256(request.stream))
      },
      { limits: { bufferedBodyBytes: 1000 } },
    )
    const client = await server.client()
    await client.send(post("Content-Length: 1000\r\n"), "x".repeat(1000))
    expect((await client.answer())?.body).toBe("whole")
    const large = bytes(1_004)
    await client.send(post("Content-Length: 1004\r\n"), large)
    const digest = createHash("sha256").update(large).digest("hex")
    expect((await client.answer())?.body).toBe(digest)
    await client.send(post("Transfer-Encoding: chunked\r\n"), "3ec\r\n", large, "\r\n0\r\n\r\n")
    expect((await client.answer())?.body).toBe(digest)
    expect(seen.map((r) => [r.body.length, r.stream === undefined])).toEqual([
      [1000, true],
      [0, false],
      [0, false],
    ])
    await server.stop()
  })

  test("a stream holds the client back until it is read", async () => {
    const total = 64 * MIB
    const gate = Promise.withResolvers<void>()
    const server = await serve(http1, async (request) => {
      await gate.promise
      return ok(await sha256(request.stream as ByteStream))
    })
    const client = await server.client()
    const body = bytes(total)
    await client.send(post(`Content-Length: ${total}\r\n`), body)
    let before = -1
    // The sender is stuck once many turns bring no progress.
    for (let turns = 0; turns < 200; turns++) {
      await new Promise((resolve) => setImmediate(resolve))
      if (client.socket.bytesWritten !== before) turns = 0
      before = client.socket.bytesWritten
    }
    expect(client.socket.writableLength).toBeGreaterThan(0)
    gate.resolve()
    expect((await client.answer())?.body).toBe(createHash("sha256").update(body).digest("hex"))
    await client.send(GET.replace("GET", "POST"))
    await server.stop()
  })

  test("small pieces of a streamed body all arrive, also after many pauses", async () => {
    const server = await serve(
      http1,
      async (request) => ok(await sha256(request.stream as ByteStream)),
      { limits: { bufferedBodyBytes: 10 } },
    )
    const client = await server.client()
    const body = bytes(4 * MIB)
    await client.send(post("Transfer-Encoding: chunked\r\n"))
    const parts: Uint8Array[] = []
    for (let at = 0; at < body.length; at += 1024) {
      parts.push(Buffer.from("400\r\n"), body.subarray(at, at + 1024), Buffer.from("\r\n"))
    }
    await client.send(Buffer.concat(parts), "0\r\n\r\n")
    expect((await client.answer())?.body).toBe(createHash("sha256").update(body).digest("hex"))
    await server.stop()
  })

  test("leave to send a large body is given when it is read", async () => {
    const gate = Promise.withResolvers<void>()
    const server = await serve(
      http1,
      async (request) => {
        await gate.promise
        return ok(await sha256(request.stream as ByteStream))
      },
      { limits: { bufferedBodyBytes: 10 } },
    )
    const client = await server.client()
    await client.send(post("Content-Length: 20\r\nExpect: 100-continue\r\n"))
    await new Promise((resolve) => setImmediate(resolve))
    expect(client.received).toBe("")
    gate.resolve()
    expect((await client.answer())?.status).toBe(100)
    await client.send("x".repeat(20))
    expect((await client.answer())?.body).toBe(
      createHash("sha256").update("x".repeat(20)).digest("hex"),
    )
    await server.stop()
  })

  test("a small body waits for leave as well; what has begun to come needs none", async () => {
    const server = await serve(http1, async (request) =>
      ok(request.stream ? await sha256(request.stream) : Buffer.from(request.body).toString()),
    )
    const client = await server.client()
    await client.send(post("Content-Length: 2\r\nExpect: 100-Continue\r\n"))
    expect((await client.answer())?.status).toBe(100)
    await client.send("hi")
    expect((await client.answer())?.body).toBe(createHash("sha256").update("hi").digest("hex"))
    await client.send(post("Content-Length: 2\r\nExpect: 100-Continue\r\n"), "hi")
    let answer = await client.answer()
    if (answer?.status === 100) answer = await client.answer()
    expect(answer?.status).toBe(200)
    await server.stop()
  })

  test("who asks for leave to send nothing gets it, and who tells no length is not awaited", async () => {
    const server = await serve(http1, (request) => ok(Buffer.from(request.body).toString()))
    const client = await server.client()
    await client.send(post("Content-Length: 0\r\nExpect: 100-continue\r\n"))
    expect((await client.answer())?.status).toBe(100)
    expect((await client.answer())?.status).toBe(200)
    await client.send(post("Expect: 100-continue\r\n"))
    expect((await client.answer())?.status).toBe(200)
    await server.stop()
  })

  test("an unknown expectation is ignored", async () => {
    const server = await serve(http1, (request) => ok(Buffer.from(request.body).toString()))
    const client = await server.client()
    await client.send(post("Content-Length: 2\r\nExpect: 200-ok\r\n"), "hi")
    expect((await client.answer())?.body).toBe("hi")
    await server.stop()
  })

  test("an answer without leave to send ends the connection", async () => {
    const server = await serve(
      http1,
      () => Promise.resolve({ status: 403, headers: {}, body: "no" }),
      { limits: { bufferedBodyBytes: 10 } },
    )
    const client = await server.client()
    await client.send(post("Content-Length: 20\r\nExpect: 100-continue\r\n"))
    const answer = await client.answer()
    expect(answer).toMatchObject({ status: 403, body: "no", headers: { connection: "close" } })
    await client.end()
    await server.stop()
  })

  test("an early answer to a large body ends the connection, to a short rest it does not", async () => {
    const server = await serve(http1, () => ok("early"), { limits: { bufferedBodyBytes: 1000 } })
    const client = await server.client()
    await client.send(post("Content-Length: 1100\r\n"), "x".repeat(200))
    // Whichever moment the answer was decided at, the client reads it whole.
    const first = await client.answer()
    expect(first?.body).toBe("early")
    if (first?.headers["connection"] === "close") await client.end()
    const other = await server.client()
    await other.send(post("Content-Length: 5000\r\n"), "x".repeat(1200))
    expect((await other.answer())?.headers["connection"]).toBe("close")
    await other.send("x".repeat(100))
    await other.end()
    await server.stop()
  })

  test("a chunked body above the limit is refused, and its stream fails", async () => {
    const failed = Promise.withResolvers<unknown>()
    const server = await serve(
      http1,
      (request) =>
        sha256(request.stream as ByteStream).then(ok, (error) => {
          failed.resolve(error)
          return ok("too late")
        }),
      { limits: { bufferedBodyBytes: 10, maxBodyBytes: 100 } },
    )
    const client = await server.client()
    await client.send(post("Transfer-Encoding: chunked\r\n"), `64\r\n${"x".repeat(100)}\r\n`)
    await client.send("1\r\ny\r\n")
    expect((await client.answer())?.status).toBe(413)
    expect(String(await failed.promise)).toContain("413")
    await client.end()
    await server.stop()
  })

  test("a reader that leaves early neither stalls nor breaks the connection", async () => {
    const server = await serve(
      http1,
      async (request) => {
        for await (const piece of request.stream as ByteStream) return ok(String(piece.length > 0))
        return ok("nothing")
      },
      { limits: { bufferedBodyBytes: 1000 } },
    )
    const client = await server.client()
    await client.send(post("Content-Length: 1500\r\n"), "x".repeat(600))
    expect((await client.answer())?.body).toBe("true")
    await client.send("x".repeat(900), post("Content-Length: 1001\r\n"), "y".repeat(1001))
    expect((await client.answer())?.body).toBe("true")
    await server.stop()
  })

  test("a client that leaves within a body fails the stream and aborts the signal", async () => {
    const failure = Promise.withResolvers<unknown>()
    let signal: AbortSignal | undefined
    const server = await serve(
      http1,
      async (request) => {
        signal = request.signal
        await sha256(request.stream as ByteStream).catch((error: unknown) => failure.resolve(error))
        return ok("to nobody")
      },
      { limits: { bufferedBodyBytes: 10 } },
    )
    const client = await server.client()
    await client.send(post("Content-Length: 1000\r\n"), "x".repeat(500))
    await until(() => signal !== undefined)
    expect(signal?.aborted).toBe(false)
    client.socket.resetAndDestroy()
    expect(String(await failure.promise)).toContain("client closed")
    await until(() => signal?.aborted === true)
    await until(() => server.listener.connections() === 0)
    expect(server.reports).toEqual([])
    await server.stop()
  })

  test("a client that leaves within a buffered body is never handed over", async () => {
    let handled = 0
    const server = await serve(http1, () => ok(String(handled++)))
    const client = await server.client()
    await client.send(post("Content-Length: 1000\r\n"), "x".repeat(500))
    client.socket.resetAndDestroy()
    await until(() => server.listener.connections() === 0)
    expect(handled).toBe(0)
    await server.stop()
  })
})

test("a body that came in one piece is not copied", async () => {
  const server = await serve("own", (request) => ok(String(request.body.byteOffset > 0)))
  const client = await server.client()
  await client.send(`${post("Content-Length: 3\r\n")}abc`)
  expect((await client.answer())?.body).toBe("true")
  await server.stop()
})

test("bytes beyond ASCII in a path are percent-encoded", async () => {
  const server = await serve("own", (request) => ok(`${request.path} ${request.query}`))
  const client = await server.client()
  await client.send(Buffer.from("GET /ä?ö HTTP/1.1\r\nHost: a\r\n\r\n", "utf8"))
  expect((await client.answer())?.body).toBe("/%C3%A4 %C3%B6")
  await server.stop()
})
