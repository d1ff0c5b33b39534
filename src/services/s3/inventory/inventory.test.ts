import { gunzipSync } from "node:zlib"
import { hash } from "node:crypto"
import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  DeleteObjectCommand,
  GetBucketInventoryConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketInventoryConfigurationsCommand,
  ListObjectsV2Command,
  PutBucketInventoryConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  type InventoryConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3"
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms"
import { parquetReadObjects } from "hyparquet"
import { expect, test } from "vitest"
import { readOrc } from "../testing/orc/read-orc.ts"
import { openBucket, openCloud, refusalOf, type TestBucket } from "../testing/open-bucket.ts"

const ACCOUNT = "000000000000"
const Bucket = "photos"
const HOUR = "1h"

type Change = Partial<InventoryConfiguration> & {
  readonly to?: Partial<NonNullable<InventoryConfiguration["Destination"]>["S3BucketDestination"]>
}

const configuration = ({ to, ...more }: Change = {}): InventoryConfiguration => ({
  ...{ Id: "all", IsEnabled: true, IncludedObjectVersions: "Current" },
  Destination: {
    S3BucketDestination: { Bucket: "arn:aws:s3:::lists", Format: "CSV", Prefix: "inv", ...to },
  },
  Schedule: { Frequency: "Daily" },
  ...more,
})

const put = (client: S3Client, change: Change = {}, Id = "all") =>
  client.send(
    new PutBucketInventoryConfigurationCommand({
      ...{ Bucket, Id },
      InventoryConfiguration: configuration(change),
    }),
  )

/** What the guide gives ("Granting permissions for S3 Inventory"). */
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      ...{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "s3:PutObject" },
      Resource: ["arn:aws:s3:::lists/*"],
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

interface TestInventory extends TestBucket {
  keys(): Promise<string[]>
  bytes(Key: string): Promise<Buffer>
  /** The newest list: its manifest and its files. */
  list(): Promise<{ manifest: Manifest; key: string; files: Buffer[] }>
}

interface Manifest {
  readonly fileSchema: string
  readonly files: readonly { readonly key: string; size: number; MD5checksum: string }[]
}

/** At midnight UTC; the first list begins an hour later. */
async function openInventory({ policy = true } = {}): Promise<TestInventory> {
  const opened = await openCloud({ now: "2027-01-04T00:00:00Z" })
  const bucket = await openBucket(Bucket, { cloud: opened })
  const { client } = bucket
  await client.send(new CreateBucketCommand({ Bucket: "lists" }))
  if (policy) await client.send(new PutBucketPolicyCommand({ Bucket: "lists", Policy: POLICY }))
  const keys = async () =>
    ((await client.send(new ListObjectsV2Command({ Bucket: "lists" }))).Contents ?? []).map(
      ({ Key = "" }) => Key,
    )
  const bytes = async (Key: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "lists", Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }
  const list = async () => {
    const key = (await keys()).findLast((one) => one.endsWith("/manifest.json")) ?? ""
    const manifest = JSON.parse((await bytes(key)).toString()) as Manifest
    const files = []
    for (const file of manifest.files) files.push(await bytes(file.key))
    return { manifest, key, files }
  }
  return { ...bucket, keys, bytes, list }
}

const lines = (files: readonly Buffer[]): string[] =>
  files.flatMap((file) => gunzipSync(file).toString().trimEnd().split("\n"))

