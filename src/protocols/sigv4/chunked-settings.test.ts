import { expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { chunkedSettings } from "./chunked.ts"

const UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

function putRequest(headers: Record<string, string>): WireRequest {
  return {
    method: "PUT",
    path: "/bucket/key",
    query: "",
    headers: { host: "localhost", ...headers },
    body: new Uint8Array(),
    secure: false,
    remoteAddress: "127.0.0.1",
  }
}

test("the length of what is decoded must be announced as a number", () => {
  for (const length of [undefined, "", "abc", "12x", "-1", "1e3", "9".repeat(16)]) {
    const request = putRequest({
      "x-amz-content-sha256": UNSIGNED_TRAILER,
      ...(length !== undefined && { "x-amz-decoded-content-length": length }),
    })
    expect(() => chunkedSettings("anonymous", request, undefined)).toThrow(
      expect.objectContaining({ code: "MissingContentLength", options: { status: 411 } }),
    )
  }
})

test("what is to come behind a body is one checksum, and none stands in front", () => {
  const told = (trailer: string, more = {}): string => {
    const headers = { "x-amz-decoded-content-length": "0", "x-amz-trailer": trailer, ...more }
    const request = putRequest({ "x-amz-content-sha256": UNSIGNED_TRAILER, ...headers })
    try {
      return String(chunkedSettings("anonymous", request, undefined)?.trailers)
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(told(" X-Amz-Checksum-CRC32C ")).toBe("x-amz-checksum-crc32c")
  for (const name of [
    ...["x-amz-meta-a", "x-amz-checksum-crc16", "x-amz-checksum-mode"],
    "x-amz-checksum-crc32,x-amz-checksum-sha1",
  ])
    expect(told(name)).toBe("The value specified in the x-amz-trailer header is not supported")
  expect(told("x-amz-checksum-crc32", { "x-amz-checksum-crc32": "AAAAAA==" })).toBe(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  )
  expect(told("x-amz-checksum-crc32", { "x-amz-checksum-mode": "ENABLED" })).toBe(
    "x-amz-checksum-crc32",
  )
})
