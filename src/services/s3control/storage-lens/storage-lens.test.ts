import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations"
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3"
import {
  DeleteStorageLensConfigurationCommand,
  DeleteStorageLensConfigurationTaggingCommand,
  GetStorageLensConfigurationCommand,
  GetStorageLensConfigurationTaggingCommand,
  ListStorageLensConfigurationsCommand,
  PutStorageLensConfigurationCommand,
  PutStorageLensConfigurationTaggingCommand,
  S3ControlClient,
  type StorageLensConfiguration,
} from "@aws-sdk/client-s3-control"
import { parquetReadObjects } from "hyparquet"
import { expect, test } from "vitest"
import { refusalOf } from "../../../gateway/testing/refusal.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

const AccountId = "000000000000"
const DEFAULT = "default-account-dashboard"
const LENS = "storage-lens.s3.amazonaws.com"
const plain = { AccountLevel: { BucketLevel: {} }, IsEnabled: true }

async function openLens() {
  const cloud = await openInProcess({ now: Date.UTC(2026, 0, 15, 12) })
  const s3 = cloud.client(S3Client)
  const control = cloud.client(S3ControlClient)
  const bucket = (Bucket: string, client = s3) => client.send(new CreateBucketCommand({ Bucket }))
  const write = (Bucket: string, Key: string, size: number, more = {}) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size, "x"), ...more }))
  const configure = (ConfigId: string, value: Partial<StorageLensConfiguration> = {}) =>
    control.send(
      new PutStorageLensConfigurationCommand({
        ...{ AccountId, ConfigId },
        StorageLensConfiguration: { ...plain, Id: ConfigId, ...value },
      }),
    )
  /** A bucket that takes exports. */
  const target = async (Format: "CSV" | "Parquet" = "CSV") => {
    await bucket("lens")
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        ...{ Effect: "Allow", Principal: { Service: LENS }, Action: "s3:PutObject" },
        Resource: `arn:aws:s3:::lens/all/StorageLens/${AccountId}/*`,
        Condition: {
          StringEquals: {
            "s3:x-amz-acl": "bucket-owner-full-control",
            "aws:SourceAccount": AccountId,
          },
          ArnLike: { "aws:SourceArn": `arn:aws:s3:us-east-1:${AccountId}:storage-lens/*` },
        },
      },
    })
    await s3.send(new PutBucketPolicyCommand({ Bucket: "lens", Policy }))
    const place = { AccountId, Arn: "arn:aws:s3:::lens", Prefix: "all" }
    return { S3BucketDestination: { ...place, Format, OutputSchemaVersion: "V_1" as const } }
  }
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "lens", Key }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }
  const manifest = async (id: string, day: string) =>
    JSON.parse(
      (
        await read(`all/StorageLens/${AccountId}/${id}/V_1/manifests/dt=${day}/manifest.json`)
      ).toString(),
    ) as Manifest
  /** The metrics of a day: `BUCKET us-east-1 name class prefix metric` → value. */
  const report = async (id: string, day: string) => {
    const { reportFiles } = await manifest(id, day)
    const text = (await read(reportFiles[0]?.key ?? "")).toString().trim().split("\n").slice(1)
    return Object.fromEntries(
      text.map((line) => {
        const [, , , account, region, storage, type, value, name, metric, count] = line.split(",")
        const place = [type, account?.slice(0, 3), region, name, storage, value, metric]
        return [place.filter((part) => part !== "").join(" "), Number(count)]
      }),
    )
  }
  return { cloud, s3, control, bucket, write, configure, target, read, manifest, report }
}

interface Manifest {
  readonly reportFiles: readonly { key: string; size: number; md5Checksum: string }[]
}

