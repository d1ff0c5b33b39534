import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
  UploadPartCommand,
  type StorageClass,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../../kernel/meter.ts"
import { openDirectory } from "../testing/open-directory.ts"

const ACCOUNT = "000000000000"
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const KIB = 1024

/** A cloud whose usage can be read. */
async function openMetered() {
  const cloud = await openCloud()
  const client = new S3Client(gatewayConfig(cloud, ACCOUNT))
  const Bucket = "billed"
  await client.send(new CreateBucketCommand({ Bucket }))
  const put = (Key: string, size: number, more = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size, "x"), ...more }))
  const remove = (Key: string, VersionId?: string) =>
    client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
  /** What was counted so far, by usage type. */
  const used = () =>
    cloud.world.read((tx) => {
      const sums: Record<string, number> = {}
      const rows = usageOf(tx, ACCOUNT, { from: 0, to: tx.now + 1, limit: 10_000 })
      for (const { usageType, quantity } of rows)
        sums[usageType] = (sums[usageType] ?? 0) + quantity
      return sums
    })
  const days = (count: number) => cloud.advance(count * DAY_MS)
  return { cloud, client, Bucket, put, remove, used, days }
}

/** Byte-hours of so many bytes for so many days. */
const byteHours = (bytes: number, days: number): number => bytes * days * 24

test("S3-50 S3-52 every version is counted for as long as it is there, and nothing afterwards", async () => {
  const { client, Bucket, put, remove, used, days } = await openMetered()
  await client.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  )
  await put("a", 1000)
  await days(1)
  await put("a", 500)
  await days(1)
  await remove("a")
  await days(1)
  // Three days of the first version and two of the second; the marker hides them and is free.
  const { Versions = [], DeleteMarkers = [] } = await client.send(
    new ListObjectVersionsCommand({ Bucket }),
  )
  for (const { Key = "", VersionId } of [...Versions, ...DeleteMarkers])
    await remove(Key, VersionId)
  const counted = (await used())["s3:storage-STANDARD"]
  expect(counted).toBeCloseTo(byteHours(1000, 3) + byteHours(500, 2), 3)
  await client.send(new DeleteBucketCommand({ Bucket }))
  await days(5)
  expect((await used())["s3:storage-STANDARD"]).toBe(counted)
})

test("S3-13 what replaces an object ends its storage", async () => {
  const { cloud, put, remove, used } = await openMetered()
  await put("a", 1000)
  await cloud.advance(6 * HOUR_MS)
  await put("a", 10)
  await cloud.advance(6 * HOUR_MS)
  await remove("a")
  expect((await used())["s3:storage-STANDARD"]).toBeCloseTo(1010 * 6, 3)
})

test("S3-65 parts of an upload are counted until it ends", async () => {
  const { client, Bucket, used, days } = await openMetered()
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "a" }))
  const part = { Bucket, Key: "a", UploadId, PartNumber: 1, Body: "x".repeat(1000) }
  await client.send(new UploadPartCommand(part))
  await days(3)
  const counted = (await used())["s3:storage-parts"] ?? 0
  expect(counted / byteHours(1000, 1)).toBeGreaterThan(2)
  expect(counted / byteHours(1000, 1)).toBeLessThanOrEqual(3)
  await client.send(new DeleteBucketCommand({ Bucket }))
  await days(3)
  expect((await used())["s3:storage-parts"]).toBe(counted)
})

/** A small object of a class, deleted after so many days. */
async function shortLived(StorageClass: StorageClass, after: number) {
  const { put, remove, used, days } = await openMetered()
  await put("a", 1000, { StorageClass })
  await days(after)
  await remove("a")
  const sums = await used()
  return {
    storage: sums[`s3:storage-${StorageClass}`] ?? 0,
    early: sums[`s3:early-delete-${StorageClass}`] ?? 0,
    standard: sums["s3:storage-STANDARD"] ?? 0,
  }
}

test("S3-93 S3-104 STANDARD_IA is billed for 30 days and 128 KB, whatever is put and deleted", async () => {
  const { storage, early } = await shortLived("STANDARD_IA", 10)
  expect(storage).toBeCloseTo(byteHours(128 * KIB, 10), 3)
  expect(early).toBeCloseTo(byteHours(128 * KIB, 20), 3)
  expect((await shortLived("STANDARD_IA", 31)).early).toBe(0)
  expect((await shortLived("ONEZONE_IA", 10)).early).toBeCloseTo(byteHours(128 * KIB, 20), 3)
  expect((await shortLived("GLACIER_IR", 10)).early).toBeCloseTo(byteHours(128 * KIB, 80), 3)
})

