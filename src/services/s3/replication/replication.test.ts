import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectTaggingCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { canonicalId } from "../owner.ts"
import {
  allow,
  configure,
  headOf,
  letIn,
  openReplication,
  openSide,
  ruleTo,
  versionsOf,
  type Side,
  without,
} from "../testing/open-replication.ts"

const LARGE = Buffer.alloc(40_000, "large ")

test("S3-128 an object is PENDING, then COMPLETED, and its replica is a REPLICA", async () => {
  const { put, statuses, settled, heads, cloud, target } = await openReplication()
  const { VersionId } = await put("a", "hello", {
    Metadata: { color: "red" },
    ContentType: "text/plain",
    Tagging: "team=blue",
    CacheControl: "no-store",
  })
  expect(await statuses("a")).toEqual(["PENDING", undefined])
  await settled()
  expect(await statuses("a")).toEqual(["COMPLETED", "REPLICA"])
  const [one, other] = await heads("a")
  const { $metadata: _, ReplicationStatus: __, ...facts } = one!
  expect(other).toMatchObject(facts)
  expect(other?.VersionId).toBe(VersionId)
  const { Body } = await target.client.send(new GetObjectCommand({ Bucket: "copies", Key: "a" }))
  expect(await Body?.transformToString()).toBe("hello")
  const { TagSet } = await target.client.send(
    new GetObjectTaggingCommand({ Bucket: "copies", Key: "a" }),
  )
  expect(TagSet).toEqual([{ Key: "team", Value: "blue" }])
  expect(cloud.reports).toEqual([])
  await allow(cloud, { actions: without("ReplicateObject") })
  await put("b", "x")
  await settled()
  expect(await statuses("b")).toEqual(["FAILED", undefined])
})

test("S3-114 buckets of one Region and of two, of one account and of two", async () => {
  const { cloud, source, settled, put } = await openReplication()
  const near = await openSide(cloud, "near", { account: "222222222222" })
  const far = await openSide(cloud, "far", { region: "eu-west-1" })
  const foreign = await openSide(cloud, "foreign", { account: "222222222222", region: "eu-west-1" })
  const sides = [near, far, foreign]
  const rules = sides.map(({ Bucket }, at) => ruleTo(Bucket, { ID: Bucket, Priority: at + 2 }))
  await configure(source, ruleTo("copies"), ...rules)
  for (const side of [near, foreign]) await letIn(side)
  await put("small", "x")
  await put("large", LARGE)
  await settled()
  for (const { client, Bucket } of sides) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "large" }))
    expect(await Body?.transformToString()).toBe(LARGE.toString())
    expect((await headOf({ client, Bucket }, "small"))?.ReplicationStatus).toBe("REPLICA")
  }
  expect((await headOf(source, "small"))?.ReplicationStatus).toBe("COMPLETED")
})

test("S3-116 S3-118 only what comes after the rule is replicated, and of that what it names", async () => {
  const { put, source, target, settled } = await openReplication()
  await configure(source, ruleTo("copies", { Status: "Disabled" }))
  await put("logs/old", "x")
  const tagged = { Filter: { Tag: { Key: "share", Value: "yes" } } }
  const both = { And: { Prefix: "pictures/", Tags: [{ Key: "size", Value: "big" }] } }
  await configure(
    source,
    ruleTo("copies", { ID: "prefix", Filter: { Prefix: "logs/" } }),
    ruleTo("copies", { ID: "tag", Priority: 2, ...tagged }),
    ruleTo("copies", { ID: "both", Priority: 3, Filter: both }),
  )
  await put("logs/new", "x")
  await put("other", "x")
  await put("shared", "x", { Tagging: "share=yes" })
  await put("kept", "x", { Tagging: "share=no" })
  await put("pictures/small", "x", { Tagging: "size=small" })
  await put("pictures/big", "x", { Tagging: "size=big" })
  await settled()
  const keys = (await versionsOf(target)).map((one) => one.split(" ")[0])
  expect(keys).toEqual(["logs/new", "pictures/big", "shared"])
  expect((await headOf(source, "other"))?.ReplicationStatus).toBeUndefined()
  expect((await headOf(source, "logs/old"))?.ReplicationStatus).toBeUndefined()
})

