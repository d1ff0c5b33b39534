import { gzipSync, zstdCompressSync } from "node:zlib"
import {
  DescribeImportCommand,
  DescribeTableCommand,
  ExportTableToPointInTimeCommand,
  ImportTableCommand,
  ListImportsCommand,
  PutItemCommand,
  UpdateContinuousBackupsCommand,
  type ImportTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { makeBinaryWriter, makeReader } from "ion-js"
import { expect, test } from "vitest"
import { openBucket, type TestBucket } from "../../s3/testing/open-bucket.ts"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan } from "../testing/read-table.ts"
import { userWith } from "../testing/user.ts"

type Given = Partial<ImportTableCommandInput> & { readonly TableName?: string }

interface Source extends TestTable {
  readonly bucket: TestBucket
}

async function openSource(): Promise<Source> {
  const bucket = await openBucket("source")
  const table = await openTable({ TableName: "here" }, bucket.cloud)
  return { ...table, bucket, TableName: "made" }
}

async function start({ client }: TestTable, { TableName = "made", ...more }: Given = {}) {
  const answer = await client.send(
    new ImportTableCommand({
      ...{ S3BucketSource: { S3Bucket: "source" }, InputFormat: "DYNAMODB_JSON" },
      TableCreationParameters: { TableName, BillingMode: "PAY_PER_REQUEST", ...keys("pk", "n:N") },
      ...more,
    }),
  )
  return answer.ImportTableDescription
}

const describe = async ({ client }: TestTable, ImportArn = "") =>
  (await client.send(new DescribeImportCommand({ ImportArn }))).ImportTableDescription

async function run(source: Source, more: Given = {}) {
  const begun = await start(source, more)
  await source.cloud.settle()
  return describe(source, begun?.ImportArn)
}

const line = (n: number, more: object = {}) =>
  `${JSON.stringify({ Item: { pk: { S: "a" }, n: { N: String(n) }, ...more } })}\n`

const count = async (table: TestTable) => (await scan(table, { Select: "COUNT" })).Count

test("a table is made from lines of DynamoDB JSON of all objects below a prefix", async () => {
  const source = await openSource()
  const { bucket, client } = source
  const many = Array.from({ length: 450 }, (_, i) => line(i, { ss: { SS: ["x"] } })).join("")
  await bucket.put("data/1.json", many)
  const twoInOne = line(1_000, { by: { S: '}"{' } }).trim() + line(1_000)
  await bucket.put("data/2.json", twoInOne)
  await bucket.put("other/3.json", line(5_000))
  const S3BucketSource = { S3Bucket: "source", S3KeyPrefix: "data/" }
  const begun = await start(source, { S3BucketSource })
  expect(begun).toMatchObject({ ImportStatus: "IN_PROGRESS", InputCompressionType: "NONE" })
  expect(begun?.S3BucketSource?.S3BucketOwner).toBe("000000000000")
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "made" }))
  expect(Table?.TableStatus).toBe("CREATING")
  await source.cloud.settle()
  expect(await describe(source, begun?.ImportArn)).toMatchObject({
    ...{
      ImportStatus: "COMPLETED",
      ProcessedItemCount: 452,
      ImportedItemCount: 452,
      ErrorCount: 0,
    },
    ...{ ProcessedSizeBytes: many.length + twoInOne.length },
  })
  expect(await count(source)).toBe(451)
  const after = await client.send(new DescribeTableCommand({ TableName: "made" }))
  expect(after.Table).toMatchObject({ TableStatus: "ACTIVE", ItemCount: 451 })
})

