import { IAMClient } from "@aws-sdk/client-iam"
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  S3Client,
  UploadPartCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser, policyOf } from "../../../gateway/testing/identity.ts"
import { openBucket, openCloud, refusalOf } from "../testing/open-bucket.ts"

const DAY_MS = 86_400_000
const DENIED = /^AccessDenied 403: .*with an explicit deny/

test("a bucket policy enforces conditional writes, and lets the steps of an upload be", async () => {
  const { client, Bucket } = await openBucket()
  const deny = {
    ...{
      Effect: "Deny",
      Principal: "*",
      Action: "s3:PutObject",
      Resource: "arn:aws:s3:::photos/*",
    },
    // "Enforce conditional writes on Amazon S3 buckets", from its examples.
    Condition: {
      Null: { "s3:if-none-match": "true" },
      Bool: { "s3:ObjectCreationOperation": "true" },
    },
  }
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy: policyOf(deny) }))
  const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
    refusalOf(client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more })))
  expect(await put("a")).toMatch(DENIED)
  expect(await put("a", { IfNoneMatch: "*" })).toBe("no refusal")
  const copy = new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` })
  expect(await refusalOf(client.send(copy))).toMatch(DENIED)
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "c" }))
  const of = { Bucket, Key: "c", UploadId }
  const { ETag } = await client.send(new UploadPartCommand({ ...of, PartNumber: 1, Body: "x" }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  const complete = (more: object = {}) =>
    refusalOf(client.send(new CompleteMultipartUploadCommand({ ...of, MultipartUpload, ...more })))
  expect(await complete()).toMatch(DENIED)
  expect(await complete({ IfNoneMatch: "*" })).toBe("no refusal")
})

test("policies limit how long objects are retained, until when, and how", async () => {
  const cloud = await openCloud({ now: "2026-01-10T09:00:00Z" })
  const root = cloud.client(S3Client, { forcePathStyle: true })
  const Bucket = "vault"
  await root.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  const { credentials, may } = await newUser(cloud.client(IAMClient), "ann")
  const client = cloud.client(S3Client, { credentials, forcePathStyle: true })
  const until = (days: number) => new Date(cloud.now().getTime() + days * DAY_MS)
  const put = (days: number) =>
    refusalOf(
      client.send(
        new PutObjectCommand({
          ...{ Bucket, Key: "a", Body: "x", ObjectLockMode: "GOVERNANCE" },
          ObjectLockRetainUntilDate: until(days),
        }),
      ),
    )
  const retain = (days: number, Mode: "GOVERNANCE" | "COMPLIANCE" = "GOVERNANCE") =>
    refusalOf(
      client.send(
        new PutObjectRetentionCommand({
          ...{ Bucket, Key: "a", Retention: { Mode, RetainUntilDate: until(days) } },
        }),
      ),
    )
  const hold = (Status: "ON" | "OFF") =>
    refusalOf(
      client.send(new PutObjectLegalHoldCommand({ Bucket, Key: "a", LegalHold: { Status } })),
    )
  const all = { Action: "s3:*", Resource: "*" }
  const except = (Condition: object) => may(all, { ...all, Effect: "Deny", Condition })

  // "Limiting retention periods with a bucket policy".
  await except({ NumericGreaterThan: { "s3:object-lock-remaining-retention-days": "10" } })
  expect(await put(11)).toMatch(DENIED)
  expect(await put(10)).toBe("no refusal")
  expect(await retain(12)).toMatch(DENIED)
  await except({
    DateGreaterThan: { "s3:object-lock-retain-until-date": "2026-01-30T00:00:00Z" },
  })
  expect(await retain(20)).toMatch(DENIED)
  expect(await retain(19)).toBe("no refusal")
  await except({ StringEquals: { "s3:object-lock-mode": "COMPLIANCE" } })
  expect(await retain(19, "COMPLIANCE")).toMatch(DENIED)
  expect(await retain(20)).toBe("no refusal")
  await except({ StringEquals: { "s3:object-lock-legal-hold": "OFF" } })
  expect(await hold("ON")).toBe("no refusal")
  expect(await hold("OFF")).toMatch(DENIED)
})

test("a policy says in which namespace buckets may be made", async () => {
  const cloud = await openCloud()
  const { credentials } = await newUser(cloud.client(IAMClient), "ann", {
    ...{ Action: "s3:CreateBucket", Resource: "*" },
    Condition: { StringEquals: { "s3:x-amz-bucket-namespace": "account-regional" } },
  })
  const client = cloud.client(S3Client, { credentials, forcePathStyle: true })
  const create = (Bucket: string, more: object = {}) =>
    refusalOf(client.send(new CreateBucketCommand({ Bucket, ...more })))
  expect(await create("photos")).toMatch(/^AccessDenied 403/)
  const own = "photos-000000000000-us-east-1-an"
  expect(await create(own, { BucketNamespace: "account-regional" })).toBe("no refusal")
})
