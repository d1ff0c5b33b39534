import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  SelectObjectContentCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { GetStorageLensConfigurationCommand } from "@aws-sdk/client-s3-control"
import { expect, test } from "vitest"
import { usageOf } from "../../../kernel/meter.ts"
import {
  AccountId,
  Bucket,
  DAY_MS,
  DESTINATION,
  levels,
  ON,
  openLens,
} from "../testing/open-lens.ts"

const ALL = {
  ...{ ActivityMetrics: ON, DetailedStatusCodesMetrics: ON },
  ...{ AdvancedCostOptimizationMetrics: ON, AdvancedDataProtectionMetrics: ON },
}
/** Two writes, a part begun, three reads of which one fails, and what else there is. */
async function makeTraffic(s3: S3Client): Promise<void> {
  const put = (Key: string, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: "12345", ...more }))
  await put("a")
  await put("b", { ServerSideEncryption: "aws:kms" })
  const get = (Key: string, more = {}) => s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
  await get("a")
  await get("a", { Range: "bytes=0-1" })
  await expect(get("none")).rejects.toThrow()
  await s3.send(new HeadObjectCommand({ Bucket, Key: "a" }))
  await s3.send(new ListObjectsV2Command({ Bucket }))
  await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "c" }))
  await s3.send(new DeleteObjectCommand({ Bucket, Key: "b" }))
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "none" }] } }))
}

