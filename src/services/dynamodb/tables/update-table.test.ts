import {
  DescribeTableCommand,
  QueryCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
  type OnDemandThroughput,
  type UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { KMSClient, CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan } from "../testing/read-table.ts"

const TableName = "things"
const units = (read: number, write: number) => ({
  ReadCapacityUnits: read,
  WriteCapacityUnits: write,
})
const update = async (
  { client, cloud }: TestTable,
  more: Omit<UpdateTableCommandInput, "TableName">,
) => {
  const { TableDescription } = await client.send(new UpdateTableCommand({ TableName, ...more }))
  await cloud.settle()
  return TableDescription
}
const describe = async ({ client }: TestTable) =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table

test("DDB-11 capacity is set, raised and lowered, and the table is updating meanwhile", async () => {
  const table = await openTable({ ProvisionedThroughput: units(5, 5) })
  const updating = await update(table, { ProvisionedThroughput: units(10, 5) })
  expect(updating).toMatchObject({ TableStatus: "UPDATING" })
  expect(await describe(table)).toMatchObject({
    TableStatus: "ACTIVE",
    ProvisionedThroughput: { ...units(10, 5), LastIncreaseDateTime: table.cloud.now() },
  })
  await update(table, { BillingMode: "PROVISIONED", ProvisionedThroughput: units(1, 1) })
  expect((await describe(table))?.ProvisionedThroughput).toMatchObject({
    ...units(1, 1),
    NumberOfDecreasesToday: 1,
  })
  expect(await refusalOf(update(table, { ProvisionedThroughput: units(1, 1) }))).toMatch(
    /^ValidationException: The provisioned throughput for the table will not change\./,
  )
})

// Recorded.
test("limits of tables on demand are set one by one, and taken away", async () => {
  const table = await openTable({ OnDemandThroughput: { MaxReadRequestUnits: 10 } })
  const set = (OnDemandThroughput: OnDemandThroughput) => update(table, { OnDemandThroughput })
  const limits = async () => (await describe(table))?.OnDemandThroughput
  await set({ MaxWriteRequestUnits: 5 })
  expect(await limits()).toEqual({ MaxReadRequestUnits: 10, MaxWriteRequestUnits: 5 })
  await set({ MaxReadRequestUnits: -1 })
  expect(await limits()).toEqual({ MaxWriteRequestUnits: 5 })
  await set({ MaxWriteRequestUnits: -1 })
  expect(await limits()).toBeUndefined()
  const invalid = "ValidationException: One or more parameter values were invalid: "
  const range = `${invalid}Requested MaxReadRequestUnits for OnDemandThroughput for table is outside of valid range`
  expect(await refusalOf(set({ MaxReadRequestUnits: 0 }))).toBe(range)
  const make = (more: Partial<CreateTableCommandInput>) =>
    refusalOf(openTable({ TableName: "other", ...more }, table.cloud))
  expect(await make({ OnDemandThroughput: { MaxReadRequestUnits: -1 } })).toBe(range)
  const ProvisionedThroughput = units(5, 5)
  const OnDemandThroughput = { MaxWriteRequestUnits: 0 }
  expect(await make({ ProvisionedThroughput, OnDemandThroughput })).toBe(
    `${invalid}MaxWriteRequestUnits for OnDemandThroughput cannot be specified when table BillingMode is PROVISIONED.`,
  )
  expect(await make({ ProvisionedThroughput, OnDemandThroughput: {} })).toBe("no refusal")
  const other = new UpdateTableCommand({ TableName: "other", OnDemandThroughput })
  expect(await refusalOf(table.client.send(other))).toBe(
    `${invalid}MaxWriteRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED`,
  )
})

test("capacity is lowered four times a day, then once an hour", async () => {
  const table = await openTable({ ProvisionedThroughput: units(9, 9) }, undefined)
  for (const read of [8, 7, 6, 5]) await update(table, { ProvisionedThroughput: units(read, 9) })
  const last = new Date(table.cloud.now())
  last.setUTCMilliseconds(0)
  const words = await refusalOf(update(table, { ProvisionedThroughput: units(4, 9) }))
  // Recorded: `Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time`.
  const [, at, next] =
    /^LimitExceededException: Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day\. After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most once every 3600 seconds\. Number of decreases today: 4\. Last decrease at (\w+day, \w+ \d+, \d{4} at [\d:]+ [AP]M) Coordinated Universal Time\. Next decrease can be made at (.*) Coordinated Universal Time$/.exec(
      words,
    ) ?? []
  const timeOf = (text = "") => Date.parse(`${text.replace(" at ", " ")} UTC`)
  expect(timeOf(at)).toBe(last.getTime())
  const midnight = new Date(last).setUTCHours(24, 0, 0, 0)
  expect(timeOf(next)).toBe(Math.min(last.getTime() + 3_600_000, midnight))
  expect((await describe(table))?.ProvisionedThroughput?.NumberOfDecreasesToday).toBe(4)
  await table.cloud.advance("1h")
  await update(table, { ProvisionedThroughput: units(4, 9) })
  await table.cloud.advance("24h")
  expect((await describe(table))?.ProvisionedThroughput?.NumberOfDecreasesToday).toBe(0)
})

test("DDB-34 DDB-42 a table goes on demand four times a day, and back at any time", async () => {
  const table = await openTable({ ProvisionedThroughput: units(5, 5) })
  const onDemand = () => update(table, { BillingMode: "PAY_PER_REQUEST" })
  const back = () =>
    update(table, { BillingMode: "PROVISIONED", ProvisionedThroughput: units(1, 1) })
  for (let i = 0; i < 4; i++) {
    await onDemand()
    expect(await describe(table)).toMatchObject({
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      ProvisionedThroughput: units(0, 0),
    })
    await back()
    expect((await describe(table))?.ProvisionedThroughput).toMatchObject(units(1, 1))
  }
  expect(await refusalOf(onDemand())).toMatch(/^LimitExceededException/)
  await table.cloud.advance("24h")
  await onDemand()
  expect(await refusalOf(update(table, { BillingMode: "PROVISIONED" }))).toBe(
    "ValidationException: One or more parameter values were invalid: ProvisionedThroughput must " +
      "be specified when BillingMode is PROVISIONED",
  )
})

test("DDB-10 table classes: Standard and Standard-Infrequent Access", async () => {
  const table = await openTable({ TableClass: "STANDARD_INFREQUENT_ACCESS" })
  expect((await describe(table))?.TableClassSummary?.TableClass).toBe("STANDARD_INFREQUENT_ACCESS")
  await update(table, { TableClass: "STANDARD" })
  expect((await describe(table))?.TableClassSummary).toEqual({
    TableClass: "STANDARD",
    LastUpdateDateTime: table.cloud.now(),
  })
})

test("DDB-8 keys of KMS: AWS's, the customer's, and back to DynamoDB's own", async () => {
  const table = await openTable({ SSESpecification: { Enabled: true } })
  const kms = table.cloud.client(KMSClient)
  const { SSEDescription } = (await describe(table)) ?? {}
  expect(SSEDescription).toMatchObject({ Status: "ENABLED", SSEType: "KMS" })
  const KeyId = SSEDescription?.KMSMasterKeyArn
  expect((await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({
    KeyManager: "AWS",
    Description: "Default key that protects my DynamoDB data when no other key is defined",
  })
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const own = { Enabled: true, SSEType: "KMS" as const, KMSMasterKeyId: KeyMetadata?.KeyId }
  await update(table, { SSESpecification: own })
  expect((await describe(table))?.SSEDescription?.KMSMasterKeyArn).toBe(KeyMetadata?.Arn)
  const leaving = await update(table, { SSESpecification: { Enabled: false } })
  expect(leaving?.SSEDescription).toMatchObject({ Status: "UPDATING" })
  expect((await describe(table))?.SSEDescription).toBeUndefined()
})

const byOwner = {
  AttributeDefinitions: keys("owner").AttributeDefinitions,
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: "by-owner",
        KeySchema: keys("owner").KeySchema,
        Projection: { ProjectionType: "ALL" as const },
      },
    },
  ],
}

