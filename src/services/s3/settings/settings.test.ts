import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketMetricsConfigurationCommand,
  DeleteBucketTaggingCommand,
  GetBucketAbacCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketEncryptionCommand,
  GetBucketMetricsConfigurationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAbacCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketEncryptionCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketRequestPaymentCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

const putEncryption = ({ client, Bucket }: TestBucket, ...Rules: ServerSideEncryptionRule[]) =>
  client.send(
    new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }),
  )

test("S3-89 the default encryption is SSE-S3, and customers' keys are blocked until they are not", async () => {
  const bucket = await openBucket()
  const { client, Bucket } = bucket
  const rules = async () => {
    const got = await client.send(new GetBucketEncryptionCommand({ Bucket }))
    return got.ServerSideEncryptionConfiguration?.Rules
  }
  const first = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
    BucketKeyEnabled: false,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
  }
  expect(await rules()).toEqual([first])
  await putEncryption(bucket, {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" },
    BlockedEncryptionTypes: { EncryptionType: ["NONE"] },
  })
  const { BlockedEncryptionTypes: _, ...unblocked } = first
  expect(await rules()).toEqual([unblocked])
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }))
  expect(await rules()).toEqual([first])
  expect(await refusalOf(putEncryption(bucket))).toMatch(/^MalformedXML 400/)
  const aes = { SSEAlgorithm: "AES256" as const, KMSMasterKeyID: "x" }
  expect(await refusalOf(putEncryption(bucket, { ApplyServerSideEncryptionByDefault: aes }))).toBe(
    "InvalidArgument 400: a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
  )
})

test("S3-72 S3-89 the bucket's default is for writes that name none", async () => {
  const bucket = await openBucket()
  const { client, Bucket, put } = bucket
  await putEncryption(bucket, {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" },
    BucketKeyEnabled: true,
  })
  await put("default", "x")
  await put("own", "x", { ServerSideEncryption: "AES256" })
  const named = { ServerSideEncryption: "aws:kms" as const }
  expect((await put("named", "x", named)).BucketKeyEnabled).toBe(true)
  const without = await put("without", "x", { ...named, BucketKeyEnabled: false })
  expect(without.BucketKeyEnabled).toBeUndefined()
  const kind = async (Key: string) =>
    (await client.send(new HeadObjectCommand({ Bucket, Key }))).ServerSideEncryption
  expect([await kind("default"), await kind("own")]).toEqual(["aws:kms", "AES256"])
})

test("a bucket's tags come back; wrong ones are refused in AWS's words", async () => {
  const { client, Bucket } = await openBucket()
  const put = (...TagSet: { Key: string; Value: string }[]) =>
    refusalOf(client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })))
  const get = () => client.send(new GetBucketTaggingCommand({ Bucket }))
  expect(await refusalOf(get())).toBe("NoSuchTagSet 404: The TagSet does not exist")
  const tag = (Key: string, Value = "v") => ({ Key, Value })
  expect(await put(tag("a"), tag("a"))).toBe(
    "InvalidTag 400: Cannot provide multiple Tags with the same key",
  )
  expect(await put(tag("aws:a"))).toBe(
    "InvalidTag 400: System tags cannot be added/updated by requester",
  )
  expect(await put(tag("a,b"))).toBe("InvalidTag 400: The TagKey you have provided is invalid")
  expect(await put(tag("a", "b,c"))).toBe(
    "InvalidTag 400: The TagValue you have provided is invalid",
  )
  expect(await put(tag("a"), tag("b", ""))).toBe("no refusal")
  expect((await get()).TagSet).toEqual([tag("a"), tag("b", "")])
  await client.send(new DeleteBucketTaggingCommand({ Bucket }))
  expect(await refusalOf(get())).toMatch(/^NoSuchTagSet/)
  expect(await put(tag("a"))).toBe("no refusal")
  const none = { Bucket, Tagging: {} as { TagSet: [] } }
  await client.send(new PutBucketTaggingCommand(none))
  expect(await refusalOf(get())).toMatch(/^NoSuchTagSet/)
})

test("S3-67 S3-68 acceleration is off, is switched on, and not for names with dots", async () => {
  const { client, Bucket, cloud } = await openBucket()
  const get = async () =>
    (await client.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status
  const put = (Status: string, name = Bucket) =>
    refusalOf(
      client.send(
        new PutBucketAccelerateConfigurationCommand({
          Bucket: name,
          AccelerateConfiguration: { Status: Status as "Enabled" },
        }),
      ),
    )
  expect(await get()).toBeUndefined()
  expect(await put("enabled")).toMatch(/^MalformedXML 400/)
  expect(await put("Enabled")).toBe("no refusal")
  expect(await get()).toBe("Enabled")
  expect(await put("Suspended")).toBe("no refusal")
  expect(await get()).toBe("Suspended")
  await openBucket("with.dots", { cloud })
  expect(await put("Enabled", "with.dots")).toBe(
    "InvalidRequest 400: S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
  )
})

test("S3-69 S3-70 the accelerated host takes uploads, whole and in parts, for buckets that are accelerated", async () => {
  const { client, Bucket, cloud } = await openBucket()
  const config = { endpoint: undefined, useAccelerateEndpoint: true }
  const edge = cloud.client(S3Client, config)
  const put = () => refusalOf(edge.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" })))
  expect(await put()).toBe(
    "InvalidRequest 400: S3 Transfer Acceleration is not configured on this bucket",
  )
  await client.send(
    new PutBucketAccelerateConfigurationCommand({
      Bucket,
      AccelerateConfiguration: { Status: "Enabled" },
    }),
  )
  expect(await put()).toBe("no refusal")
  const upload = { Bucket, Key: "parts" }
  const { UploadId } = await edge.send(new CreateMultipartUploadCommand(upload))
  const part = { ...upload, UploadId, PartNumber: 1 }
  const { ETag } = await edge.send(new UploadPartCommand({ ...part, Body: "y" }))
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
  await edge.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload }))
  const { Body } = await client.send(new GetObjectCommand(upload))
  expect(await Body?.transformToString()).toBe("y")
})

