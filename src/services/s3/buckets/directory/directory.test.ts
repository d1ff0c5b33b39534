import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListDirectoryBucketsCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { refusalOf } from "../../testing/open-bucket.ts"
import { creation, DIRECTORY, openDirectory } from "../../testing/open-directory.ts"

test("a directory bucket is made, told, listed apart from others, and deleted when it is empty", async () => {
  const { client, Bucket, put } = await openDirectory()
  const arn = `arn:aws:s3express:us-east-1:000000000000:bucket/${Bucket}`
  expect(await client.send(new HeadBucketCommand({ Bucket }))).toMatchObject({
    BucketLocationType: "AvailabilityZone",
    BucketLocationName: "use1-az4",
    BucketRegion: "us-east-1",
    AccessPointAlias: false,
  })
  await client.send(creation("slow--use1-az5--x-s3", "use1-az5"))
  const first = await client.send(new ListDirectoryBucketsCommand({ MaxDirectoryBuckets: 1 }))
  expect(first.Buckets).toMatchObject([{ Name: Bucket, BucketArn: arn }])
  const { ContinuationToken } = first
  const second = await client.send(new ListDirectoryBucketsCommand({ ContinuationToken }))
  expect(second.Buckets?.map(({ Name }) => Name)).toEqual(["slow--use1-az5--x-s3"])
  expect((await client.send(new ListBucketsCommand({}))).Buckets).toEqual([])
  await put("a", "1")
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toMatch(
    /^BucketNotEmpty 409/,
  )
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  await client.send(new DeleteBucketCommand({ Bucket }))
  expect(await refusalOf(client.send(new HeadBucketCommand({ Bucket })))).toMatch(/^NotFound 404/)
})

test("its name says its AZ, and the request must say both kind and place", async () => {
  const { client } = await openDirectory()
  const make = (Bucket: string, configuration: object) =>
    refusalOf(
      client.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: configuration })),
    )
  const whole = {
    Location: { Type: "AvailabilityZone", Name: "use1-az4" },
    Bucket: { Type: "Directory", DataRedundancy: "SingleAvailabilityZone" },
  }
  expect(await make(DIRECTORY, whole)).toMatch(/^BucketAlreadyOwnedByYou 409/)
  expect(await make("b--use1-az5--x-s3", whole)).toMatch(/^InvalidBucketName 400/)
  expect(await make("b--use1-az4--x-s3", { ...whole, Location: undefined })).toMatch(
    /^MalformedXML 400/,
  )
  expect(await make("b--use1-az4--x-s3", { ...whole, LocationConstraint: "us-west-2" })).toMatch(
    /^MalformedXML 400/,
  )
  expect(
    await make("b--usw2-az1--x-s3", {
      ...whole,
      Location: { Type: "AvailabilityZone", Name: "usw2-az1" },
    }),
  ).toMatch(/^InvalidArgument 400/)
  expect(await make("amzn-s3-demo-b--use1-az4--x-s3", whole)).toMatch(/^InvalidBucketName 400/)
})

test("what buckets of the other kind are configured with it does not have", async () => {
  const { client, Bucket, put } = await openDirectory()
  await put("a", "1")
  const versioning = { Bucket, VersioningConfiguration: { Status: "Enabled" } } as const
  expect(await refusalOf(client.send(new PutBucketVersioningCommand(versioning)))).toBe(
    "InvalidArgument 400: VersioningConfiguration is not valid, expected CreateBucketConfiguration",
  )
  const acl = { Bucket, Key: "a", ACL: "private" } as const
  expect(await refusalOf(client.send(new PutObjectAclCommand(acl)))).toMatch(/^NotImplemented 501/)
  const Tagging = { TagSet: [{ Key: "a", Value: "b" }] }
  expect(
    await refusalOf(client.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging }))),
  ).toMatch(/^NotImplemented 501/)
  expect(await refusalOf(put("a", "2", { Tagging: "a=b" }))).toMatch(/^NotImplemented 501/)
  expect(await refusalOf(put("a", "2", { StorageClass: "STANDARD" }))).toMatch(
    /^InvalidStorageClass 400/,
  )
  expect(await refusalOf(put("a", "2", { ContentMD5: "yB5yjZ1ML2NvBn+JzBSGLA==" }))).toBe(
    "NotImplemented 501: This bucket does not support Content Md5 header.",
  )
  expect(await refusalOf(client.send(new GetBucketLocationCommand({ Bucket })))).toMatch(
    /^NotImplemented 501/,
  )
})

test("objects have one class, lie in one AZ, and have tags that tell nothing", async () => {
  const { cloud, client, Bucket, put, text } = await openDirectory()
  const { ETag, ChecksumCRC32 } = await put("a/b", "1", { StorageClass: "EXPRESS_ONEZONE" })
  expect(ChecksumCRC32).toBe("g9zvtw==")
  expect(ETag).not.toContain("c4ca4238a0b923820dcc509a6f75849b")
  const head = new HeadObjectCommand({ Bucket, Key: "a/b" })
  expect(await client.send(head)).toMatchObject({
    StorageClass: "EXPRESS_ONEZONE",
    Expiration: "NotImplemented",
    ETag,
  })
  await cloud.fail({ az: "use1-az5" })
  expect(await text("a/b")).toBe("1")
  await cloud.fail({ az: "use1-az4" })
  expect(await refusalOf(client.send(head))).toMatch(/ 503/)
  await cloud.heal({ az: "use1-az4" })
  expect(await text("a/b")).toBe("1")
})
