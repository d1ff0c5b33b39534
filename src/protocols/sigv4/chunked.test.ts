import { hash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { WireRequest } from "../../kernel/wire.ts"
import { AwsError } from "../aws-error.ts"
import { createChunkDecoder } from "./chunk-decoder.ts"
import type { ChunkedSettings } from "./chunk-decoder.ts"
import { chunkedSettings, decodeChunked, decodeChunkedStream } from "./chunked.ts"
import { parseAuthorization } from "./parse.ts"
import { EMPTY_HASH } from "./payload.ts"
import { signRequest } from "./sign.ts"
import { createSigningKeyCache, deriveSigningKey, hmacHex } from "./signing-keys.ts"

const secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
const timeMs = Date.UTC(2026, 10, 21, 12)
const keys = createSigningKeyCache()
const scope = { date: "20261121", region: "us-east-1", service: "s3", terminator: "aws4_request" }

const SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
const SIGNED_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
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

function settingsFor(mark: string, headers: Record<string, string>) {
  const request = signRequest(putRequest(headers), {
    credentials: { accessKeyId: "AKIDEXAMPLE", secret },
    service: "s3",
    region: "us-east-1",
    timeMs,
    payload: mark,
  })
  const signed = parseAuthorization(request)
  if (signed === "anonymous") throw new Error("not signed")
  const settings = chunkedSettings(signed, request, { secret, keys })
  if (settings === undefined) throw new Error("not chunked")
  return { settings, seed: signed.signature }
}

/** Signs as a client does: each chunk on top of the one before. */
function signedBody(seed: string, chunks: readonly string[], trailers: readonly string[]): Buffer {
  const key = deriveSigningKey(secret, scope)
  let previous = seed
  const sign = (suffix: string, lines: string) => {
    previous = hmacHex(
      key,
      `AWS4-HMAC-SHA256-${suffix}\n20261121T120000Z\n20261121/us-east-1/s3/aws4_request\n${previous}\n${lines}`,
    )
    return previous
  }
  let body = ""
  for (const chunk of [...chunks, ""]) {
    const signature = sign("PAYLOAD", `${EMPTY_HASH}\n${hash("sha256", chunk)}`)
    body += `${chunk.length.toString(16)};chunk-signature=${signature}\r\n${chunk}`
    if (chunk !== "") body += "\r\n"
  }
  if (trailers.length > 0) {
    for (const trailer of trailers) body += `${trailer}\r\n`
    const canonical = trailers.map((trailer) => `${trailer}\n`).join("")
    body += `x-amz-trailer-signature:${sign("TRAILER", hash("sha256", canonical))}\r\n`
  }
  return Buffer.from(`${body}\r\n`)
}

function failureOf(body: string | Uint8Array, settings: ChunkedSettings): AwsError {
  try {
    decodeChunked(Buffer.from(body as string), settings)
  } catch (error) {
    if (error instanceof AwsError) return error
    throw error
  }
  throw new Error("decoded")
}

const TERMINATED = "The request body terminated unexpectedly"

describe("signed chunks", () => {
  const length = { "x-amz-decoded-content-length": "18" }

  test("decode, and every changed byte is noticed", () => {
    const { settings, seed } = settingsFor(SIGNED, length)
    const body = signedBody(seed, ["dummy data payload"], [])
    expect(Buffer.from(decodeChunked(body, settings).body).toString()).toBe("dummy data payload")
    for (let i = 0; i < body.length; i++) {
      const changed = Buffer.from(body)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(failureOf(changed, settings).code).toMatch(
        /^(SignatureDoesNotMatch|IncompleteBody|InvalidChunkSizeError)$/,
      )
    }
  })

  test("with a wrong signature show what was to be signed", () => {
    const { settings, seed } = settingsFor(SIGNED, length)
    const body = signedBody(seed, ["dummy data payload"], []).toString()
    const error = failureOf(body.replace("dummy", "dumny"), settings)
    expect([error.code, error.options.status]).toEqual(["SignatureDoesNotMatch", 403])
    expect(error.options.members?.["StringToSign"]).toContain(`AWS4-HMAC-SHA256-PAYLOAD\n`)
    expect(failureOf(signedBody("0".repeat(64), ["dummy data payload"], []), settings).code).toBe(
      "SignatureDoesNotMatch",
    )
  })

  // Recorded from S3: where the frame is broken, the body counts as incomplete.
  test.each([
    [0, 2, "j"],
    [83, 85, ""],
    [83, 85, "dd"],
    [103, 105, ""],
    [103, 105, "something invalid"],
    [187, 191, "bbbb"],
    [190, 191, "s"],
    [2, 3, ":"],
    [3, 19, ""],
    [19, 24, ""],
  ])("with bytes %d to %d replaced by %j are incomplete", (from, to, text) => {
    const { settings, seed } = settingsFor(SIGNED, length)
    const body = signedBody(seed, ["dummy data payload"], []).toString()
    const error = failureOf(`${body.slice(0, from)}${text}${body.slice(to)}`, settings)
    expect([error.code, error.message, error.options.status]).toEqual([
      "IncompleteBody",
      TERMINATED,
      400,
    ])
  })

  test.each([
    [[8_192, 8_192, 100], undefined],
    [[10_000, 9_500, 20], undefined],
    [[100], undefined],
    [[3, 2], { Chunk: 2, BadChunkSize: 3 }],
    [[8_192, 10, 100], { Chunk: 3, BadChunkSize: 10 }],
  ])("of %j bytes", (sizes, members) => {
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const headers = { "x-amz-decoded-content-length": String(total) }
    const { settings, seed } = settingsFor(SIGNED, headers)
    const body = signedBody(
      seed,
      sizes.map((size) => "c".repeat(size)),
      [],
    )
    if (members === undefined) {
      expect(decodeChunked(body, settings).body).toHaveLength(total)
      return
    }
    const error = failureOf(body, settings)
    expect([error.code, error.message]).toEqual([
      "InvalidChunkSizeError",
      "Only the last chunk is allowed to have a size less than 8192 bytes",
    ])
    expect(error.options.members).toEqual(members)
  })
})

describe("signed trailers", () => {
  const headers = {
    "x-amz-decoded-content-length": "7",
    "x-amz-trailer": "x-amz-checksum-crc64nvme",
  }
  const trailer = "x-amz-checksum-crc64nvme:SmzZ/LTp1CA="

  test("are handed out when their signature is right", () => {
    const { settings, seed } = settingsFor(SIGNED_TRAILER, headers)
    const body = signedBody(seed, ["abcdefg"], [trailer])
    expect(decodeChunked(body, settings).trailers).toEqual({
      "x-amz-checksum-crc64nvme": "SmzZ/LTp1CA=",
    })
    const bare = body.toString().replace(/x-amz-trailer-signature:.*\r\n/, "")
    expect(failureOf(bare, settings).code).toBe("IncompleteBody")
    const forged = body.toString().replace("SmzZ", "TmzZ")
    expect(failureOf(forged, settings).code).toBe("SignatureDoesNotMatch")
  })

  test.each([
    [175, 176, "k"],
    [175, 177, "cc"],
    [215, 216, "bcd"],
    [220, 223, "invalid"],
    [230, 235, "abcd"],
    [241, 245, "abcde"],
    [306, 308, "pp"],
    [304, 308, "erty"],
  ])("with bytes %d to %d replaced by %j are incomplete", (from, to, text) => {
    const { settings, seed } = settingsFor(SIGNED_TRAILER, headers)
    const body = signedBody(seed, ["abcdefg"], [trailer]).toString()
    const error = failureOf(`${body.slice(0, from)}${text}${body.slice(to)}`, settings)
    expect([error.code, error.message]).toEqual(["IncompleteBody", TERMINATED])
  })

  test.each([
    ["x-amz-checksum-crc64nvme", "x-amz-invalid:invalid"],
    ["x-amz-checksum-sha1", "x-amz-checksum-crc32:QWaN2w=="],
    ["x-amz-checksum-crc64nvme", ":SmzZ/LTp1CA="],
    ["", "x-amz-checksum-crc32:QWaN2w=="],
  ])("announced as %j and sent as %j are malformed", (announced, sent) => {
    const { settings, seed } = settingsFor(SIGNED_TRAILER, {
      ...headers,
      "x-amz-trailer": announced,
    })
    const error = failureOf(signedBody(seed, ["abcdefg"], [sent]), settings)
    expect([error.code, error.options.status]).toEqual(["MalformedTrailerError", 400])
  })
})

describe("unsigned chunks with a trailer", () => {
  const settingsOf = (length: string, trailer = "x-amz-checksum-crc64nvme") =>
    settingsFor(UNSIGNED_TRAILER, {
      "x-amz-decoded-content-length": length,
      ...(trailer !== "" && { "x-amz-trailer": trailer }),
    }).settings
  const checksum = "x-amz-checksum-crc64nvme:dPVWc2vU1+Q="

  test("decode", () => {
    const body = Buffer.from(`A\r\ndummy data\r\n0\r\n${checksum}\r\n\r\n`)
    const decoded = decodeChunked(body, settingsOf("10"))
    expect(Buffer.from(decoded.body).toString()).toBe("dummy data")
    expect(decoded.trailers).toEqual({ "x-amz-checksum-crc64nvme": "dPVWc2vU1+Q=" })
    expect(decodeChunked(Buffer.from("0\r\n\r\n"), settingsOf("0", "")).body).toHaveLength(0)
  })

  test("may come from anyone, signed chunks may not", () => {
    const request = putRequest({
      "x-amz-content-sha256": UNSIGNED_TRAILER,
      "x-amz-decoded-content-length": "0",
    })
    expect(chunkedSettings("anonymous", request, undefined)?.signature).toBeUndefined()
    const signed = { ...request, headers: { ...request.headers, "x-amz-content-sha256": SIGNED } }
    expect(() => chunkedSettings("anonymous", signed, undefined)).toThrow(
      "Anonymous requests don't support this x-amz-content-sha256 value.",
    )
  })

  test.each([
    "A\ndummy data\r\n0\r\n\r\n",
    "A\r\ndummy data0\r\n\r\n",
    "A\r\nXYZ\r\ndummy data\r\n0\r\n\r\n",
    "B\r\ndummy data\r\n0\r\n\r\n",
    "A\r\ndummy data\r\n0\r\n",
    `A\r\ndummy data\r\n0\r\n${checksum}\r\n`,
    "A\r\n",
    "A\r\nA\r\ndummy data\r\n0\r\n\r\n",
    `invalid_chunk_size\r\ndummy data\r\n0\r\n${checksum}\r\n\r\n`,
    `A\r\ndummy data\r\nJ\r\n${checksum}\r\n\r\n`,
    `A;chunk-signature=0\r\ndummy data\r\n0\r\n${checksum}\r\n\r\n`,
    `A\r\ndummy data\r\n0\r\n${checksum}\r\n\r\nmore`,
    "-A\r\ndummy data\r\n0\r\n\r\n",
    "FFFFFFFFFFFFFFFFF\r\ndummy data\r\n0\r\n\r\n",
    "",
  ])("%j is incomplete", (body) => {
    const error = failureOf(body, settingsOf("10"))
    expect([error.code, error.message]).toEqual(["IncompleteBody", TERMINATED])
  })

  test.each(["9", "11", "0"])("of another length than the %s bytes announced", (length) => {
    const error = failureOf(`A\r\ndummy data\r\n0\r\n${checksum}\r\n\r\n`, settingsOf(length))
    expect([error.code, error.message]).toEqual([
      "IncompleteBody",
      "You did not provide the number of bytes specified by the Content-Length HTTP header",
    ])
    expect(error.options.members).toMatchObject({ NumberBytesExpected: Number(length) })
  })

  test.each([
    ["x-amz-checksum-crc64nvme", "5\r\nhello\r\n0\r\n\r\n"],
    ["x-amz-checksum-crc64nvme", "5\r\nhello\r\n0\r\n:M3eFcAZSQlc=\r\n\r\n"],
    ["", "5\r\nhello\r\n0\r\nx-amz-checksum-crc64nvme:M3eFcAZSQlc=\r\n\r\n"],
    ["x-amz-checksum-crc64nvme", "5\r\nhello\r\n0\r\ninvalid_trailer:M3eFcAZSQlc=\r\n\r\n"],
    [
      "x-amz-checksum-crc32",
      "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n",
    ],
  ])("whose trailer is announced as %j in %j is malformed", (trailer, body) => {
    expect(failureOf(body, settingsOf("5", trailer)).code).toBe("MalformedTrailerError")
  })
})

test("other payload marks are no chunks, or are refused", () => {
  const settings = (value: string) =>
    chunkedSettings("anonymous", putRequest({ "x-amz-content-sha256": value }), undefined)
  expect(settings("UNSIGNED-PAYLOAD")).toBeUndefined()
  expect(settings(EMPTY_HASH)).toBeUndefined()
  expect(() => settings("STREAMING-UNSIGNED-PAYLOAD")).toThrow("header is invalid")
  expect(() => settings("STREAMING-AWS4-HMAC-SHA256-EVENTS")).toThrow("header is invalid")
  // Chunks signed by another algorithm than the head cannot continue its signature.
  const length = { "x-amz-decoded-content-length": "0" }
  expect(() => settingsFor("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", length)).toThrow(
    "header is invalid",
  )
})

describe("a stream", () => {
  const TRAILERS = { "x-amz-checksum-crc32": "AAAAAA==" }
  const headers = {
    "x-amz-decoded-content-length": "20000",
    "x-amz-trailer": "x-amz-checksum-crc32",
  }
  const { settings, seed } = settingsFor(SIGNED_TRAILER, headers)
  const body = signedBody(
    seed,
    ["a".repeat(10_000), "b".repeat(10_000)],
    ["x-amz-checksum-crc32:AAAAAA=="],
  )

  async function read(pieces: readonly Uint8Array[]) {
    const stream = async function* () {
      yield* pieces
    }
    const decoded = decodeChunkedStream(stream(), settings)
    const parts: Uint8Array[] = []
    expect(decoded.trailers()).toBeUndefined()
    for await (const part of decoded.body) parts.push(part)
    return { body: Buffer.concat(parts).toString(), trailers: decoded.trailers() }
  }

  test("decodes the same however it is cut", async () => {
    const whole = "a".repeat(10_000) + "b".repeat(10_000)
    const cuts = fc.array(fc.nat({ max: body.length }), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(cuts, async (points) => {
        const edges = [0, ...points.toSorted((a, b) => a - b), body.length]
        const pieces = edges.slice(1).map((end, i) => body.subarray(edges[i], end))
        expect(await read(pieces)).toEqual({ body: whole, trailers: TRAILERS })
      }),
      { numRuns: 60 },
    )
    expect((await read(Array.from(body, (_, i) => body.subarray(i, i + 1)))).body).toBe(whole)
  })

  test("that stops early fails, wherever it stops", async () => {
    for (const end of [0, 1, 50, 5_000, 10_100, 20_200, body.length - 1]) {
      await expect(read([body.subarray(0, end)])).rejects.toMatchObject({ code: "IncompleteBody" })
    }
  })
})

test("endless lines and trailers are cut off", () => {
  const empty = settingsFor(UNSIGNED_TRAILER, { "x-amz-decoded-content-length": "0" })
  const settings = {
    ...empty.settings,
    trailers: Array.from({ length: 16 }, (_, i) => `x-${i}`),
  }
  const decoder = createChunkDecoder(settings)
  const piece = Buffer.alloc(1_000, "0")
  decoder.push(piece, () => {})
  expect(() => decoder.push(piece, () => {})).toThrow(TERMINATED)
  const lines = Array.from({ length: 16 }, (_, i) => `x-${i}:${"v".repeat(900)}\r\n`).join("")
  expect(failureOf(`0\r\n${lines}\r\n`, settings).code).toBe("MalformedTrailerError")
})

test("hostile bodies fail with an AWS error, never otherwise", () => {
  const token = fc.constantFrom(
    "0\r\n",
    "5\r\nhello\r\n",
    "\r\n",
    "\n",
    ":",
    "x-amz-checksum-md5:1\r\n",
    "x-amz-trailer-signature:0\r\n",
    `1;chunk-signature=${"0".repeat(64)}\r\n`,
    "ffffffffffff\r\n",
  )
  const body = fc.array(fc.oneof(token, fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 12,
  })
  const headers = {
    "x-amz-decoded-content-length": "5",
    "x-amz-trailer": "x-amz-checksum-md5",
  }
  const marks = [SIGNED, SIGNED_TRAILER, UNSIGNED_TRAILER].map(
    (mark) => settingsFor(mark, headers).settings,
  )
  fc.assert(
    fc.property(body, fc.constantFrom(...marks), (tokens, settings) => {
      try {
        const decoded = decodeChunked(Buffer.from(tokens.join(""), "latin1"), settings)
        expect(decoded.body).toHaveLength(5)
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError)
      }
    }),
    { numRuns: 500 },
  )
})