test("CSV has a header or a header list; keys have their types, all else is strings", async () => {
  const source = await openSource()
  await source.bucket.put("1.csv", 'pk,n,text\r\na,1,"with "" , and\nend"\nb,2,')
  expect(await run(source, { InputFormat: "CSV" })).toMatchObject({
    ...{ ImportStatus: "COMPLETED", ImportedItemCount: 2 },
  })
  const { Items = [] } = await scan(source)
  expect(Items.toSorted((a, b) => Number(a.n?.N) - Number(b.n?.N))).toEqual([
    { pk: { S: "a" }, n: { N: "1" }, text: { S: 'with " , and\nend' } },
    { pk: { S: "b" }, n: { N: "2" }, text: { S: "" } },
  ])
  await source.bucket.put("2/x.csv", "a;1\nb;two\nc;3;4\n")
  const Csv = { Delimiter: ";", HeaderList: ["pk", "n"] }
  const more = { S3BucketSource: { S3Bucket: "source", S3KeyPrefix: "2/" } }
  const options = { InputFormat: "CSV" as const, InputFormatOptions: { Csv }, ...more }
  expect(await run(source, { ...options, TableName: "second" })).toMatchObject({
    ...{ ImportStatus: "FAILED", FailureCode: "ItemValidationError", InputFormatOptions: { Csv } },
    ...{ ProcessedItemCount: 3, ImportedItemCount: 1, ErrorCount: 2 },
  })
  await source.bucket.put("3/x.csv", 'pk,n\na,1\n"b"c,2\nd,3\n')
  const broken = { ...options, InputFormatOptions: undefined, TableName: "third" }
  expect(
    await run(source, { ...broken, S3BucketSource: { S3Bucket: "source", S3KeyPrefix: "3/" } }),
  ).toMatchObject({ ImportedItemCount: 1, ErrorCount: 1 })
})

test("an import with errors has failed, with the items that could be imported in its table", async () => {
  const source = await openSource()
  const lines = [line(1), '{"Item":{"n":{"N":"2"}}}\n', line(3), '{"Item":{"pk":7}}\n', line(4)]
  await source.bucket.put("a", lines.join(""))
  await source.bucket.put("b", `${line(11).trim()} garbage\n${line(12)}`)
  expect(await run(source)).toMatchObject({
    ...{ ImportStatus: "FAILED", FailureCode: "ItemValidationError" },
    ...{ ProcessedItemCount: 7, ImportedItemCount: 4, ErrorCount: 3 },
    FailureMessage:
      "Some of the items failed validation checks and were not imported. " +
      "Please check CloudWatch error logs for more details.",
  })
  expect(await count(source)).toBe(4)
  await source.bucket.put("gz", line(1))
  expect(await run(source, { TableName: "packed", InputCompressionType: "GZIP" })).toMatchObject({
    ...{ ImportStatus: "FAILED", ErrorCount: 3, ImportedItemCount: 0 },
  })
})

test("what was exported as JSON or Ion is imported into a new table", async () => {
  const source = await openSource()
  const { client, cloud } = source
  const Item = {
    ...{
      pk: { S: "a" },
      sk: { S: "1" },
      v: { N: "1.50" },
      ss: { SS: ["x"] },
      b: { B: Buffer.from("y") },
    },
    ...{ m: { M: { l: { L: [{ NULL: true as const }, { BOOL: false }] } } }, ns: { NS: ["600"] } },
  }
  await client.send(new PutItemCommand({ TableName: "here", Item }))
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await client.send(
    new UpdateContinuousBackupsCommand({ TableName: "here", PointInTimeRecoverySpecification }),
  )
  const before = (await scan({ ...source, TableName: "here" })).Items
  for (const ExportFormat of ["DYNAMODB_JSON", "ION"] as const) {
    const TableArn = "arn:aws:dynamodb:us-east-1:000000000000:table/here"
    const where = { S3Bucket: "source", S3Prefix: ExportFormat }
    const exported = await client.send(
      new ExportTableToPointInTimeCommand({ TableArn, ExportFormat, ...where }),
    )
    await cloud.settle()
    const id = exported.ExportDescription?.ExportArn?.split("/").at(-1)
    const S3KeyPrefix = `${ExportFormat}/AWSDynamoDB/${id}/data/`
    const done = await run(source, {
      ...{ InputFormat: ExportFormat, InputCompressionType: "GZIP" },
      S3BucketSource: { S3Bucket: "source", S3KeyPrefix },
      TableCreationParameters: {
        ...{ TableName: `from-${ExportFormat}`, ...keys("pk", "sk"), BillingMode: "PROVISIONED" },
        ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
      },
    })
    expect(done).toMatchObject({ ImportStatus: "COMPLETED", ImportedItemCount: 1 })
    expect((await scan({ ...source, TableName: `from-${ExportFormat}` })).Items).toEqual(before)
  }
})

