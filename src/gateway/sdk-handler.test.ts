import { getEventListeners } from "node:events"
import { expect, test } from "vitest"
import type { WireRequest, WireResponse } from "../kernel/wire.ts"
import { createSdkHandler, type SdkRequest } from "./sdk-handler.ts"

const ASKED: SdkRequest = {
  method: "POST",
  protocol: "https:",
  hostname: "localhost",
  port: 4566,
  path: "/a%20b",
  headers: { "X-Amz-Date": "now" },
}

/** What arrives of a request. */
async function arrival(parts: Partial<SdkRequest>): Promise<WireRequest> {
  const { promise, resolve } = Promise.withResolvers<WireRequest>()
  const handler = createSdkHandler(async (wire) => {
    resolve(wire)
    return { status: 200, headers: {}, body: "" }
  })
  await handler.handle({ ...ASKED, ...parts })
  return promise
}

/** What an SDK client reads of an answer. */
async function answer(response: WireResponse): Promise<unknown> {
  const handler = createSdkHandler(async () => response)
  const { statusCode, headers, body } = (await handler.handle(ASKED)).response
  const chunks: Buffer[] = []
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array))
  return [statusCode, headers, Buffer.concat(chunks).toString()]
}

test("a request arrives as a socket would bring it", async () => {
  const query = { list: ["1", "2"], flag: null, "odd*": "a b&'" }
  expect(await arrival({ query, body: "text" })).toEqual({
    method: "POST",
    path: "/a%20b",
    query: "list=1&list=2&flag&odd%2A=a%20b%26%27",
    headers: { "x-amz-date": "now", host: "localhost:4566" },
    body: Buffer.from("text"),
    secure: true,
    remoteAddress: "127.0.0.1",
  })
  const plain = await arrival({ protocol: "http:", headers: { Host: "sqs.local" } })
  expect([plain.secure, plain.headers, plain.query]).toEqual([false, { host: "sqs.local" }, ""])
})

test.each<[string, unknown]>([
  ["text", "abc"],
  ["bytes", new Uint8Array([97, 98, 99])],
  ["a buffer", new Uint8Array([97, 98, 99]).buffer],
  ["a view", new DataView(new Uint8Array([120, 97, 98, 99]).buffer, 1)],
])("a body may be %s", async (_kind, body) => {
  expect(Buffer.from((await arrival({ body })).body).toString()).toBe("abc")
})

test("a body may come in pieces, or not at all", async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a")
    yield Buffer.from("b")
  }
  const { body, stream } = await arrival({ body: pieces() })
  expect(body).toHaveLength(0)
  const read: string[] = []
  for await (const piece of stream!) read.push(Buffer.from(piece).toString())
  expect(read).toEqual(["a", "b"])
  for (const none of [undefined, null]) {
    const wire = await arrival({ body: none })
    expect([wire.body.length, wire.stream]).toEqual([0, undefined])
  }
  await expect(arrival({ body: 7 })).rejects.toThrow(TypeError)
})

test("an answer is read whole or in pieces", async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a")
    yield Buffer.from("b")
  }
  const headers = { "set-cookie": ["a", "b"], etag: "c" }
  for (const body of ["ab", Buffer.from("ab"), pieces()])
    expect(await answer({ status: 201, headers, body })).toEqual([
      201,
      { "set-cookie": "a, b", etag: "c" },
      "ab",
    ])
  expect(await answer({ status: 204, headers: {}, body: "" })).toEqual([204, {}, ""])
})

test("a caller that gives up gets an AbortError, before the call or while it waits", async () => {
  const { promise: never } = Promise.withResolvers<WireResponse>()
  let calls = 0
  const handler = createSdkHandler(() => {
    calls += 1
    return never
  })
  const abort = new AbortController()
  const waiting = handler.handle(ASKED, { abortSignal: abort.signal })
  abort.abort()
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" })
  const late = handler.handle(ASKED, { abortSignal: abort.signal })
  await expect(late).rejects.toMatchObject({ name: "AbortError" })
  expect(calls).toBe(1)
})

test("a signal of many calls keeps nothing of those that are over", async () => {
  const handler = createSdkHandler(async () => ({ status: 200, headers: {}, body: "" }))
  const { signal } = new AbortController()
  for (let i = 0; i < 3; i += 1) await handler.handle(ASKED, { abortSignal: signal })
  expect(getEventListeners(signal, "abort")).toHaveLength(0)
})

test("what answers HEAD has no body", async () => {
  const handler = createSdkHandler(async () => ({ status: 404, headers: {}, body: "<Error/>" }))
  const { body } = (await handler.handle({ ...ASKED, method: "HEAD" })).response
  const chunks: unknown[] = []
  for await (const chunk of body) chunks.push(chunk)
  expect(chunks).toEqual([])
})