/** Rules of lifecycle and of replication. */
async function configureRules(s3: S3Client): Promise<void> {
  const Rules = [
    { ID: "1", Status: "Enabled" as const, Filter: {}, Expiration: { Days: 90 } },
    {
      ...{ ID: "2", Status: "Enabled" as const, Filter: {} },
      Transitions: [{ Days: 30, StorageClass: "STANDARD_IA" as const }],
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
    },
  ]
  const LifecycleConfiguration = { Rules }
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
  const VersioningConfiguration = { Status: "Enabled" as const }
  for (const name of [Bucket, "lens"])
    await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }))
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${AccountId}:role/replicator`,
        Rules: [
          {
            ...{ ID: "1", Status: "Disabled", Priority: 1, Filter: { Prefix: "x" } },
            DeleteMarkerReplication: { Status: "Disabled" },
            Destination: { Bucket: "arn:aws:s3:::lens" },
          },
        ],
      },
    }),
  )
}

test("S3-162 advanced metrics are activity, cost optimisation, data protection and status codes; they are paid, and kept for 15 months", async () => {
  const { cloud, s3, configure, report, days } = await openLens()
  await configure("paid", { AccountLevel: levels(ALL, ALL), DataExport: DESTINATION })
  await cloud.advance(1)
  await makeTraffic(s3)
  await configureRules(s3)
  await s3.send(new GetBucketVersioningCommand({ Bucket }))
  await cloud.advance(DAY_MS - 1)
  const told = await report("paid")
  const expected = {
    ...{ AllRequests: 14, GetRequests: 3, HeadRequests: 1, ListRequests: 1, PostRequests: 1 },
    ...{ PutRequests: 5, DeleteRequests: 2, SelectRequests: 0, SelectScannedBytes: 0 },
    ...{ SelectReturnedBytes: 0, "4xxErrors": 1, "5xxErrors": 0 },
    ...{ "200OKStatusCount": 11, "206PartialContentStatusCount": 1, "404NotFoundErrorCount": 1 },
    ...{ "400BadRequestErrorCount": 0, "403ForbiddenErrorCount": 0 },
    ...{ "500InternalServerErrorCount": 0, "503ServiceUnavailableErrorCount": 0 },
    ...{ TotalLifecycleRuleCount: 2, TransitionLifecycleRuleCount: 1 },
    ...{ ExpirationLifecycleRuleCount: 1, AbortIncompleteMPULifecycleRuleCount: 1 },
    ...{ NoncurrentVersionTransitionLifecycleRuleCount: 0 },
    ...{ NoncurrentVersionExpirationLifecycleRuleCount: 0 },
    ExpiredObjectDeleteMarkerLifecycleRuleCount: 0,
    ...{ AllSSEKMSRequests: 1, AllUnsupportedSignatureRequests: 0, AllUnsupportedTLSRequests: 0 },
    ...{ SameRegionReplicationRuleCount: 1, CrossRegionReplicationRuleCount: 0 },
    ...{ SameAccountReplicationRuleCount: 1, CrossAccountReplicationRuleCount: 0 },
    InvalidDestinationReplicationRuleCount: 0,
  }
  expect(told[`BUCKET ${Bucket}`]).toMatchObject(expected)
  expect(told["ACCOUNT"]).toMatchObject({ GetRequests: 3, TotalLifecycleRuleCount: 2 })
  // Bytes of documents go up and down, too.
  const { BytesUploaded = 0, BytesDownloaded = 0 } = told[`BUCKET ${Bucket}`] ?? {}
  expect([BytesUploaded > 10, BytesDownloaded > 7]).toEqual([true, true])
  const paid = await cloud.world.read((tx) =>
    usageOf(tx, AccountId, { from: 0, to: tx.now + 1, limit: 1_000 })
      .filter(({ usageType }) => usageType === "s3:lens-objects")
      .reduce((sum, { quantity }) => sum + quantity, 0),
  )
  expect(paid).toBeGreaterThan(0)
  const Include = { Buckets: [`arn:aws:s3:::${Bucket}`] }
  await configure("paid", { AccountLevel: levels(ALL, ALL), Include })
  await cloud.advance(470 * DAY_MS)
  // 15 months, and the days that are counted and taken away just now.
  expect(await days()).toBeGreaterThanOrEqual(455)
  expect(await days()).toBeLessThanOrEqual(458)
})

test("what is asked for at one level is told there alone; nothing is counted where nobody asks", async () => {
  const { cloud, s3, configure, report } = await openLens()
  await configure("buckets", {
    ...{ AccountLevel: levels({ ActivityMetrics: ON }), DataExport: DESTINATION },
  })
  await configure("accounts", {
    AccountLevel: levels({}, { DetailedStatusCodesMetrics: ON }),
    ...{ DataExport: DESTINATION, Include: { Buckets: [`arn:aws:s3:::${Bucket}`] } },
  })
  await configure("free", { DataExport: DESTINATION })
  await cloud.advance(1)
  await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  await cloud.advance(DAY_MS - 1)
  const buckets = await report("buckets")
  expect(buckets[`BUCKET ${Bucket}`]).toMatchObject({ PutRequests: 1, StorageBytes: 1 })
  expect(buckets[`BUCKET ${Bucket}`]).not.toHaveProperty("200OKStatusCount")
  expect(buckets["ACCOUNT"]).not.toHaveProperty("PutRequests")
  const accounts = await report("accounts")
  expect(accounts["ACCOUNT"]).toMatchObject({ "200OKStatusCount": 1, StorageBytes: 1 })
  expect(accounts[`BUCKET ${Bucket}`]).not.toHaveProperty("200OKStatusCount")
  for (const place of Object.values(await report("free")))
    expect(
      Object.keys(place).filter((name) => /Requests|StatusCount|RuleCount/.test(name)),
    ).toEqual([])
})

test("a bucket is watched from the next midnight on, and no longer when no dashboard asks for it", async () => {
  const { cloud, s3, configure, report } = await openLens()
  await configure("paid", {
    AccountLevel: levels({ ActivityMetrics: ON }),
    DataExport: DESTINATION,
  })
  await cloud.advance(1)
  await s3.send(new CreateBucketCommand({ Bucket: "late" }))
  const get = () => s3.send(new ListObjectsV2Command({ Bucket: "late" }))
  const seen = async () => (await report("paid"))["BUCKET late"]?.["ListRequests"]
  await get()
  await cloud.advance(DAY_MS - 1)
  expect(await seen()).toBe(0)
  await get()
  await cloud.advance(DAY_MS)
  expect(await seen()).toBe(1)
  await configure("paid", { IsEnabled: false })
  await cloud.advance(5 * DAY_MS)
  await get()
  await configure("paid", { DataExport: DESTINATION })
  await cloud.advance(DAY_MS)
  expect(await seen()).toBeUndefined()
})

test("S3 Select counts what it scans and returns", async () => {
  const { cloud, s3, configure, report } = await openLens()
  await configure("paid", {
    AccountLevel: levels({ ActivityMetrics: ON }),
    DataExport: DESTINATION,
  })
  await cloud.advance(1)
  await s3.send(new PutObjectCommand({ Bucket, Key: "a.csv", Body: "1,2\n3,4\n" }))
  const { Payload } = await s3.send(
    new SelectObjectContentCommand({
      ...{ Bucket, Key: "a.csv", ExpressionType: "SQL", Expression: "SELECT s._1 FROM S3Object s" },
      ...{ InputSerialization: { CSV: {} }, OutputSerialization: { CSV: {} } },
    }),
  )
  for await (const _event of Payload ?? []) void _event
  await cloud.advance(DAY_MS - 1)
  expect((await report("paid"))[`BUCKET ${Bucket}`]).toMatchObject({
    ...{ SelectRequests: 1, SelectScannedBytes: 8, SelectReturnedBytes: 4, PostRequests: 0 },
  })
})

test("S3-161 free metrics are on for every account without asking: some 28 of usage, kept for 14 days", async () => {
  const { cloud, s3, configure, control, report, days } = await openLens()
  const ConfigId = "default-account-dashboard"
  const asked = new GetStorageLensConfigurationCommand({ AccountId, ConfigId })
  const { StorageLensConfiguration: value } = await control.send(asked)
  expect(value).toMatchObject({ IsEnabled: true, AccountLevel: { BucketLevel: {} } })
  // It is to be seen somewhere; nothing else is asked for.
  await configure(ConfigId, { DataExport: DESTINATION })
  await s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }))
  await cloud.advance(DAY_MS)
  const names = Object.keys((await report(ConfigId))[`BUCKET ${Bucket}`] ?? {})
  expect(names.toSorted()).toEqual(
    [
      ...["StorageBytes", "ObjectCount", "CurrentVersionStorageBytes", "CurrentVersionObjectCount"],
      ...["NonCurrentVersionStorageBytes", "NonCurrentVersionObjectCount"],
      ...["DeleteMarkerStorageBytes", "DeleteMarkerObjectCount"],
      ...["IncompleteMultipartUploadStorageBytes", "IncompleteMultipartUploadObjectCount"],
      ...["IncompleteMPUStorageBytesOlderThan7Days", "IncompleteMPUObjectCountOlderThan7Days"],
      ...["EncryptedStorageBytes", "EncryptedObjectCount", "ReplicatedStorageBytes"],
      ...["ReplicatedObjectCount", "ReplicatedStorageBytesSource", "ReplicatedObjectCountSource"],
      ...["ObjectLockEnabledStorageBytes", "ObjectLockEnabledObjectCount"],
      ...["VersioningEnabledBucketCount", "MFADeleteEnabledBucketCount"],
      ...["SSEKMSEnabledBucketCount", "ObjectOwnershipBucketOwnerEnforcedBucketCount"],
      "ObjectOwnershipBucketOwnerPreferredBucketCount",
      "ObjectOwnershipObjectWriterBucketCount",
      "TransferAccelerationEnabledBucketCount",
      "EventNotificationEnabledBucketCount",
    ].toSorted(),
  )
  expect(names).toHaveLength(28)
  await cloud.advance(30 * DAY_MS)
  // And the day that is counted just now.
  expect(await days()).toBeGreaterThanOrEqual(14)
  expect(await days()).toBeLessThanOrEqual(15)
})