test("binary Ion is known by its first octets; its bad items are errors of their own", async () => {
  const source = await openSource()
  const writer = makeBinaryWriter()
  const item = (n: string) => `{Item:{pk:"a",n:${n},ss:$dynamodb_SS::["x","y"],raw:{{eQ==}}}}`
  const notOurs = "{Item:{pk:2026-01-01T,n:2}}"
  writer.writeValues(makeReader(`${item("1.50")} ${notOurs} {Other:{}} ${item("300d-2")}`))
  writer.close()
  await source.bucket.put("data.10n.gz", gzipSync(writer.getBytes()))
  const done = await run(source, { InputFormat: "ION", InputCompressionType: "GZIP" })
  expect(done).toMatchObject({ ProcessedItemCount: 4, ImportedItemCount: 2, ErrorCount: 2 })
  const { Items = [] } = await scan(source)
  expect(Items.toSorted((a, b) => Number(a.n?.N) - Number(b.n?.N))).toEqual(
    ["1.5", "3"].map((N) => ({
      ...{ pk: { S: "a" }, n: { N }, ss: { SS: ["x", "y"] } },
      raw: { B: new Uint8Array([121]) },
    })),
  )
})

test("packed objects, and indexes that are filled", async () => {
  const source = await openSource()
  await source.bucket.put("gz/1", gzipSync(line(1, { by: { S: "x" } })))
  await source.bucket.put("zstd/1", zstdCompressSync(line(2, { by: { S: "x" } })))
  for (const type of ["gz", "zstd"] as const) {
    const done = await run(source, {
      InputCompressionType: type === "gz" ? "GZIP" : "ZSTD",
      S3BucketSource: { S3Bucket: "source", S3KeyPrefix: type },
      TableCreationParameters: {
        ...{ TableName: type.padEnd(3, "-"), BillingMode: "PAY_PER_REQUEST" },
        KeySchema: keys("pk", "n:N").KeySchema,
        AttributeDefinitions: keys("pk", "n:N", "by").AttributeDefinitions,
        GlobalSecondaryIndexes: [
          {
            ...{ IndexName: "by-by", Projection: { ProjectionType: "ALL" } },
            KeySchema: [{ AttributeName: "by", KeyType: "HASH" }],
          },
        ],
      },
    })
    expect(done?.ImportStatus).toBe("COMPLETED")
    const found = await query(
      { ...source, TableName: type.padEnd(3, "-") },
      {
        ...{ IndexName: "by-by", KeyConditionExpression: "#by = :pk" },
        ...{
          ExpressionAttributeNames: { "#by": "by" },
          ExpressionAttributeValues: { ":pk": { S: "x" } },
        },
      },
    )
    expect(found.Count).toBe(1)
  }
})

test("an import reads with its caller's rights; without a bucket there is no table", async () => {
  const source = await openSource()
  await source.bucket.put("a", line(1))
  const nowhere = { S3BucketSource: { S3Bucket: "no-such-bucket" } }
  expect(await run(source, nowhere)).toMatchObject({
    ...{ ImportStatus: "FAILED", FailureCode: "S3NoSuchBucket", ImportedItemCount: 0 },
  })
  expect(await refusalOf(scan(source))).toMatch(/^ResourceNotFoundException/)
  const client = await userWith(
    source.cloud,
    { Action: "dynamodb:*", Resource: "*" },
    { Action: "s3:ListBucket", Resource: "arn:aws:s3:::source" },
  )
  expect(await run({ ...source, client })).toMatchObject({
    ...{ ImportStatus: "FAILED", FailureCode: "S3AccessDenied" },
  })
})

test("a token means one import; names that are taken and ARNs that are none are refused", async () => {
  const source = await openSource()
  await source.bucket.put("a", line(1))
  const ClientToken = "11111111-2222-3333-4444-555555555555"
  const first = await start(source, { ClientToken })
  expect((await start(source, { ClientToken }))?.ImportArn).toBe(first?.ImportArn)
  expect(await refusalOf(start(source, { ClientToken, InputFormat: "ION" }))).toMatch(
    /^ImportConflictException/,
  )
  expect(await refusalOf(start(source, { TableName: "here" }))).toBe(
    "ResourceInUseException: Table already exists: here",
  )
  expect(await refusalOf(describe(source, first?.TableArn))).toBe(
    "ValidationException: Invalid Import ARN",
  )
  await source.cloud.settle()
  const { ImportSummaryList } = await source.client.send(new ListImportsCommand({}))
  expect(ImportSummaryList).toMatchObject([
    { ImportArn: first?.ImportArn, ImportStatus: "COMPLETED", TableArn: first?.TableArn },
  ])
})
