import {
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectTaggingCommand,
  type Tag,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"

async function openTagged() {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const tag = (TagSet: Tag[], more = {}) =>
    client.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging: { TagSet }, ...more }))
  const tags = async (more = {}) =>
    (await client.send(new GetObjectTaggingCommand({ Bucket, Key: "a", ...more }))).TagSet
  return { ...bucket, tag, tags }
}

test("tags are replaced as a whole, counted, sorted and taken away", async () => {
  const { client, Bucket, put, tag, tags } = await openTagged()
  await put("a", "x", { Tagging: "tag2=two&tag1=one&tag" })
  expect(await tags()).toEqual([
    { Key: "tag", Value: "" },
    { Key: "tag1", Value: "one" },
    { Key: "tag2", Value: "two" },
  ])
  const count = async () =>
    (await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))).TagCount
  expect(await count()).toBe(3)
  await tag([{ Key: "tag3", Value: "three" }])
  expect(await tags()).toEqual([{ Key: "tag3", Value: "three" }])
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "a" }))
  expect(await tags()).toEqual([])
  expect(await count()).toBeUndefined()
  await put("b", "x", { Tagging: "t=1" })
  const b = { Bucket, Key: "b" }
  await client.send(new PutObjectTaggingCommand({ ...b, Tagging: { TagSet: [] } }))
  expect((await client.send(new HeadObjectCommand(b))).TagCount).toBeUndefined()
  await tag([{ Key: "k", Value: "" }])
  await put("a", "y")
  expect(await tags()).toEqual([])
})

test("each version has its own tags; a delete marker has none", async () => {
  const { client, Bucket, put, tag, tags } = await openTagged()
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  )
  const { VersionId } = await put("a", "one", { Tagging: "v=1" })
  const second = await put("a", "two")
  const tagged = await tag([{ Key: "v", Value: "2" }])
  expect(tagged.VersionId).toBe(second.VersionId)
  expect(await tags({ VersionId })).toEqual([{ Key: "v", Value: "1" }])
  await tag([{ Key: "v", Value: "old" }], { VersionId })
  expect(await tags({ VersionId })).toEqual([{ Key: "v", Value: "old" }])
  expect(await tags()).toEqual([{ Key: "v", Value: "2" }])
  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  const refused = "MethodNotAllowed 405: The specified method is not allowed against this resource."
  expect(await refusalOf(tags())).toBe(refused)
  expect(await refusalOf(tag([], { VersionId: marker.VersionId }))).toBe(refused)
})

test("tags that are none", async () => {
  const { put, tag } = await openTagged()
  await put("a", "x")
  const pair = (Key: string, Value = "v") => [{ Key, Value }]
  expect(await refusalOf(tag([...pair("k"), ...pair("k")]))).toBe(
    "InvalidTag 400: Cannot provide multiple Tags with the same key",
  )
  expect(await refusalOf(tag(pair("a,b")))).toBe(
    "InvalidTag 400: The TagKey you have provided is invalid",
  )
  expect(await refusalOf(tag(pair("k", "a,b")))).toBe(
    "InvalidTag 400: The TagValue you have provided is invalid",
  )
  expect(await refusalOf(tag(pair("aws:k")))).toBe(
    "InvalidTag 400: Your TagKey cannot be prefixed with aws:",
  )
  expect(await refusalOf(tag(pair("k".repeat(129))))).toContain("InvalidTag 400")
  expect(await refusalOf(tag(pair("k", "v".repeat(257))))).toContain("InvalidTag 400")
  const eleven = Array.from({ length: 11 }, (_, at) => ({ Key: `k${at}`, Value: "" }))
  expect(await refusalOf(tag(eleven))).toBe("BadRequest 400: Object tags cannot be greater than 10")
  const header =
    "InvalidArgument 400: The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded " +
    "URL query parameters without tag name duplicates."
  expect(await refusalOf(put("b", "x", { Tagging: "k=1&k=2" }))).toBe(header)
  for (const Tagging of ["key1=val1,key2=val2", "key==value", "=", "k=%ZZ", "k=%A"])
    expect(await refusalOf(put("b", "x", { Tagging }))).toBe(header)
  expect(await refusalOf(put("b", "x", { Tagging: "k=%FF" }))).toBe(
    "InvalidTag 400: The TagValue you have provided is invalid",
  )
  expect(await refusalOf(put("b", "x", { Tagging: "k!=v" }))).toBe(
    "InvalidTag 400: The TagKey you have provided is invalid",
  )
})
