import { GetObjectAttributesCommand, GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

test("GetObjectAttributes tells what it is asked for, and no more", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "hello", { StorageClass: "STANDARD_IA" })
  const ask = (...ObjectAttributes: string[]) =>
    client.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: "a",
        ObjectAttributes: ObjectAttributes as "ETag"[],
      }),
    )
  const {
    $metadata: _,
    LastModified,
    ...all
  } = await ask(...["ETag", "Checksum", "StorageClass", "ObjectSize", "ObjectParts"])
  expect(LastModified).toBeInstanceOf(Date)
  expect(all).toEqual({
    ETag: "5d41402abc4b2a76b9719d911017c592",
    Checksum: { ChecksumCRC32: "NhCmhg==", ChecksumType: "FULL_OBJECT" },
    StorageClass: "STANDARD_IA",
    ObjectSize: 5,
  })
  expect((await ask("ObjectSize")).ETag).toBeUndefined()
  expect(await refusalOf(ask("Colour"))).toMatch(/^InvalidArgument 400/)
})

test("checksums are told to those who ask, of whole objects only", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "0123456789", { ChecksumAlgorithm: "SHA256" })
  const get = (more: object) =>
    client.send(new GetObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED", ...more }))
  const whole = "hNiYd/DUBB77a/kaFvAkjy/VVAcBcC9sA5+n/QEoMuE="
  expect((await get({})).ChecksumSHA256).toHaveLength(whole.length)
  expect((await get({ Range: "bytes=0-100" })).ChecksumSHA256).toHaveLength(whole.length)
  expect((await get({ Range: "bytes=0-3" })).ChecksumSHA256).toBeUndefined()
  // Recorded.
  expect((await get({ ChecksumMode: "enabled" })).ChecksumSHA256).toHaveLength(whole.length)
  expect(await refusalOf(get({ ChecksumMode: "DISABLED" }))).toBe(
    "InvalidRequest 400: Value for x-amz-checksum-mode header is invalid.",
  )
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  expect(head.ChecksumSHA256).toBeUndefined()
})

test("what was put at once is its own first part", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "test-123")
  const get = (more: object) => client.send(new GetObjectCommand({ Bucket, Key: "a", ...more }))
  expect(await get({ PartNumber: 1 })).toMatchObject({
    $metadata: { httpStatusCode: 206 },
    ContentRange: "bytes 0-7/8",
    ContentLength: 8,
  })
  expect(await refusalOf(get({ PartNumber: 2 }))).toBe(
    "InvalidPartNumber 416: The requested partnumber is not satisfiable",
  )
  expect(await refusalOf(get({ PartNumber: -3, Key: "none" }))).toBe(
    "InvalidArgument 400: Part number must be an integer between 1 and 10000, inclusive",
  )
  await put("empty", "", { ChecksumAlgorithm: "SHA256" })
  const empty = await get({ Key: "empty", PartNumber: 1, ChecksumMode: "ENABLED" })
  expect([empty.$metadata.httpStatusCode, empty.ContentRange, empty.ContentLength]).toEqual([
    ...[200, undefined, 0],
  ])
  expect(empty.ChecksumSHA256).toHaveLength(44)
  expect(await refusalOf(get({ PartNumber: 1, Range: "bytes=0-1" }))).toBe(
    "InvalidRequest 400: Cannot specify both Range header and partNumber query parameter",
  )
})

test("a signed reader may choose the headers of the answer", async () => {
  const { client, Bucket, put } = await openBucket()
  await put("a", "x", { ContentType: "text/plain" })
  const answer = await client.send(
    new GetObjectCommand({
      Bucket,
      Key: "a",
      ResponseContentType: "image/png",
      ResponseContentDisposition: "attachment",
      ResponseCacheControl: "no-store",
    }),
  )
  expect(answer).toMatchObject({
    ContentType: "image/png",
    ContentDisposition: "attachment",
    CacheControl: "no-store",
  })
})
