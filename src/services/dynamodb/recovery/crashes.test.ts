import { gunzipSync } from "node:zlib"
import {
  BatchWriteItemCommand,
  CreateBackupCommand,
  CreateTableCommand,
  DescribeBackupCommand,
  DescribeTableCommand,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  ListExportsCommand,
  ListImportsCommand,
  PutItemCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
} from "@aws-sdk/client-dynamodb"
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3"
import { expect, test } from "vitest"
import { createFaultyMachine } from "../../../kernel/sim/faulty-machine.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import { openGateway, plugInLogs, type TestGateway } from "../testing/open-gateway.ts"
import { keys } from "../testing/open-table.ts"

const ITEMS = 600
const TableName = "things"
const Bucket = "bucket"
const S3Bucket = Bucket

async function fill({ client, s3 }: TestGateway): Promise<void> {
  await s3.send(new CreateBucketCommand({ Bucket }))
  const table = { TableName, ...keys("pk"), BillingMode: "PAY_PER_REQUEST" as const }
  await client.send(new CreateTableCommand(table))
  const items = Array.from({ length: ITEMS }, (_, i) => ({ pk: { S: `k${i}` }, v: { S: "old" } }))
  for (let from = 0; from < ITEMS; from += 25) {
    const writes = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: writes } }))
  }
  const Body = items.map((Item) => `${JSON.stringify({ Item })}\n`).join("")
  await s3.send(new PutObjectCommand({ Bucket, Key: "source/1", Body }))
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await client.send(
    new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
  )
}

async function exportedLines({ s3 }: TestGateway): Promise<string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "out/" }))
  const lines: string[] = []
  for (const { Key = "" } of Contents.filter((one) => one.Key?.endsWith(".gz"))) {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
    lines.push(...gunzipSync(bytes).toString().trim().split("\n"))
  }
  return lines
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve))
}

test("backup, restore, export and import go on after crashes in any of their steps", async () => {
  const machine = createFaultyMachine({ random: createSeededRandom(1) })
  const { storage } = machine
  const first = await openGateway({ storage, reports: [] })
  await fill(first)
  await first.cloud.settle()
  const { client } = first
  const TableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`
  const begun = await client.send(new CreateBackupCommand({ TableName, BackupName: "one" }))
  const to = { SourceTableName: TableName, UseLatestRestorableTime: true }
  await Promise.all([
    client.send(new RestoreTableToPointInTimeCommand({ ...to, TargetTableName: "restored" })),
    client.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket, S3Prefix: "out" })),
    client.send(
      new ImportTableCommand({
        ...{ S3BucketSource: { S3Bucket, S3KeyPrefix: "source/" }, InputFormat: "DYNAMODB_JSON" },
        TableCreationParameters: {
          ...keys("pk"),
          TableName: "imported",
          BillingMode: "PAY_PER_REQUEST",
        },
      }),
    ),
  ])
  machine.crash("process")
  for (let run = 0; run < 12; run += 1) {
    await openGateway({ storage, reports: [] })
    await turns(run)
    machine.crash("process")
  }
  const last = await openGateway({ storage })
  // What loads the service: its jobs go on.
  await last.client.send(new DescribeTableCommand({ TableName }))
  await last.cloud.settle()
  const BackupArn = begun.BackupDetails?.BackupArn
  const { BackupDescription } = await last.client.send(new DescribeBackupCommand({ BackupArn }))
  expect(BackupDescription?.BackupDetails?.BackupStatus).toBe("AVAILABLE")
  for (const name of ["restored", "imported"]) {
    const { Table } = await last.client.send(new DescribeTableCommand({ TableName: name }))
    expect(Table).toMatchObject({ TableStatus: "ACTIVE", ItemCount: ITEMS })
    expect(Table?.TableSizeBytes).toBe(BackupDescription?.BackupDetails?.BackupSizeBytes)
  }
  const { ExportSummaries } = await last.client.send(new ListExportsCommand({}))
  expect(ExportSummaries).toMatchObject([{ ExportStatus: "COMPLETED" }])
  expect(new Set(await exportedLines(last)).size).toBe(ITEMS)
  expect(await exportedLines(last)).toHaveLength(ITEMS)
  const { ImportSummaryList } = await last.client.send(new ListImportsCommand({}))
  expect(ImportSummaryList).toMatchObject([{ ImportStatus: "COMPLETED" }])
})

test("DDB-97 an export needs recovery, is of any time in its window, JSON or Ion, and reads no units", async () => {
  const gateway = await openGateway()
  const { client, cloud, usage } = gateway
  await fill(gateway)
  await cloud.settle()
  const atMs = cloud.world.clock.now()
  await cloud.world.advance(600_000)
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: "later" } } }))
  const TableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`
  const before = await usage()
  for (const ExportFormat of ["DYNAMODB_JSON", "ION"] as const) {
    const where = { S3Bucket, S3Prefix: `out/${ExportFormat}`, ExportTime: new Date(atMs) }
    await client.send(new ExportTableToPointInTimeCommand({ TableArn, ExportFormat, ...where }))
  }
  await cloud.settle()
  const lines = await exportedLines(gateway)
  expect(lines.filter((line) => line.startsWith('{"Item":{"pk":{"S":"k'))).toHaveLength(ITEMS)
  expect(lines.filter((line) => line.startsWith('$ion_1_0 {Item:{pk:"k'))).toHaveLength(ITEMS)
  expect(lines).toHaveLength(2 * ITEMS)
  const after = await usage()
  for (const type of ["read-request-units", "write-request-units"])
    expect(after[`dynamodb:${type}`]).toBe(before[`dynamodb:${type}`])
  expect(after["dynamodb:export-bytes"]).toBeGreaterThan(0)
  await client.send(
    new UpdateContinuousBackupsCommand({
      ...{ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } },
    }),
  )
  await expect(
    client.send(new ExportTableToPointInTimeCommand({ TableArn, S3Bucket })),
  ).rejects.toThrow("Point in time recovery is not enabled for table 'things'")
})

