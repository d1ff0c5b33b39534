import {
  DeleteArchiveCommand,
  DescribeJobCommand,
  GlacierClient,
  InitiateJobCommand,
  ListJobsCommand,
  SetVaultNotificationsCommand,
  type JobParameters,
  type S3Location,
  type SelectParameters,
} from "@aws-sdk/client-glacier"
import { IAMClient } from "@aws-sdk/client-iam"
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { newUser } from "../../../../gateway/testing/identity.ts"
import { plugIn } from "../../../../gateway/testing/plug-in.ts"
import { gatewayConfig } from "../../../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../../../kernel/meter.ts"
import { unchecked } from "../../../../registry/authorize.ts"
import type { ActionOperation } from "../../../../registry/operation.ts"
import { ACCOUNT, ARN, openVault, refusalOf, VAULT } from "../../testing/open-vault.ts"

const PEOPLE = "name,age\nann,41\nbob,17\nzoe,35\n"
const QUERY: SelectParameters = {
  ExpressionType: "SQL",
  Expression: "SELECT s.name FROM archive s WHERE CAST(s.age AS INT) > 30",
  // The words of the guide; the SDKs' are in capitals.
  InputSerialization: { csv: { FileHeaderInfo: "Use" as "USE" } },
}

/** A vault with one archive in it, and a bucket for what queries find. */
async function openArchive(text = PEOPLE) {
  const vault = await openVault()
  const { cloud, client, start, upload } = vault
  const s3 = new S3Client(gatewayConfig(cloud))
  await s3.send(new CreateBucketCommand({ Bucket: "output" }))
  const ArchiveId = await upload(text)
  const asked = (
    more: Partial<JobParameters> = {},
    location: Partial<S3Location> = {},
  ): JobParameters => ({
    ...{ Type: "select", ArchiveId, SelectParameters: QUERY },
    OutputLocation: { S3: { BucketName: "output", Prefix: "my-prefix", ...location } },
    ...more,
  })
  return {
    ...vault,
    ...{ s3, archiveId: ArchiveId, asked },
    select: (...of: Parameters<typeof asked>) => start(asked(...of)),
    jobOf: (jobId: string) => client.send(new DescribeJobCommand({ ...VAULT, jobId })),
    async list() {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "output" }))
      return Contents.map(({ Key = "" }) => Key)
    },
    async read(Key: string) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: "output", Key }))
      return (await Body?.transformToString()) ?? ""
    },
  }
}

test("a select job queries an archive, and writes what it finds to a bucket", async () => {
  const { client, asked, jobOf, list, read, pass, output, cloud } = await openArchive()
  const input = { ...VAULT, jobParameters: asked({ Description: "of age" }) }
  const { jobId = "", jobOutputPath, location } = await client.send(new InitiateJobCommand(input))
  expect(jobOutputPath).toBe(`my-prefix/${jobId}/`)
  expect(location).toBe(`/${ACCOUNT}/vaults/v/jobs/${jobId}`)
  // The placeholder is there at once, and nothing else before the archive's bytes are.
  expect(await list()).toEqual([`${jobOutputPath}job.txt`])
  const begun = {
    ...{ JobId: jobId, Action: "Select", ArchiveId: input.jobParameters.ArchiveId, VaultARN: ARN },
    ...{ StatusCode: "InProgress", Completed: false, Tier: "Standard", JobDescription: "of age" },
    ...{ JobOutputPath: jobOutputPath, SelectParameters: QUERY },
    OutputLocation: { S3: { BucketName: "output", Prefix: "my-prefix" } },
  }
  expect(JSON.parse(await read(`${jobOutputPath}job.txt`))).toMatchObject(begun)
  expect(await jobOf(jobId)).toMatchObject(begun)
  await pass("4h")
  expect(await list()).toHaveLength(1)
  await pass("1h")
  const keys = await list()
  expect(keys.map((key) => key.replace(/results\/[0-9a-f]{32}$/, "results/…"))).toEqual([
    `${jobOutputPath}job.txt`,
    `${jobOutputPath}result_manifest.txt`,
    `${jobOutputPath}results/…`,
  ])
  expect(await read(keys[2] ?? "")).toBe("ann\nzoe\n")
  expect(await read(keys[1] ?? "")).toBe(`s3://output/${keys[2]}\n`)
  const ended = await jobOf(jobId)
  expect(ended).toMatchObject({ StatusCode: "Succeeded", Completed: true, Action: "Select" })
  expect([ended.ArchiveSizeInBytes, ended.SHA256TreeHash, ended.RetrievalByteRange]).toEqual([
    ...[undefined, undefined, undefined],
  ])
  // "You cannot call the GetJobOutput operation."
  expect(await refusalOf(output(jobId))).toContain(`is in Amazon S3: ${jobOutputPath}`)
  const usage = await cloud.world.read((tx) =>
    usageOf(tx, ACCOUNT, { from: 0, to: Infinity, limit: 100 }),
  )
  const ofQueries = usage.filter(({ usageType }) => usageType.startsWith("glacier:select"))
  expect(Object.fromEntries(ofQueries.map((row) => [row.usageType, row.quantity]))).toEqual({
    "glacier:select-requests-Standard": 1,
    "glacier:select-returned-Standard": 8,
    "glacier:select-scanned-Standard": PEOPLE.length,
  })
  await pass("24h")
  expect(await refusalOf(jobOf(jobId))).toContain("ResourceNotFoundException")
})

