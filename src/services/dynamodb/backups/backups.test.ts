import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteBackupCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListBackupsCommand,
  PutItemCommand,
  RestoreTableFromBackupCommand,
  UpdateContinuousBackupsCommand,
  type ListBackupsCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { openGateway } from "../testing/open-gateway.ts"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { scan } from "../testing/read-table.ts"

const create = async ({ client, TableName }: TestTable, BackupName = "monday") => {
  const answer = await client.send(new CreateBackupCommand({ TableName, BackupName }))
  return answer.BackupDetails?.BackupArn ?? ""
}

const restore = ({ client }: TestTable, BackupArn: string, TargetTableName = "copy") =>
  client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName }))

const names = async ({ client }: TestTable, input: ListBackupsCommandInput = {}) => {
  const { BackupSummaries = [], ...rest } = await client.send(new ListBackupsCommand(input))
  return { names: BackupSummaries.map((one) => one.BackupName), last: rest.LastEvaluatedBackupArn }
}

const texts = async (table: TestTable): Promise<string[]> => {
  const { Items = [] } = await scan(table)
  return Items.map(({ sk, v }) => `${sk?.S}=${v?.S}`).toSorted()
}

const put = (table: TestTable, sk: string, v: string) =>
  table.put({ pk: { S: "a" }, sk: { S: sk }, v: { S: v } })

test("DDB-92 a backup is a full copy of its moment, kept until it is deleted", async () => {
  const table = await openTable({
    AttributeDefinitions: keys("pk", "sk", "v").AttributeDefinitions,
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-v",
        KeySchema: [{ AttributeName: "v", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  })
  const { cloud, client, TableName } = table
  for (let i = 0; i < 230; i += 1) await put(table, `k${i}`, "old")
  const before = await texts(table)
  const BackupArn = await create(table)
  expect(BackupArn).toMatch(/:table\/things\/backup\/0\d{13}-[0-9a-f]{8}$/)
  const Key = { pk: { S: "a" }, sk: { S: "k7" } }
  // None of these waits for the copy, and none comes into it.
  await Promise.all([
    put(table, "k1", "new"),
    put(table, "more", "new"),
    client.send(new DeleteItemCommand({ TableName, Key })),
  ])
  await cloud.settle()
  const { BackupDescription } = await client.send(new DescribeBackupCommand({ BackupArn }))
  expect(BackupDescription).toMatchObject({
    BackupDetails: { BackupStatus: "AVAILABLE", BackupType: "USER", BackupName: "monday" },
    SourceTableDetails: { TableName, ItemCount: 230, BillingMode: "PAY_PER_REQUEST" },
    SourceTableFeatureDetails: { GlobalSecondaryIndexes: [{ IndexName: "by-v" }] },
  })
  await client.send(new DeleteTableCommand({ TableName }))
  await cloud.advance("40d")
  const { TableDescription } = await restore(table, BackupArn)
  expect(TableDescription).toMatchObject({
    TableStatus: "CREATING",
    RestoreSummary: { SourceBackupArn: BackupArn, RestoreInProgress: true },
  })
  await cloud.settle()
  expect(await texts({ ...table, TableName: "copy" })).toEqual(before)
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "copy" }))
  expect(Table).toMatchObject({
    TableStatus: "ACTIVE",
    GlobalSecondaryIndexes: [{ IndexStatus: "ACTIVE", ItemCount: 230 }],
  })
  const deleted = await client.send(new DeleteBackupCommand({ BackupArn }))
  expect(deleted.BackupDescription?.BackupDetails?.BackupStatus).toBe("DELETED")
  await cloud.settle()
  expect(await refusalOf(restore(table, BackupArn, "other"))).toBe(
    `BackupNotFoundException: Backup not found: ${BackupArn}`,
  )
})