test("S3-117 S3-127 replication goes one way, and replicas go no further", async () => {
  const { cloud, put, source, target, settled } = await openReplication()
  const third = await openSide(cloud, "third")
  await configure(target, ruleTo("third"), ruleTo("photos", { ID: "back", Priority: 2 }))
  await put("a", "x")
  await settled()
  await target.client.send(new PutObjectCommand({ Bucket: "copies", Key: "b", Body: "y" }))
  await settled()
  expect((await versionsOf(third)).map((one) => one.split(" ")[0])).toEqual(["b"])
  await configure(target, ruleTo("third"))
  await target.client.send(new PutObjectCommand({ Bucket: "copies", Key: "c", Body: "y" }))
  await settled()
  expect((await versionsOf(source)).map((one) => one.split(" ")[0])).toEqual(["a", "b"])
})

test("S3-119 the class stays the same, or is the rule's; of two rules the higher one counts", async () => {
  const { put, source, heads, settled } = await openReplication()
  await put("same", "x", { StorageClass: "STANDARD_IA" })
  await settled()
  const StorageClass = "GLACIER_IR" as const
  const Destination = { Bucket: "", StorageClass }
  const high = ruleTo("copies", { ID: "high", Priority: 9, Destination })
  await configure(source, high, ruleTo("copies", { ID: "low" }))
  await put("other", "x")
  await settled()
  expect((await heads("same")).map((one) => one?.StorageClass)).toEqual([
    "STANDARD_IA",
    "STANDARD_IA",
  ])
  expect((await heads("other")).map((one) => one?.StorageClass)).toEqual([undefined, "GLACIER_IR"])
})

test("S3-125 archives are not replicated", async () => {
  const { put, statuses, settled } = await openReplication()
  await put("a", "x", { StorageClass: "GLACIER" })
  await put("b", "x", { StorageClass: "DEEP_ARCHIVE" })
  await put("c", "x", { StorageClass: "GLACIER_IR" })
  await settled()
  expect(await statuses("a")).toEqual([undefined, undefined])
  expect(await statuses("b")).toEqual([undefined, undefined])
  expect(await statuses("c")).toEqual(["COMPLETED", "REPLICA"])
})

test("S3-126 deletes stay at the source; delete markers go along where the rule says so", async () => {
  const { put, client, Bucket, source, target, settled } = await openReplication()
  const remove = async (Key: string, VersionId?: string) => {
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
    await settled()
  }
  const { VersionId: first } = await put("a", "x")
  await put("b", "x")
  await settled()
  const before = await versionsOf(target)
  await remove("a", first)
  await remove("b")
  expect(await versionsOf(target)).toEqual(before)
  await configure(source, ruleTo("copies", { DeleteMarkerReplication: { Status: "Enabled" } }))
  const { VersionId: second } = await put("b", "y")
  await settled()
  await remove("b")
  const [marker] = (await versionsOf(source)).filter((one) => one.endsWith("marker"))
  expect(await versionsOf(target)).toContain(marker)
  expect(await headOf(target, "b")).toBeUndefined()
  await remove("b", second)
  expect(await versionsOf(target)).toContain(`b ${second}`)
  // Rules of the former form replicate markers.
  const { Filter: _, Priority: __, DeleteMarkerReplication: ___, ...former } = ruleTo("copies")
  await configure(source, { ...former, Prefix: "" })
  await put("c", "x")
  await settled()
  await remove("c")
  expect((await versionsOf(target)).filter((one) => one.endsWith("marker")).length).toBe(2)
})

