import type { WireRequest } from "../../src/kernel/wire.ts"
import { formRequest, jsonRequest, request, signed } from "../../src/gateway/testing/open-cloud.ts"
import type { Dice } from "../simulation/dice.ts"

/** What a client writes on one connection, piece by piece. */
export interface RawRequest {
  readonly what: string
  readonly pieces: readonly Buffer[]
  /** Whether the client ends its side, or goes without a word. */
  readonly ending: "end" | "reset"
}

const CRLF = "\r\n"

/** Requests that are good: each a different way into the front door. */
function goodRequests(): readonly WireRequest[] {
  const sqs = { service: "sqs" }
  const object = request({ method: "PUT", path: "/bucket/key", text: "x".repeat(2_000) })
  return [
    signed(jsonRequest("AmazonSQS.ListQueues", {}), sqs),
    signed(jsonRequest("AmazonSQS.CreateQueue", { QueueName: "queue" }), sqs),
    signed(formRequest({ Action: "ListQueues", Version: "2012-11-05" }), sqs),
    signed(formRequest({ Action: "GetCallerIdentity", Version: "2011-06-15" }), { service: "sts" }),
    signed(request({ method: "GET", path: "/bucket", query: "list-type=2" }), { service: "s3" }),
    signed(object, { service: "s3" }),
    signed(request({ method: "GET", path: "/v1/brokers" }), { service: "mq" }),
    signed(jsonRequest("DynamoDB_20120810.ListTables", {}), { service: "dynamodb" }),
    request({ method: "GET", path: "/_cloudarium/health" }),
    request({ method: "OPTIONS", path: "/", headers: { origin: "http://localhost:3000" } }),
    request({ method: "GET", path: "/" }),
  ]
}

/** A seeded stream of requests, most of them spoilt in one way or another. */
export function createRawRequests(dice: Dice): () => RawRequest {
  const good = goodRequests()
  const WAYS = {
    good: () => bytesOf(dice.pick(good)),
    spoilt: () => spoil(dice, bytesOf(dice.pick(good))),
    cut: () => cut(dice, bytesOf(dice.pick(good))),
    header: () => withHeader(dice, dice.pick(good)),
    line: () => withLine(dice, dice.pick(good)),
    chunked: () => chunked(dice, dice.pick(good)),
    awsChunked: () => awsChunked(dice),
    authorization: () => withAuthorization(dice, dice.pick(good)),
    pipelined: () => pipelined(dice, good),
    other: () => Buffer.from(dice.pick(OTHER_PROTOCOLS), "latin1"),
  }
  const weights = {
    ...{ good: 1, spoilt: 4, cut: 2, header: 4, line: 2, chunked: 3 },
    ...{ awsChunked: 2, authorization: 3, pipelined: 2, other: 1 },
  }
  return () => {
    const what = dice.weighted(weights)
    const bytes = WAYS[what]()
    return { what, pieces: split(dice, bytes), ending: dice.chance(0.9) ? "end" : "reset" }
  }
}

function linesOf({ headers, body }: WireRequest, more: readonly string[] = []): string[] {
  const length = `content-length: ${body.length}`
  return [...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), length, ...more]
}

const targetOf = ({ path, query }: WireRequest): string =>
  query === "" ? path : `${path}?${query}`

function assemble(line: string, headers: readonly string[], body: Uint8Array | string): Buffer {
  const head = Buffer.from(`${[line, ...headers].join(CRLF)}${CRLF}${CRLF}`, "latin1")
  return Buffer.concat([head, typeof body === "string" ? Buffer.from(body, "latin1") : body])
}

const bytesOf = (good: WireRequest): Buffer =>
  assemble(`${good.method} ${targetOf(good)} HTTP/1.1`, linesOf(good), good.body)

function spoil(dice: Dice, bytes: Buffer): Buffer {
  const spoilt = Buffer.from(bytes)
  for (let i = dice.between(1, 6); i > 0; i -= 1)
    spoilt[dice.integer(spoilt.length)] = dice.pick([0, 10, 13, 32, 58, 255, dice.integer(256)])
  return spoilt
}

function cut(dice: Dice, bytes: Buffer): Buffer {
  const from = dice.chance(0.5) ? 0 : dice.integer(bytes.length)
  return bytes.subarray(from, from + dice.integer(bytes.length - from))
}

