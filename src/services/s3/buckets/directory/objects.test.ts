import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  GetBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  RenameObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { openDirectory, type TestDirectory } from "../../testing/open-directory.ts"

const MIB = 1024 ** 2

/** Begins an upload of one part. */
async function upload({ client, Bucket }: TestDirectory, Key: string, size = 5 * MIB) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const Body = Buffer.alloc(size, "x")
  const part = { Bucket, Key, UploadId, PartNumber: 1, Body }
  const { ETag } = await client.send(new UploadPartCommand(part))
  return { Bucket, Key, UploadId, ETag }
}

test("a list wants prefixes that end with a slash, knows no other delimiter, and has no order", async () => {
  const { client, Bucket, put } = await openDirectory()
  const keys = ["a/1", "a/2", "a/3", "a/4", "a/5", "a/b/1", "c"]
  for (const key of keys) await put(key, key)
  const list = async (input: object) => {
    const listed = await client.send(new ListObjectsV2Command({ Bucket, ...input }))
    const prefixes = listed.CommonPrefixes?.map(({ Prefix }) => Prefix)
    return { ...listed, keys: listed.Contents?.map(({ Key }) => Key) ?? [], prefixes }
  }
  const all = await list({})
  expect(new Set(all.keys)).toEqual(new Set(keys))
  expect(all.keys).not.toEqual(keys)
  expect(all.Contents?.[0]).toMatchObject({ StorageClass: "EXPRESS_ONEZONE" })
  expect(await list({ Prefix: "a/", Delimiter: "/" })).toMatchObject({
    prefixes: ["a/b/"],
    KeyCount: 6,
  })
  const found: (string | undefined)[] = []
  let ContinuationToken: string | undefined
  do {
    const page = await list({ MaxKeys: 2, ContinuationToken })
    found.push(...page.keys)
    ContinuationToken = page.NextContinuationToken
  } while (ContinuationToken)
  expect(new Set(found)).toEqual(new Set(keys))
  expect(await refusalOf(list({ Prefix: "a" }))).toBe(
    "InvalidRequest 400: This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a delimiter and try again.",
  )
  expect(await refusalOf(list({ Delimiter: "-" }))).toMatch(/^InvalidRequest 400/)
  expect(await refusalOf(list({ StartAfter: "a/1" }))).toMatch(/^NotImplemented 501/)
})

test("uploads in progress show in a list by the prefixes they are in, and keep the bucket", async () => {
  const opened = await openDirectory()
  const { client, Bucket, put } = opened
  await put("b/1", "1")
  const begun = await upload(opened, "a/1", 10)
  await upload(opened, "plain", 10)
  const list = new ListObjectsV2Command({ Bucket, Delimiter: "/" })
  expect(await client.send(list)).toMatchObject({
    CommonPrefixes: [{ Prefix: "a/" }, { Prefix: "b/" }],
    KeyCount: 2,
  })
  expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1)
  const first = await client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }))
  expect(first.Uploads?.map(({ Key }) => Key)).toEqual(["a/1"])
  expect(first.Uploads?.[0]).toMatchObject({
    StorageClass: "EXPRESS_ONEZONE",
    Initiator: { ID: "000000000000" },
  })
  expect(first.NextKeyMarker).not.toBe("a/1")
  const { NextKeyMarker: KeyMarker } = first
  const rest = await client.send(new ListMultipartUploadsCommand({ Bucket, KeyMarker }))
  expect(rest.Uploads?.map(({ Key }) => Key)).toEqual(["plain"])
  const { ETag: _, ...abort } = begun
  await client.send(new AbortMultipartUploadCommand(abort))
  await client.send(new DeleteObjectCommand({ Bucket, Key: "b/1" }))
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toMatch(
    /^BucketNotEmpty 409/,
  )
})