test("S3-124 what lifecycle does stays at the source", async () => {
  const { cloud, put, client, Bucket, source, target, settled } = await openReplication({
    rule: { DeleteMarkerReplication: { Status: "Enabled" } },
  })
  const Rules = [
    { ID: "old", Status: "Enabled" as const, Filter: { Prefix: "old" }, Expiration: { Days: 1 } },
    {
      ...{ ID: "cold", Status: "Enabled" as const, Filter: { Prefix: "cold" } },
      Transitions: [{ Days: 1, StorageClass: "GLACIER_IR" as const }],
    },
  ]
  await client.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
  )
  await put("old", "x")
  await put("cold", Buffer.alloc(128 * 1024))
  await settled()
  await cloud.advance("3d")
  expect(await headOf(source, "old")).toBeUndefined()
  expect((await headOf(target, "old"))?.ReplicationStatus).toBe("REPLICA")
  expect((await headOf(source, "cold"))?.StorageClass).toBe("GLACIER_IR")
  expect((await headOf(target, "cold"))?.StorageClass).toBeUndefined()
})

test("changes of tags, ACLs and locks follow", async () => {
  const { put, client, Bucket, target, settled, statuses } = await openReplication({
    source: { ObjectLockEnabledForBucket: true, ObjectOwnership: "ObjectWriter" },
    target: { ObjectLockEnabledForBucket: true, ObjectOwnership: "ObjectWriter" },
  })
  const RetainUntilDate = new Date("2040-01-01T00:00:00Z")
  await put("a", "x", { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: RetainUntilDate })
  await settled()
  expect((await headOf(target, "a"))?.ObjectLockRetainUntilDate).toEqual(RetainUntilDate)
  const Key = "a"
  const Tagging = { TagSet: [{ Key: "k", Value: "v" }] }
  await client.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }))
  expect(await statuses("a")).toEqual(["PENDING", "REPLICA"])
  const GrantRead = `id=${canonicalId("222222222222")}`
  await client.send(new PutObjectAclCommand({ Bucket, Key, GrantRead }))
  await client.send(new PutObjectLegalHoldCommand({ Bucket, Key, LegalHold: { Status: "ON" } }))
  await settled()
  expect(await statuses("a")).toEqual(["COMPLETED", "REPLICA"])
  const at = { Bucket: "copies", Key }
  expect((await target.client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual(Tagging.TagSet)
  expect((await headOf(target, "a"))?.ObjectLockLegalHoldStatus).toBe("ON")
  const grants = async (of: string) =>
    (await client.send(new GetObjectAclCommand({ Bucket: of, Key }))).Grants
  expect(await grants("copies")).toEqual(await grants("photos"))
  expect((await grants("copies"))?.[0]?.Grantee?.ID).toBe(canonicalId("222222222222"))
  await client.send(new DeleteObjectTaggingCommand({ Bucket, Key }))
  await settled()
  expect((await target.client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([])
})

test("changes of replicas go back where the rule there says so", async () => {
  const { put, client, target, settled, statuses } = await openReplication()
  await put("a", "x")
  await settled()
  const tag = async (Bucket: string, Value: string) => {
    const Tagging = { TagSet: [{ Key: "k", Value }] }
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging }))
    await settled()
  }
  const tagAt = async (Bucket: string) =>
    (await client.send(new GetObjectTaggingCommand({ Bucket, Key: "a" }))).TagSet?.[0]?.Value
  await configure(target, ruleTo("photos"))
  await tag("copies", "one")
  expect(await tagAt("photos")).toBeUndefined()
  const SourceSelectionCriteria = { ReplicaModifications: { Status: "Enabled" as const } }
  await configure(target, ruleTo("photos", { SourceSelectionCriteria }))
  await tag("copies", "two")
  expect(await tagAt("photos")).toBe("two")
  expect(await statuses("a")).toEqual(["COMPLETED", "REPLICA"])
  await tag("photos", "three")
  expect(await tagAt("copies")).toBe("three")
})

