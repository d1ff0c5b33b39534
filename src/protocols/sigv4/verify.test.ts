import { createHash, createHmac } from "node:crypto"
import fc from "fast-check"
import { expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../aws-error.ts"
import { awsErrorOf } from "./error-wording.ts"
import { AuthFailed } from "./failure.ts"
import { parseAuthorization } from "./parse.ts"
import { hashedStream } from "./payload.ts"
import { checkScope, checkSkew } from "./scope.ts"
import { presignRequest, signRequest } from "./sign.ts"
import { createHmacKey, createSigningKeyCache, hmacHex } from "./signing-keys.ts"
import { signatureFailure, verifySignature } from "./verify.ts"

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const timeMs = Date.UTC(2026, 10, 21, 12)
const keys = createSigningKeyCache()

function plainRequest(service: string): WireRequest {
  return {
    method: "POST",
    path: "/bucket/a%20key",
    query: service === "s3" ? "partNumber=1&uploadId=x%2Fy" : "Action=Get",
    headers: { host: "localhost:4566", "content-type": "text/plain", "x-amz-target": "T.Get" },
    body: Buffer.from('{"a":1}'),
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}

function options(service: string) {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secret, sessionToken: "token" }
  return { credentials, service, region: "us-east-1", timeMs }
}

function accepts(request: WireRequest): boolean {
  try {
    const signed = parseAuthorization(request)
    // The secret belongs to one key; which key it is, a request can only claim.
    if (signed === "anonymous" || signed.accessKeyId !== "AKIDEXAMPLE") return false
    return verifySignature(signed, request, { secret, keys })
  } catch (error) {
    if (error instanceof AuthFailed) return false
    throw error
  }
}

/** Every text that differs from `text` in the lowest bit of one character. */
function flips(text: string): string[] {
  return [...text].map(
    (char, i) =>
      `${text.slice(0, i)}${String.fromCharCode(char.charCodeAt(0) ^ 1)}${text.slice(i + 1)}`,
  )
}

test.each(["s3", "dynamodb"])("no byte of what is signed for %s can be changed", (service) => {
  const request = signRequest(plainRequest(service), options(service))
  expect(accepts(request)).toBe(true)
  for (const method of flips(request.method)) expect(accepts({ ...request, method })).toBe(false)
  for (const path of flips(request.path)) expect(accepts({ ...request, path })).toBe(false)
  for (const query of flips(request.query)) expect(accepts({ ...request, query })).toBe(false)
  for (const [name, value] of Object.entries(request.headers)) {
    for (const changed of flips(value)) {
      expect(accepts({ ...request, headers: { ...request.headers, [name]: changed } })).toBe(false)
    }
  }
  for (let i = 0; i < request.body.length; i++) {
    const body = Buffer.from(request.body)
    body[i] = (body[i] ?? 0) ^ 1
    expect(accepts({ ...request, body })).toBe(false)
  }
  expect(accepts({ ...request, body: Buffer.from('{"a":1} ') })).toBe(false)
  expect(accepts({ ...request, query: `${request.query}&x` })).toBe(false)
  for (const tail of ["0", "00"]) {
    const authorization = `${request.headers["authorization"]}${tail}`
    expect(accepts({ ...request, headers: { ...request.headers, authorization } })).toBe(false)
  }
})

test("no byte of a presigned query can be changed", () => {
  const { headers, ...rest } = plainRequest("s3")
  const bare = { ...rest, headers: { host: headers["host"] ?? "" }, method: "GET" }
  const request = presignRequest(bare, { ...options("s3"), expiresSeconds: 60 })
  expect(accepts(request)).toBe(true)
  for (const query of flips(request.query)) expect(accepts({ ...request, query })).toBe(false)
  // The body of an S3 URL is not signed unless the URL says so.
  expect(accepts({ ...request, body: Buffer.from("anything") })).toBe(true)
})

test("a presigned query may carry the hash of the body", () => {
  const { headers, ...rest } = plainRequest("s3")
  const bare = { ...rest, headers: { host: headers["host"] ?? "" } }
  const payload = createHash("sha256").update(rest.body).digest("hex")
  const request = presignRequest(bare, { ...options("s3"), expiresSeconds: 60, payload })
  expect(accepts(request)).toBe(true)
  expect(accepts({ ...request, body: Buffer.from("other") })).toBe(false)
})

test("a header that S3's presigned query lists may stand in the query", () => {
  const { headers, ...rest } = plainRequest("s3")
  const moved = { ...rest, query: "X-Amz-Acl=public%2Dread" }
  const bare = { ...moved, headers: { host: headers["host"] ?? "", "x-amz-acl": "public-read" } }
  const request = presignRequest(bare, { ...options("s3"), expiresSeconds: 60 })
  const { "x-amz-acl": _, ...others } = request.headers
  expect(accepts({ ...request, headers: others })).toBe(true)
  const query = request.query.replace("public", "private")
  expect(accepts({ ...request, headers: others, query })).toBe(false)
})

test("a slash that is escaped in S3's path is signed as a slash, of S3 Control also as it is sent", () => {
  const plain = { ...plainRequest("s3"), path: "/bucket/a/b" }
  const escaped = { ...plain, path: "/bucket/a%2Fb" }
  const asSent = { ...plain, path: "/bucket/a%252Fb" }
  expect(accepts({ ...signRequest(plain, options("s3")), path: escaped.path })).toBe(true)
  expect(accepts(signRequest(asSent, options("s3")))).toBe(true)
  const ofControl = {
    ...{ ...plain, path: "/v20180820/tags/arn%2Fb" },
    headers: { ...plain.headers, "x-amz-account-id": "000000000000" },
  }
  const slash = { ...ofControl, path: "/v20180820/tags/arn/b" }
  expect(accepts(signRequest(ofControl, options("s3")))).toBe(true)
  expect(accepts({ ...signRequest(slash, options("s3")), path: ofControl.path })).toBe(true)
  const foreign = { ...signRequest(plain, options("sqs")), path: escaped.path }
  expect(accepts(foreign)).toBe(false)
})

test("names that every object has are no headers", () => {
  for (const service of ["s3", "sqs"]) {
    const request = signRequest(plainRequest(service), options(service))
    const authorization = request.headers["authorization"]?.replace("host;", "constructor;host;")
    const headers = { ...request.headers, authorization: authorization ?? "" }
    expect(accepts({ ...request, headers })).toBe(false)
  }
})

test("what libraries change on the way is not signed by us", () => {
  const request = plainRequest("sqs")
  const headers = { ...request.headers, "user-agent": "a", connection: "keep-alive" }
  const sent = signRequest({ ...request, headers }, options("sqs"))
  expect(accepts({ ...sent, headers: { ...sent.headers, "user-agent": "b" } })).toBe(true)
})

test("a body is hashed when nothing is claimed, and free when it is marked as unsigned", () => {
  const request = signRequest(plainRequest("sqs"), options("sqs"))
  expect(request.headers["x-amz-content-sha256"]).toBeUndefined()
  const unsigned = signRequest(plainRequest("sqs"), {
    ...options("sqs"),
    payload: "UNSIGNED-PAYLOAD",
  })
  expect(accepts({ ...unsigned, body: Buffer.from("other") })).toBe(true)
  const stream = (async function* () {})()
  expect(() => accepts({ ...request, stream })).toThrow("must be buffered")
})

test("S3 needs the payload header and knows its values", () => {
  const request = signRequest(plainRequest("s3"), options("s3"))
  const failed = (value: string | undefined) => {
    const { "x-amz-content-sha256": _, ...others } = request.headers
    const headers = value === undefined ? others : { ...others, "x-amz-content-sha256": value }
    const signed = parseAuthorization(request)
    if (signed === "anonymous") throw new Error("not signed")
    try {
      verifySignature(signed, { ...request, headers }, { secret, keys })
    } catch (error) {
      if (error instanceof AuthFailed) return error.failure.kind
    }
    return undefined
  }
  expect(failed(undefined)).toBe("payload-hash-absent")
  expect(failed("STREAMING-HMAC-SHA256-PAYLOAD")).toBe("payload-hash-invalid")
  expect(failed("UNSIGNED-PAYLOAD")).toBeUndefined()
})

test("a streamed body is checked as it passes", async () => {
  const pieces = [Buffer.from("hel"), Buffer.from("lo")]
  const stream = async function* () {
    yield* pieces
  }
  const hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
  const passed: Uint8Array[] = []
  for await (const piece of hashedStream(stream(), hash)) passed.push(piece)
  expect(passed).toEqual(pieces)
  const wrong = async () => {
    for await (const piece of hashedStream(stream(), hash.replace("2cf", "3cf"))) void piece
  }
  await expect(wrong()).rejects.toMatchObject({ code: "XAmzContentSHA256Mismatch" })
})

test("HMAC by padded blocks is HMAC, for keys and texts of every length", () => {
  // RFC 4231, cases 1, 2 and 6.
  const ofText = (key: Buffer, text: string) => hmacHex(createHmacKey(key), text)
  expect(ofText(Buffer.alloc(20, 0x0b), "Hi There")).toBe(
    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  )
  expect(ofText(Buffer.from("Jefe"), "what do ya want for nothing?")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  )
  expect(
    ofText(Buffer.alloc(131, 0xaa), "Test Using Larger Than Block-Size Key - Hash Key First"),
  ).toBe("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  const key = createHmacKey(Buffer.from("k"))
  const short = hmacHex(key, "short")
  for (const length of [511, 512, 513, 5_000]) {
    const text = "x".repeat(length)
    expect(hmacHex(key, text)).toBe(createHmac("sha256", "k").update(text).digest("hex"))
  }
  expect(hmacHex(key, "short")).toBe(short)
})

test("the cache is bounded, and a new secret for a known key counts", () => {
  const cache = createSigningKeyCache(10)
  const request = signRequest(plainRequest("sqs"), options("sqs"))
  const signed = parseAuthorization(request)
  if (signed === "anonymous") throw new Error("not signed")
  const first = cache.hmac(signed, secret)
  expect(cache.hmac(signed, secret)).toBe(first)
  expect(verifySignature(signed, request, { secret: "other", keys: cache })).toBe(false)
  expect(verifySignature(signed, request, { secret, keys: cache })).toBe(true)
  for (let i = 0; i < 1_000; i++) {
    cache.hmac({ ...signed, credential: `${i}/${signed.scope}` }, secret)
    cache.headers(`host;x-${i}`)
  }
  expect(cache.size()).toBeLessThanOrEqual(20)
})

const hostileText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "host;__proto__;toString",
    "/",
    "////",
    "%",
    "=&=",
  ),
  fc.stringMatching(/^AWS4-(HMAC|ECDSA-P256)-SHA256 [ -~]{0,80}$/),
  fc
    .tuple(fc.constantFrom("s3", "sqs", ""), fc.string({ maxLength: 20 }))
    .map(
      ([service, names]) =>
        `AWS4-HMAC-SHA256 Credential=A/20261121/r/${service}/aws4_request,SignedHeaders=host;${names},Signature=0`,
    ),
)