test("DDB-93 a backup is restored in another Region, without indexes and with another key", async () => {
  const table = await openTable({
    AttributeDefinitions: keys("pk", "sk", "v").AttributeDefinitions,
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-v",
        KeySchema: [{ AttributeName: "v", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  })
  const { cloud } = table
  await put(table, "one", "1")
  const BackupArn = await create(table)
  await cloud.settle()
  const client = cloud.client(DynamoDBClient, { region: "eu-west-1" })
  const TargetTableName = "things"
  await client.send(
    new RestoreTableFromBackupCommand({
      ...{ BackupArn, TargetTableName, GlobalSecondaryIndexOverride: [] },
      SSESpecificationOverride: { Enabled: true, SSEType: "KMS" },
    }),
  )
  await cloud.settle()
  const { Table } = await client.send(new DescribeTableCommand({ TableName: TargetTableName }))
  expect(Table?.TableArn).toContain(":eu-west-1:")
  expect(Table?.GlobalSecondaryIndexes).toBeUndefined()
  expect(Table?.SSEDescription?.KMSMasterKeyArn).toContain(":kms:eu-west-1:")
  expect(await texts({ ...table, client })).toEqual(["one=1"])
})

test("a deleted table with recovery leaves a system backup for 35 days", async () => {
  const table = await openTable()
  const { cloud, client, TableName } = table
  await put(table, "one", "1")
  const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true }
  await client.send(
    new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
  )
  await put(table, "two", "2")
  await client.send(new DeleteTableCommand({ TableName }))
  await cloud.settle()
  expect((await names(table)).names).toEqual([])
  const BackupType = "SYSTEM"
  const { BackupSummaries = [] } = await client.send(new ListBackupsCommand({ BackupType }))
  const [backup] = BackupSummaries
  expect(backup).toMatchObject({ BackupName: "things$DeletedTableBackup", BackupType })
  const { BackupCreationDateTime: from, BackupExpiryDateTime: to } = backup ?? {}
  expect(Number(to) - Number(from)).toBe(35 * 86_400_000)
  await restore(table, backup?.BackupArn ?? "")
  await cloud.settle()
  expect(await texts({ ...table, TableName: "copy" })).toEqual(["one=1", "two=2"])
  await cloud.advance("35d")
  expect((await names(table, { BackupType: "ALL" })).names).toEqual([])
})

test("backups are listed by table, time and kind, page by page", async () => {
  const table = await openTable()
  const { cloud, TableName } = table
  const other = await openTable({ TableName: "others" }, cloud)
  for (const name of ["one", "two", "three"]) {
    await create(table, name)
    await cloud.advance("1h")
  }
  await create(other, "four")
  await cloud.settle()
  expect((await names(table, { TableName })).names).toEqual(["one", "two", "three"])
  expect((await names(table)).names).toHaveLength(4)
  const seen: unknown[] = []
  let start: string | undefined
  do {
    const page = await names(table, { Limit: 1, ExclusiveStartBackupArn: start })
    seen.push(...page.names)
    start = page.last
  } while (start)
  expect(seen).toEqual(["four", "one", "two", "three"])
  const since = new Date(cloud.now().getTime() - 2.5 * 3_600_000)
  expect((await names(table, { TableName, TimeRangeLowerBound: since })).names).toEqual([
    ...["two", "three"],
  ])
  const nobody = new CreateBackupCommand({ TableName: "nobody", BackupName: "one" })
  expect(await refusalOf(table.client.send(nobody))).toBe(
    "TableNotFoundException: Table not found: nobody",
  )
})

test("a backup is paid by the byte-hour, to the hour in which it is deleted", async () => {
  const { client, cloud, usage } = await openGateway()
  const schema = { AttributeName: "pk", KeyType: "HASH" } as const
  await client.send(
    new CreateTableCommand({
      ...{ TableName: "things", KeySchema: [schema], BillingMode: "PAY_PER_REQUEST" },
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    }),
  )
  const Item = { pk: { S: "a" }, v: { S: "x".repeat(96) } }
  await client.send(new PutItemCommand({ TableName: "things", Item }))
  await cloud.settle()
  const backup = { TableName: "things", BackupName: "monday" }
  const { BackupDetails } = await client.send(new CreateBackupCommand(backup))
  await cloud.settle()
  const paid = async (): Promise<number> => (await usage())["dynamodb:backup-storage"] ?? 0
  await cloud.world.advance(49 * 3_600_000)
  expect(await paid()).toBe(48 * 100)
  await client.send(new DeleteBackupCommand({ BackupArn: BackupDetails?.BackupArn }))
  await cloud.world.advance(49 * 3_600_000)
  expect(await paid()).toBe(49 * 100)
})