test("S3-158 every account has the default dashboard, which can be disabled and not deleted; others can be made", async () => {
  const { control, configure } = await openLens()
  const list = async () =>
    (await control.send(new ListStorageLensConfigurationsCommand({ AccountId })))
      .StorageLensConfigurationList
  const remove = (ConfigId: string) =>
    control.send(new DeleteStorageLensConfigurationCommand({ AccountId, ConfigId }))
  const get = async (ConfigId: string) =>
    (await control.send(new GetStorageLensConfigurationCommand({ AccountId, ConfigId })))
      .StorageLensConfiguration
  const arn = (id: string) => `arn:aws:s3:us-east-1:${AccountId}:storage-lens/${id}`
  const described = (Id: string, IsEnabled: boolean) => ({
    ...{ Id, IsEnabled, StorageLensArn: arn(Id), HomeRegion: "us-east-1" },
  })
  expect(await list()).toEqual([described(DEFAULT, true)])
  expect(await get(DEFAULT)).toMatchObject({ Id: DEFAULT, StorageLensArn: arn(DEFAULT) })
  expect(await refusalOf(remove(DEFAULT))).toContain("InvalidRequest")
  await configure(DEFAULT, { IsEnabled: false })
  await configure("mine", { Include: { Regions: ["us-east-1"] } })
  expect(await list()).toEqual([described(DEFAULT, false), described("mine", true)])
  expect(await get("mine")).toMatchObject({ Include: { Regions: ["us-east-1"] } })
  expect(await refusalOf(configure(DEFAULT, { Include: { Regions: ["us-east-1"] } }))).toContain(
    "InvalidRequest",
  )
  await remove("mine")
  expect(await refusalOf(get("mine"))).toContain("NoSuchConfiguration")
  expect(await refusalOf(remove("mine"))).toContain("NoSuchConfiguration")
  expect(await refusalOf(remove(DEFAULT))).toContain("InvalidRequest")
})

test("tags of a dashboard", async () => {
  const { control } = await openLens()
  const of = { AccountId, ConfigId: DEFAULT }
  const Tags = [{ Key: "a", Value: "1" }]
  const get = async () =>
    (await control.send(new GetStorageLensConfigurationTaggingCommand(of))).Tags
  await control.send(new PutStorageLensConfigurationTaggingCommand({ ...of, Tags }))
  expect(await get()).toEqual(Tags)
  await control.send(new DeleteStorageLensConfigurationTaggingCommand(of))
  expect(await get()).toEqual([])
})

test("what is not counted is refused by name, and what cannot be delivered at once", async () => {
  const { bucket, configure } = await openLens()
  const tables = { StorageLensTableDestination: { IsEnabled: true } }
  for (const more of [{ DataExport: tables }, { ExpandedPrefixesDataExport: tables }])
    expect(await refusalOf(configure("x", more))).toContain("NotImplemented")
  await bucket("there")
  const destination = { AccountId, Format: "CSV" as const, OutputSchemaVersion: "V_1" as const }
  const to = (name: string, owner = AccountId) => ({
    DataExport: {
      S3BucketDestination: { ...destination, AccountId: owner, Arn: `arn:aws:s3:::${name}` },
    },
  })
  expect(await refusalOf(configure("x", to("nowhere")))).toContain("InvalidRequest")
  expect(await refusalOf(configure("x", to("there", "111111111111")))).toContain("InvalidRequest")
  expect(await refusalOf(configure("x", to("there")))).toBe("no refusal")
  const AwsOrg = { Arn: `arn:aws:organizations::${AccountId}:organization/o-abcdefghij` }
  expect(await refusalOf(configure("x", { AwsOrg }))).toContain("AccessDenied")
})

