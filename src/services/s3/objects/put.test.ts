import { randomBytes } from "node:crypto"
import { Readable } from "node:stream"
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

test("S3-7 any bytes come back exactly as they were put, small and large, whole and streamed", async () => {
  const { client, Bucket, put } = await openBucket()
  for (const size of [1, 1_000, 16 * 1024, 16 * 1024 + 1, 300_000, 3_000_000]) {
    const bytes = randomBytes(size)
    for (const Body of [bytes, Readable.from([bytes.subarray(0, 8192), bytes.subarray(8192)])]) {
      await put("some/key", Body, { ContentLength: size })
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "some/key" }))
      expect(got.ContentLength).toBe(size)
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? "").equals(bytes)).toBe(true)
    }
  }
})

test("S3-9 an object's value may be empty", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("empty")
  const { Body, ContentLength } = await client.send(new GetObjectCommand({ Bucket, Key: "empty" }))
  expect([ContentLength, await Body?.transformToString()]).toEqual([0, ""])
})

test("S3-8 HEAD tells the metadata without the value", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "hello", {
    ContentType: "text/plain",
    CacheControl: "no-cache",
    Metadata: { camera: "x1" },
  })
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  expect(head).toMatchObject({
    ContentLength: 5,
    ContentType: "text/plain",
    CacheControl: "no-cache",
    ETag: '"5d41402abc4b2a76b9719d911017c592"',
    Metadata: { camera: "x1" },
    AcceptRanges: "bytes",
    ServerSideEncryption: "AES256",
  })
  expect(head.VersionId).toBeUndefined()
})

test("S3-13 a second PUT replaces the first value", async () => {
  const { put, text } = await openBucket()
  await put("a", "one")
  await put("a", "two")
  expect(await text("a")).toBe("two")
})

test("S3-16 after a DELETE every read sees that the object is gone", async () => {
  const { client, Bucket, put, text } = await openBucket()
  await put("a", "one")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  expect(await refusalOf(text("a"))).toBe("NoSuchKey 404: The specified key does not exist.")
})

test("S3-66 a range is answered with those bytes only", async () => {
  const { client, Bucket, put } = await openBucket()
  const large = randomBytes(100_000)
  await put("small", "0123456789")
  await put("large", large)
  const get = async (Key: string, Range: string) => {
    const answer = await client.send(new GetObjectCommand({ Bucket, Key, Range }))
    const bytes = Buffer.from((await answer.Body?.transformToByteArray()) ?? "")
    return { status: answer.$metadata.httpStatusCode, range: answer.ContentRange, bytes }
  }
  const small = await get("small", "bytes=2-4")
  expect([small.status, small.range, String(small.bytes)]).toEqual([206, "bytes 2-4/10", "234"])
  expect(String((await get("small", "bytes=-3")).bytes)).toBe("789")
  expect(String((await get("small", "bytes=8-100")).bytes)).toBe("89")
  for (const [from, to] of [
    [0, 0],
    [15, 16],
    [1, 70_000],
    [65_535, 65_537],
    [99_999, 99_999],
  ] as const) {
    const { bytes } = await get("large", `bytes=${from}-${to}`)
    expect(bytes.equals(large.subarray(from, to + 1))).toBe(true)
  }
  const several = await get("small", "bytes=0-1,4-5")
  expect([several.status, String(several.bytes)]).toEqual([200, "0123456789"])
  expect(await refusalOf(get("small", "bytes=10-"))).toBe(
    "InvalidRange 416: The requested range is not satisfiable",
  )
})

test("S3-15 a body that is not what it claims to be is refused", async () => {
  const { client, Bucket } = await openBucket()
  const put = (more: object) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "hello", ...more })))
  expect(await put({ ContentMD5: "XrY7u+Ae7tCTyyK7j1rNww==" })).toBe(
    "BadDigest 400: The Content-MD5 you specified did not match what we received.",
  )
  const another = { Bucket, Key: "a", Body: "hello", ContentMD5: "1B2M2Y8AsgTpgAmY7PhCfg==" }
  await expect(client.send(new PutObjectCommand(another))).rejects.toMatchObject({
    ExpectedDigest: "d41d8cd98f00b204e9800998ecf8427e",
    CalculatedDigest: "XUFAKrxLKna5cZ2REBfFkg==",
  })
  expect(await put({ ContentMD5: "nonsense" })).toBe(
    "InvalidDigest 400: The Content-MD5 you specified was invalid.",
  )
  expect(await put({ ChecksumCRC32: "AAAAAA==" })).toBe(
    "BadDigest 400: The CRC32 you specified did not match the calculated checksum.",
  )
})

test("how the bytes came is not how they are encoded: aws-chunked is not kept", async () => {
  const { client, Bucket, put } = await openBucket()
  for (const [said, kept] of [
    ["gzip, aws-chunked", "gzip"],
    ["aws-chunked, deflate, gzip", "deflate, gzip"],
    ["aws-chunked", undefined],
  ] as const) {
    await put("a", Buffer.from("x"), { ContentEncoding: said })
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
    expect(head.ContentEncoding).toBe(kept)
  }
})