test("a list of a bucket's objects is written each day, as CSV or Parquet, with its manifests", async () => {
  const { client, cloud, put: write, keys, bytes, list } = await openInventory()
  await write("a b/ü.txt", "hello")
  await write("z", "x", { StorageClass: "STANDARD_IA" })
  await put(client, { OptionalFields: ["StorageClass", "Size", "ETag", "LastModifiedDate"] })
  await cloud.advance(HOUR)
  const { manifest, key, files } = await list()
  expect(key).toBe("inv/photos/all/2027-01-04T01-00Z/manifest.json")
  expect(manifest).toEqual({
    ...{ sourceBucket: Bucket, destinationBucket: "arn:aws:s3:::lists", version: "2016-11-30" },
    creationTimestamp: String(Date.parse("2027-01-04T01:00:00Z")),
    fileFormat: "CSV",
    fileSchema: "Bucket, Key, Size, LastModifiedDate, ETag, StorageClass",
    files: [
      {
        key: expect.stringMatching(/^inv\/photos\/all\/data\/[0-9a-f-]{36}\.csv\.gz$/),
        size: files[0]?.length,
        MD5checksum: hash("md5", files[0] ?? ""),
      },
    ],
  })
  expect(lines(files)).toEqual([
    `"photos","a%20b/%C3%BC.txt","5","2027-01-04T00:00:00.000Z","${hash("md5", "hello")}","STANDARD"`,
    `"photos","z","1","2027-01-04T00:00:00.000Z","${hash("md5", "x")}","STANDARD_IA"`,
  ])
  const sum = await bytes("inv/photos/all/2027-01-04T01-00Z/manifest.checksum")
  expect(sum.toString()).toBe(hash("md5", await bytes(key)))
  const link = await bytes("inv/photos/all/hive/dt=2027-01-04-01-00/symlink.txt")
  expect(link.toString()).toBe(`s3://lists/${manifest.files[0]?.key}\n`)
  await put(client, {
    to: { Format: "Parquet" },
    IncludedObjectVersions: "All",
    OptionalFields: ["Size", "LastModifiedDate", "IsMultipartUploaded"],
  })
  const before = await keys()
  await cloud.advance("24h")
  const second = await list()
  expect((await keys()).length - before.length).toBe(4)
  expect(second.key).toBe("inv/photos/all/2027-01-05T01-00Z/manifest.json")
  expect(second.manifest.fileSchema).toBe(
    "message s3.inventory { required binary bucket (UTF8); required binary key (UTF8); optional binary version_id (UTF8); optional boolean is_latest; optional boolean is_delete_marker; optional int64 size; optional int64 last_modified_date (TIMESTAMP_MILLIS); optional boolean is_multipart_uploaded; }",
  )
  expect(second.manifest.files[0]?.key).toMatch(/\.parquet$/)
  const file = new Uint8Array(second.files[0] ?? []).buffer
  expect((await parquetReadObjects({ file }))[0]).toEqual({
    ...{ bucket: Bucket, key: "a b/ü.txt", version_id: "", is_latest: true },
    ...{ is_delete_marker: false, size: 5n, is_multipart_uploaded: false },
    last_modified_date: new Date("2027-01-04T00:00:00Z"),
  })
})

test("S3-164 lists come daily or weekly, of objects and chosen metadata, as CSV, ORC or Parquet, and all say the same", async () => {
  const { client, cloud, put: write, keys, bytes } = await openInventory()
  await write("a b/ü.txt", "hello")
  await write("z", "x", { StorageClass: "STANDARD_IA", ServerSideEncryption: "aws:kms" })
  const OptionalFields = [
    ...(["Size", "LastModifiedDate", "ETag", "StorageClass", "IsMultipartUploaded"] as const),
    ...(["ReplicationStatus", "EncryptionStatus", "ObjectLockRetainUntilDate"] as const),
  ]
  for (const Format of ["CSV", "ORC", "Parquet"] as const)
    await put(client, { Id: Format, to: { Format }, OptionalFields }, Format)
  const Schedule = { Frequency: "Weekly" as const }
  await put(client, { Id: "weekly", Schedule, to: { Format: "ORC" } }, "weekly")
  await cloud.advance("14d")
  const all = await keys()
  const manifests = (id: string) =>
    all.filter((key) => key.startsWith(`inv/photos/${id}/`) && key.endsWith("/manifest.json"))
  expect(["CSV", "ORC", "Parquet", "weekly"].map((id) => manifests(id).length)).toEqual([
    14, 14, 14, 3,
  ])
  const newest = async (id: string) => {
    const manifest = JSON.parse((await bytes(manifests(id).at(-1) ?? "")).toString()) as Manifest
    return { ...manifest, body: await bytes(manifest.files[0]?.key ?? "") }
  }
  const orc = await newest("ORC")
  expect([orc.files[0]?.key.slice(-4), orc.fileSchema]).toEqual([
    ".orc",
    "struct<bucket:string,key:string,size:bigint,last_modified_date:timestamp,e_tag:string,storage_class:string,is_multipart_uploaded:boolean,replication_status:string,encryption_status:string,object_lock_retain_until_date:timestamp>",
  ])
  const read = readOrc(orc.body)
  expect(read.schema).toBe(orc.fileSchema)
  expect(read.rows[0]).toEqual({
    ...{ bucket: Bucket, key: "a b/ü.txt", size: 5n, e_tag: hash("md5", "hello") },
    ...{ last_modified_date: "2027-01-04 00:00:00.0", storage_class: "STANDARD" },
    ...{ is_multipart_uploaded: false, replication_status: null, encryption_status: "SSE-S3" },
    object_lock_retain_until_date: null,
  })
  const file = new Uint8Array((await newest("Parquet")).body).buffer
  const parquet = (await parquetReadObjects({ file })).map((row) => ({
    ...row,
    last_modified_date: "2027-01-04 00:00:00.0",
  }))
  expect(read.rows).toEqual(parquet)
  const csv = lines([(await newest("CSV")).body]).map((line) => line.slice(1, -1).split('","'))
  expect(csv.map((row) => [decodeURIComponent(row[1] ?? ""), row[2], row[5], row[8]])).toEqual(
    read.rows.map((row) => [
      ...[row["key"], String(row["size"]), row["storage_class"], row["encryption_status"]],
    ]),
  )
})