const HEADERS: readonly string[] = [
  "content-length: 5",
  "content-length: -1",
  "content-length: 99999999999999999999",
  "content-length: 0x10",
  "content-length: 3, 3",
  "transfer-encoding: chunked",
  "transfer-encoding: gzip, chunked",
  "transfer-encoding: identity",
  "Transfer-Encoding : chunked",
  "transfer-encoding:\tchunked",
  " folded: value",
  "x: a\r\n folded",
  "x: a\rb",
  "x: a\nb",
  "x: a\0b",
  ": nameless",
  "no colon",
  "bad name: x",
  "x\xe9: y",
  "x: \xff\xfe",
  `x: ${"a".repeat(70_000)}`,
  Array.from({ length: 400 }, (_, index) => `x${index}: y`).join(CRLF),
  "host: other.example",
  "host:",
  "host: [::1",
  "expect: 100-continue",
  "expect: 200-ok",
  "connection: close",
  "connection: keep-alive, upgrade",
  "connection: transfer-encoding",
  "upgrade: websocket",
  "upgrade: h2c",
  "content-encoding: gzip",
  "content-encoding: aws-chunked",
  "content-type: application/json; charset=utf-16",
  "content-type: multipart/form-data; boundary=x",
  "x-amz-target: AmazonSQS.__proto__",
  "x-amz-target: .",
  "x-amz-target: constructor.constructor",
  "smithy-protocol: rpc-v2-cbor",
  "smithy-protocol: __proto__",
  "x-amz-date: yesterday",
  "x-amz-date: 99991231T235959Z",
  "x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "x-amz-content-sha256: nothing",
  "x-amz-decoded-content-length: -5",
  "x-amz-security-token: \x80",
  "x-http-method-override: DELETE",
  "origin: null",
  "origin: http://evil.example",
  "cookie: a=b",
  "te: trailers",
  "trailer: x-amz-checksum-crc32",
  "range: bytes=0-,5-2,-",
]

function withHeader(dice: Dice, good: WireRequest): Buffer {
  const headers = linesOf(good)
  for (let i = dice.between(1, 3); i > 0; i -= 1)
    headers.splice(dice.integer(headers.length + 1), dice.integer(2), dice.pick(HEADERS))
  return assemble(`${good.method} ${targetOf(good)} HTTP/1.1`, headers, good.body)
}

const METHODS = ["get", "", "FOO", "CONNECT", "TRACE", "PATCH", "G\0T", "A".repeat(300), "HEAD"]
const TARGETS = [
  ...["", "*", "http://localhost/x", "localhost:4566", "//", "/..", "/%00", "/%", "/%zz", "?"],
  ...["/a b", "/\xe9", "/?Action=ListQueues&Version=2012-11-05&__proto__=1", "/?&&&=&=", "/#x"],
  ...["/service/x/operation/__proto__", "/service//operation/", "/_cloudarium/", "/_localstack/x"],
  ...["/_cloudarium/clock", "/_cloudarium/__proto__", `/${"a".repeat(20_000)}`, "/a/../../b//c"],
]
const VERSIONS = ["HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/1.2", "HTTP/1.1 ", "http/1.1", "", "X"]

function withLine(dice: Dice, good: WireRequest): Buffer {
  const method = dice.chance(0.4) ? dice.pick(METHODS) : good.method
  const target = dice.chance(0.6) ? dice.pick(TARGETS) : targetOf(good)
  const version = dice.chance(0.3) ? dice.pick(VERSIONS) : "HTTP/1.1"
  const space = dice.pick([" ", " ", " ", "  ", "\t"])
  return assemble([method, target, version].join(space), linesOf(good), good.body)
}

const CHUNK_SIZES = ["", "g", "-1", "0x5", "fffffffff", "5;a=b", "5 ", " 5", "00000005", "5;\0"]

function chunked(dice: Dice, good: WireRequest): Buffer {
  const headers = linesOf(good).filter((line) => !line.startsWith("content-length"))
  headers.push("transfer-encoding: chunked")
  const parts: string[] = []
  for (let i = dice.integer(6); i > 0; i -= 1) {
    const data = "x".repeat(dice.pick([0, 1, 5, 1_000]))
    const size = dice.chance(0.8) ? data.length.toString(16) : dice.pick(CHUNK_SIZES)
    parts.push(
      `${size}${dice.pick([CRLF, CRLF, CRLF, "\n"])}${data}${dice.chance(0.9) ? CRLF : ""}`,
    )
  }
  const trailer = dice.pick([
    "",
    "",
    `x-amz-checksum-crc32: AAAA${CRLF}`,
    `content-length: 5${CRLF}`,
  ])
  parts.push(dice.pick([`0${CRLF}${trailer}${CRLF}`, `0${CRLF}`, ""]))
  return assemble(`${good.method} ${targetOf(good)} HTTP/1.1`, headers, parts.join(""))
}

