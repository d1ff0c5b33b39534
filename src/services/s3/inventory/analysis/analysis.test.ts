import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketAnalyticsConfigurationCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketPolicyCommand,
  type AnalyticsConfiguration,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openBucket, openCloud, refusalOf } from "../../testing/open-bucket.ts"

const ACCOUNT = "000000000000"
const Bucket = "photos"
const MB = 1024 * 1024

/** What the guide gives ("Granting permissions for S3 Inventory and S3 analytics"). */
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      ...{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "s3:PutObject" },
      Resource: ["arn:aws:s3:::reports/*"],
      Condition: {
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::photos" },
        StringEquals: {
          "aws:SourceAccount": ACCOUNT,
          "s3:x-amz-acl": "bucket-owner-full-control",
        },
      },
    },
  ],
})

const EXPORT = {
  DataExport: {
    OutputSchemaVersion: "V_1" as const,
    Destination: {
      S3BucketDestination: {
        ...{ Format: "CSV" as const, Bucket: "arn:aws:s3:::reports", Prefix: "sca" },
        BucketAccountId: ACCOUNT,
      },
    },
  },
}

/** Each column of a line by its name. */
type Line = Readonly<Record<string, string>>

/** Noon of a day: the first day that is watched begins twelve hours later. */
async function openAnalysis({ policy = true } = {}) {
  const cloud = await openCloud({ now: "2027-01-04T12:00:00Z" })
  const bucket = await openBucket(Bucket, { cloud })
  const { client } = bucket
  await client.send(new CreateBucketCommand({ Bucket: "reports" }))
  if (policy) await client.send(new PutBucketPolicyCommand({ Bucket: "reports", Policy: POLICY }))
  const analyse = (Id: string, Filter?: AnalyticsConfiguration["Filter"], more: object = EXPORT) =>
    client.send(
      new PutBucketAnalyticsConfigurationCommand({
        ...{ Bucket, Id },
        AnalyticsConfiguration: { Id, StorageClassAnalysis: more, ...(Filter && { Filter }) },
      }),
    )
  const read = async (Key: string, more = {}) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }))
    await Body?.transformToByteArray()
  }
  const keys = async () =>
    ((await client.send(new ListObjectsV2Command({ Bucket: "reports" }))).Contents ?? []).map(
      ({ Key = "" }) => Key,
    )
  const lines = async (id: string): Promise<Line[]> => {
    const Key = `sca/photos/${id}.csv`
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "reports", Key }))
    const [head = "", ...rows] = ((await Body?.transformToString()) ?? "").trimEnd().split("\n")
    const names = head.split(",")
    return rows.map((row) =>
      Object.fromEntries(row.split(",").map((value, at) => [names[at] ?? "", value])),
    )
  }
  return { ...bucket, analyse, read, keys, lines }
}

test("S3-156 the report comes first between 24 and 48 hours after the configuration, then daily, as one file that grows", async () => {
  const { cloud, analyse, keys, lines, put } = await openAnalysis()
  await put("a", Buffer.alloc(MB))
  await analyse("all")
  await cloud.advance("24h")
  expect(await keys()).toEqual([])
  await cloud.advance("12h")
  expect(await keys()).toEqual(["sca/photos/all.csv"])
  const dates = async () =>
    (await lines("all")).filter(({ ObjectAge }) => ObjectAge === "ALL").map(({ Date }) => Date)
  expect(await dates()).toEqual(["01-06-2027"])
  await cloud.advance("48h")
  expect(await keys()).toEqual(["sca/photos/all.csv"])
  expect(await dates()).toEqual(["01-06-2027", "01-07-2027", "01-08-2027"])
})

