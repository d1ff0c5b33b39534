import {
  CreateKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
} from "@aws-sdk/client-kms"
import { IAMClient } from "@aws-sdk/client-iam"
import {
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"
import { errorOf, raw } from "../testing/raw.ts"

/** A client of a user who may do anything with S3, and with KMS what is said. */
async function userWith({ cloud }: TestBucket, kmsActions: readonly string[]): Promise<S3Client> {
  const iam = cloud.client(IAMClient)
  const UserName = `user-${kmsActions.length}`
  const may = { Action: ["s3:*", ...kmsActions], Resource: "*" }
  const { credentials } = await newUser(iam, UserName, may)
  return cloud.client(S3Client, { forcePathStyle: true, credentials })
}

async function withKey(): Promise<TestBucket & { SSEKMSKeyId: string }> {
  const bucket = await openBucket()
  const kms = bucket.cloud.client(KMSClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  return { ...bucket, SSEKMSKeyId: KeyMetadata?.Arn ?? "" }
}

test("S3-84 S3-85 who may do all with S3 still needs the key: to write and to read", async () => {
  const bucket = await withKey()
  const { SSEKMSKeyId, Bucket } = bucket
  const input = {
    Bucket,
    Key: "a",
    Body: "x",
    ServerSideEncryption: "aws:kms",
    SSEKMSKeyId,
  } as const
  await bucket.client.send(new PutObjectCommand(input))
  const without = await userWith(bucket, [])
  const get = new GetObjectCommand({ Bucket, Key: "a" })
  expect(await refusalOf(without.send(get))).toMatch(/^AccessDenied 403: .*kms:Decrypt/)
  const put = (Body: string) => new PutObjectCommand({ ...input, Body })
  for (const body of ["y", "y".repeat(50_000)])
    expect(await refusalOf(without.send(put(body)))).toMatch(
      /^AccessDenied 403: .*kms:GenerateDataKey/,
    )
  expect((await without.send(new HeadObjectCommand({ Bucket, Key: "a" }))).ContentLength).toBe(1)
  const withBoth = await userWith(bucket, ["kms:Decrypt", "kms:GenerateDataKey"])
  expect(await refusalOf(withBoth.send(put("z")))).toBe("no refusal")
  expect(await (await withBoth.send(get)).Body?.transformToString()).toBe("z")
})

test("S3-82 what SSE-S3 encrypts is read by whoever may do all with S3", async () => {
  const bucket = await openBucket()
  await bucket.put("a", "plain to see")
  const user = await userWith(bucket, [])
  const { Body } = await user.send(new GetObjectCommand({ Bucket: bucket.Bucket, Key: "a" }))
  expect(await Body?.transformToString()).toBe("plain to see")
})

test("S3-87 a key of one's own is rotated, and its policy closes what it encrypted", async () => {
  const bucket = await withKey()
  const { cloud, SSEKMSKeyId, put, text } = bucket
  const kms = cloud.client(KMSClient)
  await put("a", "before", { ServerSideEncryption: "aws:kms", SSEKMSKeyId })
  await kms.send(new RotateKeyOnDemandCommand({ KeyId: SSEKMSKeyId }))
  expect(await text("a")).toBe("before")
  const statement = (Effect: string, Action: string) => ({
    ...{ Effect, Action, Resource: "*" },
    Principal: { AWS: "arn:aws:iam::000000000000:root" },
  })
  const Statement = [statement("Allow", "kms:*"), statement("Deny", "kms:Decrypt")]
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  await kms.send(new PutKeyPolicyCommand({ KeyId: SSEKMSKeyId, Policy }))
  expect(await refusalOf(text("a"))).toMatch(/^AccessDenied 403: .*kms:Decrypt/)
})

test("S3-88 what KMS encrypts nobody reads without a signature, public or not", async () => {
  const bucket = await withKey()
  const { client, cloud, Bucket, SSEKMSKeyId } = bucket
  await bucket.put("open", "x")
  await bucket.put("closed", "x", { ServerSideEncryption: "aws:kms", SSEKMSKeyId })
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    },
  })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const read = (key: string) =>
    raw(cloud, { method: "GET", path: `/${Bucket}/${key}`, unsigned: true })
  expect((await read("open")).body).toBe("x")
  expect(errorOf(await read("closed"))).toBe(
    "400 InvalidArgument: Requests specifying Server Side Encryption with AWS KMS managed keys " +
      "require AWS Signature Version 4.",
  )
})
