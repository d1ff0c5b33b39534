import {
  CreateBackupCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  PutItemCommand,
  RestoreTableToPointInTimeCommand,
  UpdateContinuousBackupsCommand,
  type DynamoDBClient,
  type RestoreTableToPointInTimeCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan, sorts } from "../testing/read-table.ts"
import { userWith } from "../testing/user.ts"

const enable = (client: DynamoDBClient, TableName: string, RecoveryPeriodInDays?: number) =>
  client.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays },
    }),
  )

const describe = async ({ client, TableName }: TestTable) => {
  const answer = await client.send(new DescribeContinuousBackupsCommand({ TableName }))
  return answer.ContinuousBackupsDescription
}

async function restore(
  table: TestTable,
  TargetTableName: string,
  more: Partial<RestoreTableToPointInTimeCommandInput> = { UseLatestRestorableTime: true },
): Promise<TestTable> {
  const input = { SourceTableName: table.TableName, TargetTableName, ...more }
  await table.client.send(new RestoreTableToPointInTimeCommand(input))
  await table.cloud.settle()
  return { ...table, TableName: TargetTableName }
}

const texts = async (table: TestTable): Promise<string[]> => {
  const { Items = [] } = await scan(table)
  return Items.map(({ sk, v }) => `${sk?.S}=${v?.S}`).toSorted()
}

const put = (table: TestTable, sk: string, v: string) =>
  table.put({ pk: { S: "a" }, sk: { S: sk }, v: { S: v } })

const remove = ({ client, TableName }: TestTable, sk: string) =>
  client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: "a" }, sk: { S: sk } } }))

test("DDB-94 point-in-time recovery is off until a table has it, with its window", async () => {
  const table = await openTable()
  const { cloud, client, TableName } = table
  expect(await describe(table)).toEqual({
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "DISABLED" },
  })
  await enable(client, TableName)
  const since = (await describe(table))?.PointInTimeRecoveryDescription
    ?.EarliestRestorableDateTime as Date
  await cloud.advance("2d")
  const { PointInTimeRecoveryDescription: two } = (await describe(table)) ?? {}
  expect(two).toMatchObject({ PointInTimeRecoveryStatus: "ENABLED", RecoveryPeriodInDays: 35 })
  expect(two?.EarliestRestorableDateTime).toEqual(since)
  expect(Number(two?.LatestRestorableDateTime) - Number(since)).toBe(2 * 86_400_000 - 300_000)
  await enable(client, TableName, 1)
  const { PointInTimeRecoveryDescription: one } = (await describe(table)) ?? {}
  expect(one).toMatchObject({ RecoveryPeriodInDays: 1 })
  expect(Number(one?.EarliestRestorableDateTime) - Number(since)).toBe(86_400_000)
  // What was forgotten does not come back.
  await enable(client, TableName, 35)
  expect(
    (await describe(table))?.PointInTimeRecoveryDescription?.EarliestRestorableDateTime,
  ).toEqual(one?.EarliestRestorableDateTime)
  expect(await refusalOf(enable(client, TableName, 36))).toMatch(/^ValidationException/)
  expect(await refusalOf(enable(client, "nothing"))).toBe(
    "TableNotFoundException: Table not found: nothing",
  )
})

test("DDB-95 a table is restored to any second of its window, into a new table", async () => {
  const table = await openTable()
  const { cloud, client, TableName } = table
  await put(table, "before", "1")
  await put(table, "gone", "1")
  await enable(client, TableName)
  const times: Date[] = []
  const seen: string[][] = []
  const steps = [
    () => put(table, "new", "1"),
    () => put(table, "before", "2"),
    () => remove(table, "gone"),
    () => put(table, "gone", "again"),
    () => remove(table, "new"),
    () => put(table, "before", "3"),
  ]
  for (const step of steps) {
    await cloud.advance("1s")
    await step()
    times.push(cloud.now())
    seen.push(await texts(table))
  }
  await cloud.advance("5m")
  for (const [i, RestoreDateTime] of times.entries()) {
    const restored = await restore(table, `restored-${i}`, { RestoreDateTime })
    expect(await texts(restored)).toEqual(seen[i])
  }
  const latest = await restore(table, "latest")
  expect(await texts(latest)).toEqual(seen.at(-1))
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "restored-0" }))
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    ItemCount: 3,
  })
  expect(Table?.RestoreSummary).toBeUndefined()
})

test("what is written while a large table is restored does not come into the restored table", async () => {
  const table = await openTable({
    LocalSecondaryIndexes: [
      {
        IndexName: "by-v",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "v", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
    ...keys("pk", "sk"),
    AttributeDefinitions: keys("pk", "sk", "v").AttributeDefinitions,
  })
  const { cloud, client, TableName } = table
  await enable(client, TableName)
  const many = Array.from({ length: 450 }, (_, i) => `k${String(i).padStart(4, "0")}`)
  for (const sk of many) await put(table, sk, "old")
  const atMs = await texts(table)
  await cloud.advance("10m")
  const input = {
    SourceTableName: TableName,
    TargetTableName: "copy",
    UseLatestRestorableTime: true,
  }
  const { TableDescription } = await client.send(new RestoreTableToPointInTimeCommand(input))
  expect(TableDescription).toMatchObject({
    TableStatus: "CREATING",
    RestoreSummary: {
      ...{ RestoreInProgress: true, RestoreDateTime: new Date(Number(cloud.now()) - 300_000) },
      SourceTableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
    },
  })
  const writes = many.slice(0, 50).map((sk) => put(table, sk, "new"))
  await Promise.all([...writes, remove(table, "k0449"), put(table, "more", "new")])
  await cloud.settle()
  const copy = { ...table, TableName: "copy" }
  expect(await texts(copy)).toEqual(atMs)
  const { Count } = await query(copy, { IndexName: "by-v", Select: "COUNT" })
  expect(Count).toBe(450)
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "copy" }))
  const { Table: source } = await client.send(new DescribeTableCommand({ TableName }))
  expect(Table?.ItemCount).toBe(450)
  expect(source?.ItemCount).toBe(450)
})

