import { gunzipSync } from "node:zlib"
import { createHash } from "node:crypto"
import {
  DescribeExportCommand,
  ExportTableToPointInTimeCommand,
  ListExportsCommand,
  DeleteItemCommand,
  UpdateContinuousBackupsCommand,
  type ExportTableToPointInTimeCommandInput,
} from "@aws-sdk/client-dynamodb"
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { userWith } from "../testing/user.ts"

interface Exported extends TestTable {
  readonly s3: S3Client
  readonly arn: string
}

const Bucket = "exports"
const S3Bucket = Bucket

async function openExported(): Promise<Exported> {
  const table = await openTable()
  const { cloud, client, TableName } = table
  const s3 = cloud.client(S3Client, { forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket }))
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await client.send(
    new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
  )
  return { ...table, s3, arn: `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}` }
}

const start = async (
  { client, arn }: Exported,
  more: Partial<ExportTableToPointInTimeCommandInput> = {},
) => {
  const input = { TableArn: arn, S3Bucket, ...more }
  const answer = await client.send(new ExportTableToPointInTimeCommand(input))
  return answer.ExportDescription
}

const describe = async ({ client }: Exported, ExportArn = "") =>
  (await client.send(new DescribeExportCommand({ ExportArn }))).ExportDescription

async function run(one: Exported, more: Partial<ExportTableToPointInTimeCommandInput> = {}) {
  const begun = await start(one, more)
  await one.cloud.settle()
  return describe(one, begun?.ExportArn)
}

async function files({ s3 }: Exported): Promise<Map<string, Buffer>> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
  const found = new Map<string, Buffer>()
  for (const { Key = "" } of Contents) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    found.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []))
  }
  return found
}

const linesOf = (all: Map<string, Buffer>): string[] =>
  [...all]
    .filter(([key]) => key.endsWith(".gz"))
    .flatMap(([, body]) => gunzipSync(body).toString().split("\n").filter(Boolean))

const md5 = (body: Buffer | undefined): string =>
  createHash("md5")
    .update(body ?? "")
    .digest("base64")

test("an export writes the table of any time in the window as JSON, beside its manifests", async () => {
  const one = await openExported()
  const Item = { pk: { S: "a" }, sk: { S: "1" }, n: { N: "1.50" }, b: { B: Buffer.from("x") } }
  await one.put(Item)
  for (let i = 0; i < 1_100; i += 1) await one.put({ pk: { S: `p${i}` }, sk: { S: "1" } })
  await one.cloud.advance("1s")
  const ExportTime = one.cloud.now()
  await one.cloud.advance("1h")
  await one.put({ pk: { S: "later" }, sk: { S: "1" } })
  const begun = await start(one, { ExportTime, S3Prefix: "dir/sub" })
  expect(begun).toMatchObject({
    ExportStatus: "IN_PROGRESS",
    ExportFormat: "DYNAMODB_JSON",
    S3Bucket,
  })
  expect(begun?.ExportType).toBeUndefined()
  expect(begun?.ClientToken).toBeTruthy()
  await one.cloud.settle()
  const done = await describe(one, begun?.ExportArn)
  const id = begun?.ExportArn?.split("/").at(-1)
  const folder = `dir/sub/AWSDynamoDB/${id}`
  expect(done).toMatchObject({
    ExportStatus: "COMPLETED",
    ItemCount: 1_101,
    ExportManifest: `${folder}/manifest-summary.json`,
  })
  const all = await files(one)
  const names = [...all.keys()].filter((key) => !key.endsWith(".gz"))
  const manifests = ["files.json", "files.md5", "summary.json", "summary.md5"]
  expect(names).toEqual([
    ...[`${folder}/_started`, ...manifests.map((name) => `${folder}/manifest-${name}`)],
  ])
  for (const name of ["files", "summary"])
    expect(all.get(`${folder}/manifest-${name}.md5`)?.toString()).toBe(
      md5(all.get(`${folder}/manifest-${name}.json`)),
    )
  const items = linesOf(all).map((line) => (JSON.parse(line) as { Item: typeof Item }).Item)
  expect(items).toHaveLength(1_101)
  expect(items.find(({ pk }) => pk.S === "a")).toEqual({
    ...{ pk: { S: "a" }, sk: { S: "1" }, n: { N: "1.5" }, b: { B: "eA==" } },
  })
  const data = all.get(`${folder}/manifest-files.json`)?.toString().trim().split("\n") ?? []
  expect(data.length).toBeGreaterThan(1)
  let count = 0
  for (const line of data) {
    const file = JSON.parse(line) as Record<string, string & number>
    count += file.itemCount ?? 0
    expect(file.dataFileS3Key).toMatch(new RegExp(`^${folder}/data/[a-z2-7]{26}\\.json\\.gz$`))
    expect(file.md5Checksum).toBe(md5(all.get(file.dataFileS3Key ?? "")))
    expect(file.etag).toMatch(/^[0-9a-f]{32}/)
  }
  expect(count).toBe(1_101)
  expect(JSON.parse(all.get(`${folder}/manifest-summary.json`)?.toString() ?? "")).toMatchObject({
    ...{ version: "2020-06-30", exportArn: begun?.ExportArn, exportTime: ExportTime.toISOString() },
    ...{ s3Prefix: "dir/sub", manifestFilesS3Key: `${folder}/manifest-files.json` },
    ...{ itemCount: 1_101, outputFormat: "DYNAMODB_JSON" },
  })
})