test("hostile requests fail as failures of authentication, never otherwise", () => {
  const headers = fc.dictionary(
    fc.constantFrom(
      "authorization",
      "x-amz-date",
      "date",
      "x-amz-content-sha256",
      "x-amz-region-set",
      "x-amz-meta-a",
      "__proto__",
    ),
    fc.oneof(hostileText, fc.constant("20261121T120000Z")),
  )
  const name = fc.constantFrom(
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
    "X-Amz-__proto__",
    "AWSAccessKeyId",
  )
  const query = fc
    .array(fc.tuple(name, hostileText), { maxLength: 8 })
    .map((pairs) => pairs.map(([key, value]) => `${key}=${value}`).join("&"))
  const request = fc.record({ headers, query: fc.oneof(hostileText, query), path: hostileText })
  fc.assert(
    fc.property(request, (parts) => {
      const whole = { ...plainRequest("s3"), ...parts }
      try {
        const signed = parseAuthorization(whole)
        if (signed === "anonymous") return
        checkSkew(signed, timeMs)
        checkScope(signed, { services: ["s3"], region: "us-east-1" })
        expect(verifySignature(signed, whole, { secret, keys })).toBe(false)
        signatureFailure(signed, whole, { secret, keys })
      } catch (error) {
        expect(error).toBeInstanceOf(AuthFailed)
        if (!(error instanceof AuthFailed)) return
        for (const family of ["s3", "query", "ec2", "json", "rest-json"] as const) {
          expect(awsErrorOf(error.failure, family)).toBeInstanceOf(AwsError)
        }
      }
    }),
    { numRuns: 1_000 },
  )
})
