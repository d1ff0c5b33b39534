import { HeadObjectCommand } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { ALGORITHMS, checksumOf } from "../checksums/checksum.ts"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"
import { errorOf, raw, type RawRequest } from "../testing/raw.ts"

const BYTES = Buffer.alloc(40_000, "abc")

async function* inPieces(...pieces: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece as string)
}

const put = ({ cloud, Bucket }: TestBucket, more: Partial<RawRequest>) =>
  raw(cloud, { method: "PUT", path: `/${Bucket}/a`, ...more })

/** A body with a checksum behind it, as SDKs stream one. */
const trailed = (trailer: string, bytes: Uint8Array = BYTES): Partial<RawRequest> => ({
  headers: {
    "content-encoding": "aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": String(bytes.length),
    "x-amz-trailer": trailer.split(":")[0] ?? "",
  },
  body: inPieces(`${bytes.length.toString(16)}\r\n`, bytes, `\r\n0\r\n${trailer}\r\n\r\n`),
})

const isGone = async ({ client, Bucket }: TestBucket): Promise<boolean> =>
  / 404:/.test(await refusalOf(client.send(new HeadObjectCommand({ Bucket, Key: "a" }))))

test("S3-15 a checksum behind the body is held against it, whatever its algorithm", async () => {
  const bucket = await openBucket()
  for (const algorithm of ALGORITHMS) {
    const name = `x-amz-checksum-${algorithm.toLowerCase()}`
    const good = checksumOf(algorithm, BYTES)
    const wrong = checksumOf(algorithm, Buffer.from("another"))
    expect(errorOf(await put(bucket, trailed(`${name}:${wrong}`)))).toBe(
      `400 BadDigest: The ${algorithm} you specified did not match the calculated checksum.`,
    )
    expect(await isGone(bucket)).toBe(true)
    const done = await put(bucket, trailed(`${name}:${good}`))
    expect([done.status, done.headers[name]]).toEqual([200, good])
    await raw(bucket.cloud, { method: "DELETE", path: "/photos/a" })
  }
})

test("a body that is shorter than it says leaves nothing", async () => {
  const bucket = await openBucket()
  const answer = await put(bucket, {
    headers: { "content-length": "50000" },
    body: inPieces(BYTES),
  })
  expect(errorOf(answer)).toMatch(/^400 IncompleteBody/)
  expect(await isGone(bucket)).toBe(true)
})

test("a body without a length is refused", async () => {
  const bucket = await openBucket()
  expect(errorOf(await put(bucket, { body: inPieces(BYTES) }))).toBe(
    "411 MissingContentLength: You must provide the Content-Length HTTP header.",
  )
})

test("S3-57 a single PUT that says it is more than 5 GiB is refused unread", async () => {
  const bucket = await openBucket()
  let read = 0
  const endless = (async function* () {
    for (;;) {
      read += 1
      yield BYTES
    }
  })()
  const size = 5 * 1024 ** 3 + 1
  const answer = await put(bucket, { headers: { "content-length": String(size) }, body: endless })
  expect(errorOf(answer)).toBe(
    "400 EntityTooLarge: Your proposed upload exceeds the maximum allowed size",
  )
  expect(answer.body).toContain(`<ProposedSize>${size}</ProposedSize>`)
  expect(read).toBe(0)
})

test("checksums that cannot be, or are two, or are named but not given, are refused", async () => {
  const bucket = await openBucket()
  const sent = async (headers: Record<string, string>) =>
    errorOf(await put(bucket, { headers, body: "hello" }))
  expect(await sent({ "x-amz-checksum-crc32": "nonsense" })).toBe(
    "400 InvalidRequest: Value for x-amz-checksum-crc32 header is invalid.",
  )
  const both = { "x-amz-checksum-crc32": "NhCmhg==", "x-amz-checksum-crc32c": "mnG7TA==" }
  expect(await sent(both)).toBe(
    "400 InvalidRequest: Expecting a single x-amz-checksum- header. Multiple checksum Types are not " +
      "allowed.",
  )
  expect(await sent({ "x-amz-checksum-crc16": "AAA=" })).toBe(
    "400 InvalidRequest: The algorithm type you specified in x-amz-checksum- header is invalid.",
  )
  const other = { "x-amz-checksum-crc32": "NhCmhg==", "x-amz-sdk-checksum-algorithm": "CRC32C" }
  expect(await sent(other)).toBe(
    "400 InvalidRequest: Value for x-amz-sdk-checksum-algorithm header is invalid.",
  )
  expect(await sent({ "x-amz-sdk-checksum-algorithm": "CRC32" })).toBe(
    "400 InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no corresponding " +
      "x-amz-checksum-* or x-amz-trailer headers were found.",
  )
  expect((await put(bucket, { headers: {}, body: "hello" })).headers).toMatchObject({
    "x-amz-checksum-crc64nvme": checksumOf("CRC64NVME", Buffer.from("hello")),
    "x-amz-checksum-type": "FULL_OBJECT",
  })
})

test("a checksum that was to come behind the body has to come, and be the one that was named", async () => {
  const bucket = await openBucket()
  const sent = async (trailer: string, more: Record<string, string> = {}) => {
    const { headers, body } = trailed(trailer)
    return errorOf(await put(bucket, { headers: { ...headers, ...more }, body: body ?? "" }))
  }
  const crc = `x-amz-checksum-crc32:${checksumOf("CRC32", BYTES)}`
  expect(await sent(crc, { "x-amz-trailer": "x-amz-checksum-sha1" })).toMatch(
    /^400 MalformedTrailerError/,
  )
  expect(await sent("x-amz-meta-colour:red")).toBe(
    "400 InvalidRequest: The value specified in the x-amz-trailer header is not supported",
  )
  expect(await sent(crc, { "x-amz-sdk-checksum-algorithm": "SHA1" })).toBe(
    "400 InvalidRequest: Value for x-amz-sdk-checksum-algorithm header is invalid.",
  )
  expect(await sent("x-amz-checksum-crc32:nonsense")).toBe(
    "400 InvalidRequest: Value for x-amz-checksum-crc32 trailing header is invalid.",
  )
  expect(await isGone(bucket)).toBe(true)
})

test("chunks behind which nothing is announced need no checksum", async () => {
  const bucket = await openBucket()
  const { headers = {} } = trailed("")
  const { "x-amz-trailer": _, ...plain } = headers
  const body = () => inPieces(`${BYTES.length.toString(16)}\r\n`, BYTES, "\r\n0\r\n\r\n")
  const { status, headers: told } = await put(bucket, { headers: plain, body: body() })
  expect([status, told["x-amz-checksum-crc64nvme"]]).toEqual([200, checksumOf("CRC64NVME", BYTES)])
  const named = { ...plain, "x-amz-sdk-checksum-algorithm": "CRC32" }
  expect(errorOf(await put(bucket, { headers: named, body: body() }))).toMatch(
    /^400 InvalidRequest: x-amz-sdk-checksum-algorithm specified, but no/,
  )
  const header = { ...plain, "x-amz-checksum-crc32": checksumOf("CRC32", BYTES) }
  expect((await put(bucket, { headers: header, body: body() })).status).toBe(200)
})
