import { IAMClient } from "@aws-sdk/client-iam"
import {
  AbortMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { refusalOf } from "../../s3/testing/open-bucket.ts"
import {
  ACCOUNT,
  bucketIn,
  openMultiRegion,
  type TestMultiRegion,
} from "../testing/open-multi-region.ts"

const OTHER = "222222222222"

async function openReady(
  regions?: readonly string[],
): Promise<TestMultiRegion & { Bucket: string }> {
  const world = await openMultiRegion(regions)
  await world.create()
  return { ...world, Bucket: await world.arn() }
}

const textOf = async (client: S3Client, Bucket: string, Key = "a"): Promise<string | undefined> =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()

test("what SDKs send to its ARN goes to the nearest bucket, and stays there", async () => {
  const { s3, Bucket } = await openReady()
  await s3().send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  expect(await textOf(s3(), Bucket)).toBe("x")
  expect(await textOf(s3(), bucketIn("us-east-1"))).toBe("x")
  const head = new HeadObjectCommand({ Bucket: bucketIn("eu-west-1"), Key: "a" })
  expect(await refusalOf(s3("eu-west-1").send(head))).toMatch(/404/)
})

test("all operations on objects go through it that AWS lets through", async () => {
  const { s3, Bucket } = await openReady()
  const client = s3()
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  const Tagging = { TagSet: [{ Key: "k", Value: "v" }] }
  await client.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging }))
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "b" }))
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key: "b", UploadId }))
  const CopySource = `${bucketIn("us-east-1")}/a`
  await client.send(new CopyObjectCommand({ Bucket, Key: "c", CopySource }))
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }))
  expect(Contents?.map(({ Key }) => Key)).toEqual(["a", "c"])
  await client.send(new DeleteObjectCommand({ Bucket, Key: "c" }))
})

test("what AWS does not let through is refused", async () => {
  const { s3, Bucket } = await openReady()
  const client = s3()
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  const refused = /^MethodNotAllowed 405: The specified method is not allowed against this resource/
  const Delete = { Objects: [{ Key: "a" }] }
  expect(await refusalOf(client.send(new DeleteObjectsCommand({ Bucket, Delete })))).toMatch(
    refused,
  )
  expect(await refusalOf(client.send(new ListObjectsCommand({ Bucket })))).toMatch(refused)
  expect(await refusalOf(client.send(new HeadBucketCommand({ Bucket })))).toMatch(/405/)
  const copy = { Bucket: bucketIn("us-east-1"), Key: "c", CopySource: `${Bucket}/object/a` }
  expect(await refusalOf(client.send(new CopyObjectCommand(copy)))).not.toBe("no refusal")
})

test("one that is not there leads nowhere", async () => {
  const { s3 } = await openMultiRegion(["us-east-1"])
  const nowhere = `arn:aws:s3::${ACCOUNT}:accesspoint/abcdefghijklm.mrap`
  expect(await refusalOf(textOf(s3(), nowhere))).toBe(
    "NoSuchMultiRegionAccessPoint 404: The specified Multi-Region Access Point does not exist.",
  )
})

test("the caller's policy, the access point's and the bucket's must all allow", async () => {
  const world = await openReady(["us-east-1"])
  const { s3, cloud, Bucket, putPolicy } = world
  await s3().send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  const iam = cloud.client(IAMClient, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
  })
  const allow = { Effect: "Allow", Action: "s3:GetObject" }
  const { credentials } = await newUser(iam, "ann", { ...allow, Resource: "*" })
  const ann = cloud.client(S3Client, { credentials })
  const read = () => refusalOf(textOf(ann, Bucket))
  expect(await read()).toMatch(/^AccessDenied 403/)
  const Principal = { AWS: OTHER }
  const through = { ...allow, Principal, Resource: `${Bucket}/object/*` }
  expect((await putPolicy(through)).RequestStatus).toBe("SUCCEEDED")
  expect(await read()).toMatch(/^AccessDenied 403/)
  const of = bucketIn("us-east-1")
  // The bucket leaves it to this access point ("Delegating access to specific …").
  const delegated = {
    ...{ ...allow, Principal: { AWS: "*" }, Action: "*" },
    Resource: [`arn:aws:s3:::${of}`, `arn:aws:s3:::${of}/*`],
    Condition: { StringEquals: { "s3:DataAccessPointArn": Bucket } },
  }
  await s3().send(new PutBucketPolicyCommand({ Bucket: of, Policy: policyOf(delegated) }))
  expect(await read()).toBe("no refusal")
  expect(await refusalOf(textOf(ann, of))).toMatch(/^AccessDenied 403/)
  await putPolicy({ ...through, Effect: "Deny" })
  expect(await read()).toMatch(/^AccessDenied 403/)
})