test("an object of many parts keeps them, its ETag and its checksums", async () => {
  const { client, Bucket, target, settled } = await openReplication()
  const Key = "a"
  const create = { Bucket, Key, ChecksumAlgorithm: "SHA256" as const }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(create))
  const Parts = []
  for (const PartNumber of [1, 2]) {
    const Body = Buffer.alloc(PartNumber === 1 ? 5 * 1024 * 1024 : 100, String(PartNumber))
    const part = { Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: "SHA256" as const }
    const { ETag, ChecksumSHA256 } = await client.send(new UploadPartCommand(part))
    Parts.push({ PartNumber, ETag, ChecksumSHA256 })
  }
  const whole = { Bucket, Key, UploadId, MultipartUpload: { Parts } }
  await client.send(new CompleteMultipartUploadCommand(whole))
  await settled()
  const head = (of: string, more: object) =>
    client.send(new HeadObjectCommand({ Bucket: of, Key, ChecksumMode: "ENABLED", ...more }))
  for (const more of [{}, { PartNumber: 2 }]) {
    const { ReplicationStatus: _, $metadata: __, ...facts } = await head(Bucket, more)
    expect(await head("copies", more)).toMatchObject(facts)
  }
  const second = { Bucket: "copies", Key, PartNumber: 2 }
  const { Body } = await target.client.send(new GetObjectCommand(second))
  expect(await Body?.transformToString()).toBe("2".repeat(100))
})

test("S3-129 logs gathered in one bucket, tests fed by production, copies near and far", async () => {
  const { cloud, source, target, settled, put } = await openReplication()
  const logs = await openSide(cloud, "logs", { region: "eu-west-1" })
  await configure(target, ruleTo("logs", { Filter: { Prefix: "logs/" } }))
  // One account's logs, and a bucket of tests in another account.
  const tests = await openSide(cloud, "tests", { account: "222222222222" })
  await letIn(tests)
  await configure(
    source,
    ruleTo("logs", { ID: "logs", Filter: { Prefix: "logs/" } }),
    ruleTo("tests", { ID: "tests", Priority: 2, Filter: { Prefix: "data/" } }),
    ruleTo("copies", { ID: "near", Priority: 3, Filter: { Prefix: "data/" } }),
  )
  await put("logs/photos", "x")
  await put("data/a", "x")
  await target.client.send(
    new PutObjectCommand({ Bucket: "copies", Key: "logs/copies", Body: "y" }),
  )
  await settled()
  const keysOf = async (side: Side) => (await versionsOf(side)).map((one) => one.split(" ")[0])
  expect(await keysOf(logs)).toEqual(["logs/copies", "logs/photos"])
  expect(await keysOf(tests)).toEqual(["data/a"])
  expect(await keysOf(target)).toEqual(["data/a", "logs/copies"])
  // One end fails: the other serves on.
  await cloud.fail({ region: "us-east-1" })
  expect((await headOf(logs, "logs/photos"))?.ReplicationStatus).toBe("REPLICA")
  expect(await headOf(source, "logs/photos")).toBeUndefined()
})

test("lifecycle leaves alone what is not replicated yet", async () => {
  const { put, statuses, settled, cloud, source } = await openReplication()
  const { client, Bucket } = source
  await put("done", "x")
  await settled()
  await allow(cloud, { actions: without("ReplicateObject") })
  await put("failed", "x")
  await settled()
  expect([await statuses("done"), await statuses("failed")]).toEqual([
    ["COMPLETED", "REPLICA"],
    ["FAILED", undefined],
  ])
  const rule = { Status: "Enabled" as const, Filter: {}, Expiration: { Days: 1 } }
  const LifecycleConfiguration = { Rules: [rule] }
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }))
  await cloud.advance("3d")
  expect((await headOf(source, "done")) === undefined).toBe(true)
  expect((await headOf(source, "failed"))?.ContentLength).toBe(1)
})
