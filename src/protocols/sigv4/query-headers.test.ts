import { expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import type { SignedRequest } from "./parse.ts"
import { withQueryHeaders } from "./query-headers.ts"

const signed: SignedRequest = {
  ...{ algorithm: "AWS4-HMAC-SHA256", via: "query", credential: "", accessKeyId: "" },
  ...{ scope: "", date: "", region: "us-east-1", service: "s3", terminator: "aws4_request" },
  ...{ signedHeaders: "host", signature: "", requestTime: "", requestTimeMs: 0 },
  ...{ expiresSeconds: 60, sessionToken: undefined, regionSet: undefined, express: false },
}

const request = (query: string, headers: Record<string, string> = {}): WireRequest => ({
  ...{ method: "PUT", path: "/photos/a", query, headers, body: new Uint8Array() },
  ...{ secure: false, remoteAddress: "127.0.0.1" },
})

const headersOf = (query: string, headers = {}) =>
  withQueryHeaders(request(query, headers), signed).headers

test("conditions and x-amz- parameters of a URL are headers, those of the signature are not", () => {
  expect(headersOf("If-None-Match=%2A&X-Amz-Expires=60")).toEqual({ "if-none-match": "*" })
  expect(headersOf("X-Amz-Date=1&if-match=abc")).toEqual({ "if-match": "abc" })
  expect(headersOf("x-amz-meta-a=b&partNumber=1")).toEqual({ "x-amz-meta-a": "b" })
  expect(headersOf("x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-checksum-mode=ENABLED")).toEqual({})
  expect(headersOf("If-Modified-Since=x&range=bytes%3D0-1")).toEqual({})
})

test("a header that is sent wins", () => {
  expect(headersOf("If-Match=a", { "if-match": "b" })).toEqual({ "if-match": "b" })
})