test("a list of uploads is encoded where that is asked for, and goes on all the same", async () => {
  const opened = await openDirectory()
  const { client, Bucket } = opened
  for (const key of ["a b/1&", "a b/2", "c"]) await upload(opened, key, 10)
  const list = async (more: object) =>
    client.send(new ListMultipartUploadsCommand({ Bucket, EncodingType: "url", ...more }))
  const { Uploads, NextKeyMarker: KeyMarker, EncodingType } = await list({ MaxUploads: 1 })
  expect([Uploads?.map(({ Key }) => Key), EncodingType]).toEqual([["a+b/1%26"], "url"])
  expect((await list({ KeyMarker })).Uploads?.map(({ Key }) => Key)).toEqual(["a+b/2", "c"])
  const grouped = await list({ Delimiter: "/" })
  expect(grouped).toMatchObject({ CommonPrefixes: [{ Prefix: "a+b/" }], Delimiter: "/" })
  expect(grouped.Uploads?.map(({ Key }) => Key)).toEqual(["c"])
  expect((await list({ Prefix: "a b/" })).Prefix).toBe("a+b/")
  expect(await refusalOf(list({ EncodingType: "xml" }))).toMatch(/^InvalidArgument 400/)
})

test("parts are numbered from 1 without gaps, and all of them are told", async () => {
  const opened = await openDirectory()
  const { client, Bucket, text, put } = opened
  const { ETag: one, ...begun } = await upload(opened, "big")
  await put("small", "tail")
  const copy = { ...begun, PartNumber: 2, CopySource: `${Bucket}/small` }
  const { CopyPartResult } = await client.send(new UploadPartCopyCommand(copy))
  const listed = await client.send(new ListPartsCommand(begun))
  expect(listed.Parts?.map(({ Size }) => Size)).toEqual([5 * MIB, 4])
  const complete = (numbers: readonly number[]) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...begun,
        MultipartUpload: {
          Parts: [
            { PartNumber: numbers[0], ETag: one },
            { PartNumber: numbers[1], ETag: CopyPartResult?.ETag },
          ],
        },
      }),
    )
  expect(await refusalOf(complete([1, 3]))).toMatch(/^InvalidPartOrder 400/)
  const { ETag } = await complete([1, 2])
  expect(ETag).not.toContain("-")
  expect((await complete([1, 2])).ETag).toBe(ETag)
  expect((await text("big"))?.endsWith("xtail")).toBe(true)
  const attributes = await client.send(
    new GetObjectAttributesCommand({
      ...{ Bucket, Key: "big" },
      ObjectAttributes: ["ObjectParts", "StorageClass"],
    }),
  )
  expect(attributes).toMatchObject({
    StorageClass: "EXPRESS_ONEZONE",
    ObjectParts: { TotalPartsCount: 2, Parts: [{ PartNumber: 1 }, { PartNumber: 2, Size: 4 }] },
  })
})

test("objects are copied into, out of and within a directory bucket", async () => {
  const { client, Bucket, put, text } = await openDirectory()
  await client.send(new CreateBucketCommand({ Bucket: "photos" }))
  const plain = { Bucket: "photos", Key: "a", Body: "1", StorageClass: "STANDARD_IA" } as const
  await client.send(new PutObjectCommand({ ...plain, Metadata: { who: "ada" } }))
  await client.send(new CopyObjectCommand({ Bucket, Key: "in", CopySource: "photos/a" }))
  expect(await text("in")).toBe("1")
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "in" }))
  expect(head).toMatchObject({ StorageClass: "EXPRESS_ONEZONE", Metadata: { who: "ada" } })
  await client.send(new CopyObjectCommand({ Bucket, Key: "again", CopySource: `${Bucket}/in` }))
  expect(await text("again")).toBe("1")
  const out = { Bucket: "photos", Key: "out", CopySource: `${Bucket}/in` }
  await client.send(new CopyObjectCommand(out))
  const left = await client.send(new HeadObjectCommand({ Bucket: "photos", Key: "out" }))
  expect([left.StorageClass, left.ETag]).toEqual([undefined, '"c4ca4238a0b923820dcc509a6f75849b"'])
  await client.send(new PutObjectCommand({ ...plain, Tagging: "a=b" }))
  const tagged = { Bucket, Key: "tagged", CopySource: "photos/a" }
  expect(await refusalOf(client.send(new CopyObjectCommand(tagged)))).toMatch(/^NotImplemented 501/)
  await client.send(new CopyObjectCommand({ ...tagged, TaggingDirective: "REPLACE" }))
  expect(await text("tagged")).toBe("1")
  await put("b", "2")
})