test("a weekly list comes once at first, and then on Sundays", async () => {
  const { client, cloud, keys } = await openInventory()
  await put(client, { Schedule: { Frequency: "Weekly" } })
  await cloud.advance("14d")
  const manifests = (await keys()).filter((key) => key.endsWith("manifest.json"))
  expect(manifests.map((key) => key.split("/")[3])).toEqual([
    "2027-01-04T01-00Z",
    "2027-01-10T01-00Z",
    "2027-01-17T01-00Z",
  ])
})

test("all versions are listed with their markers, the newest alone without them; a prefix limits both", async () => {
  const { client, cloud, put: write, list } = await openInventory()
  const VersioningConfiguration = { Status: "Enabled" as const }
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  const first = (await write("in/a", "1")).VersionId
  const second = (await write("in/a", "22")).VersionId
  const gone = (await write("in/b", "1")).VersionId
  const { VersionId: marker } = await client.send(new DeleteObjectCommand({ Bucket, Key: "in/b" }))
  await write("out", "1")
  const more = { Filter: { Prefix: "in/" }, OptionalFields: ["Size" as const] }
  await put(client, { ...more, IncludedObjectVersions: "All" })
  await cloud.advance(HOUR)
  expect(lines((await list()).files)).toEqual([
    `"photos","in/a","${second}","true","false","2"`,
    `"photos","in/a","${first}","false","false","1"`,
    `"photos","in/b","${marker}","true","true",""`,
    `"photos","in/b","${gone}","false","false","1"`,
  ])
  await put(client, more)
  await cloud.advance("24h")
  expect(lines((await list()).files)).toEqual([`"photos","in/a","2"`])
})

test("what a list tells on request of encryption, locks, owners and expiry", async () => {
  const { client, cloud, put: write, list } = await openInventory()
  await write("a", "1")
  await put(client, {
    OptionalFields: [
      ...(["EncryptionStatus", "BucketKeyStatus", "ChecksumAlgorithm"] as const),
      ...(["ObjectAccessControlList", "ObjectOwner", "ReplicationStatus"] as const),
    ],
  })
  await cloud.advance(HOUR)
  const [row = ""] = lines((await list()).files)
  const [, , replication, encryption, bucketKey, checksum, acl, owner] = row
    .slice(1, -1)
    .split('","')
  expect([replication, encryption, bucketKey, checksum]).toEqual([
    "",
    "SSE-S3",
    "DISABLED",
    "CRC32",
  ])
  expect(owner).toMatch(/^[0-9a-f]{64}$/)
  expect(JSON.parse(Buffer.from(acl ?? "", "base64").toString())).toEqual({
    ...{ version: "2022-11-10", status: "AVAILABLE" },
    grants: [{ canonicalId: owner, permission: "FULL_CONTROL", type: "CanonicalUser" }],
  })
})