test("the metrics of a day are those of what lies in the buckets", async () => {
  const { cloud, s3, bucket, write, configure, target, report } = await openLens()
  await bucket("films")
  const Enabled = { Status: "Enabled" as const }
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: "films", VersioningConfiguration: Enabled }),
  )
  await write("films", "a", 100)
  await write("films", "a", 10)
  await write("films", "b", 5, { StorageClass: "STANDARD_IA" })
  await write("films", "gone", 1)
  await s3.send(new DeleteObjectCommand({ Bucket: "films", Key: "gone" }))
  const upload = { Bucket: "films", Key: "parts" }
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
  await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "xyz" }))
  await configure("mine", { DataExport: await target() })
  await cloud.advance("13h")
  const first = await report("mine", "2026-01-15")
  const standard = (type: string) => `${type} 000 us-east-1 films STANDARD`
  const metrics = {
    StorageBytes: 118,
    ObjectCount: 5,
    CurrentVersionStorageBytes: 10,
    CurrentVersionObjectCount: 1,
    NonCurrentVersionStorageBytes: 101,
    NonCurrentVersionObjectCount: 2,
    DeleteMarkerStorageBytes: 4,
    DeleteMarkerObjectCount: 1,
    IncompleteMultipartUploadStorageBytes: 3,
    IncompleteMultipartUploadObjectCount: 1,
    EncryptedStorageBytes: 111,
    EncryptedObjectCount: 3,
  }
  for (const [name, value] of Object.entries(metrics))
    expect([name, first[`${standard("BUCKET")} ${name}`]]).toEqual([name, value])
  expect(first["BUCKET 000 us-east-1 films STANDARD_IA CurrentVersionStorageBytes"]).toBe(5)
  expect(first["BUCKET 000 us-east-1 films VersioningEnabledBucketCount"]).toBe(1)
  expect(first["BUCKET 000 us-east-1 lens VersioningEnabledBucketCount"]).toBe(0)
  expect(first["ACCOUNT 000 us-east-1 VersioningEnabledBucketCount"]).toBe(1)
  expect(first["ACCOUNT 000 us-east-1 STANDARD StorageBytes"]).toBe(118)
  await cloud.advance("8d")
  const later = await report("mine", "2026-01-23")
  expect(later[`${standard("BUCKET")} IncompleteMPUStorageBytesOlderThan7Days`]).toBe(3)
})

test("S3-159 metrics are those of an organization, of Regions, of buckets or of prefixes", async () => {
  const { cloud, bucket, write, configure, target, report } = await openLens()
  const organizations = cloud.client(OrganizationsClient)
  const { Organization } = await organizations.send(new CreateOrganizationCommand({}))
  const asked = new CreateAccountCommand({ AccountName: "two", Email: "two@example.com" })
  const { CreateAccountStatus } = await organizations.send(asked)
  await cloud.advance("1h")
  const status = new DescribeCreateAccountStatusCommand({
    CreateAccountRequestId: CreateAccountStatus?.Id,
  })
  const member = (await organizations.send(status)).CreateAccountStatus?.AccountId ?? ""
  const far = cloud.client(S3Client, { region: "eu-west-1" })
  const members = cloud.client(S3Client, {
    credentials: { accessKeyId: member, secretAccessKey: "test" },
  })
  await bucket("films")
  await write("films", "2025/jan/a", 60)
  await write("films", "2025/feb/a", 39)
  await write("films", "tiny/a", 1)
  await far.send(new CreateBucketCommand({ Bucket: "far" }))
  await far.send(new PutObjectCommand({ Bucket: "far", Key: "a", Body: "12345" }))
  await bucket("theirs", members)
  await members.send(new PutObjectCommand({ Bucket: "theirs", Key: "a", Body: "1234567" }))
  const DataExport = await target()
  const AwsOrg = { Arn: Organization?.Arn ?? "" }
  expect(await refusalOf(configure("org", { AwsOrg, DataExport }))).toContain("AccessDenied")
  await organizations.send(new EnableAWSServiceAccessCommand({ ServicePrincipal: LENS }))
  // What one dashboard exports is storage, too.
  const lens = "arn:aws:s3:::lens"
  await configure("org", { AwsOrg, DataExport, Exclude: { Buckets: [lens] } })
  await configure("region", { DataExport, Include: { Regions: ["eu-west-1"] } })
  await configure("bucket", { DataExport, Exclude: { Buckets: ["arn:aws:s3:::far", lens] } })
  const SelectionCriteria = { Delimiter: "/", MaxDepth: 2, MinStorageBytesPercentage: 2 }
  await configure("prefix", {
    ...{ DataExport, Include: { Buckets: ["arn:aws:s3:::films"] } },
    AccountLevel: {
      BucketLevel: { PrefixLevel: { StorageMetrics: { IsEnabled: true, SelectionCriteria } } },
    },
  })
  await cloud.advance("1d")
  const bytes = async (id: string) =>
    Object.fromEntries(
      Object.entries(await report(id, "2026-01-15"))
        .filter(([name]) => name.endsWith(" StorageBytes"))
        .map(([name, count]) => [name.replace(" StorageBytes", ""), count]),
    )
  const own = "000 us-east-1"
  const theirs = `${member.slice(0, 3)} us-east-1`
  expect(await bytes("org")).toEqual({
    ...{ [`BUCKET ${own} films STANDARD`]: 100, "BUCKET 000 eu-west-1 far STANDARD": 5 },
    ...{ [`BUCKET ${theirs} theirs STANDARD`]: 7, [`ACCOUNT ${theirs} STANDARD`]: 7 },
    ...{ [`ACCOUNT ${own} STANDARD`]: 100, "ACCOUNT 000 eu-west-1 STANDARD": 5 },
  })
  expect(await bytes("region")).toEqual({
    ...{ "BUCKET 000 eu-west-1 far STANDARD": 5, "ACCOUNT 000 eu-west-1 STANDARD": 5 },
  })
  expect(await bytes("bucket")).toEqual({
    ...{ [`BUCKET ${own} films STANDARD`]: 100, [`ACCOUNT ${own} STANDARD`]: 100 },
  })
  expect(await bytes("prefix")).toEqual({
    ...{ [`BUCKET ${own} films STANDARD`]: 100, [`ACCOUNT ${own} STANDARD`]: 100 },
    [`PREFIX ${own} films STANDARD 2025%2F`]: 99,
    [`PREFIX ${own} films STANDARD 2025%2Fjan%2F`]: 60,
    [`PREFIX ${own} films STANDARD 2025%2Ffeb%2F`]: 39,
  })
})