test("DDB-64 a global index is added to a table with items, filled, and removed", async () => {
  const table = await openTable()
  for (let i = 0; i < 450; i++) {
    const owner = i % 3 === 0 ? { N: "1" } : { S: "me" }
    await table.put({ pk: { S: String(i) }, sk: { S: "1" }, owner })
  }
  const creating = await update(table, byOwner)
  expect(creating?.GlobalSecondaryIndexes).toMatchObject([
    { IndexStatus: "CREATING", Backfilling: true },
  ])
  const [index] = (await describe(table))?.GlobalSecondaryIndexes ?? []
  expect(index).toMatchObject({ IndexStatus: "ACTIVE", ItemCount: 300 })
  expect(index?.Backfilling).toBeUndefined()
  const owned = await table.client.send(
    new QueryCommand({
      TableName,
      IndexName: "by-owner",
      KeyConditionExpression: "#o = :o",
      ExpressionAttributeNames: { "#o": "owner" },
      ExpressionAttributeValues: { ":o": { S: "me" } },
    }),
  )
  expect(owned.Count).toBe(300)

  const removal = { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "by-owner" } }] }
  const deleting = await update(table, removal)
  expect(deleting?.GlobalSecondaryIndexes).toMatchObject([{ IndexStatus: "DELETING" }])
  const after = await describe(table)
  expect(after?.GlobalSecondaryIndexes).toBeUndefined()
  expect(after?.AttributeDefinitions).toHaveLength(2)
  expect(await refusalOf(query(table, { IndexName: "by-owner" }))).toBe(
    "ValidationException: The table does not have the specified index: by-owner",
  )
  expect((await scan(table)).Count).toBe(450)
})

