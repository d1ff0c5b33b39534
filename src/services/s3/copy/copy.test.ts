import { IAMClient } from "@aws-sdk/client-iam"
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CopyObjectCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

const ILLEGAL =
  "InvalidRequest 400: This copy request is illegal because it is trying to copy an object to " +
  "itself without changing the object's metadata, storage class, website redirect location or " +
  "encryption attributes."

async function openCopies(given?: TestBucket) {
  const bucket = given ?? (await openBucket())
  const { client, Bucket } = bucket
  const copy = (Key: string, more: Partial<CopyObjectCommandInput> = {}) =>
    client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/a`, ...more }))
  const head = (Key: string, more = {}) =>
    client.send(new HeadObjectCommand({ Bucket, Key, ...more }))
  return { ...bucket, copy, head }
}

test("a copy has the bytes, metadata and tags of its source, and a class of its own", async () => {
  const { client, Bucket, put, text, copy, head } = await openCopies()
  await put("a", "value", {
    ...{ ContentType: "application/json", ContentLanguage: "en-US", Metadata: { key: "v" } },
    ...{ Tagging: "key1=value1", StorageClass: "STANDARD_IA", WebsiteRedirectLocation: "/x" },
  })
  const { CopyObjectResult } = await copy("b")
  const source = await head("a")
  expect(CopyObjectResult?.ETag).toBe(source.ETag)
  const copied = await head("b")
  expect(copied).toMatchObject({
    ...{ ContentType: "application/json", ContentLanguage: "en-US", Metadata: { key: "v" } },
    TagCount: 1,
  })
  expect(copied.StorageClass).toBeUndefined()
  expect(copied.WebsiteRedirectLocation).toBeUndefined()
  expect(await text("b")).toBe("value")
  await copy("c", { MetadataDirective: "REPLACE", TaggingDirective: "REPLACE", Tagging: "k2=v2" })
  const replaced = await head("c")
  expect(replaced.ContentType).toBe("binary/octet-stream")
  expect(replaced.Metadata).toEqual({})
  const tags = await client.send(new GetObjectTaggingCommand({ Bucket, Key: "c" }))
  expect(tags.TagSet).toEqual([{ Key: "k2", Value: "v2" }])
  expect(await refusalOf(copy("d", { MetadataDirective: "MERGE" as never }))).toBe(
    "InvalidArgument 400: Unknown metadata directive.",
  )
})

test("S3-105 a copy onto itself changes the class; one that changes nothing is refused", async () => {
  const { put, copy, head } = await openCopies()
  await put("a", "value", { Metadata: { k: "v" } })
  expect(await refusalOf(copy("a"))).toBe(ILLEGAL)
  expect(await refusalOf(copy("a", { ACL: "bucket-owner-full-control" }))).toBe(ILLEGAL)
  await copy("a", { StorageClass: "ONEZONE_IA" })
  expect(await head("a")).toMatchObject({ StorageClass: "ONEZONE_IA", Metadata: { k: "v" } })
  // Recorded: the class that it has already counts as a change.
  await copy("a", { StorageClass: "ONEZONE_IA" })
  await copy("a", { MetadataDirective: "REPLACE" })
  const after = await head("a")
  expect(after.StorageClass).toBeUndefined()
  await copy("a", { ServerSideEncryption: "AES256" })
})

test("a copy onto itself is let through where the bucket's encryption was set, whatever it is", async () => {
  const { client, Bucket, put, copy } = await openCopies()
  await put("a", "value")
  const byDefault = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }
  const ServerSideEncryptionConfiguration = { Rules: [byDefault] }
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }))
  await copy("a")
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }))
  expect(await refusalOf(copy("a"))).toBe(ILLEGAL)
})

test("a copy has one checksum over all its bytes, and no parts", async () => {
  const { client, Bucket, copy, head } = await openCopies()
  const begun = { Bucket, Key: "a", ChecksumAlgorithm: "CRC32" } as const
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(begun))
  const sent = { Bucket, Key: "a", UploadId, PartNumber: 1, Body: "test content 123" }
  const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand(sent))
  const Parts = [{ PartNumber: 1, ETag, ChecksumCRC32 }]
  await client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key: "a", UploadId, MultipartUpload: { Parts } }),
  )
  const { CopyObjectResult } = await copy("b")
  expect(CopyObjectResult).toMatchObject({
    ...{ ETag: '"eee506dd7ada7ded524c77e359a0e7c6"', ChecksumCRC32, ChecksumType: "FULL_OBJECT" },
  })
  const sha = await copy("c", { ChecksumAlgorithm: "SHA1" })
  expect(sha.CopyObjectResult?.ChecksumSHA1).toBeDefined()
  expect((await head("b", { ChecksumMode: "ENABLED" })).ChecksumCRC32).toBe(ChecksumCRC32)
})

test("conditions on the source, and on what is there already", async () => {
  const { put, copy } = await openCopies()
  const { ETag } = await put("a", "value")
  const failed =
    "PreconditionFailed 412: At least one of the pre-conditions you specified did not hold"
  expect(await refusalOf(copy("b", { CopySourceIfMatch: '"other"' }))).toBe(failed)
  expect(await refusalOf(copy("b", { CopySourceIfNoneMatch: ETag }))).toBe(failed)
  const old = new Date(0)
  expect(await refusalOf(copy("b", { CopySourceIfUnmodifiedSince: old }))).toBe(failed)
  await copy("b", { CopySourceIfMatch: ETag, CopySourceIfModifiedSince: old })
  expect(await refusalOf(copy("b", { IfNoneMatch: "*" }))).toBe(failed)
  await copy("c", { IfNoneMatch: "*" })
})

test("sources that are not there, markers, and old versions", async () => {
  const { client, Bucket, put, text, copy } = await openCopies()
  expect(await refusalOf(copy("b", { CopySource: "nobodys-bucket/a" }))).toBe(
    "NoSuchBucket 404: The specified bucket does not exist",
  )
  expect(await refusalOf(copy("b"))).toBe("NoSuchKey 404: The specified key does not exist.")
  expect(await refusalOf(copy("b", { CopySource: "photos" }))).toBe(
    "InvalidArgument 400: Invalid copy source object key",
  )
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  )
  const { VersionId } = await put("a", "one")
  await put("a", "two")
  const marker = await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  expect(await refusalOf(copy("b"))).toContain("NoSuchKey")
  const named = (id: string | undefined) => ({ CopySource: `${Bucket}/a?versionId=${id}` })
  expect(await refusalOf(copy("b", named(marker.VersionId)))).toBe(
    "InvalidRequest 400: The source of a copy request may not specifically refer to a delete " +
      "marker by version id.",
  )
  const restored = await copy("a", named(VersionId))
  expect(restored.CopySourceVersionId).toBe(VersionId)
  expect(await text("a")).toBe("one")
})

test("special characters in keys", async () => {
  const { client, Bucket, put, text } = await openCopies()
  for (const key of ["test key+one/é?.txt", "a%2Fb", "😀"]) {
    await put(key, key)
    const CopySource = `${Bucket}/${encodeURIComponent(key)}`
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource }))
    expect(await text("copy")).toBe(key)
  }
})

test("large objects are copied between Regions, byte for byte", async () => {
  const { cloud, Bucket, put } = await openCopies()
  const far = cloud.client(S3Client, { forcePathStyle: true, region: "eu-west-1" })
  await far.send(
    new CreateBucketCommand({
      Bucket: "far",
      CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
    }),
  )
  const Body = Buffer.from(Array.from({ length: 300_001 }, (_, at) => at % 251))
  await put("large", Body)
  await far.send(new CopyObjectCommand({ Bucket: "far", Key: "b", CopySource: `${Bucket}/large` }))
  const got = await far.send(new GetObjectCommand({ Bucket: "far", Key: "b" }))
  expect(Body.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true)
})

test("a copy from another Region is read with the key of that Region", async () => {
  const { cloud, Bucket, put } = await openCopies()
  const far = cloud.client(S3Client, { forcePathStyle: true, region: "eu-west-1" })
  const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" as const }
  await far.send(new CreateBucketCommand({ Bucket: "far", CreateBucketConfiguration }))
  await put("secret", "value", { ServerSideEncryption: "aws:kms" })
  const CopySource = `${Bucket}/secret`
  const copy = { Bucket: "far", Key: "b", CopySource, ServerSideEncryption: "aws:kms" as const }
  const { SSEKMSKeyId } = await far.send(new CopyObjectCommand(copy))
  expect(SSEKMSKeyId).toContain(":kms:eu-west-1:")
  const got = await far.send(new GetObjectCommand({ Bucket: "far", Key: "b" }))
  expect(await got.Body?.transformToString()).toBe("value")
})

test("a copy across accounts needs the right to read there and to write here", async () => {
  const { cloud, client, Bucket, put } = await openCopies()
  await put("a", "value")
  const credentials = { accessKeyId: "111111111111", secretAccessKey: "test" }
  const other = cloud.client(S3Client, { forcePathStyle: true, credentials })
  await other.send(new CreateBucketCommand({ Bucket: "theirs" }))
  const theirs = () =>
    other.send(new CopyObjectCommand({ Bucket: "theirs", Key: "b", CopySource: `${Bucket}/a` }))
  expect(await refusalOf(theirs())).toContain("AccessDenied 403")
  const Statement = {
    ...{ Effect: "Allow", Action: ["s3:GetObject", "s3:ListBucket"] },
    Principal: { AWS: "111111111111" },
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
  }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  expect(await refusalOf(theirs())).toBe("no refusal")
  const back = client.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource: "theirs/b" }))
  expect(await refusalOf(back)).toContain("AccessDenied 403")
})

test("parts are copied from ranges of objects", async () => {
  const { client, Bucket, put, text } = await openCopies()
  await put("a", "0123456789")
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "b" }))
  const ref = { Bucket, Key: "b", UploadId }
  const part = (CopySourceRange?: string, more = {}) =>
    client.send(
      new UploadPartCopyCommand({
        ...{ ...ref, PartNumber: 1, CopySource: `${Bucket}/a`, CopySourceRange, ...more },
      }),
    )
  const form =
    "InvalidArgument 400: The x-amz-copy-source-range value must be of the form bytes=first-last " +
    "where first and last are the zero-based offsets of the first and last bytes to copy"
  for (const range of ["0-8", "bytes=1-0", "bytes=-2", "bytes=1-", "bytes=0-1,3-4"])
    expect(await refusalOf(part(range))).toBe(form)
  expect(await refusalOf(part("bytes=0-100"))).toBe(
    "InvalidArgument 400: Range specified is not valid for source object of size: 10",
  )
  expect(await refusalOf(part("bytes=100-200"))).toBe(
    "InvalidRequest 400: The specified copy range is invalid for the source object size",
  )
  expect(await refusalOf(part(undefined, { CopySourceIfMatch: '"x"' }))).toContain("412")
  const { CopyPartResult } = await part("bytes=2-5")
  const Parts = [{ PartNumber: 1, ETag: CopyPartResult?.ETag }]
  await client.send(new CompleteMultipartUploadCommand({ ...ref, MultipartUpload: { Parts } }))
  expect(await text("b")).toBe("2345")
})

test("who copies tags needs the rights on tags, of the source and of the copy", async () => {
  const { cloud, Bucket, put } = await openCopies()
  await put("a", "value", { Tagging: "k=v" })
  const { credentials, may } = await newUser(cloud.client(IAMClient), "copier")
  const allow = (...Action: string[]) => may({ Action, Resource: "*" })
  const user = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const copy = (more = {}) =>
    user.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ...more }))
  await allow("s3:GetObject", "s3:PutObject")
  expect(await refusalOf(copy())).toContain("AccessDenied 403")
  expect(await refusalOf(copy({ TaggingDirective: "REPLACE" }))).toBe("no refusal")
  await allow("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging")
  expect(await refusalOf(copy())).toContain("s3:GetObjectTagging")
  await allow("s3:GetObject", "s3:PutObject", "s3:PutObjectTagging", "s3:GetObjectTagging")
  expect(await refusalOf(copy())).toBe("no refusal")
})
