import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import {
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  DeleteAccessPointScopeCommand,
  GetAccessPointCommand,
  GetAccessPointPolicyCommand,
  GetAccessPointScopeCommand,
  ListAccessPointsCommand,
  ListAccessPointsForDirectoryBucketsCommand,
  ListTagsForResourceCommand,
  PutAccessPointPolicyCommand,
  PutAccessPointScopeCommand,
  S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import { DIRECTORY, openDirectory } from "../../s3/testing/open-directory.ts"

const AccountId = "000000000000"
const Name = "door--use1-az4--xa-s3"
const ARN = `arn:aws:s3express:us-east-1:${AccountId}:accesspoint/${Name}`
const BUCKET_ARN = `arn:aws:s3express:us-east-1:${AccountId}:bucket/${DIRECTORY}`

async function openPoint(more: object = {}) {
  const opened = await openDirectory()
  const control = opened.cloud.client(S3ControlClient)
  const create = { AccountId, Name, Bucket: DIRECTORY, ...more }
  const made = await control.send(new CreateAccessPointCommand(create))
  return { ...opened, control, made }
}

const policyOf = (statement: object): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "s3express:CreateSession", ...statement },
  })

test("an access point of a directory bucket stands in its place, and is listed apart", async () => {
  const { cloud, client, control, made, put, Bucket } = await openPoint()
  expect(made).toMatchObject({ AccessPointArn: ARN, Alias: Name })
  await put("a", "1")
  const through = cloud.client(S3Client)
  await through.send(new PutObjectCommand({ Bucket: Name, Key: "b", Body: "2" }))
  const { Body } = await through.send(new GetObjectCommand({ Bucket: Name, Key: "a" }))
  expect(await Body?.transformToString()).toBe("1")
  expect((await through.send(new ListObjectsV2Command({ Bucket: Name }))).KeyCount).toBe(2)
  await through.send(new HeadBucketCommand({ Bucket: Name }))
  expect(await control.send(new GetAccessPointCommand({ AccountId, Name }))).toMatchObject({
    Bucket,
    NetworkOrigin: "Internet",
    PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
  })
  const list = new ListAccessPointsForDirectoryBucketsCommand({
    AccountId,
    DirectoryBucket: Bucket,
  })
  expect((await control.send(list)).AccessPointList?.map((one) => one.Name)).toEqual([Name])
  const plain = await control.send(new ListAccessPointsCommand({ AccountId }))
  expect(plain.AccessPointList).toEqual([])
  expect(await refusalOf(through.send(new DeleteBucketCommand({ Bucket: Name })))).toMatch(
    /^MethodNotAllowed 405/,
  )
  for (const Key of ["a", "b"]) await client.send(new DeleteObjectCommand({ Bucket, Key }))
  expect(await refusalOf(client.send(new DeleteBucketCommand({ Bucket })))).toMatch(
    /^BucketHasAccessPointsAttached 400/,
  )
  await control.send(new DeleteAccessPointCommand({ AccountId, Name }))
  await client.send(new DeleteBucketCommand({ Bucket }))
})

test("its scope says which keys and which operations", async () => {
  const scope = { Prefixes: ["logs/"], Permissions: ["GetObject", "ListBucket"] }
  const { cloud, control, put } = await openPoint({ Scope: scope })
  await put("logs/a", "1")
  await put("other", "1")
  expect((await control.send(new GetAccessPointScopeCommand({ AccountId, Name }))).Scope).toEqual(
    scope,
  )
  const through = cloud.client(S3Client)
  const get = (Key: string) => through.send(new GetObjectCommand({ Bucket: Name, Key }))
  const write = () => through.send(new PutObjectCommand({ Bucket: Name, Key: "logs/b", Body: "2" }))
  await get("logs/a")
  expect(await refusalOf(get("other"))).toMatch(/^AccessDenied 403/)
  expect(await refusalOf(write())).toMatch(/^AccessDenied 403/)
  expect(await refusalOf(through.send(new ListObjectsV2Command({ Bucket: Name })))).toMatch(
    /^AccessDenied 403/,
  )
  await through.send(new ListObjectsV2Command({ Bucket: Name, Prefix: "logs/" }))
  const long = { Prefixes: ["x".repeat(256)] }
  expect(
    await refusalOf(control.send(new PutAccessPointScopeCommand({ AccountId, Name, Scope: long }))),
  ).toMatch(/^InvalidRequest 400/)
  await control.send(new DeleteAccessPointScopeCommand({ AccountId, Name }))
  await write()
  await get("other")
})

test("another account needs its policy and the bucket's", async () => {
  const { cloud, client, control, put, Bucket } = await openPoint()
  await put("a", "1")
  const other = () =>
    refusalOf(
      cloud
        .client(S3Client, {
          credentials: { accessKeyId: "111111111111", secretAccessKey: "test" },
        })
        .send(new GetObjectCommand({ Bucket: Name, Key: "a" })),
    )
  const Principal = { AWS: "arn:aws:iam::111111111111:root" }
  const Policy = policyOf({ Principal, Resource: ARN })
  await control.send(new PutAccessPointPolicyCommand({ AccountId, Name, Policy }))
  expect((await control.send(new GetAccessPointPolicyCommand({ AccountId, Name }))).Policy).toBe(
    Policy,
  )
  expect(await other()).toMatch(/^AccessDenied 403/)
  const delegated = policyOf({
    ...{ Principal, Resource: BUCKET_ARN },
    Condition: { StringEquals: { "s3express:DataAccessPointAccount": AccountId } },
  })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: delegated }))
  expect(await other()).toBe("no refusal")
  const open = policyOf({ Principal: "*", Resource: ARN })
  expect(
    await refusalOf(
      control.send(new PutAccessPointPolicyCommand({ AccountId, Name, Policy: open })),
    ),
  ).toMatch(/^AccessDenied 403/)
})

test("an access point is of its bucket's AZ, and of a directory bucket", async () => {
  const { control } = await openPoint()
  const create = (more: object) =>
    refusalOf(
      control.send(new CreateAccessPointCommand({ AccountId, Name, Bucket: DIRECTORY, ...more })),
    )
  expect(await create({})).toMatch(/^AccessPointAlreadyOwnedByYou 409/)
  expect(await create({ Name: "door--use1-az5--xa-s3" })).toMatch(/^InvalidRequest 400/)
  expect(await create({ Name: "d--use1-az4--xa-s3" })).toMatch(/^InvalidURI 400/)
  expect(await create({ Name: "plain" })).toMatch(/^InvalidRequest 400/)
})

test("buckets and access points have tags", async () => {
  const { control } = await openPoint({ Tags: [{ Key: "a", Value: "1" }] })
  const tagsOf = async (ResourceArn: string) =>
    (await control.send(new ListTagsForResourceCommand({ AccountId, ResourceArn }))).Tags
  expect(await tagsOf(ARN)).toEqual([{ Key: "a", Value: "1" }])
  for (const ResourceArn of [ARN, BUCKET_ARN]) {
    const Tags = [{ Key: "b", Value: "2" }]
    await control.send(new TagResourceCommand({ AccountId, ResourceArn, Tags }))
    await control.send(new UntagResourceCommand({ AccountId, ResourceArn, TagKeys: ["a"] }))
    expect(await tagsOf(ResourceArn)).toEqual(Tags)
  }
  expect(await refusalOf(tagsOf(`${BUCKET_ARN}x`))).toMatch(/^NoSuchResource 404/)
})
