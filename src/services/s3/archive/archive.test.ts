import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketIntelligentTieringConfigurationCommand,
  RestoreObjectCommand,
  type StorageClass,
  type Tier,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, openCloud, refusalOf } from "../testing/open-bucket.ts"

const ARCHIVED = "InvalidObjectState 403: The operation is not valid for the object's storage class"
const BUSY = "RestoreAlreadyInProgress 409: Object restore is already in progress"

async function openArchive(StorageClass: StorageClass) {
  const cloud = await openCloud({ now: "2026-01-10T09:00:00Z" })
  const bucket = await openBucket("archive", { cloud })
  const { client, Bucket } = bucket
  await bucket.put("a", "value", { StorageClass })
  const restore = async (tier?: Tier, Days: number | undefined = 3) => {
    const RestoreRequest = { Days, ...(tier && { GlacierJobParameters: { Tier: tier } }) }
    const sent = await client.send(new RestoreObjectCommand({ Bucket, Key: "a", RestoreRequest }))
    return sent.$metadata.httpStatusCode
  }
  const state = async () => (await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))).Restore
  return { ...bucket, restore, state }
}

test("S3-91 classes that are read at once", async () => {
  const { client, Bucket, put, text } = await openBucket()
  await put("a-STANDARD", "value")
  const classes = ["STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "REDUCED_REDUNDANCY"] as const
  for (const StorageClass of classes) await put(`a-${StorageClass}`, "value", { StorageClass })
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }))
  expect(Contents).toHaveLength(5)
  for (const { Key = "", StorageClass } of Contents) {
    expect(Key).toBe(`a-${StorageClass}`)
    expect(await text(Key)).toBe("value")
  }
  expect(await refusalOf(put("b", "x", { StorageClass: "OUTPOSTS" }))).toBe(
    "InvalidStorageClass 400: The storage class you specified is not valid",
  )
})

