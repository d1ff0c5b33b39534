import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3"
import { IAMClient } from "@aws-sdk/client-iam"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy, type Condition } from "../../../gateway/testing/condition.ts"
import { newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { openBucket, refusalOf } from "../testing/open-bucket.ts"
import { creation, DIRECTORY } from "../testing/open-directory.ts"

const ACCOUNT = "000000000000"
const STRANGER = { accessKeyId: "111111111111", secretAccessKey: "test" }

/** A bucket with an object, and what becomes of a user's commands under conditions. */
async function openUser() {
  const opened = await openBucket()
  const { cloud, put } = opened
  const { ETag = "" } = await put("a", "x")
  const user = await newUser(cloud.client(IAMClient), "ann")
  const s3 = cloud.client(S3Client, { credentials: user.credentials })
  const outcomes = (condition: Condition, call: () => Promise<unknown>) =>
    outcomesBy(user, condition, call)
  return { ...opened, s3, ETag, outcomes }
}

test("a new bucket's keys: whose it is to be, and where it is asked for", async () => {
  const { s3, outcomes } = await openUser()
  const action = "s3:CreateBucket"
  const far = new CreateBucketCommand({
    Bucket: "far",
    CreateBucketConfiguration: { LocationConstraint: "eu-west-1" },
  })
  const where = { action, key: "s3:locationconstraint", value: "eu-west-1" }
  expect(await outcomes(where, () => s3.send(far))).toEqual(OBEYED)
  const own = new CreateBucketCommand({ Bucket: "own" })
  const owned = { action, key: "s3:ResourceAccount", value: ACCOUNT }
  expect(await outcomes(owned, () => s3.send(own))).toEqual(OBEYED)
})

test("a deletion on a condition, and a new key of an object", async () => {
  const { cloud, s3, outcomes, Bucket, ETag, put } = await openUser()
  const { KeyMetadata } = await cloud.client(KMSClient).send(new CreateKeyCommand({}))
  const KMSKeyArn = KeyMetadata?.Arn ?? ""
  await put("b", "x")
  const update = new UpdateObjectEncryptionCommand({
    ...{ Bucket, Key: "b", ObjectEncryption: { SSEKMS: { KMSKeyArn } } },
  })
  const action = "s3:UpdateObjectEncryption"
  for (const [key, value] of [
    ["s3:x-amz-server-side-encryption", "aws:kms"],
    ["s3:x-amz-server-side-encryption-aws-kms-key-id", KMSKeyArn],
  ] as const)
    expect(await outcomes({ action, key, value }, () => s3.send(update))).toEqual(OBEYED)
  const deletion = new DeleteObjectCommand({ Bucket, Key: "a", IfMatch: ETag })
  const condition = { action: "s3:DeleteObject", key: "s3:if-match", value: ETag }
  expect(await outcomes(condition, () => s3.send(deletion))).toEqual(OBEYED)
})

test("a copy into a directory bucket asks for its source as S3 always does", async () => {
  const { client, s3, outcomes, Bucket } = await openUser()
  await client.send(creation(DIRECTORY))
  const copy = new CopyObjectCommand({ Bucket: DIRECTORY, Key: "a", CopySource: `${Bucket}/a` })
  const condition = { action: "s3:GetObject", key: "s3:ResourceAccount", value: ACCOUNT }
  expect(await outcomes(condition, () => s3.send(copy))).toEqual(OBEYED)
})

test("a bucket's policy looks at the page that a browser says it comes from", async () => {
  const { cloud, client, Bucket } = await openBucket()
  const policy = policyOf({
    ...{ Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` },
    Condition: { StringLike: { "aws:Referer": "https://example.com/*" } },
  })
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }))
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policy }))
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  const get = async (referer: string): Promise<number> => {
    const s3 = cloud.client(S3Client, { credentials: STRANGER })
    s3.middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, { referer })
        return next(args)
      },
      { step: "build" },
    )
    const answer = await refusalOf(s3.send(new GetObjectCommand({ Bucket, Key: "a" })))
    return answer === "no refusal" ? 200 : Number(/ (\d{3}): /.exec(answer)?.[1])
  }
  expect(await get("https://example.com/page")).toBe(200)
  expect(await get("https://example.org/page")).toBe(403)
})