test("each tier takes its time; jobs of all kinds stand in one list", async () => {
  const { client, archiveId, retrieve, select, list, pass } = await openArchive()
  const tiers = [
    ["Expedited", "4m", "1m"],
    ["Bulk", "11h", "1h"],
  ] as const
  for (const [Tier, before, rest] of tiers) {
    const before_ = (await list()).length
    await select({ Tier })
    await pass(before)
    expect(await list()).toHaveLength(before_ + 1)
    await pass(rest)
    expect(await list()).toHaveLength(before_ + 3)
  }
  await retrieve(archiveId)
  const { JobList } = await client.send(new ListJobsCommand(VAULT))
  expect(JobList?.map(({ Action }) => Action)).toEqual(["Select", "Select", "ArchiveRetrieval"])
})

test("what a query meets later is told among the errors, and the job has failed", async () => {
  const { select, list, read, pass, jobOf } = await openArchive("name,age\nann,old\n")
  const id = await select({ Tier: "Expedited" }, { Prefix: "" })
  await pass("5m")
  const [manifest = "", error = "", ...rest] = await list()
  expect([manifest, error, rest].flat()).toEqual([
    `${id}/error_manifest.txt`,
    expect.stringMatching(/\/errors\/[0-9a-f]{32}$/),
    `${id}/job.txt`,
  ])
  expect(await read(manifest)).toBe(`s3://output/${error}\n`)
  expect(await read(error)).toMatch(/^CastFailed: /)
  const { StatusCode, StatusMessage } = await jobOf(id)
  expect([StatusCode, StatusMessage]).toEqual(["Failed", expect.stringContaining("CAST")])
})

test("an archive that is deleted meanwhile cannot be queried", async () => {
  const { client, archiveId, select, list, pass, jobOf } = await openArchive()
  const id = await select()
  await client.send(new DeleteArchiveCommand({ ...VAULT, archiveId }))
  await pass("5h")
  expect((await jobOf(id)).StatusCode).toBe("Failed")
  expect((await list()).some((key) => key.endsWith("/error_manifest.txt"))).toBe(true)
})

test("the output has the class, encryption, tags and metadata of its location", async () => {
  const { s3, select, list, pass } = await openArchive()
  await select(
    { Tier: "Expedited" },
    {
      ...{ Encryption: { EncryptionType: "AES256" }, StorageClass: "STANDARD_IA" },
      ...{ CannedACL: "bucket-owner-full-control" },
      ...{ Tagging: { "a b": "c=d" }, UserMetadata: { color: "red" } },
    },
  )
  await pass("5m")
  const keys = await list()
  expect(keys).toHaveLength(3)
  for (const Key of keys) {
    const at = { Bucket: "output", Key }
    expect(await s3.send(new HeadObjectCommand(at))).toMatchObject({
      ...{ ServerSideEncryption: "AES256", StorageClass: "STANDARD_IA" },
      Metadata: { color: "red" },
    })
    const { TagSet } = await s3.send(new GetObjectTaggingCommand(at))
    expect(TagSet).toEqual([{ Key: "a b", Value: "c=d" }])
  }
})

test("large results come in parts, of an archive of several parts", async () => {
  const line = `${"x".repeat(1_000)}\n`
  const { select, list, read, pass } = await openArchive(line.repeat(20_000))
  const Expression = "select * from archive"
  const SelectParameters = { ExpressionType: "SQL" as const, Expression }
  const id = await select({ Tier: "Expedited", SelectParameters })
  await pass("5m")
  const manifest = await read(`my-prefix/${id}/result_manifest.txt`)
  const keys = manifest.trimEnd().split("\n")
  expect(keys).toHaveLength(2)
  expect(await list()).toHaveLength(4)
  const texts = await Promise.all(keys.map((one) => read(one.replace("s3://output/", ""))))
  expect(texts.join("") === line.repeat(20_000)).toBe(true)
})

