import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  waitUntilTableExists,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import {
  definitions,
  index,
  keys,
  openCloud,
  openTable,
  refusalOf,
  THINGS,
} from "../testing/open-table.ts"

const THROUGHPUT = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }

// Recorded.
test("a table is created, can be used, and goes", async () => {
  const cloud = await openCloud()
  const client = cloud.client(DynamoDBClient)
  const input = { TableName: "things", ...keys("id"), ProvisionedThroughput: THROUGHPUT }
  const { TableDescription } = await client.send(new CreateTableCommand(input))
  const created = {
    ...keys("id"),
    CreationDateTime: cloud.now(),
    DeletionProtectionEnabled: false,
    ItemCount: 0,
    ProvisionedThroughput: { ...THROUGHPUT, NumberOfDecreasesToday: 0 },
    TableArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
    TableId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    TableName: "things",
    TableSizeBytes: 0,
    TableStatus: "CREATING",
  }
  expect(TableDescription).toEqual(created)
  await waitUntilTableExists({ client, maxWaitTime: 100 }, { TableName: "things" })
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "things" }))
  expect(Table).toEqual({
    ...created,
    TableStatus: "ACTIVE",
    WarmThroughput: { ReadUnitsPerSecond: 5, WriteUnitsPerSecond: 5, Status: "ACTIVE" },
  })
  const byArn = new DescribeTableCommand({ TableName: created.TableArn })
  expect((await client.send(byArn)).Table).toEqual(Table)

  const { KeySchema, AttributeDefinitions, CreationDateTime, ...left } = created
  expect(KeySchema ?? AttributeDefinitions ?? CreationDateTime).toBeDefined()
  const deleted = await client.send(new DeleteTableCommand({ TableName: "things" }))
  expect(deleted.TableDescription).toEqual({ ...left, TableStatus: "DELETING" })
  await cloud.settle()
  expect(await refusalOf(client.send(new DescribeTableCommand({ TableName: "things" })))).toBe(
    "ResourceNotFoundException: Requested resource not found: Table: things not found",
  )
})

const invalid = "One or more parameter values were invalid: "