test("DDB-98 an import of CSV, JSON or Ion makes a new table, writes no units and logs its errors", async () => {
  const gateway = await openGateway()
  const { client, s3, cloud, usage } = gateway
  const heard = plugInLogs(cloud)
  await s3.send(new CreateBucketCommand({ Bucket }))
  const bodies = {
    CSV: "pk,v\na,1\nb\n",
    DYNAMODB_JSON: '{"Item":{"pk":{"S":"a"}}}\n{"Item":{"v":{"S":"a"}}}\n',
    ION: '$ion_1_0 {Item:{pk:"a"}} {Item:{v:"a"}}',
  }
  for (const [InputFormat, Body] of Object.entries(bodies)) {
    await s3.send(new PutObjectCommand({ Bucket, Key: InputFormat, Body }))
    const input = {
      ...{ S3BucketSource: { S3Bucket, S3KeyPrefix: InputFormat } },
      InputFormat: InputFormat as keyof typeof bodies,
      TableCreationParameters: {
        ...{ ...keys("pk"), TableName: InputFormat, BillingMode: "PAY_PER_REQUEST" as const },
      },
    }
    const { ImportTableDescription } = await client.send(new ImportTableCommand(input))
    await cloud.settle()
    await expect(client.send(new ImportTableCommand(input))).rejects.toThrow("Table already exists")
    const { Table } = await client.send(new DescribeTableCommand({ TableName: InputFormat }))
    expect(Table).toMatchObject({ TableStatus: "ACTIVE", ItemCount: 1 })
    const id = ImportTableDescription?.ImportArn?.split("/").at(-1)
    expect(heard.map(({ name }) => name)).toEqual([
      ...["CreateLogGroup", "CreateLogStream", "PutLogEvents"],
    ])
    expect(heard.at(-1)?.input).toMatchObject({
      ...{ logGroupName: "/aws-dynamodb/imports", logStreamName: `${id}/error` },
      logEvents: [{ message: expect.stringContaining(`"key":"${InputFormat}"`) }],
    })
    heard.length = 0
  }
  const counted = await usage()
  expect(counted["dynamodb:write-request-units"]).toBeUndefined()
  expect(counted["dynamodb:import-bytes"]).toBeGreaterThan(0)
})