/** A body of S3's own framing, its signatures made up, its sizes now and then. */
function awsChunked(dice: Dice): Buffer {
  const signature = "0".repeat(64)
  const parts: string[] = []
  for (let i = dice.between(1, 4); i > 0; i -= 1) {
    const data = "x".repeat(dice.pick([1, 100, 9_000]))
    const size = dice.chance(0.8) ? data.length.toString(16) : dice.pick(CHUNK_SIZES)
    parts.push(`${size};chunk-signature=${signature}${CRLF}${data}${CRLF}`)
  }
  if (dice.chance(0.7)) parts.push(`0;chunk-signature=${signature}${CRLF}${CRLF}`)
  const body = parts.join("")
  const mark = dice.pick([
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
  ])
  const headers = {
    "x-amz-content-sha256": mark,
    "content-encoding": dice.pick(["aws-chunked", "aws-chunked,gzip", "identity"]),
    "x-amz-decoded-content-length": dice.pick(["100", "0", "-1", "many", "1e9"]),
  }
  const put = signed(request({ method: "PUT", path: "/bucket/key", headers, text: body }), {
    service: dice.pick(["s3", "s3", "sqs"]),
  })
  return bytesOf(put)
}

const AUTHORIZATIONS = [
  ...[
    "",
    "AWS4-HMAC-SHA256",
    "Basic dTpw",
    "AWS test:x",
    "Bearer x",
    "AWS4-HMAC-SHA256 Credential=",
  ],
  "AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/sqs/aws4_request, SignedHeaders=, Signature=",
  "AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;;;, Signature=zz",
  "AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f/g, SignedHeaders=host, Signature=0",
  "AWS4-ECDSA-P256-SHA256 Credential=test/20260115/sqs/aws4_request, SignedHeaders=host, Signature=0",
  `AWS4-HMAC-SHA256 ${"Credential=a,".repeat(2_000)}`,
  "AWS4-HMAC-SHA256 __proto__=x, constructor=y",
]

function withAuthorization(dice: Dice, good: WireRequest): Buffer {
  const own = good.headers["authorization"] ?? ""
  const spoilt = spoil(dice, Buffer.from(`${own} `))
    .toString("latin1")
    .replaceAll(/[\r\n\0]/g, "")
  const authorization = dice.chance(0.5) ? spoilt : dice.pick(AUTHORIZATIONS)
  return bytesOf({ ...good, headers: { ...good.headers, authorization } })
}

function pipelined(dice: Dice, good: readonly WireRequest[]): Buffer {
  const all = Array.from({ length: dice.between(2, 20) }, () => bytesOf(dice.pick(good)))
  if (dice.chance(0.5))
    all.splice(dice.integer(all.length), 0, spoil(dice, bytesOf(dice.pick(good))))
  return Buffer.concat(all)
}

/** What arrives on ports by mistake. */
const OTHER_PROTOCOLS: readonly string[] = [
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\xff\xff\xff\xff\xff\xff",
  "PRI * HTTP/2.0\r\n\r\n",
  "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
  "\x16\x03\x01\0\0",
  "\x80\x2e\x01\0\x02",
  "SSH-2.0-OpenSSH_9.6\r\n",
  "\r\n\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n",
  "\0\0\0\0\0\0\0\0",
  "{}",
]

/** As networks deliver: in one piece, in several, byte by byte at times. */
function split(dice: Dice, bytes: Buffer): Buffer[] {
  if (bytes.length < 2 || dice.chance(0.5)) return [bytes]
  const pieces: Buffer[] = []
  const step = dice.pick([1, 7, 100, 1_000])
  // The rest at once: byte by byte is slow.
  const until = Math.min(bytes.length, step * 50)
  for (let at = 0; at < until; at += step)
    pieces.push(bytes.subarray(at, Math.min(at + step, until)))
  if (until < bytes.length) pieces.push(bytes.subarray(until))
  return pieces
}