test("what is deleted may have to be of a tag, a date and a size", async () => {
  const { client, Bucket, put } = await openDirectory()
  await put("a", "123")
  const { LastModified, ETag } = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  const remove = (more: object) =>
    client.send(new DeleteObjectCommand({ Bucket, Key: "a", ...more }))
  expect(await refusalOf(remove({ IfMatchSize: 4 }))).toMatch(/^PreconditionFailed 412/)
  expect(await refusalOf(remove({ IfMatchLastModifiedTime: new Date(0) }))).toMatch(
    /^PreconditionFailed 412/,
  )
  expect(await refusalOf(remove({ IfMatch: '"x"' }))).toMatch(/^PreconditionFailed 412/)
  await remove({ IfMatchSize: 3, IfMatchLastModifiedTime: LastModified, IfMatch: ETag })
  await put("a", "1")
  await put("b", "1")
  const Objects = [{ Key: "a", Size: 2 }, { Key: "b", Size: 1 }, { Key: "c" }]
  expect(
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } })),
  ).toMatchObject({
    Deleted: [{ Key: "b" }, { Key: "c" }],
    Errors: [{ Key: "a", Code: "PreconditionFailed" }],
  })
  const blank = { Bucket, Delete: { Objects: [{ Key: "  " }] } }
  expect(await refusalOf(client.send(new DeleteObjectsCommand(blank)))).toMatch(
    /^InvalidRequest 400/,
  )
})

test("a client that has used other buckets before signs its sessions' requests for s3: they are taken", async () => {
  const { cloud, Bucket, put } = await openDirectory()
  await put("a", "1")
  const client = cloud.client(S3Client)
  await client.send(new CreateBucketCommand({ Bucket: "photos" }))
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "a" }))
  expect(await Body?.transformToString()).toBe("1")
})

test("where the endpoint is an address, the bucket stands in the path", async () => {
  const config = { endpoint: "http://127.0.0.1:4566" }
  const { client, Bucket, put, text } = await openDirectory(undefined, { config })
  await put("a/b", "1")
  await put("/c", "2")
  expect([await text("a/b"), await text("/c")]).toEqual(["1", "2"])
  const listed = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }))
  expect(listed.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["/", "a/"])
  await client.send(new RenameObjectCommand({ Bucket, Key: "b", RenameSource: "a/b" }))
  expect(await text("b")).toBe("1")
})

test("lifecycle expires objects and gives up uploads, and moves nothing", async () => {
  const opened = await openDirectory()
  const { cloud, client, Bucket, put } = opened
  const configure = (rule: object) =>
    client.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: [{ ID: "a", Status: "Enabled", Filter: {}, ...rule }] },
      }),
    )
  const move = { Transitions: [{ Days: 30, StorageClass: "STANDARD_IA" }] }
  expect(await refusalOf(configure(move))).toMatch(/^InvalidRequest 400/)
  const days = { DaysAfterInitiation: 1 }
  await configure({ Expiration: { Days: 1 }, AbortIncompleteMultipartUpload: days })
  const told = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))
  expect(told.Rules).toMatchObject([{ ID: "a", Expiration: { Days: 1 } }])
  await put("a", "1")
  await upload(opened, "b", 10)
  await cloud.advance("3d")
  const fresh = cloud.client(S3Client)
  const listed = await fresh.send(new ListObjectsV2Command({ Bucket }))
  expect(listed.KeyCount).toBe(0)
  await fresh.send(new DeleteBucketCommand({ Bucket }))
})

test("a policy may keep lifecycle out", async () => {
  const { cloud, client, Bucket, put } = await openDirectory()
  const LifecycleConfiguration = {
    Rules: [{ ID: "a", Status: "Enabled" as const, Filter: {}, Expiration: { Days: 1 } }],
  }
  const configure = { Bucket, LifecycleConfiguration }
  await client.send(new PutBucketLifecycleConfigurationCommand(configure))
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      ...{ Effect: "Deny", Principal: { Service: "lifecycle.s3.amazonaws.com" } },
      ...{ Action: "s3express:CreateSession" },
      Resource: `arn:aws:s3express:us-east-1:000000000000:bucket/${Bucket}`,
    },
  })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  await put("a", "1")
  await cloud.advance("3d")
  const count = async () =>
    (await cloud.client(S3Client).send(new ListObjectsV2Command({ Bucket }))).KeyCount
  expect(await count()).toBe(1)
  await cloud.client(S3Client).send(new DeleteBucketPolicyCommand({ Bucket }))
  await cloud.advance("1d")
  expect(await count()).toBe(0)
})