test("the file has AWS's columns; each age group's objects, bytes, uploads and reads of the day", async () => {
  const { client, cloud, analyse, lines, put, read } = await openAnalysis()
  await put("old", Buffer.alloc(2 * MB))
  await put("small", Buffer.alloc(1000))
  await put("ia", Buffer.alloc(MB), { StorageClass: "STANDARD_IA" })
  await cloud.advance("14d")
  await analyse("all")
  await read("old")
  await cloud.advance("24h")
  await put("new", Buffer.alloc(MB))
  await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: "photos/new" }))
  await read("old")
  await read("old", { Range: `bytes=0-${MB - 1}` })
  await read("small")
  await read("ia")
  await client.send(new HeadObjectCommand({ Bucket, Key: "old" }))
  expect(await refusalOf(read("none"))).toContain("NoSuchKey")
  await cloud.advance("12h")
  const found = await lines("all")
  expect(Object.keys(found[0] ?? {})).toEqual([
    ...["Date", "ConfigId", "Filter", "StorageClass", "ObjectAge", "ObjectCount"],
    ...["DataUploaded_MB", "Storage_MB", "DataRetrieved_MB", "GetRequestCount"],
    ...["CumulativeAccessRatio", "ObjectAgeForSIATransition"],
    "RecommendedObjectAgeForSIATransition",
  ])
  expect(
    found.map(({ ObjectAge }) => ObjectAge).filter((age, at, all) => age !== all[at - 1]),
  ).toEqual([
    ...["000-014", "015-029", "030-044", "045-059", "060-074", "075-089"],
    ...["090-119", "120-149", "150-179", "180-364", "365-729", "730+", "ALL"],
  ])
  const line = (storage: string, age: string) => {
    const { Date, ConfigId, Filter, StorageClass, ObjectAge, ...values } =
      found.find((one) => one["StorageClass"] === storage && one["ObjectAge"] === age) ?? {}
    expect([Date, ConfigId, Filter]).toEqual(["01-20-2027", "all", ""])
    return Object.values(values).join(",")
  }
  expect(line("STANDARD", "000-014")).toBe("2,2,2,0,0,0.75,,")
  expect(line("STANDARD", "015-029")).toBe("1,0,2,3,2,1.5,,")
  expect(line("STANDARD", "030-044")).toBe("0,0,0,0,0,,,")
  expect(line("STANDARD_IA", "015-029")).toBe("1,0,1,1,1,1,,")
  expect(line("STANDARD", "ALL")).toBe("4,2,4.000954,3.000954,3,0.75006,,")
})

test("S3-155 after 30 days of watching it recommends an age for moving objects from STANDARD to STANDARD_IA, and nothing for other classes", async () => {
  const { cloud, analyse, lines, put, read } = await openAnalysis()
  await put("hot", Buffer.alloc(MB))
  await put("cold", Buffer.alloc(MB), { StorageClass: "STANDARD_IA" })
  await cloud.advance("12h")
  await analyse("all")
  for (let day = 0; day < 70; day += 1) {
    // Read daily until it is 45 days old.
    if (day < 44) await read("hot")
    await cloud.advance("24h")
  }
  const all = (await lines("all")).filter(({ ObjectAge }) => ObjectAge === "ALL")
  const moves = (storage: string) =>
    all
      .filter(({ StorageClass }) => StorageClass === storage)
      .map((one) => [one["ObjectAgeForSIATransition"], one["RecommendedObjectAgeForSIATransition"]])
  const standard = moves("STANDARD")
  // Not before it has been watched for 30 days; then it is too hot to move at first.
  expect(standard.slice(0, 44).flat().join("")).toBe("")
  expect(standard.slice(-1)).toEqual([["45", "45"]])
  const observed = standard.findIndex(([age]) => age === "45")
  const recommended = standard.findIndex(([, age]) => age === "45")
  expect(observed).toBe(44)
  expect(recommended - observed).toBe(6)
  expect(moves("STANDARD_IA").flat().join("")).toBe("")
})