test("a table without recovery is not exported", async () => {
  const one = await openExported()
  await openTable({ TableName: "plain" }, one.cloud)
  expect(await refusalOf(start({ ...one, arn: one.arn.replace("things", "plain") }))).toBe(
    "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'plain'",
  )
  expect(await refusalOf(start({ ...one, arn: one.arn.replace("things", "nothing") }))).toBe(
    `TableNotFoundException: Table not found: ${one.arn.replace("things", "nothing")}`,
  )
})

test("an export in Ion has decimals, and sets with annotations", async () => {
  const one = await openExported()
  await one.put({
    ...{
      pk: { S: 'a"' },
      sk: { S: "1" },
      n: { N: "600" },
      "an id": { BOOL: true },
      null: { NULL: true },
    },
    ...{
      ss: { SS: ["x"] },
      ns: { NS: ["1.25"] },
      bs: { BS: [Buffer.from("x")] },
      b: { B: Buffer.from("y") },
    },
    ...{ m: { M: { l: { L: [{ N: "103" }, { N: "1e-30" }, { N: "-0.5" }] } } } },
  })
  await run(one, { ExportFormat: "ION" })
  const [line] = linesOf(await files(one))
  expect(line).toBe(
    `$ion_1_0 {Item:{pk:"a\\"",sk:"1",n:6d2,'an id':true,'null':null,ss:$dynamodb_SS::["x"],` +
      "ns:$dynamodb_NS::[1.25],bs:$dynamodb_BS::[{{eA==}}],b:{{eQ==}}," +
      "m:{l:[103.,1d-30,-0.5]}}}",
  )
})

