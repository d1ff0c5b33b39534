import { createHash, createHmac } from "node:crypto"
import { SignatureV4 } from "@smithy/signature-v4"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { parseAuthorization } from "./parse.ts"
import { presignRequest, signRequest } from "./sign.ts"
import { createSigningKeyCache } from "./signing-keys.ts"
import { verifySignature } from "./verify.ts"

/* Signatures made by the signer of AWS's JavaScript SDK must verify, and ours must equal them. */

const accessKeyId = "AKIDEXAMPLE"
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const timeMs = Date.UTC(2026, 10, 21, 12)
const region = "eu-central-1"
const keys = createSigningKeyCache()

/** The SDK asks for a hash class that turns into an HMAC when it is given a key. */
class Sha256 {
  private readonly state: ReturnType<typeof createHash>
  constructor(key?: Uint8Array | string) {
    // An Hmac has the two methods of a Hash that are used here.
    this.state = key === undefined ? createHash("sha256") : (createHmac("sha256", key) as never)
  }
  update(data: Uint8Array): void {
    this.state.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.state.digest()
  }
  reset(): void {}
}

function signer(service: string): SignatureV4 {
  return new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey: secret, sessionToken: "IQoJb3JpZ2lu/+=" },
    sha256: Sha256 as never,
    uriEscapePath: service !== "s3",
    applyChecksum: service === "s3",
  })
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
const asBytes = (text: string) => Buffer.from(text).toString("latin1")

interface SdkRequest {
  method: string
  protocol: string
  hostname: string
  path: string
  query: Record<string, string | string[]>
  headers: Record<string, string>
  body: Uint8Array
}

/** How the SDK's HTTP handler would put the request on the wire. */
function onWire(request: SdkRequest): WireRequest {
  const query = Object.entries(request.query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encode(name)}=${encode(one)}`),
  )
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name.toLowerCase(),
    asBytes(value),
  ])
  return {
    method: request.method,
    path: request.path,
    query: query.join("&"),
    headers: Object.fromEntries(headers),
    body: request.body,
    secure: true,
    remoteAddress: "127.0.0.1",
  }
}

const text = fc.string({ unit: "grapheme", maxLength: 12 })
// What the SDK's serializers put into a path: every byte encoded, slashes of S3 keys aside.
const segment = fc.oneof(text.map(encode), fc.constantFrom("", ".", "..", "%25", "%20"))
const headerValue = fc.oneof(
  fc.stringMatching(/^[ -~]{0,24}$/),
  fc.constantFrom("a   b", "\ta\t b ", "ä ö", '"x  y"', "日本"),
)
const requests = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
  path: fc.array(segment, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`),
  query: fc.dictionary(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 8 }),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 5 },
  ),
  headers: fc
    .dictionary(fc.stringMatching(/^x-(test|amz-meta)-[a-z0-9]{1,6}$/), headerValue, { maxKeys: 4 })
    .map((headers) => ({ host: "localhost:4566", ...headers })),
  body: fc.uint8Array({ maxLength: 64 }),
})

type Parts = typeof requests extends fc.Arbitrary<infer T> ? T : never

/** A key's slashes never leave escaped. */
const sentTo = (service: string, parts: Parts): Parts =>
  service === "s3" ? { ...parts, path: parts.path.replaceAll("%2F", "/") } : parts

function sdkRequest(parts: Parts): SdkRequest {
  return { ...parts, protocol: "https:", hostname: "localhost", query: { ...parts.query } }
}

function verifies(request: WireRequest): boolean {
  const signed = parseAuthorization(request)
  return signed !== "anonymous" && verifySignature(signed, request, { secret, keys })
}

const options = (service: string) => ({
  credentials: { accessKeyId, secret, sessionToken: "IQoJb3JpZ2lu/+=" },
  service,
  region,
  timeMs,
})

test.each(["execute-api", "s3"])("the SDK's signed requests for %s verify", async (service) => {
  const sdk = signer(service)
  await fc.assert(
    fc.asyncProperty(requests, async (parts) => {
      const unsigned = sdkRequest(sentTo(service, parts))
      const signed = await sdk.sign(unsigned as never, { signingDate: new Date(timeMs) })
      const sent = onWire(signed as never)
      expect(verifies(sent)).toBe(true)
      const ours = signRequest(onWire(unsigned), options(service))
      expect(ours.headers["authorization"]).toBe(sent.headers["authorization"])
    }),
    { numRuns: 150 },
  )
})

test.each(["execute-api", "s3"])("the SDK's presigned requests for %s verify", async (service) => {
  const sdk = signer(service)
  await fc.assert(
    fc.asyncProperty(requests, async (parts) => {
      const unsigned = sdkRequest(sentTo(service, parts))
      if (service === "s3") unsigned.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
      const signed = await sdk.presign(unsigned, { signingDate: new Date(timeMs) })
      expect(verifies(onWire(signed as never))).toBe(true)
    }),
    { numRuns: 100 },
  )
})

test("our presigned requests verify and change with every part", () => {
  const request = onWire(
    sdkRequest({
      method: "GET",
      path: "/bucket/key",
      query: { "list-type": "2" },
      headers: { host: "localhost" },
      body: new Uint8Array(),
    }),
  )
  const sent = presignRequest(request, { ...options("s3"), expiresSeconds: 60 })
  expect(verifies(sent)).toBe(true)
  for (const [from, to] of [
    ["list-type=2", "list-type=3"],
    ["X-Amz-Expires=60", "X-Amz-Expires=61"],
    ["X-Amz-Security-Token=I", "X-Amz-Security-Token=J"],
  ] as const) {
    expect(verifies({ ...sent, query: sent.query.replace(from, to) })).toBe(false)
  }
  expect(verifies({ ...sent, method: "PUT" })).toBe(false)
  expect(verifies({ ...sent, path: "/bucket/kez" })).toBe(false)
})
