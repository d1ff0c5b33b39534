import { hash } from "node:crypto"
import { expect, test } from "vitest"
import type { ByteStream, WireRequest } from "../kernel/wire.ts"
import type { AuthenticateParts } from "./authenticate.ts"
import { parseAuthorization } from "../protocols/sigv4/parse.ts"
import { createSigningKeyCache } from "../protocols/sigv4/signing-keys.ts"
import { signedBody } from "./signed-body.ts"
import { NOW, request, signed } from "./testing/open-cloud.ts"

const parts: AuthenticateParts = {
  findCredential: () => undefined,
  wasMadeHere: () => false,
  isClosed: () => false,
  isRegionOpen: () => true,
  keys: createSigningKeyCache(),
  hostNow: () => NOW,
  cloudNow: () => NOW,
  defaultAccount: "000000000000",
  strict: false,
  dummies: { get: () => undefined, set: () => {} },
}

const plain = signed(request({ method: "PUT", path: "/bucket/key" }), { service: "s3" })
const claim = parseAuthorization(plain)

/** A request that was authenticated already: only what its headers say of the body matters. */
const put = (headers: Record<string, string>, text: string): WireRequest => ({
  ...plain,
  body: Buffer.from(text),
  headers: { ...plain.headers, ...headers },
})

async function* pieces(...texts: string[]): ByteStream {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text))
}

async function textOf(stream: ByteStream): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const CHUNKED = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
const chunkedHeaders = {
  "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "x-amz-decoded-content-length": "5",
  "x-amz-trailer": "x-amz-checksum-crc32",
  "content-encoding": "gzip,aws-chunked",
}

test("a chunked body is decoded, its trailers stand among the headers, its coding is gone", () => {
  const wire = put(chunkedHeaders, CHUNKED)
  const { request: seen } = signedBody(parts, wire, claim)
  expect(Buffer.from(seen.body).toString()).toBe("hello")
  expect(seen.headers).toMatchObject({
    "content-length": "5",
    "content-encoding": "gzip",
    "x-amz-checksum-crc32": "NhCmhg==",
  })
})

test("what else a chunked body's coding says stays as it was written", () => {
  const wire = put({ ...chunkedHeaders, "content-encoding": "aws-chunked, deflate, gzip" }, CHUNKED)
  expect(signedBody(parts, wire, claim).request.headers["content-encoding"]).toBe("deflate, gzip")
})

test("a chunked stream is decoded as it comes; its trailers are known at its end", async () => {
  const wire = put({ ...chunkedHeaders, "content-encoding": "aws-chunked" }, CHUNKED)
  const stream = pieces(CHUNKED.slice(0, 4), CHUNKED.slice(4, 30), CHUNKED.slice(30))
  const body = signedBody(parts, { ...wire, stream }, claim)
  expect(body.trailers?.()).toBeUndefined()
  expect(await textOf(body.request.stream!)).toBe("hello")
  expect(body.trailers?.()).toEqual({ "x-amz-checksum-crc32": "NhCmhg==" })
  expect(body.request.headers).not.toHaveProperty("content-encoding")
})

test("a streamed body that is not the one that was signed fails at its end", async () => {
  const wire = put({ "x-amz-content-sha256": hash("sha256", "hello") }, "hello")
  const good = signedBody(parts, { ...wire, stream: pieces("hel", "lo") }, claim)
  expect(await textOf(good.request.stream!)).toBe("hello")
  const bad = signedBody(parts, { ...wire, stream: pieces("help") }, claim)
  await expect(textOf(bad.request.stream!)).rejects.toThrow("does not match what was computed")
})

test("a body in chunks whose length nobody tells is refused; one in aws-chunked is not", () => {
  const chunked = { "transfer-encoding": "chunked" }
  for (const by of [claim, "anonymous"] as const)
    expect(() => signedBody(parts, put(chunked, "hello"), by)).toThrow(
      expect.objectContaining({
        code: "NotImplemented",
        options: expect.objectContaining({
          status: 501,
          members: { Header: "Transfer-Encoding" },
        }),
      }),
    )
  const ofLambda = parseAuthorization(
    signed(request({ method: "POST", path: "/" }), { service: "s3-object-lambda" }),
  )
  expect(signedBody(parts, put(chunked, "hello"), ofLambda).request.body).toHaveLength(5)
  const told = signedBody(parts, put({ ...chunkedHeaders, ...chunked }, CHUNKED), claim)
  expect(Buffer.from(told.request.body).toString()).toBe("hello")
})

test("a plain body goes through as it is", () => {
  const wire = put({}, "hello")
  expect(signedBody(parts, wire, claim).request).toBe(wire)
})