test("where the requester pays it must say so", async () => {
  const { client, Bucket, cloud, put } = await openBucket()
  await put("a", "x")
  const Statement = [
    {
      ...{ Effect: "Allow", Principal: { AWS: "222222222222" }, Action: "s3:GetObject" },
      Resource: "arn:aws:s3:::photos/*",
    },
  ]
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  const payer = async () =>
    (await client.send(new GetBucketRequestPaymentCommand({ Bucket }))).Payer
  expect(await payer()).toBe("BucketOwner")
  await client.send(
    new PutBucketRequestPaymentCommand({
      Bucket,
      RequestPaymentConfiguration: { Payer: "Requester" },
    }),
  )
  expect(await payer()).toBe("Requester")
  const credentials = { accessKeyId: "222222222222", secretAccessKey: "test" }
  const guest = cloud.client(S3Client, { forcePathStyle: true, credentials })
  const get = (more = {}) =>
    refusalOf(guest.send(new GetObjectCommand({ Bucket, Key: "a", ...more })))
  expect(await get()).toBe("AccessDenied 403: Access Denied")
  expect(await get({ RequestPayer: "requester" })).toBe("no refusal")
})

test("ABAC is switched on and off", async () => {
  const { client, Bucket } = await openBucket()
  const status = async () => (await client.send(new GetBucketAbacCommand({ Bucket }))).AbacStatus
  expect(await status()).toEqual({ Status: "Disabled" })
  await client.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status: "Enabled" } }))
  expect(await status()).toEqual({ Status: "Enabled" })
})

test("with ABAC policies look at the bucket's tags, under both of their names", async () => {
  for (const key of ["aws:ResourceTag/team", "s3:BucketTag/team"]) {
    const { client, Bucket, put } = await openBucket()
    await put("a", "x")
    const TagSet = [{ Key: "team", Value: "blue" }]
    await client.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }))
    const Statement = {
      ...{ Effect: "Deny", Principal: "*", Action: "s3:GetObject" },
      ...{ Resource: `arn:aws:s3:::${Bucket}/*`, Condition: { StringEquals: { [key]: "blue" } } },
    }
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    const get = () => refusalOf(client.send(new GetObjectCommand({ Bucket, Key: "a" })))
    expect(await get()).toBe("no refusal")
    await client.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status: "Enabled" } }))
    expect(await get()).toMatch(/^AccessDenied 403/)
  }
})

test("configurations by id: metrics, analytics, intelligent tiering", async () => {
  const { client, Bucket } = await openBucket()
  const metrics = (Id: string, more = {}) =>
    client.send(
      new PutBucketMetricsConfigurationCommand({
        Bucket,
        Id,
        MetricsConfiguration: { Id, ...more },
      }),
    )
  const filter = { Filter: { Prefix: "logs/" } }
  await metrics("b", filter)
  await metrics("a")
  const get = (Id: string) => client.send(new GetBucketMetricsConfigurationCommand({ Bucket, Id }))
  expect((await get("b")).MetricsConfiguration).toEqual({ Id: "b", ...filter })
  const list = await client.send(new ListBucketMetricsConfigurationsCommand({ Bucket }))
  expect([list.IsTruncated, list.MetricsConfigurationList?.map(({ Id }) => Id)]).toEqual([
    false,
    ["a", "b"],
  ])
  await client.send(new DeleteBucketMetricsConfigurationCommand({ Bucket, Id: "b" }))
  expect(await refusalOf(get("b"))).toBe(
    "NoSuchConfiguration 404: The specified configuration does not exist.",
  )
  const tiering = (Days: number) =>
    refusalOf(
      client.send(
        new PutBucketIntelligentTieringConfigurationCommand({
          Bucket,
          Id: "t",
          IntelligentTieringConfiguration: {
            Id: "t",
            Status: "Enabled",
            Tierings: [{ AccessTier: "ARCHIVE_ACCESS", Days }],
          },
        }),
      ),
    )
  expect(await tiering(89)).toMatch(/^InvalidArgument 400/)
  expect(await tiering(90)).toBe("no refusal")
  const analytics = client.send(
    new PutBucketAnalyticsConfigurationCommand({
      Bucket,
      Id: "x",
      AnalyticsConfiguration: { Id: "x", StorageClassAnalysis: {} },
    }),
  )
  expect(await refusalOf(analytics)).toBe("no refusal")
})
