import { createECDH, createPrivateKey, sign } from "node:crypto"
import { expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { canonicalRequest, parseHeaderList, stringToSign } from "./canonical.ts"
import { chunkedSettings, decodeChunked } from "./chunked.ts"
import { awsErrorOf } from "./error-wording.ts"
import { parseAuthorization } from "./parse.ts"
import type { SignedRequest } from "./parse.ts"
import { EMPTY_HASH } from "./payload.ts"
import { checkScope, matchesRegionSet } from "./scope.ts"
import { createSigningKeyCache } from "./signing-keys.ts"
import { derivePrivateKey, derivePublicKey, verifyEcdsa } from "./sigv4a.ts"
import { verifySignature } from "./verify.ts"

const accessKeyId = "AKIDEXAMPLE"
const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const keys = createSigningKeyCache()
const scope = "20150830/service/aws4_request"

function requestOf(signature: string, headers: Record<string, string> = {}): WireRequest {
  return {
    method: "GET",
    path: "/",
    query: "",
    headers: {
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      "x-amz-region-set": "us-east-1",
      authorization: `AWS4-ECDSA-P256-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=${signature}`,
      ...headers,
    },
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

test("the key pair is the one of AWS's SigV4A test suite", () => {
  const jwk = derivePublicKey(accessKeyId, secret).export({ format: "jwk" })
  expect(Buffer.from(jwk.x ?? "", "base64url").toString("hex")).toBe(
    "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1",
  )
  expect(Buffer.from(jwk.y ?? "", "base64url").toString("hex")).toBe(
    "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518",
  )
})

test("a signature of that suite verifies, and no other request does", () => {
  const request = requestOf(
    "3046022100fddaaf816a31e30d04973875b13bc27b98da10907a3a1872fd5819a221334abc022100de2ee81d83b54f31efc82834de07e6cd4d5c6f25bfa08e0f29a15bb0977c343e",
  )
  const signed = signedOf(request)
  expect(signed).toMatchObject({ region: "", service: "service", regionSet: "us-east-1" })
  expect(verifySignature(signed, request, { secret, keys })).toBe(true)
  expect(verifySignature(signed, request, { secret: `${secret}x`, keys })).toBe(false)
  const other = { ...request, path: "/x" }
  expect(verifySignature(signed, other, { secret, keys })).toBe(false)
  const { signature: right } = signed
  for (const signature of [
    "",
    "30",
    "zz",
    "3046".repeat(36),
    right.slice(2),
    right.toUpperCase(),
  ]) {
    expect(verifySignature({ ...signed, signature }, request, { secret, keys })).toBe(false)
  }
})

/** Signs as a client does; taken again until it is short enough to need padding in a chunk. */
function signText(text: string): string {
  const ecdh = createECDH("prime256v1")
  ecdh.setPrivateKey(derivePrivateKey(accessKeyId, secret))
  const point = ecdh.getPublicKey()
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: ecdh.getPrivateKey().toString("base64url"),
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
  })
  for (let attempt = 0; attempt < 100; attempt++) {
    const signature = sign("sha256", Buffer.from(text), key).toString("hex")
    if (signature.length < 144) return signature
  }
  throw new Error("no short signature")
}

test("chunks and trailers signed with SigV4A decode, padding and all", () => {
  const request: WireRequest = {
    ...requestOf("00"),
    method: "PUT",
    headers: {
      ...requestOf("00").headers,
      authorization: `AWS4-ECDSA-P256-SHA256 Credential=${accessKeyId}/20150830/s3/aws4_request, SignedHeaders=host;x-amz-date;x-amz-decoded-content-length;x-amz-region-set;x-amz-trailer, Signature=00`,
      "x-amz-content-sha256": "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
      "x-amz-decoded-content-length": "5",
      "x-amz-trailer": "x-amz-checksum-crc32",
    },
  }
  const unsigned = signedOf(request)
  const canonical = canonicalRequest(unsigned, request, {
    payloadHash: "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
    headers: parseHeaderList(unsigned.signedHeaders),
  })
  const seed = signText(stringToSign(unsigned, canonical))
  const signed = { ...unsigned, signature: seed }
  expect(verifySignature(signed, request, { secret, keys })).toBe(true)

  const head = (suffix: string) =>
    `AWS4-ECDSA-P256-SHA256-${suffix}\n20150830T123600Z\n20150830/s3/aws4_request`
  const ofHello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
  const first = signText(`${head("PAYLOAD")}\n${seed}\n${EMPTY_HASH}\n${ofHello}`)
  const last = signText(`${head("PAYLOAD")}\n${first}\n${EMPTY_HASH}\n${EMPTY_HASH}`)
  // SHA-256 of "x-amz-checksum-crc32:NhCmhg==\n".
  const ofTrailer = "38e99211513563d256b5151b6e16342dfd235371132e5a97423ee7bf60ac5f14"
  const trailer = signText(`${head("TRAILER")}\n${last}\n${ofTrailer}`)
  const pad = (signature: string) => signature.padEnd(144, "*")
  const bodyWith = (end: string) =>
    Buffer.from(
      `5;chunk-signature=${pad(first)}\r\nhello\r\n0;chunk-signature=${pad(last)}\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:${pad(end)}\r\n\r\n`,
    )
  const settings = chunkedSettings(signed, request, { secret, keys })
  if (settings === undefined) throw new Error("not chunked")
  const decoded = decodeChunked(bodyWith(trailer), settings)
  expect(Buffer.from(decoded.body).toString()).toBe("hello")
  expect(decoded.trailers).toEqual({ "x-amz-checksum-crc32": "NhCmhg==" })
  expect(() => decodeChunked(bodyWith(last), settings)).toThrow("does not match")
})

test("a region set covers regions by name and by wildcard", () => {
  for (const set of ["us-east-1", "eu-west-1,us-east-1", "us-west-2, us-east-*", "*", "us-*-1"]) {
    expect(matchesRegionSet(set, "us-east-1")).toBe(true)
  }
  for (const set of [undefined, "", "us-east", "us-east-1a", "us-east-1*1", "*-2", "u*e*s*t"]) {
    expect(matchesRegionSet(set, "us-east-1")).toBe(false)
  }
})

test("a region set counts only when it is signed, and must hold the region", () => {
  const expected = { services: ["service"], region: "us-east-1" }
  expect(checkScope(signedOf(requestOf("00")), expected)).toBeUndefined()
  const elsewhere = checkScope(
    signedOf(requestOf("00", { "x-amz-region-set": "eu-west-1" })),
    expected,
  )
  expect(elsewhere).toEqual({
    kind: "region-set-mismatch",
    regionSet: "eu-west-1",
    region: "us-east-1",
  })
  const authorization = requestOf("00").headers["authorization"]?.replace(";x-amz-region-set", "")
  const unsigned = signedOf(requestOf("00", { authorization: authorization ?? "" }))
  expect(unsigned.regionSet).toBeUndefined()
  const failure = checkScope(unsigned, expected)
  if (failure === undefined) throw new Error("accepted")
  expect(awsErrorOf(failure, "json").code).toBe("InvalidSignatureException")
})

test("verification takes any text for a signature and never throws", () => {
  const key = derivePublicKey(accessKeyId, secret)
  for (const signature of ["", "00", "30060201010201", "f".repeat(144), "3006020101020101"]) {
    expect(verifyEcdsa(key, "text", signature)).toBe(false)
  }
})
