import { createHash } from "node:crypto"
import { Socket } from "node:net"
import { expect, test } from "vitest"
import { borrowed, type ByteStream, type WireRequest } from "../../wire.ts"
import { BodyStream } from "./body-stream.ts"
import { readInto } from "./read-memory.ts"
import { serve, until } from "./testing/server.ts"

const MIB = 1024 * 1024
const ok = (body: string) => ({ status: 200, headers: {}, body })
const post = (lines: string): string => `POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`
const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** Bytes that differ everywhere, and from those of another seed. */
function bytes(length: number, seed: number): Buffer {
  const words = Uint32Array.from({ length: length / 4 }, (_, i) => (i + seed) * 2654435761)
  return Buffer.from(words.buffer)
}

test("whole bodies that are kept stay what they were, whatever comes later", async () => {
  const kept: Uint8Array[] = []
  const server = await serve("own", (request) => {
    kept.push(request.body)
    return ok("")
  })
  const clients = await Promise.all([server.client(), server.client()])
  const sent: Buffer[] = []
  for (let round = 0; round < 8; round += 1)
    for (const client of clients) {
      // In one piece with its head, in two behind it, and with the next request's beginning.
      const body = bytes(4 * (100 + round * 4_000), sent.length)
      sent.push(body)
      const head = post(`Content-Length: ${body.length}\r\n`)
      if (round % 2 === 0) await client.send(Buffer.concat([Buffer.from(head), body]))
      else await client.send(head, body.subarray(0, 7), body.subarray(7))
      expect((await client.answer())?.status).toBe(200)
    }
  expect(kept.map(digestOf)).toEqual(sent.map(digestOf))
  await server.stop()
})

test("requests sent ahead of their turn stay what they were", async () => {
  const gate = Promise.withResolvers<void>()
  const kept: WireRequest[] = []
  const server = await serve("own", async (request) => {
    kept.push(request)
    if (request.body.length > 0) await gate.promise
    return ok("")
  })
  const [client, other] = await Promise.all([server.client(), server.client()])
  // A connection's first bytes are read by Node itself, to tell what it speaks.
  for (const one of [client, other]) {
    await one.send(post("Content-Length: 0\r\n"))
    await until(() => kept.length === 1)
    kept.pop()
  }
  const bodies = [bytes(400, 1), bytes(800, 2), bytes(1_200, 3)]
  const text = bodies.map((body) => post(`Content-Length: ${body.length}\r\n`))
  await client.send(Buffer.concat(bodies.flatMap((body, i) => [Buffer.from(text[i]!), body])))
  await server.heard(client.socket)
  await other.send(post("Content-Length: 4000\r\n"), bytes(4_000, 4))
  await until(() => kept.length === 2)
  gate.resolve()
  // One answer more: of its first request.
  for (const _ of [0, ...bodies]) expect((await client.answer())?.status).toBe(200)
  const seen = kept.map(({ body }) => digestOf(body))
  expect(seen.toSorted()).toEqual([...bodies, bytes(4_000, 4)].map(digestOf).toSorted())
  await server.stop()
})

test("a reader may keep every piece of a large body", async () => {
  const server = await serve("own", async (request) => {
    const pieces: Uint8Array[] = []
    for await (const piece of request.stream as ByteStream) {
      pieces.push(piece)
      // Now and then it is slower than the client.
      if (pieces.length % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return ok(digestOf(Buffer.concat(pieces)))
  })
  const sendOne = async (seed: number, chunked: boolean): Promise<void> => {
    const client = await server.client()
    const body = bytes(6 * MIB, seed)
    if (chunked) {
      await client.send(post("Transfer-Encoding: chunked\r\n"))
      for (let at = 0; at < body.length; at += MIB)
        await client.send(`${MIB.toString(16)}\r\n`, body.subarray(at, at + MIB), "\r\n")
      await client.send("0\r\n\r\n")
    } else {
      await client.send(post(`Content-Length: ${body.length}\r\n`), body)
    }
    expect((await client.answer())?.body).toBe(digestOf(body))
  }
  await Promise.all([sendOne(1, false), sendOne(2, true), sendOne(3, false)])
  await server.stop()
})

test("memory of pieces that were only borrowed is used again", async () => {
  const memories = new Set<ArrayBufferLike>()
  let pieces = 0
  const server = await serve("own", async (request) => {
    const hash = createHash("sha256")
    const reader = borrowed(request.stream as ByteStream)
    for (;;) {
      const { done, value } = await reader.next()
      if (done) return ok(hash.digest("hex"))
      // The client is always ahead: what is not overtaken by it is not borrowed long enough.
      await new Promise((resolve) => setImmediate(resolve))
      hash.update(value)
      memories.add(value.buffer)
      pieces += 1
    }
  })
  const clients = await Promise.all([server.client(), server.client()])
  const sendOne = async (seed: number): Promise<void> => {
    const client = clients[seed % 2]!
    const body = bytes(4 * MIB, seed)
    await client.send(post(`Content-Length: ${body.length}\r\n`), body)
    expect((await client.answer())?.body).toBe(digestOf(body))
  }
  for (let round = 0; round < 3; round += 1)
    await Promise.all([sendOne(2 * round), sendOne(2 * round + 1)])
  if (process.platform !== "win32") expect(memories.size).toBeLessThan(pieces)
  await server.stop()
})

test("a piece that was handed out before its reader borrowed any stays its own", async () => {
  const back: Buffer[] = []
  const stream = new BodyStream({
    wanted() {},
    enough() {},
    abandoned() {},
    giveBack: (memory) => void back.push(memory),
  })
  const [kept, lent] = [Buffer.from("kept"), Buffer.from("lent")]
  for (const memory of [kept, lent]) expect(stream.pushRead(memory, memory)).toBe(true)
  await stream.next()
  const reader = borrowed(stream)
  await reader.next()
  expect(back).toEqual([])
  await reader.return?.()
  expect(back).toEqual([lent])
})

test("a socket that has no such place reads as it did", () => {
  const reads = { into: () => Buffer.alloc(1), took: () => {} }
  expect(readInto(new Socket(), reads)).toBe(false)
})

test("a large body takes no more than its turn, however much of it is there", async () => {
  let read = 0
  const server = await serve("own", async (request) => {
    const hash = createHash("sha256")
    for await (const piece of request.stream as ByteStream) {
      read += piece.length
      hash.update(piece)
    }
    return ok(hash.digest("hex"))
  })
  const client = await server.client()
  const body = bytes(24 * MIB, 1)
  const answer = client.answer()
  await client.send(post(`Content-Length: ${body.length}\r\n`), body)
  let most = 0
  let seen = 0
  await until(() => {
    most = Math.max(most, read - seen)
    seen = read
    return read === body.length
  })
  expect((await answer)?.body).toBe(digestOf(body))
  expect(most).toBeGreaterThan(0)
  expect(most).toBeLessThan(MIB)
  await server.stop()
})
