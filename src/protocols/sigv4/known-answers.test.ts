import { expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { chunkedSettings, decodeChunked } from "./chunked.ts"
import { HMAC_ALGORITHM, parseAuthorization } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"
import { checkSkew } from "./scope.ts"
import { presignRequest, signRequest } from "./sign.ts"
import { createSigningKeyCache } from "./signing-keys.ts"
import { verifySignature } from "./verify.ts"

/*
 * The examples of the S3 API reference: "Signature Calculations for the Authorization Header:
 * Transferring Payload in a Single Chunk", "… in Multiple Chunks", "… Including Trailing Headers"
 * and "Authenticating Requests: Using Query Parameters".
 */
const accessKeyId = "AKIAIOSFODNN7EXAMPLE"
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
const timeMs = Date.UTC(2013, 4, 24)
const options = { credentials: { accessKeyId, secret }, service: "s3", region: "us-east-1", timeMs }
const keys = createSigningKeyCache()

function requestOf(method: string, path: string, headers: Record<string, string>): WireRequest {
  const [bare = "", query = ""] = path.split("?")
  return {
    method,
    path: bare,
    query,
    headers,
    body: new Uint8Array(),
    secure: true,
    remoteAddress: "127.0.0.1",
  }
}

function signedOf(request: WireRequest): SignedRequest {
  const signed = parseAuthorization(request)
  if (signed === "anonymous") throw new Error("not signed")
  return signed
}

const host = "examplebucket.s3.amazonaws.com"

test.each([
  {
    name: "GET Object",
    request: requestOf("GET", "/test.txt", { host, range: "bytes=0-9" }),
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "PUT Object",
    request: {
      ...requestOf("PUT", "/test$file.text", {
        host,
        date: "Fri, 24 May 2013 00:00:00 GMT",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
      }),
      body: Buffer.from("Welcome to Amazon S3."),
    },
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "GET Bucket Lifecycle",
    request: requestOf("GET", "/?lifecycle", { host }),
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "GET Bucket (List Objects)",
    request: requestOf("GET", "/?max-keys=2&prefix=J", { host }),
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
])("S3's example $name is signed and verified", ({ request, signature }) => {
  const sent = signRequest(request, options)
  const signed = signedOf(sent)
  expect(signed.signature).toBe(signature)
  expect(verifySignature(signed, sent, { secret, keys })).toBe(true)
  expect(checkSkew(signed, timeMs)).toBeUndefined()
})

test("S3's example of a presigned URL is made and verified, until it expires", () => {
  const request = requestOf("GET", "/test.txt", { host })
  const sent = presignRequest(request, { ...options, expiresSeconds: 86_400 })
  expect(sent.query).toBe(
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  )
  const signed = signedOf(sent)
  expect(verifySignature(signed, sent, { secret, keys })).toBe(true)
  expect(checkSkew(signed, timeMs + 86_400_000)).toBeUndefined()
  expect(checkSkew(signed, timeMs + 86_401_000)).toMatchObject({ kind: "presigned-expired" })
})

/** 65 KB of `a` in chunks of 64 KB and 1 KB. */
function chunkedBody(signatures: readonly string[], end: string): Uint8Array {
  const chunk = (size: number, signature: string | undefined) =>
    `${size.toString(16)};chunk-signature=${signature}\r\n${"a".repeat(size)}`
  const [first, second, last] = signatures
  return Buffer.from(
    `${chunk(65_536, first)}\r\n${chunk(1_024, second)}\r\n0;chunk-signature=${last}\r\n${end}`,
  )
}

const chunkHeaders = {
  host: "s3.amazonaws.com",
  "x-amz-storage-class": "REDUCED_REDUNDANCY",
  "content-encoding": "aws-chunked",
  "x-amz-decoded-content-length": "66560",
}

test("S3's example of a chunked upload: seed and chunk signatures", () => {
  const body = chunkedBody(
    [
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
    ],
    "\r\n",
  )
  expect(body.length).toBe(66_824)
  const headers = { ...chunkHeaders, "content-length": "66824" }
  const sent = {
    ...signRequest(requestOf("PUT", "/examplebucket/chunkObject.txt", headers), {
      ...options,
      payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    }),
    body,
  }
  const signed = signedOf(sent)
  expect(signed.signature).toBe("4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
  expect(verifySignature(signed, sent, { secret, keys })).toBe(true)
  const settings = chunkedSettings(signed, sent, { secret, keys })
  if (settings === undefined) throw new Error("not chunked")
  const decoded = decodeChunked(body, settings)
  expect(Buffer.from(decoded.body).equals(Buffer.alloc(66_560, "a"))).toBe(true)
  expect(decoded.trailers).toEqual({})
})

test("S3's example of trailing headers: seed, chunk and trailer signatures", () => {
  const headers = { ...chunkHeaders, "x-amz-trailer": "x-amz-checksum-crc32c" }
  const request = requestOf("PUT", "/examplebucket/chunkObject.txt", headers)
  const sent = signRequest(request, {
    ...options,
    payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
  })
  const signed = signedOf(sent)
  expect(signed.algorithm).toBe(HMAC_ALGORITHM)
  expect(signed.signature).toBe("106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e")
  const body = chunkedBody(
    [
      "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
      "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
      "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
    ],
    "x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n",
  )
  const settings = chunkedSettings(signed, sent, { secret, keys })
  if (settings === undefined) throw new Error("not chunked")
  expect(decodeChunked(body, settings).trailers).toEqual({ "x-amz-checksum-crc32c": "sOO8/Q==" })
})