test("S3-90 S3-95 S3-96 archived objects are not read before a restore; their metadata are", async () => {
  for (const StorageClass of ["GLACIER", "DEEP_ARCHIVE"] as const) {
    const { client, Bucket, text } = await openArchive(StorageClass)
    expect(await refusalOf(text("a"))).toBe(ARCHIVED)
    const copied = client.send(
      new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` }),
    )
    expect(await refusalOf(copied)).toBe(ARCHIVED)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }))
    expect(head).toMatchObject({ StorageClass, ContentLength: 5, ServerSideEncryption: "AES256" })
    expect(head.Restore).toBeUndefined()
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.[0]).toMatchObject({ Key: "a", Size: 5, StorageClass })
  }
})

test("S3-97 S3-101 each tier takes its time", async () => {
  const tiers = [
    ["GLACIER", "Expedited", "1m", "4m"],
    ["GLACIER", "Standard", "3h", "2h"],
    ["GLACIER", "Bulk", "5h", "7h"],
    ["DEEP_ARCHIVE", "Standard", "11h", "1h"],
    ["DEEP_ARCHIVE", "Bulk", "40h", "8h"],
  ] as const
  for (const [StorageClass, tier, early, rest] of tiers) {
    const { cloud, text, restore, state } = await openArchive(StorageClass)
    expect(await restore(tier)).toBe(202)
    expect(await state()).toBe('ongoing-request="true"')
    await cloud.advance(early)
    expect(await refusalOf(text("a"))).toBe(ARCHIVED)
    await cloud.advance(rest)
    expect(await text("a")).toBe("value")
    expect(await state()).toContain('ongoing-request="false"')
  }
})

test("S3-99 the copy stays for its days, and then the object is archived as before", async () => {
  const { cloud, client, Bucket, text, restore, state } = await openArchive("GLACIER")
  await restore("Standard", 3)
  await cloud.advance("5h")
  // Restored on the 10th at 14:00: three days, and then to the next midnight.
  expect(await state()).toBe('ongoing-request="false", expiry-date="Wed, 14 Jan 2026 00:00:00 GMT"')
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "a" }))
  expect(got.StorageClass).toBe("GLACIER")
  await cloud.advance("3d")
  expect(await text("a")).toBe("value")
  await cloud.advance("10h")
  expect(await refusalOf(text("a"))).toBe(ARCHIVED)
  expect(await state()).toBeUndefined()
})

test("a restore again: faster, too soon, and of a copy that is there", async () => {
  const { cloud, text, restore, state } = await openArchive("GLACIER")
  await restore("Bulk")
  expect(await refusalOf(restore("Bulk"))).toBe(BUSY)
  expect(await restore("Expedited")).toBe(202)
  await cloud.advance("5m")
  expect(await text("a")).toBe("value")
  expect(await restore("Standard", 10)).toBe(200)
  expect(await state()).toContain("21 Jan 2026")
  await cloud.advance("5d")
  expect(await text("a")).toBe("value")
  await cloud.advance("6d")
  expect(await refusalOf(text("a"))).toBe(ARCHIVED)
})

test("S3-101 what cannot be restored, or not so", async () => {
  const deep = await openArchive("DEEP_ARCHIVE")
  expect(await refusalOf(deep.restore("Expedited"))).toBe(
    "InvalidArgument 400: Retrieval option is not supported by this storage class",
  )
  expect(await refusalOf(deep.restore("Standard", 0))).toContain("MalformedXML 400")
  const plain = await openArchive("STANDARD_IA")
  expect(await refusalOf(plain.restore())).toBe(
    "InvalidObjectState 403: Restore is not allowed for the object's current storage class",
  )
})

test("S3-94 ONEZONE_IA goes with its AZ; the other classes stay", async () => {
  const { cloud, put, text } = await openBucket()
  await put("one", "one", { StorageClass: "ONEZONE_IA" })
  await put("many", "many", { StorageClass: "STANDARD_IA" })
  let failures = 0
  for (const zone of [1, 2, 3, 4, 5, 6]) {
    await cloud.fail({ az: `use1-az${zone}` })
    expect(await text("many")).toBe("many")
    const refused = await refusalOf(text("one"))
    if (refused !== "no refusal") {
      expect(refused).toContain("503")
      expect(await refusalOf(put("two", "x", { StorageClass: "ONEZONE_IA" }))).toContain("503")
      failures += 1
    }
    await cloud.heal({ az: `use1-az${zone}` })
  }
  expect(failures).toBe(1)
  expect(await text("one")).toBe("one")
})

test("S3-102 INTELLIGENT_TIERING archives what nobody reads, and an access brings it back", async () => {
  const { cloud, client, Bucket, put, text } = await openBucket()
  const Id = "all"
  await client.send(
    new PutBucketIntelligentTieringConfigurationCommand({
      ...{ Bucket, Id },
      IntelligentTieringConfiguration: {
        ...{ Id, Status: "Enabled" },
        Tierings: [
          { AccessTier: "ARCHIVE_ACCESS", Days: 90 },
          { AccessTier: "DEEP_ARCHIVE_ACCESS", Days: 180 },
        ],
      },
    }),
  )
  const StorageClass = "INTELLIGENT_TIERING"
  const large = "x".repeat(128 * 1024)
  await put("small", "x", { StorageClass })
  await put("read", large, { StorageClass })
  await put("unread", large, { StorageClass })
  const head = (Key: string) => client.send(new HeadObjectCommand({ Bucket, Key }))
  await cloud.advance("60d")
  expect(await text("read")).toBe(large)
  await cloud.advance("40d")
  // 100 days after the writes, 40 after the read.
  expect(await refusalOf(text("unread"))).toBe(ARCHIVED)
  expect((await head("unread")).ArchiveStatus).toBe("ARCHIVE_ACCESS")
  expect(await text("small")).toBe("x")
  expect(await text("read")).toBe(large)
  await cloud.advance("85d")
  expect((await head("unread")).ArchiveStatus).toBe("DEEP_ARCHIVE_ACCESS")
  await client.send(
    new RestoreObjectCommand({
      ...{ Bucket, Key: "unread" },
      RestoreRequest: { GlacierJobParameters: { Tier: "Standard" } },
    }),
  )
  expect((await head("unread")).Restore).toBe('ongoing-request="true"')
  await cloud.advance("12h")
  expect(await text("unread")).toBe(large)
  expect((await head("unread")).ArchiveStatus).toBeUndefined()
})