test("a prefix and tags say which objects are watched", async () => {
  const { cloud, analyse, lines, put, read } = await openAnalysis()
  await put("in/a", Buffer.alloc(MB), { Tagging: "team=x" })
  await put("in/b", Buffer.alloc(MB))
  await put("out", Buffer.alloc(MB), { Tagging: "team=x" })
  await analyse("prefix", { Prefix: "in/" })
  await analyse("tag", { Tag: { Key: "team", Value: "x" } })
  await analyse("both", { And: { Prefix: "in/", Tags: [{ Key: "team", Value: "x" }] } })
  await cloud.advance("12h")
  for (const key of ["in/a", "in/b", "out"]) await read(key)
  await read("in/a")
  await cloud.advance("24h")
  const totals = async (id: string) => {
    const all = (await lines(id)).find(({ ObjectAge }) => ObjectAge === "ALL") ?? {}
    return [all["Filter"], all["ObjectCount"], all["GetRequestCount"]]
  }
  expect(await totals("prefix")).toEqual(["in/", "2", "3"])
  expect(await totals("tag")).toEqual(["team=x", "2", "3"])
  expect(await totals("both")).toEqual(["in/ team=x", "1", "2"])
})

test("where the destination does not let S3 in nothing comes; when it does, all that was seen comes", async () => {
  const { client, cloud, analyse, keys, lines, put } = await openAnalysis({ policy: false })
  await put("a", Buffer.alloc(MB))
  await analyse("all")
  await analyse("silent", undefined, {})
  await cloud.advance("48h")
  expect(await keys()).toEqual([])
  await client.send(new PutBucketPolicyCommand({ Bucket: "reports", Policy: POLICY }))
  await cloud.advance("24h")
  expect(await keys()).toEqual(["sca/photos/all.csv"])
  const all = (await lines("all")).filter(({ ObjectAge }) => ObjectAge === "ALL")
  expect(all.map(({ Date }) => Date)).toEqual(["01-06-2027", "01-07-2027"])
})

test("a changed filter begins anew; what is deleted, or whose bucket is gone, is watched no longer", async () => {
  const { client, cloud, analyse, keys, lines, put } = await openAnalysis()
  await put("a", Buffer.alloc(MB))
  await analyse("all")
  await cloud.advance("48h")
  // The same filter again: what was seen stays.
  await analyse("all", undefined, EXPORT)
  await cloud.advance("24h")
  const days = async () =>
    (await lines("all")).filter(({ ObjectAge }) => ObjectAge === "ALL").length
  expect(await days()).toBe(2)
  await analyse("all", { Prefix: "a" })
  await cloud.advance("48h")
  expect(await days()).toBe(1)
  await client.send(new DeleteBucketAnalyticsConfigurationCommand({ Bucket, Id: "all" }))
  await client.send(new DeleteObjectCommand({ Bucket: "reports", Key: "sca/photos/all.csv" }))
  await cloud.advance("72h")
  expect(await keys()).toEqual([])
  await analyse("all")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }))
  await client.send(new DeleteBucketCommand({ Bucket }))
  await cloud.advance("72h")
  expect(await keys()).toEqual([])
})

test("S3-157 the export is plain CSV with a line of names, as QuickSight reads it; others than a bucket's ARN are refused", async () => {
  const { client, cloud, analyse, put } = await openAnalysis()
  await put("a", Buffer.alloc(MB))
  await analyse("all", { Prefix: 'say "a", b' })
  await cloud.advance("36h")
  const { Body, ContentType } = await client.send(
    new GetObjectCommand({ Bucket: "reports", Key: "sca/photos/all.csv" }),
  )
  const text = (await Body?.transformToString()) ?? ""
  expect(ContentType).toBe("text/csv")
  expect(text.split("\n")[1]).toBe('01-06-2027,all,"say ""a"", b",STANDARD,000-014,0,0,0,0,0,,,')
  const to = { Format: "CSV" as const, Bucket: "reports" }
  const Destination = { S3BucketDestination: to }
  const refused = analyse("x", undefined, {
    DataExport: { OutputSchemaVersion: "V_1", Destination },
  })
  expect(await refusalOf(refused)).toBe("InvalidS3DestinationBucket 400: Invalid bucket ARN.")
})