test("S3-106 Glacier Instant Retrieval, reduced redundancy and directory buckets are there, too", async () => {
  const { client, Bucket, put } = await openMetered()
  const classOf = async (of: { readonly Bucket: string; readonly Key: string }) => {
    const { StorageClass: told, Body } = await client.send(new GetObjectCommand(of))
    return [told, await Body?.transformToString()]
  }
  // Read at once, no restore asked for; billed for 90 days and 128 KB.
  await put("seldom", 1, { StorageClass: "GLACIER_IR" })
  expect(await classOf({ Bucket, Key: "seldom" })).toEqual(["GLACIER_IR", "x"])
  const { storage, early } = await shortLived("GLACIER_IR", 10)
  expect(storage).toBeCloseTo(byteHours(128 * KIB, 10), 3)
  expect(early).toBeCloseTo(byteHours(128 * KIB, 80), 3)
  expect((await shortLived("GLACIER_IR", 91)).early).toBe(0)
  await put("cheap", 1, { StorageClass: "REDUCED_REDUNDANCY" })
  expect(await classOf({ Bucket, Key: "cheap" })).toEqual(["REDUCED_REDUNDANCY", "x"])
  const directory = await openDirectory()
  await directory.put("fast", "value")
  const { Contents } = await directory.client.send(
    new ListObjectsV2Command({ Bucket: directory.Bucket }),
  )
  expect(Contents).toMatchObject([{ Key: "fast", StorageClass: "EXPRESS_ONEZONE" }])
  expect(await directory.text("fast")).toBe("value")
})

test("S3-93 reads of infrequent classes cost by the byte, of STANDARD not", async () => {
  const { client, Bucket, put, used } = await openMetered()
  await put("plain", 1000)
  await put("seldom", 1000, { StorageClass: "STANDARD_IA" })
  const read = (Key: string, Range?: string) =>
    client.send(new GetObjectCommand({ Bucket, Key, Range }))
  await read("plain")
  await read("seldom")
  await read("seldom", "bytes=0-99")
  const sums = await used()
  expect(sums["s3:retrieval-STANDARD_IA"]).toBe(1100)
  expect(sums["s3:retrieval-STANDARD"]).toBeUndefined()
})

test("S3-98 S3-100 archives are billed for 90 and 180 days, with 32 KB and 8 KB an object", async () => {
  const glacier = await shortLived("GLACIER", 10)
  expect(glacier.storage).toBeCloseTo(byteHours(1000 + 32 * KIB, 10), 3)
  expect(glacier.standard).toBeCloseTo(byteHours(8 * KIB, 10), 3)
  expect(glacier.early).toBeCloseTo(byteHours(1000 + 32 * KIB, 80), 3)
  const deep = await shortLived("DEEP_ARCHIVE", 10)
  expect(deep.early).toBeCloseTo(byteHours(1000 + 32 * KIB, 170), 3)
  expect((await shortLived("DEEP_ARCHIVE", 181)).early).toBe(0)
})

test("S3-102 S3-103 INTELLIGENT_TIERING pays by tier and for monitoring, not for reads", async () => {
  const { client, Bucket, put, used, days } = await openMetered()
  const StorageClass = "INTELLIGENT_TIERING"
  const size = 128 * KIB
  await put("a", size, { StorageClass })
  await put("small", 1000, { StorageClass })
  await days(40)
  const tier = async (name: string) =>
    ((await used())[`s3:storage-${StorageClass}-${name}`] ?? 0) / byteHours(size, 1)
  expect(await tier("INFREQUENT_ACCESS")).toBeGreaterThan(9)
  expect(await tier("INFREQUENT_ACCESS")).toBeLessThan(11)
  // An access moves it back.
  await client.send(new GetObjectCommand({ Bucket, Key: "a" }))
  const before = await tier("INFREQUENT_ACCESS")
  await days(20)
  expect(await tier("INFREQUENT_ACCESS")).toBeLessThan(before + 1)
  await days(80)
  expect(await tier("ARCHIVE_INSTANT_ACCESS")).toBeGreaterThan(8)
  const sums = await used()
  expect(sums["s3:retrieval-INTELLIGENT_TIERING"]).toBeUndefined()
  // One object is monitored, the small one is not.
  const monitored = (sums["s3:monitoring-hours"] ?? 0) / 24
  expect(monitored).toBeGreaterThan(139)
  expect(monitored).toBeLessThan(141)
})

test("a bucket of more than one step is counted once", async () => {
  const { put, used, days } = await openMetered()
  const keys = Array.from({ length: 501 }, (_, at) => `key ${at}`)
  for (const key of keys) await put(key, 10)
  await days(2)
  const counted = (await used())["s3:storage-STANDARD"] ?? 0
  // Up to the last count, a minute before midnight; the objects came at noon.
  expect(counted).toBeCloseTo(501 * 10 * (36 - 1 / 60), 3)
})

test("a restore is paid by class and tier", async () => {
  const { client, Bucket, put, used } = await openMetered()
  await put("a", 1000, { StorageClass: "GLACIER" })
  await client.send(
    new RestoreObjectCommand({
      ...{ Bucket, Key: "a" },
      RestoreRequest: { Days: 1, GlacierJobParameters: { Tier: "Expedited" } },
    }),
  )
  expect((await used())["s3:retrieval-GLACIER-Expedited"]).toBe(1000)
})