test("a restored table has other indexes, capacity and billing where the request says so", async () => {
  const gsi = (name: string) => ({
    IndexName: name,
    KeySchema: [{ AttributeName: name, KeyType: "HASH" as const }],
    Projection: { ProjectionType: "ALL" as const },
  })
  const table = await openTable({
    ...keys("pk", "sk"),
    AttributeDefinitions: keys("pk", "sk", "one", "two").AttributeDefinitions,
    GlobalSecondaryIndexes: [gsi("one"), gsi("two")],
    Tags: [{ Key: "a", Value: "b" }],
  })
  const { client, TableName } = table
  await enable(client, TableName)
  const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }
  const more = {
    UseLatestRestorableTime: true,
    BillingModeOverride: "PROVISIONED" as const,
    ProvisionedThroughputOverride: units,
    GlobalSecondaryIndexOverride: [{ ...gsi("two"), ProvisionedThroughput: units }],
  }
  const copy = await restore(table, "copy", more)
  const { Table } = await client.send(new DescribeTableCommand({ TableName: copy.TableName }))
  expect(Table).toMatchObject({
    ProvisionedThroughput: units,
    GlobalSecondaryIndexes: [
      { IndexName: "two", IndexStatus: "ACTIVE", ProvisionedThroughput: units },
    ],
  })
  expect(Table?.AttributeDefinitions).toHaveLength(3)
  expect(await refusalOf(restore(table, "copy"))).toBe(
    "TableAlreadyExistsException: Table already exists: copy",
  )
  const other = { UseLatestRestorableTime: true, GlobalSecondaryIndexOverride: [gsi("sk")] }
  expect(await refusalOf(restore(table, "other", other))).toMatch(/^ValidationException/)
})

test("a time outside of the window is refused, and a table without recovery", async () => {
  const table = await openTable()
  const { cloud, client, TableName } = table
  expect(await refusalOf(restore(table, "copy"))).toBe(
    "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'things'",
  )
  await enable(client, TableName)
  await cloud.advance("1h")
  const earliest = (await describe(table))?.PointInTimeRecoveryDescription
    ?.EarliestRestorableDateTime as Date
  for (const offset of [-1_000, 56 * 60_000]) {
    const RestoreDateTime = new Date(earliest.getTime() + offset)
    expect(await refusalOf(restore(table, "copy", { RestoreDateTime }))).toMatch(
      /^InvalidRestoreTimeException: RestoreDateTime '\S+Z' must be within EarliestRestorableDateTime '\S+Z' and LatestRestorableDateTime '\S+Z'$/,
    )
  }
})

test("changes older than the window are forgotten, and all when recovery is switched off", async () => {
  const table = await openTable()
  const { cloud, client, TableName } = table
  await enable(client, TableName, 1)
  for (let i = 0; i < 5; i += 1) await put(table, "x", String(i))
  await cloud.advance("12h")
  await put(table, "x", "later")
  await cloud.advance("18h")
  // Its window begins six hours ago: behind the first writes, before none.
  const { earliest } = await describe(table).then((one) => ({
    earliest: one?.PointInTimeRecoveryDescription?.EarliestRestorableDateTime as Date,
  }))
  const copy = await restore(table, "copy", { RestoreDateTime: earliest })
  expect(await texts(copy)).toEqual(["x=4"])
  const off = { PointInTimeRecoveryEnabled: false }
  await client.send(
    new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: off }),
  )
  await cloud.settle()
  await put(table, "x", "unseen")
  await enable(client, TableName)
  const fresh = await restore(table, "fresh")
  expect(await texts(fresh)).toEqual(["x=unseen"])
})

test("who restores needs the right to the source and to read and write the target", async () => {
  const table = await openTable()
  const { cloud, client, TableName } = table
  await enable(client, TableName)
  const source = `arn:aws:dynamodb:us-east-1:000000000000:table/${TableName}`
  const target = "arn:aws:dynamodb:us-east-1:000000000000:table/copy"
  const user = await userWith(
    cloud,
    { Action: "dynamodb:RestoreTableToPointInTime", Resource: source },
    { Action: ["dynamodb:*Item", "dynamodb:Query"], Resource: target },
    { Action: "dynamodb:CreateBackup", Resource: target },
  )
  const limited = { ...table, client: user }
  expect(await refusalOf(restore(limited, "copy"))).toMatch(
    /^AccessDeniedException: .* is not authorized to perform: dynamodb:Scan on resource: .*table\/copy /,
  )
  const backup = new CreateBackupCommand({ TableName, BackupName: "one" })
  expect(await refusalOf(user.send(backup))).toMatch(/dynamodb:CreateBackup/)
  await client.send(new PutItemCommand({ TableName, Item: { pk: { S: "a" }, sk: { S: "b" } } }))
  expect(sorts((await scan(table)).Items)).toEqual(["b"])
})