test("a new index passes over items whose attribute could be no key of it", async () => {
  const table = await openTable()
  const owners = ["me", "", "x".repeat(2048), "x".repeat(2049)]
  for (const [i, owner] of owners.entries())
    await table.put({ pk: { S: String(i) }, sk: { S: "1" }, owner: { S: owner } })
  await update(table, byOwner)
  const IndexName = "by-owner"
  const found = async () => (await scan(table, { IndexName })).Items?.map(({ pk }) => pk?.S).sort()
  expect(await found()).toEqual(["0", "2"])
  // What an index does not have does not leave it.
  for (const i of [1, 3])
    await table.put({ pk: { S: String(i) }, sk: { S: "1" }, owner: { S: "now" } })
  await table.cloud.settle()
  expect(await found()).toEqual(["0", "1", "2", "3"])
  expect((await describe(table))?.GlobalSecondaryIndexes?.[0]?.ItemCount).toBe(4)
  expect(await refusalOf(update(table, byOwner))).toBe(
    "ValidationException: Attempting to create an index which already exists",
  )
})

test("one element of index updates makes one change", async () => {
  const [one] = byOwner.GlobalSecondaryIndexUpdates
  const both = [{ ...one, Delete: { IndexName: "other" } }]
  const refused = update(await openTable(), { ...byOwner, GlobalSecondaryIndexUpdates: both })
  expect(await refusalOf(refused)).toBe(
    "ValidationException: One or more parameter values were invalid: Only one global secondary " +
      "index action is allowed per GlobalSecondaryIndexUpdate object",
  )
})

// Recorded.
test("a new index's keys are defined with it; other definitions do not matter", async () => {
  const table = await openTable()
  const by = (IndexName: string, keyNames: string[], ...defined: string[]) =>
    update(table, {
      AttributeDefinitions: keys(...defined).AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            ...{ IndexName, KeySchema: keys(...keyNames).KeySchema },
            Projection: { ProjectionType: "ALL" },
          },
        },
      ],
    })
  const invalid = "ValidationException: One or more parameter values were invalid: "
  expect(await refusalOf(by("one", ["pk", "owner"], "owner"))).toBe(
    `${invalid}Some index key attributes are not defined in AttributeDefinitions. ` +
      "Keys: [pk, owner], AttributeDefinitions: [owner]",
  )
  await by("one", ["pk", "owner"], "owner", "pk", "spare")
  await by("two", ["owner"], "owner", "sk:N")
  expect((await describe(table))?.AttributeDefinitions).toEqual(
    keys("owner", "pk", "sk").AttributeDefinitions,
  )
  expect(await refusalOf(by("three", ["owner"], "owner:N"))).toBe(
    `${invalid}Attributes cannot be redefined. Please check that your attribute has the same type ` +
      "as previously defined. Existing schema: Schema:[SchemaElement: key{owner:S:HASH}] " +
      "New schema: Schema:[SchemaElement: key{owner:N:HASH}]",
  )
})

test("DDB-58 DDB-12 keys and local indexes stay as they were made: nothing changes them", async () => {
  const table = await openTable()
  const changes = { LocalSecondaryIndexUpdates: [{}], KeySchema: keys("other").KeySchema }
  expect(await refusalOf(update(table, changes as never))).toMatch(
    /^ValidationException: At least one of ProvisionedThroughput, BillingMode/,
  )
})

test("DDB-71 streams are off, and are enabled and disabled per table", async () => {
  const table = await openTable()
  expect((await describe(table))?.StreamSpecification).toBeUndefined()
  const on = { StreamEnabled: true, StreamViewType: "NEW_IMAGE" as const }
  await update(table, { StreamSpecification: on })
  const enabled = await describe(table)
  expect(enabled?.StreamSpecification).toEqual(on)
  expect(enabled?.LatestStreamArn).toBe(`${enabled?.TableArn}/stream/${enabled?.LatestStreamLabel}`)
  expect(await refusalOf(update(table, { StreamSpecification: on }))).toBe(
    "ValidationException: Table already has an enabled stream: TableName: things",
  )
  await update(table, { StreamSpecification: { StreamEnabled: false } })
  const disabled = await describe(table)
  expect([disabled?.StreamSpecification, disabled?.LatestStreamLabel]).toEqual([
    undefined,
    enabled?.LatestStreamLabel,
  ])
})

test.each<[string, Omit<UpdateTableCommandInput, "TableName">, string]>([
  [
    "nothing",
    { GlobalSecondaryIndexUpdates: [] },
    "ValidationException: At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required",
  ],
  [
    "an empty update",
    { GlobalSecondaryIndexUpdates: [{}] },
    "ValidationException: One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
  ],
  [
    "an index twice",
    {
      GlobalSecondaryIndexUpdates: [
        { Delete: { IndexName: "abc" } },
        { Delete: { IndexName: "abc" } },
      ],
    },
    "ValidationException: One or more parameter values were invalid: Only one global secondary index update per index is allowed simultaneously. Index: abc",
  ],
  [
    "an unknown index",
    { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: "abc" } }] },
    "ResourceNotFoundException: Requested resource not found: Index abc for table things",
  ],
  [
    "capacity on demand",
    { ProvisionedThroughput: units(1, 1) },
    "ValidationException: One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
  ],
])("refused: %s", async (_title, more, refusal) => {
  expect(await refusalOf(update(await openTable(), more))).toBe(refusal)
})