test("S3-160 metrics come every day, as CSV or as Parquet, with a manifest", async () => {
  const { cloud, s3, bucket, write, configure, target, read, manifest } = await openLens()
  await bucket("films")
  await write("films", "a", 100)
  const DataExport = await target()
  const { S3BucketDestination } = DataExport
  const Parquet = { S3BucketDestination: { ...S3BucketDestination, Format: "Parquet" as const } }
  await configure("csv", { DataExport })
  await configure("parquet", { DataExport: Parquet })
  await cloud.advance("3d")
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "lens" }))
  const days = (id: string) =>
    Contents?.filter(({ Key }) => Key?.includes(`/${id}/V_1/reports/`)).map(
      ({ Key }) => /dt=([^/]+)/.exec(Key ?? "")?.[1],
    )
  const all = ["2026-01-15", "2026-01-16", "2026-01-17"]
  expect([days("csv"), days("parquet")]).toEqual([all, all])
  const columns =
    "version_number,configuration_id,report_date,aws_account_number,aws_region,storage_class," +
    "record_type,record_value,bucket_name,metric_name,metric_value"
  const csv = await manifest("csv", "2026-01-16")
  const [file] = csv.reportFiles
  expect(csv).toMatchObject({
    ...{ sourceAccountId: AccountId, configId: "csv", destinationBucket: "arn:aws:s3:::lens" },
    ...{ reportVersion: "V_1", reportDate: "2026-01-16", reportFormat: "CSV" },
    reportSchema: columns,
  })
  const text = (await read(file?.key ?? "")).toString()
  expect([text.length, text.split("\n")[0]]).toEqual([file?.size, columns])
  expect(text).toContain(
    `V_1,csv,2026-01-16,${AccountId},us-east-1,STANDARD,BUCKET,,films,StorageBytes,100\n`,
  )
  const parquet = await manifest("parquet", "2026-01-16")
  const bytes = await read(parquet.reportFiles[0]?.key ?? "")
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer })
  expect(rows).toContainEqual({
    ...{ version_number: "V_1", configuration_id: "parquet", report_date: "2026-01-16" },
    ...{ aws_account_number: AccountId, aws_region: "us-east-1", storage_class: "STANDARD" },
    ...{ record_type: "BUCKET", record_value: "", bucket_name: "films" },
    ...{ metric_name: "StorageBytes", metric_value: 100n },
  })
  await configure("csv", { DataExport, IsEnabled: false })
  await cloud.advance("2d")
  const after = await s3.send(
    new ListObjectsV2Command({ Bucket: "lens", Prefix: "all/StorageLens" }),
  )
  expect(after.Contents?.filter(({ Key }) => Key?.includes("/csv/V_1/reports/"))).toHaveLength(3)
  expect(after.Contents?.filter(({ Key }) => Key?.includes("/parquet/V_1/reports/"))).toHaveLength(
    5,
  )
})
