import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type GetObjectCommandInput,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

const HELD = "At least one of the pre-conditions you specified did not hold"
const OTHER = '"00000000000000000000000000000000"'

test("conditions of reads go in HTTP's order: a tag counts more than a date", async () => {
  const { cloud, client, Bucket, put } = await openBucket()
  const { ETag = "" } = await put("a", "data")
  const { LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  await cloud.advance("1h")
  const before = new Date((LastModified?.getTime() ?? 0) - 60_000)
  const after = new Date((LastModified?.getTime() ?? 0) + 60_000)
  const future = new Date(cloud.now().getTime() + 86_400_000)
  const get = (more: Partial<GetObjectCommandInput>) =>
    refusalOf(client.send(new GetObjectCommand({ Bucket, Key: "a", ...more })))
  const held = "no refusal"
  const failed = `PreconditionFailed 412: ${HELD}`
  expect(await get({ IfMatch: ETag })).toBe(held)
  expect(await get({ IfMatch: OTHER })).toBe(failed)
  expect(await get({ IfMatch: ETag, IfUnmodifiedSince: before })).toBe(held)
  expect(await get({ IfUnmodifiedSince: before })).toBe(failed)
  expect(await get({ IfUnmodifiedSince: LastModified })).toBe(held)
  expect(await get({ IfNoneMatch: OTHER, IfModifiedSince: after })).toBe(held)
  for (const more of [
    { IfNoneMatch: ETag },
    { IfNoneMatch: ETag.replaceAll('"', "") },
    { IfNoneMatch: ETag, IfModifiedSince: before },
    { IfModifiedSince: LastModified },
    { IfModifiedSince: after },
  ])
    expect(await get(more)).toMatch(/ 304: /)
  expect(await get({ IfModifiedSince: before })).toBe(held)
  expect(await get({ IfModifiedSince: future })).toBe(held)
})

test("a write may ask that there is no object, or that it is this one", async () => {
  const { client, Bucket } = await openBucket()
  const put = (more: Partial<PutObjectCommandInput>) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", ...more })))
  const missing = "NoSuchKey 404: The specified key does not exist."
  expect(await put({ IfMatch: OTHER })).toBe(missing)
  expect(await put({ IfNoneMatch: "*" })).toBe("no refusal")
  expect(await put({ IfNoneMatch: "*" })).toBe(`PreconditionFailed 412: ${HELD}`)
  expect(await put({ IfMatch: OTHER })).toBe(`PreconditionFailed 412: ${HELD}`)
  expect(await put({ IfMatch: '"9dd4e461268c8034f5c8564e155c67a6"' })).toBe("no refusal")
  const unknown =
    "NotImplemented 501: A header you provided implies functionality that is not implemented"
  for (const more of [
    { IfNoneMatch: OTHER },
    { IfMatch: "*" },
    { IfMatch: OTHER, IfNoneMatch: "*" },
  ])
    expect(await put(more)).toBe(unknown)
})

test("of two writers that both want to be first one is, however long their bodies take", async () => {
  const { client, Bucket, text } = await openBucket()
  const put = (Body: string) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket, Key: "a", Body, IfNoneMatch: "*" })))
  const large = (letter: string) => letter.repeat(200_000)
  const answers = await Promise.all([put(large("a")), put(large("b")), put("c")])
  expect(answers.filter((one) => one === "no refusal")).toHaveLength(1)
  const value = (await text("a"))?.[0]
  expect(value).toBe("abc"[answers.indexOf("no refusal")])
})

test("a delete may ask that the object is this one", async () => {
  const { client, Bucket, put, text } = await openBucket()
  const { ETag } = await put("a", "x")
  const remove = (more: object) =>
    refusalOf(client.send(new DeleteObjectCommand({ Bucket, Key: "a", ...more })))
  expect(await remove({ IfMatch: OTHER })).toBe(`PreconditionFailed 412: ${HELD}`)
  expect(await remove({ IfMatchSize: 1 })).toMatch(/^NotImplemented 501/)
  expect(await remove({ IfMatch: ETag, VersionId: "null" })).toMatch(/^NotImplemented 501/)
  expect(await text("a")).toBe("x")
  expect(await remove({ IfMatch: ETag })).toBe("no refusal")
  expect(await remove({ IfMatch: "*" })).toBe("NoSuchKey 404: The specified key does not exist.")
})

test("what is replaced while a body comes that was to replace it is a conflict", async () => {
  const { client, Bucket, put } = await openBucket()
  const { ETag } = await put("a", "first")
  const replace = (letter: string) =>
    refusalOf(
      client.send(
        new PutObjectCommand({ Bucket, Key: "a", Body: letter.repeat(200_000), IfMatch: ETag }),
      ),
    )
  const answers = await Promise.all([replace("a"), replace("b")])
  expect(answers.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "ConditionalRequestConflict 409: The conditional request cannot succeed due to a conflicting " +
      "operation against this resource.",
    "no refusal",
  ])
})