test("a destination whose policy does not let S3 in gets nothing, and gets the next list once it does", async () => {
  const { client, cloud, put: write, keys } = await openInventory({ policy: false })
  await write("a")
  await put(client)
  await cloud.advance(HOUR)
  expect(await keys()).toEqual([])
  await client.send(new PutBucketPolicyCommand({ Bucket: "lists", Policy: POLICY }))
  await cloud.advance("24h")
  expect(await keys()).toHaveLength(4)
})

test("files and manifests are encrypted as the configuration says, by a key that lets S3 in", async () => {
  const { client, cloud, put: write, keys } = await openInventory()
  const kms = cloud.client(KMSClient)
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "kms:*", Resource: "*" },
      {
        ...{ Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Resource: "*" },
        Action: "kms:GenerateDataKey",
        Condition: {
          StringEquals: { "aws:SourceAccount": ACCOUNT },
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::photos" },
        },
      },
    ],
  })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }))
  await write("a")
  const KeyId = KeyMetadata?.Arn
  await put(client, { to: { Encryption: { SSEKMS: { KeyId } } } })
  await cloud.advance(HOUR)
  for (const Key of await keys()) {
    const head = await client.send(new HeadObjectCommand({ Bucket: "lists", Key }))
    expect([head.ServerSideEncryption, head.SSEKMSKeyId]).toEqual(["aws:kms", KeyId])
  }
  expect(await keys()).toHaveLength(4)
})

test("lists end with their configuration, and with its bucket", async () => {
  const { client, cloud, put: write, keys } = await openInventory()
  await write("a")
  await put(client)
  await put(client, { IsEnabled: false })
  await cloud.advance("48h")
  expect(await keys()).toEqual([])
  await put(client)
  await client.send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id: "all" }))
  await cloud.advance("48h")
  expect(await keys()).toEqual([])
})

test("every version is listed once, though looks into the store begin within a key", async () => {
  const { client, cloud, put: write, list } = await openInventory()
  const VersioningConfiguration = { Status: "Enabled" as const }
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }))
  // 1,100 versions of one key, and others around it: pages begin within a key.
  await write("a")
  for (let at = 0; at < 1_100; at += 1) await write("b", String(at))
  await write("c")
  await put(client, { IncludedObjectVersions: "All", OptionalFields: ["Size"] })
  await cloud.advance(HOUR)
  const rows = lines((await list()).files)
  expect(rows).toHaveLength(1_102)
  expect(new Set(rows).size).toBe(1_102)
})

test("configurations are kept, listed and deleted, and refused in AWS's words", async () => {
  const { client } = await openInventory()
  const get = (Id = "all") =>
    client.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id }))
  await put(client, { Id: "z" }, "z")
  await put(client, { Id: "all", OptionalFields: ["Size", "ETag"] })
  expect((await get()).InventoryConfiguration).toEqual(
    configuration({ OptionalFields: ["Size", "ETag"] }),
  )
  const listed = await client.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))
  expect(listed.InventoryConfigurationList?.map(({ Id }) => Id)).toEqual(["all", "z"])
  expect(await refusalOf(get("none"))).toBe(
    "NoSuchConfiguration 404: The specified configuration does not exist.",
  )
  const refused = (change: object, Id?: string) => refusalOf(put(client, change, Id))
  expect(await refused({ Id: "wrong" })).toBe(
    "IdMismatch 400: Document ID does not match the specified configuration ID.",
  )
  expect(await refused({ to: { Bucket: "lists" } })).toBe(
    "InvalidS3DestinationBucket 400: Invalid bucket ARN.",
  )
  for (const change of [
    { to: { Format: "WRONG" } },
    { Schedule: { Frequency: "Hourly" } },
    { IncludedObjectVersions: "Wrong" },
    { OptionalFields: ["TestField"] },
    { to: { Encryption: { SSES3: {}, SSEKMS: { KeyId: "x" } } } },
  ])
    expect(await refused(change)).toMatch(/^MalformedXML 400: The XML you provided/)
})