test("a bucket of another account serves what its policy lets through", async () => {
  const { s3, cloud, create, arn } = await openMultiRegion(["us-east-1"])
  const guest = cloud.client(S3Client, {
    credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
    region: "eu-west-1",
  })
  const europe = { LocationConstraint: "eu-west-1" } as const
  await guest.send(new CreateBucketCommand({ Bucket: "guests", CreateBucketConfiguration: europe }))
  await guest.send(new PutObjectCommand({ Bucket: "guests", Key: "a", Body: "x" }))
  const made = await create({ Regions: [{ Bucket: "guests", BucketAccountId: OTHER }] })
  expect(made.RequestStatus).toBe("SUCCEEDED")
  const Bucket = await arn()
  expect(await refusalOf(textOf(s3(), Bucket))).toMatch(/^AccessDenied 403/)
  const through = {
    ...{ Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "s3:GetObject" },
    Resource: "arn:aws:s3:::guests/*",
    Condition: { StringEquals: { "s3:DataAccessPointAccount": ACCOUNT } },
  }
  await guest.send(new PutBucketPolicyCommand({ Bucket: "guests", Policy: policyOf(through) }))
  expect(await textOf(s3(), Bucket)).toBe("x")
  // What others own nobody keeps for the access point; made anew, it is connected again.
  await guest.send(new DeleteObjectCommand({ Bucket: "guests", Key: "a" }))
  await guest.send(new DeleteBucketCommand({ Bucket: "guests" }))
  expect(await refusalOf(textOf(s3(), Bucket))).toMatch(/^NoSuchBucket 404/)
  await guest.send(new CreateBucketCommand({ Bucket: "guests", CreateBucketConfiguration: europe }))
  await guest.send(new PutObjectCommand({ Bucket: "guests", Key: "a", Body: "y" }))
  await guest.send(new PutBucketPolicyCommand({ Bucket: "guests", Policy: policyOf(through) }))
  expect(await textOf(s3(), Bucket)).toBe("y")
})

test("what is public is for its own account where public access is restricted", async () => {
  for (const RestrictPublicBuckets of [false, true]) {
    const { s3, cloud, create, arn, putPolicy } = await openMultiRegion(["us-east-1"])
    const PublicAccessBlock = { BlockPublicPolicy: false, RestrictPublicBuckets }
    await create({ PublicAccessBlock })
    const [Bucket, of] = [await arn(), bucketIn("us-east-1")]
    await s3().send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
    // Those of the bucket add up with those of the access point.
    await s3().send(new DeletePublicAccessBlockCommand({ Bucket: of }))
    const read = { Effect: "Allow", Principal: "*", Action: "s3:GetObject" }
    expect((await putPolicy({ ...read, Resource: `${Bucket}/object/*` })).RequestStatus).toBe(
      "SUCCEEDED",
    )
    const own = { ...read, Principal: { AWS: OTHER }, Resource: `arn:aws:s3:::${of}/*` }
    await s3().send(new PutBucketPolicyCommand({ Bucket: of, Policy: policyOf(own) }))
    const guest = cloud.client(S3Client, {
      credentials: { accessKeyId: OTHER, secretAccessKey: "test" },
    })
    expect(await refusalOf(textOf(guest, Bucket))).toMatch(
      RestrictPublicBuckets ? /^AccessDenied 403/ : /^no refusal/,
    )
    expect(await textOf(s3(), Bucket)).toBe("x")
  }
})