test("an incremental export tells each changed item once, as it was and as it became", async () => {
  const one = await openExported()
  const put = (sk: string, v: string) => one.put({ pk: { S: "a" }, sk: { S: sk }, v: { S: v } })
  const remove = (sk: string) =>
    one.client.send(
      new DeleteItemCommand({ TableName: one.TableName, Key: { pk: { S: "a" }, sk: { S: sk } } }),
    )
  for (const sk of ["changed", "deleted", "quiet"]) await put(sk, "0")
  await one.cloud.advance("1m")
  const ExportFromTime = one.cloud.now()
  await put("changed", "1")
  await one.cloud.advance("1m")
  await put("changed", "2")
  const changedMs = one.cloud.now().getTime()
  await put("new", "1")
  await put("short", "1")
  await remove("short")
  await remove("deleted")
  await one.cloud.advance("20m")
  const ExportToTime = one.cloud.now()
  await put("changed", "3")
  await remove("new")
  await put("after", "1")
  const IncrementalExportSpecification = { ExportFromTime, ExportToTime }
  const more = { ExportType: "INCREMENTAL_EXPORT" as const, IncrementalExportSpecification }
  const done = await run(one, more)
  expect(done).toMatchObject({
    ExportStatus: "COMPLETED",
    ItemCount: 3,
    ExportType: "INCREMENTAL_EXPORT",
  })
  const all = await files(one)
  const records = linesOf(all).map((line) => JSON.parse(line) as Record<string, object>)
  const image = (sk: string, v: string) => ({ pk: { S: "a" }, sk: { S: sk }, v: { S: v } })
  const keys = (sk: string) => ({ pk: { S: "a" }, sk: { S: sk } })
  const Metadata = { WriteTimestampMicros: { N: `${changedMs}000` } }
  const order = (records_: Record<string, object>[]) =>
    records_.toSorted((a, b) => JSON.stringify(a.Keys).localeCompare(JSON.stringify(b.Keys)))
  expect(order(records)).toEqual([
    {
      Metadata,
      Keys: keys("changed"),
      OldImage: image("changed", "0"),
      NewImage: image("changed", "2"),
    },
    { Metadata, Keys: keys("deleted"), OldImage: image("deleted", "0") },
    { Metadata, Keys: keys("new"), NewImage: image("new", "1") },
  ])
  const [data = ""] = [...all.keys()].filter((key) => key.endsWith(".gz"))
  expect(data).toMatch(/^AWSDynamoDB\/data\//)
  const close = { ExportFromTime, ExportToTime: new Date(ExportFromTime.getTime() + 2_000) }
  expect(await refusalOf(start(one, { ...more, IncrementalExportSpecification: close }))).toMatch(
    /^InvalidExportTimeException: Difference between export period/,
  )
})

test("the same token is the same export; with other words it is refused", async () => {
  const one = await openExported()
  const ClientToken = "11111111-2222-3333-4444-555555555555"
  const first = await start(one, { ClientToken })
  const second = await start(one, { ClientToken })
  expect(second?.ExportArn).toBe(first?.ExportArn)
  expect(await refusalOf(start(one, { ClientToken, S3Prefix: "x" }))).toBe(
    "ExportConflictException: Export conflict: Duplicate request detected with conflicting parameters",
  )
  const third = await start(one)
  expect(third?.ExportArn).not.toBe(first?.ExportArn)
  await one.cloud.settle()
  const seen: unknown[] = []
  let NextToken: string | undefined
  do {
    const page = await one.client.send(new ListExportsCommand({ MaxResults: 1, NextToken }))
    seen.push(...(page.ExportSummaries ?? []).map((each) => [each.ExportStatus, each.ExportType]))
    NextToken = page.NextToken
  } while (NextToken)
  expect(seen).toEqual([
    ["COMPLETED", "FULL_EXPORT"],
    ["COMPLETED", "FULL_EXPORT"],
  ])
  expect(await refusalOf(describe(one, one.arn))).toBe("ValidationException: Invalid Export ARN")
})

test("an export writes with its caller's rights: without them, or a bucket, it fails", async () => {
  const one = await openExported()
  expect(await run(one, { S3Bucket: "no-such-bucket" })).toMatchObject({
    ExportStatus: "FAILED",
    FailureCode: "S3NoSuchBucket",
    FailureMessage: "The specified bucket does not exist",
  })
  const client = await userWith(
    one.cloud,
    { Action: "dynamodb:*", Resource: "*" },
    { Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/mine/*` },
  )
  const theirs = { ...one, client }
  expect(await run(theirs, { S3Prefix: "mine" })).toMatchObject({ ExportStatus: "COMPLETED" })
  const denied = await run(theirs, { S3Prefix: "others" })
  expect(denied).toMatchObject({ ExportStatus: "FAILED", FailureCode: "S3AccessDenied" })
  expect(denied?.FailureMessage).toMatch(/user\/reader is not authorized to perform: s3:PutObject/)
})

test("data files are encrypted as asked", async () => {
  const one = await openExported()
  await run(one, { S3SseAlgorithm: "KMS" })
  const { Contents = [] } = await one.s3.send(new ListObjectsV2Command({ Bucket }))
  for (const { Key } of Contents) {
    const head = await one.s3.send(new HeadObjectCommand({ Bucket, Key }))
    expect(head.ServerSideEncryption).toBe("aws:kms")
  }
  expect(Contents.length).toBeGreaterThan(5)
})
