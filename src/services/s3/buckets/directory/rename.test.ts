import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  RenameObjectCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { openDirectory } from "../../testing/open-directory.ts"

test("an object is renamed with all that it is, in the place of what had the name", async () => {
  const { cloud, client, Bucket, put, text } = await openDirectory()
  const large = "x".repeat(100_000)
  await put("logs/a b", large, { Metadata: { who: "ada" }, ContentType: "text/plain" })
  await put("logs/old", "old")
  const head = async (Key: string) => {
    const { $metadata: _, ...told } = await client.send(new HeadObjectCommand({ Bucket, Key }))
    return told
  }
  const before = await head("logs/a b")
  await cloud.advance("1m")
  const RenameSource = encodeURIComponent("logs/a b")
  await client.send(new RenameObjectCommand({ Bucket, Key: "logs/old", RenameSource }))
  expect(await head("logs/old")).toEqual(before)
  expect(await text("logs/old")).toBe(large)
  expect(await refusalOf(client.send(new GetObjectCommand({ Bucket, Key: "logs/a b" })))).toMatch(
    /^NoSuchKey 404/,
  )
})

test("conditions on source and destination, and names that end with a slash", async () => {
  const { client, Bucket, put, text } = await openDirectory()
  const { ETag } = await put("a", "1")
  await put("b", "2")
  const rename = (more: object = {}) =>
    client.send(new RenameObjectCommand({ Bucket, Key: "b", RenameSource: "a", ...more }))
  expect(await refusalOf(rename({ DestinationIfNoneMatch: "*" }))).toMatch(
    /^PreconditionFailed 412/,
  )
  expect(await refusalOf(rename({ SourceIfMatch: '"x"' }))).toMatch(/^PreconditionFailed 412/)
  expect(await refusalOf(rename({ SourceIfNoneMatch: "*" }))).toMatch(/^PreconditionFailed 412/)
  expect(await refusalOf(rename({ DestinationIfMatch: ETag }))).toMatch(/^PreconditionFailed 412/)
  expect(await refusalOf(rename({ RenameSource: "none" }))).toMatch(/^NoSuchKey 404/)
  expect(await refusalOf(rename({ Key: "b/" }))).toMatch(/^InvalidRequest 400/)
  expect(await text("b")).toBe("2")
  await rename({ SourceIfMatch: ETag })
  expect(await text("b")).toBe("1")
})

test("a request that is sent again with its token renames nothing more", async () => {
  const { client, Bucket, put, text } = await openDirectory()
  await put("a", "1")
  const rename = (more: object = {}) =>
    client.send(
      new RenameObjectCommand({
        ...{ Bucket, Key: "b", RenameSource: "a", ClientToken: "t" },
        ...more,
      }),
    )
  await rename()
  await put("a", "2")
  await rename()
  expect([await text("a"), await text("b")]).toEqual(["2", "1"])
  expect(await refusalOf(rename({ Key: "c" }))).toMatch(/^IdempotencyParameterMismatch 400/)
})

test("general purpose buckets rename nothing", async () => {
  const { client } = await openDirectory()
  const Bucket = "photos"
  await client.send(new CreateBucketCommand({ Bucket }))
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "1" }))
  const rename = new RenameObjectCommand({ Bucket, Key: "b", RenameSource: "a" })
  expect(await refusalOf(client.send(rename))).toMatch(/^NotImplemented 501/)
})
