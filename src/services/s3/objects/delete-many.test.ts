import { createHash } from "node:crypto"
import {
  DeleteObjectsCommand,
  PutBucketVersioningCommand,
  S3Client,
  type Delete,
} from "@aws-sdk/client-s3"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

const remove = ({ client, Bucket }: TestBucket, request: Delete) =>
  client.send(new DeleteObjectsCommand({ Bucket, Delete: request }))

test("many keys go at once, those included that were never there; quietly on request", async () => {
  const bucket = await openBucket()
  for (const key of ["a", "b", "c"]) await bucket.put(key, "x")
  const answer = await remove(bucket, { Objects: [{ Key: "a" }, { Key: "nothing" }] })
  expect([answer.Deleted, answer.Errors]).toEqual([[{ Key: "a" }, { Key: "nothing" }], undefined])
  const quiet = await remove(bucket, { Quiet: true, Objects: [{ Key: "b" }] })
  expect([quiet.Deleted, quiet.Errors]).toEqual([undefined, undefined])
  expect(await refusalOf(bucket.text("b"))).toMatch(/^NoSuchKey/)
  expect(await bucket.text("c")).toBe("x")
})

test("in a versioned bucket markers come, and go by their ids", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  )
  const { VersionId } = await bucket.put("a", "x")
  const { Deleted: [marked] = [] } = await remove(bucket, { Objects: [{ Key: "a" }] })
  expect(marked).toMatchObject({ Key: "a", DeleteMarker: true })
  const markerId = marked?.DeleteMarkerVersionId
  const unmarked = await remove(bucket, { Objects: [{ Key: "a", VersionId: markerId }] })
  expect(unmarked.Deleted).toEqual([
    { Key: "a", VersionId: markerId, DeleteMarker: true, DeleteMarkerVersionId: markerId },
  ])
  expect(await bucket.text("a")).toBe("x")
  const gone = await remove(bucket, { Objects: [{ Key: "a", VersionId }] })
  expect(gone.Deleted).toEqual([{ Key: "a", VersionId }])
  const bad = await remove(bucket, { Objects: [{ Key: "a", VersionId: "nonsense" }] })
  expect(bad.Errors).toEqual([
    {
      Key: "a",
      VersionId: "nonsense",
      Code: "NoSuchVersion",
      Message: "The specified version does not exist.",
    },
  ])
})

test("each key is asked for by itself: what the caller may not delete is told and stays", async () => {
  const bucket = await openBucket()
  for (const key of ["mine/a", "theirs/a"]) await bucket.put(key, "x")
  const may = { Action: "s3:DeleteObject", Resource: "arn:aws:s3:::photos/mine/*" }
  const { credentials } = await newUser(bucket.cloud.client(IAMClient), "ann", may)
  const client = bucket.cloud.client(S3Client, { forcePathStyle: true, credentials })
  const Objects = [{ Key: "mine/a" }, { Key: "theirs/a" }]
  const answer = await remove({ ...bucket, client }, { Objects })
  expect(answer.Deleted).toEqual([{ Key: "mine/a" }])
  expect(answer.Errors).toMatchObject([{ Key: "theirs/a", Code: "AccessDenied" }])
  expect(await bucket.text("theirs/a")).toBe("x")
})

test("more than 1,000 keys are refused, and none", async () => {
  const bucket = await openBucket()
  const Objects = Array.from({ length: 1_001 }, (_, i) => ({ Key: String(i) }))
  expect(await refusalOf(remove(bucket, { Objects }))).toMatch(/^MalformedXML 400/)
  expect(await refusalOf(remove(bucket, { Objects: [] }))).toMatch(/^MalformedXML 400/)
})

test("one key that is too long, and nothing goes", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "x")
  const Objects = [{ Key: "a" }, { Key: "é".repeat(513) }]
  expect(await refusalOf(remove(bucket, { Objects }))).toBe(
    "KeyTooLongError 400: Your key is too long",
  )
  expect(await bucket.text("a")).toBe("x")
})

test("the document needs a digest", async () => {
  const { cloud, Bucket, put, text } = await openBucket()
  await put("a", "x")
  const document = "<Delete><Object><Key>a</Key></Object></Delete>"
  const send = (headers: Record<string, string>) =>
    raw(cloud, {
      ...{ method: "POST", path: `/${Bucket}`, query: { delete: "" }, body: document },
      headers,
    })
  expect(errorOf(await send({}))).toBe(
    "400 InvalidRequest: Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
  )
  expect(await text("a")).toBe("x")
  const md5 = createHash("md5").update(document).digest("base64")
  expect((await send({ "content-md5": md5 })).status).toBe(200)
  expect(await refusalOf(text("a"))).toMatch(/^NoSuchKey/)
})