// All recorded, but those that the code says are not.
test.each<[string, Partial<CreateTableCommandInput>, string]>([
  [
    "no throughput",
    { BillingMode: "PROVISIONED" },
    `${invalid}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
  ],
  [
    "throughput on demand",
    { ProvisionedThroughput: THROUGHPUT },
    `${invalid}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    "much throughput",
    {
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1000000000001, WriteCapacityUnits: 1 },
    },
    "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
  ],
  [
    "no definition",
    { AttributeDefinitions: [] },
    "Invalid KeySchema: Some index key attribute have no definition",
  ],
  [
    "another definition",
    { AttributeDefinitions: definitions("a", "c") },
    `${invalid}Some index key attributes are not defined in AttributeDefinitions. Keys: [a, b], AttributeDefinitions: [a, c]`,
  ],
  [
    "the same twice",
    { KeySchema: keys("a", "a").KeySchema },
    "Both the Hash Key and the Range Key element in the KeySchema have the same name",
  ],
  [
    "a definition twice",
    { AttributeDefinitions: definitions("a", "b", "a") },
    "Attribute Name is duplicated: a",
  ],
  [
    "no keys",
    { KeySchema: undefined },
    "1 validation error detected: Value null at 'keySchema' failed to satisfy constraint: Member must not be null",
  ],
  [
    "a projected attribute twice",
    {
      GlobalSecondaryIndexes: [
        {
          ...index("one", "b"),
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["x", "y", "x"] },
        },
      ],
    },
    `${invalid}Duplicate element in NonKeyAttributes: x`,
  ],
  [
    "one definition too many, before what is wrong with an index",
    {
      AttributeDefinitions: definitions("a", "b", "c"),
      GlobalSecondaryIndexes: [{ ...index("one", "b"), Projection: {} }],
    },
    `${invalid}Some AttributeDefinitions are not used. AttributeDefinitions: [a, b, c], keys used: [a, b]`,
  ],
  [
    "another table class",
    { TableClass: "OTHER" as never },
    "Invalid table-class parameter provided. Please try again with a valid table-class value: [STANDARD, STANDARD_INFREQUENT_ACCESS].",
  ],
  [
    "a stream of no view",
    { StreamSpecification: { StreamEnabled: true } },
    `${invalid}Table is being created with a stream enabled, UpdateViewType is required`,
  ],
  [
    "a view of no stream",
    { StreamSpecification: { StreamEnabled: false, StreamViewType: "KEYS_ONLY" } },
    `${invalid}Table is being created with a stream disabled, UpdateViewType should not be specified`,
  ],
  [
    "two hashes",
    {
      KeySchema: [
        { AttributeName: "a", KeyType: "HASH" },
        { AttributeName: "b", KeyType: "HASH" },
      ],
    },
    "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
  ],
  [
    "a range first",
    { KeySchema: [{ AttributeName: "a", KeyType: "RANGE" }] },
    "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
  ],
  [
    "one too many",
    { AttributeDefinitions: definitions("a", "b", "c") },
    `${invalid}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
  ],
  [
    "no local indexes",
    { LocalSecondaryIndexes: [] },
    `${invalid}List of LocalSecondaryIndexes is empty`,
  ],
  [
    "no global indexes",
    { GlobalSecondaryIndexes: [] },
    `${invalid}List of GlobalSecondaryIndexes is empty`,
  ],
  [
    "no range",
    {
      ...keys("a"),
      AttributeDefinitions: definitions("a", "b"),
      LocalSecondaryIndexes: [index("one", "a", "b")],
    },
    `${invalid}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
  ],
  [
    "no index range",
    { LocalSecondaryIndexes: [index("one", "a")] },
    `${invalid}Index KeySchema does not have a range key for index: one`,
  ],
  [
    "another hash",
    { LocalSecondaryIndexes: [index("one", "b", "a")] },
    `${invalid}Index KeySchema does not have the same leading hash key as table KeySchema for index: one. index hash key: b, table hash key: a`,
  ],
  [
    "the same name",
    { GlobalSecondaryIndexes: [index("one", "b"), index("one", "b")] },
    `${invalid}Duplicate index name: one`,
  ],
  [
    "no projection type",
    { GlobalSecondaryIndexes: [{ ...index("one", "b"), Projection: {} }] },
    `${invalid}Unknown ProjectionType: null`,
  ],
  [
    "attributes for ALL",
    {
      GlobalSecondaryIndexes: [
        { ...index("one", "b"), Projection: { ProjectionType: "ALL", NonKeyAttributes: ["x"] } },
      ],
    },
    `${invalid}ProjectionType is ALL, but NonKeyAttributes is specified`,
  ],
  [
    "index throughput",
    { GlobalSecondaryIndexes: [{ ...index("one", "b"), ProvisionedThroughput: THROUGHPUT }] },
    `${invalid}ProvisionedThroughput should not be specified for index: one when BillingMode is PAY_PER_REQUEST`,
  ],
  [
    "21 global indexes",
    { GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, i) => index(`one${i}`, "b")) },
    `${invalid}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
  ],
])("refused: %s", async (_title, more, message) => {
  const client = (await openCloud()).client(DynamoDBClient)
  const call = client.send(new CreateTableCommand({ ...THINGS, ...more }))
  expect(await refusalOf(call)).toBe(`ValidationException: ${message}`)
})

test("DDB-21 keys are strings, numbers or binary values", async () => {
  const client = (await openCloud()).client(DynamoDBClient)
  const call = client.send(new CreateTableCommand({ ...THINGS, ...keys("a:SS") }))
  expect(await refusalOf(call)).toBe(
    "ValidationException: 1 validation error detected: Value 'SS' at " +
      "'attributeDefinitions.1.member.attributeType' failed to satisfy constraint: " +
      "Member must satisfy enum value set: [B, N, S]",
  )
  for (const type of ["S", "N", "B"]) {
    const input = { ...THINGS, ...keys(`a:${type}`), TableName: `of-${type}` }
    await client.send(new CreateTableCommand(input))
  }
})

test("DDB-59 a sixth local index is refused", async () => {
  const client = (await openCloud()).client(DynamoDBClient)
  const names = ["c", "d", "e", "f", "g", "h"]
  const create = (count: number) => {
    const used = names.slice(0, count)
    return client.send(
      new CreateTableCommand({
        ...THINGS,
        AttributeDefinitions: definitions("a", "b", ...used),
        LocalSecondaryIndexes: used.map((name) => index(`by-${name}`, "a", name)),
      }),
    )
  }
  expect(await refusalOf(create(6))).toBe(
    `ValidationException: ${invalid}Number of LocalSecondaryIndexes exceeds per-table limit of 5`,
  )
  expect((await create(5)).TableDescription?.LocalSecondaryIndexes).toHaveLength(5)
})

test("DDB-65 a table has up to 20 global indexes", async () => {
  const client = (await openCloud()).client(DynamoDBClient)
  const GlobalSecondaryIndexes = Array.from({ length: 20 }, (_, i) => index(`by-b-${i}`, "b"))
  const { TableDescription } = await client.send(
    new CreateTableCommand({ ...THINGS, GlobalSecondaryIndexes }),
  )
  expect(TableDescription?.GlobalSecondaryIndexes).toHaveLength(20)
})

// Recorded.
test("on demand: no capacity, the warm throughput of every table, indexes the same", async () => {
  const { client, TableName } = await openTable({
    ...keys("TID"),
    AttributeDefinitions: definitions("TID", "TRID"),
    GlobalSecondaryIndexes: [index("TransactionRecordID", "TRID")],
  })
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  const none = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 }
  const warm = { ReadUnitsPerSecond: 12000, Status: "ACTIVE", WriteUnitsPerSecond: 4000 }
  expect(Table).toMatchObject({
    BillingModeSummary: {
      BillingMode: "PAY_PER_REQUEST",
      LastUpdateToPayPerRequestDateTime: expect.any(Date) as Date,
    },
    ProvisionedThroughput: none,
    WarmThroughput: warm,
  })
  expect(Table?.GlobalSecondaryIndexes).toEqual([
    {
      IndexArn: `${Table?.TableArn}/index/TransactionRecordID`,
      IndexName: "TransactionRecordID",
      IndexSizeBytes: 0,
      IndexStatus: "ACTIVE",
      ItemCount: 0,
      KeySchema: [{ AttributeName: "TRID", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
      ProvisionedThroughput: none,
      WarmThroughput: warm,
    },
  ])
})

// Recorded.
test("warm throughput as asked", async () => {
  const cloud = await openCloud()
  const client = cloud.client(DynamoDBClient)
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      ...THINGS,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: THROUGHPUT,
      WarmThroughput: { ReadUnitsPerSecond: 1000, WriteUnitsPerSecond: 1200 },
    }),
  )
  expect(TableDescription?.WarmThroughput).toEqual({
    ReadUnitsPerSecond: 1000,
    Status: "UPDATING",
    WriteUnitsPerSecond: 1200,
  })
})

// Recorded.
test("a table's name is taken in its account and Region", async () => {
  const { cloud, client } = await openTable()
  expect(await refusalOf(openTable({}, cloud))).toBe(
    "ResourceInUseException: Table already exists: things",
  )
  const elsewhere = cloud.client(DynamoDBClient, { region: "eu-west-1" })
  await elsewhere.send(new CreateTableCommand(THINGS))
  const other = cloud.client(DynamoDBClient, {
    credentials: { accessKeyId: "111111111111", secretAccessKey: "x" },
  })
  expect((await other.send(new ListTablesCommand({}))).TableNames).toEqual([])
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["things"])
})

// Recorded.
test("what is wrong with a table's name is all that is told", async () => {
  const { client } = await openTable()
  const required =
    "ValidationException: The parameter 'TableName' is required but was not present in the request"
  const none = { TableName: undefined as never }
  expect(await refusalOf(client.send(new CreateTableCommand(none)))).toBe(required)
  expect(await refusalOf(client.send(new DescribeTableCommand(none)))).toBe(required)
  expect(await refusalOf(client.send(new DeleteTableCommand(none)))).toBe(required)
  const item = new GetItemCommand({ ...none, Key: { pk: { S: "a" } } })
  expect(await refusalOf(client.send(item))).toBe(
    "ValidationException: 1 validation error detected: Value null at 'tableName' failed to satisfy " +
      "constraint: Member must not be null",
  )
  const wrong = new CreateTableCommand({ TableName: "x!", KeySchema: [], AttributeDefinitions: [] })
  const must = "Value 'x!' at 'tableName' failed to satisfy constraint: Member must"
  expect(await refusalOf(client.send(wrong))).toBe(
    `ValidationException: 2 validation errors detected: ${must} satisfy regular expression pattern: ` +
      `[a-zA-Z0-9_.-]+; ${must} have length greater than or equal to 3`,
  )
})

// Recorded; the member of tables on demand as tests against AWS have it.
test("tags are told and taken by their table's ARN, one at least", async () => {
  const { client, TableName } = await openTable()
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  const ResourceArn = Table?.TableArn
  expect(await refusalOf(client.send(new TagResourceCommand({ ResourceArn, Tags: [] })))).toBe(
    "ValidationException: Atleast one Tag needs to be provided as Input.",
  )
  expect(await refusalOf(client.send(new UntagResourceCommand({ ResourceArn, TagKeys: [] })))).toBe(
    "ValidationException: Atleast one Tag Key needs to be provided as Input.",
  )
  const { TableDescription } = await client.send(new DeleteTableCommand({ TableName }))
  expect(TableDescription?.BillingModeSummary).toEqual(Table?.BillingModeSummary)
  expect(TableDescription?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST")
})