test("what cannot be asked for is refused at once, and leaves nothing", async () => {
  const { client, asked, list, s3 } = await openArchive()
  const abroad = { LocationConstraint: "eu-west-1" as const }
  await s3.send(new CreateBucketCommand({ Bucket: "far", CreateBucketConfiguration: abroad }))
  const start = async (...of: Parameters<typeof asked>) =>
    refusalOf(client.send(new InitiateJobCommand({ ...VAULT, jobParameters: asked(...of) })))
  const query = (more: Partial<SelectParameters>) =>
    start({ SelectParameters: { ...QUERY, ...more } })
  const MISSING = "MissingParameterValueException: Required parameter missing: "
  expect(await start({ ArchiveId: undefined })).toBe(`${MISSING}ArchiveId`)
  expect(await start({ SelectParameters: undefined })).toBe(`${MISSING}SelectParameters`)
  expect(await start({ OutputLocation: undefined })).toBe(`${MISSING}OutputLocation`)
  expect(await start({}, { BucketName: undefined })).toBe(`${MISSING}BucketName`)
  expect(await start({}, { Prefix: undefined })).toBe(`${MISSING}Prefix`)
  expect(await start({}, { Encryption: {} })).toBe(`${MISSING}EncryptionType`)
  expect(await query({ Expression: undefined })).toBe(`${MISSING}Expression`)
  expect(await query({ ExpressionType: undefined })).toBe(`${MISSING}ExpressionType`)
  const INVALID = /^InvalidParameterValueException: /
  for (const refusal of [
    await start({ RetrievalByteRange: "0-1048575" }),
    await start({ Format: "CSV" }),
    await start({ Tier: "Soon" }),
    await start({}, { Prefix: "x".repeat(600) }),
    await start({}, { BucketName: "none" }),
    await start({}, { BucketName: "far" }),
    await query({ Expression: "SELECT FROM" }),
    await query({ Expression: "SELECT COUNT(*) FROM archive" }),
    await query({ Expression: "SELECT * FROM archive LIMIT 1" }),
    await query({ InputSerialization: { csv: { FileHeaderInfo: "maybe" as "USE" } } }),
  ])
    expect(refusal).toMatch(INVALID)
  expect(await start({ ArchiveId: "none" })).toContain("ResourceNotFoundException")
  expect(await list()).toEqual([])
  expect((await client.send(new ListJobsCommand(VAULT))).JobList).toEqual([])
})

test("both of Glacier's rights are needed, and all is written with the caller's", async () => {
  const { cloud, asked, jobOf, list, pass } = await openArchive()
  const { credentials, may } = await newUser(new IAMClient(gatewayConfig(cloud)), "ann")
  const ann = new GlacierClient({ ...gatewayConfig(cloud), credentials })
  const allow = (...Action: string[]) => may({ Action, Resource: "*" })
  const start = () => ann.send(new InitiateJobCommand({ ...VAULT, jobParameters: asked() }))
  const DENIED = /^AccessDenied(?:Exception)?: /
  const refused = async (action: string) => {
    const refusal = await refusalOf(start())
    expect(refusal).toMatch(DENIED)
    expect(refusal).toContain(action)
  }
  await allow("glacier:InitiateJob", "s3:PutObject")
  await refused("glacier:GetJobOutput")
  await allow("glacier:GetJobOutput", "s3:PutObject")
  await refused("glacier:InitiateJob")
  await allow("glacier:InitiateJob", "glacier:GetJobOutput")
  await refused("s3:PutObject")
  expect(await list()).toEqual([])
  await allow("glacier:InitiateJob", "glacier:GetJobOutput", "s3:PutObject")
  const { jobId = "" } = await start()
  expect(await list()).toHaveLength(1)
  await allow("glacier:InitiateJob", "glacier:GetJobOutput")
  await pass("5h")
  expect(await list()).toHaveLength(1)
  const { StatusCode, StatusMessage } = await jobOf(jobId)
  expect([StatusCode, StatusMessage]).toEqual(["Failed", expect.stringContaining("s3:PutObject")])
})

test("the end of a query is told to the job's topic alone", async () => {
  const { cloud, client, pass, select } = await openArchive()
  const told: { TopicArn: string; Message: string }[] = []
  const Publish: ActionOperation<(typeof told)[number], object> = {
    ...{ kind: "action", name: "Publish", authorize: unchecked("a topic of a test") },
    run(_ctx, input) {
      told.push(input)
      return Promise.resolve({ MessageId: "m" })
    },
  }
  plugIn(cloud, "sns", { Publish })
  const [own, ofVault] = ["own", "vault"].map((name) => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`)
  const Events = ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]
  const vaultNotificationConfig = { SNSTopic: ofVault, Events }
  await client.send(new SetVaultNotificationsCommand({ ...VAULT, vaultNotificationConfig }))
  const JobId = await select({ SNSTopic: own })
  await pass("5h")
  await cloud.settle()
  expect(told.map(({ TopicArn }) => TopicArn)).toEqual([own])
  expect(JSON.parse(told[0]?.Message ?? "")).toMatchObject({
    ...{ Action: "Select", Completed: true, StatusCode: "Succeeded", JobId, SNSTopic: own },
    ...{ JobOutputPath: `my-prefix/${JobId}/`, SHA256TreeHash: null, ArchiveSizeInBytes: null },
  })
})
