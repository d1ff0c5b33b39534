import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateTableCommand,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

const units = (ReadCapacityUnits: number, WriteCapacityUnits: number) => ({
  ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits },
})
const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/things"

const TABLE_EXCEEDED =
  "ProvisionedThroughputExceededException: The level of configured provisioned throughput for the " +
  "table was exceeded. Consider increasing your provisioning level with the UpdateTable API."

/** An item whose write takes so many units, of 200 at most. */
const item = (pk: string, size = 1) => ({
  pk: { S: pk },
  sk: { S: "a" },
  v: { S: "x".repeat(size * 1024 - 20) },
})

const put = (table: TestTable, pk: string, size = 1) => table.put(item(pk, size))

/** The reasons that a call is throttled for. */
async function reasonsOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown as Record<string, unknown>,
  )
  return error?.["ThrottlingReasons"] ?? error?.["throttlingReasons"]
}

test("DDB-35 beyond its capacity and burst a table refuses, with the reasons", async () => {
  const table = await openTable(units(1, 1))
  await put(table, "a", 299)
  await put(table, "b")
  const refused = put(table, "c").catch((error: unknown) => error)
  expect(await refused).toMatchObject({
    name: "ProvisionedThroughputExceededException",
    message: TABLE_EXCEEDED.slice(TABLE_EXCEEDED.indexOf(" ") + 1),
    $metadata: { httpStatusCode: 400 },
    ThrottlingReasons: [{ reason: "TableWriteProvisionedThroughputExceeded", resource: arn }],
  })
})

test("DDB-36 what is not used of 300 seconds can be used at once, for reads and for writes", async () => {
  const table = await openTable(units(2, 1))
  const { client, cloud, TableName } = table
  await put(table, "a", 300)
  const again = () => refusalOf(put(table, "b"))
  expect(await again()).toBe(TABLE_EXCEEDED)
  const get = () =>
    client.send(
      new GetItemCommand({
        TableName,
        Key: { pk: { S: "a" }, sk: { S: "a" } },
        ConsistentRead: true,
      }),
    )
  // 75 units each.
  for (let i = 0; i < 8; i++) await get()
  expect(await reasonsOf(get())).toEqual([
    { reason: "TableReadProvisionedThroughputExceeded", resource: arn },
  ])
  await cloud.advance("10s")
  for (let i = 0; i < 10; i++) await put(table, `c${i}`)
  expect(await again()).toBe(TABLE_EXCEEDED)
  await cloud.advance("1h")
  await put(table, "d", 300)
  expect(await again()).toBe(TABLE_EXCEEDED)
})

test("a request is let in while there is something left, and what it takes too much is owed", async () => {
  const table = await openTable(units(1, 400))
  const { client, cloud, TableName } = table
  for (let i = 0; i < 4; i++) await put(table, `a${i}`, 300)
  const scan = () => client.send(new ScanCommand({ TableName }))
  // Half of 300 units.
  await scan()
  await scan()
  await cloud.advance("1s")
  await scan()
  expect(await refusalOf(scan())).toBe(TABLE_EXCEEDED)
  await cloud.advance("149s")
  expect(await refusalOf(scan())).toBe(TABLE_EXCEEDED)
  await cloud.advance("1s")
  await scan()
})

test("more capacity holds at once", async () => {
  const table = await openTable(units(1, 1))
  await put(table, "a", 300)
  expect(await refusalOf(put(table, "b"))).toBe(TABLE_EXCEEDED)
  const { client, cloud, TableName } = table
  await client.send(new UpdateTableCommand({ TableName, ...units(1, 2) }))
  await cloud.settle()
  await put(table, "b", 300)
  await put(table, "c", 300)
  expect(await refusalOf(put(table, "d"))).toBe(TABLE_EXCEEDED)
})

const indexed = (index: number): Partial<CreateTableCommandInput> => ({
  ...units(10, 10),
  AttributeDefinitions: keys("pk", "sk", "other").AttributeDefinitions,
  GlobalSecondaryIndexes: [
    {
      IndexName: "by-other",
      KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" },
      ...units(1, index),
    },
  ],
})

test("DDB-66 an index has capacity of its own, and without it holds up writes to its table", async () => {
  const table = await openTable(indexed(1))
  const inIndex = (pk: string, size = 1) => table.put({ ...item(pk, size), other: { S: "o" } })
  await inIndex("a", 300)
  const refused = inIndex("b").catch((error: unknown) => error)
  expect(await refused).toMatchObject({
    name: "ProvisionedThroughputExceededException",
    message:
      "The level of configured provisioned throughput for one or more global secondary indexes of " +
      "the table was exceeded. Consider increasing your provisioning level for the under-provisioned " +
      "global secondary indexes with the UpdateTable API",
    ThrottlingReasons: [
      { reason: "IndexWriteProvisionedThroughputExceeded", resource: `${arn}/index/by-other` },
    ],
  })
  const { client, TableName } = table
  const key = { pk: { S: "b" }, sk: { S: "a" } }
  expect((await client.send(new GetItemCommand({ TableName, Key: key }))).Item).toBeUndefined()
  await put(table, "not in the index")
})

test("DDB-60 a local index takes from its table", async () => {
  const table = await openTable({
    ...units(1, 1),
    AttributeDefinitions: keys("pk", "sk", "alt").AttributeDefinitions,
    LocalSecondaryIndexes: [
      {
        IndexName: "by-alt",
        KeySchema: keys("pk", "alt").KeySchema,
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  })
  const both = (pk: string) => table.put({ ...item(pk), alt: { S: "x" } })
  await put(table, "a", 296)
  await both("b")
  await both("c")
  expect(await refusalOf(both("d"))).toBe(TABLE_EXCEEDED)
})

test("of a batch of writes what has no capacity is left unprocessed", async () => {
  const table = await openTable(units(1, 1))
  const { client, TableName } = table
  await put(table, "a", 298)
  const requests = ["b", "c", "d"].map((pk) => ({ PutRequest: { Item: item(pk) } }))
  const write = () =>
    client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }))
  expect((await write()).UnprocessedItems).toEqual({ [TableName]: requests.slice(2) })
  const { Items = [] } = await client.send(new ScanCommand({ TableName }))
  expect(new Set(Items.map(({ pk }) => pk?.S))).toEqual(new Set(["a", "b", "c"]))
  expect(await refusalOf(write())).toBe(TABLE_EXCEEDED)
})

test("of a batch of reads too, and none at all is an error", async () => {
  const table = await openTable(units(1, 400))
  const { client, TableName } = table
  const names = ["a", "b", "c", "d", "e"]
  for (const pk of names) await put(table, pk, 396)
  const Keys = names.map((pk) => ({ pk: { S: pk }, sk: { S: "a" } }))
  const read = () =>
    client.send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
    )
  // 99 units each: the fourth is let in.
  const { Responses, UnprocessedKeys } = await read()
  expect(Responses?.[TableName]).toHaveLength(4)
  expect(UnprocessedKeys).toEqual({ [TableName]: { Keys: Keys.slice(4), ConsistentRead: true } })
  expect(await refusalOf(read())).toBe(TABLE_EXCEEDED)
})

test("a transaction is cancelled, with the reason in its place", async () => {
  const table = await openTable(units(1, 1))
  const { client, TableName } = table
  await put(table, "a", 298)
  const puts = ["b", "c"].map((pk) => ({ Put: { TableName, Item: item(pk) } }))
  const call = client.send(new TransactWriteItemsCommand({ TransactItems: puts }))
  expect(await call.catch((error: unknown) => error)).toMatchObject({
    name: "TransactionCanceledException",
    CancellationReasons: [{ Code: "None" }, { Code: "ProvisionedThroughputExceeded" }],
  })
  await put(table, "d")
})

test("a write whose condition does not hold uses capacity too", async () => {
  const table = await openTable(units(1, 1))
  const { client, TableName } = table
  await put(table, "a", 299)
  const ConditionExpression = "attribute_not_exists(pk)"
  const call = client.send(new PutItemCommand({ TableName, Item: item("a"), ConditionExpression }))
  expect(await refusalOf(call)).toContain("ConditionalCheckFailedException")
  expect(await refusalOf(put(table, "b"))).toBe(TABLE_EXCEEDED)
})

const ON_DEMAND =
  "ThrottlingException: Throughput exceeds the current capacity of your table or index. DynamoDB is " +
  "automatically scaling your table or index so please try again shortly. If exceptions persist, check " +
  "if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"

test("DDB-23 one partition key has 1,000 write and 3,000 read units a second, whatever its table has", async () => {
  const table = await openTable(units(10_000, 10_000))
  const { cloud } = table
  const hot = () => put(table, "hot", 390)
  for (let i = 0; i < 3; i++) await hot()
  await cloud.advance(10)
  for (let i = 0; i < 3; i++) await hot()
  await cloud.advance(1)
  expect(await reasonsOf(hot())).toEqual([
    { reason: "TableWriteKeyRangeThroughputExceeded", resource: arn },
  ])
  await put(table, "another", 390)
  await cloud.advance(1_000)
  await hot()
  // 98 units each.
  const read = () => {
    const Key = { pk: { S: "hot" }, sk: { S: "a" } }
    const { client, TableName } = table
    return client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
  }
  await cloud.advance(10)
  for (let i = 0; i < 31; i++) await read()
  await cloud.advance(1)
  expect(await reasonsOf(read())).toEqual([
    { reason: "TableReadKeyRangeThroughputExceeded", resource: arn },
  ])
})

test("a table on demand begins with 4,000 write units a second", async () => {
  const table = await openTable()
  const { cloud } = table
  const fill = async (second: string, count: number) => {
    for (let i = 0; i < count; i++) await put(table, `${second}${i}`, 390)
  }
  // What comes in one instant has no rate.
  await fill("a", 11)
  await cloud.advance(10)
  expect(await refusalOf(put(table, "b"))).toBe(ON_DEMAND)
  expect(await reasonsOf(put(table, "b"))).toEqual([
    { reason: "TableWriteKeyRangeThroughputExceeded", resource: arn },
  ])
  // Twice the peak of the half hour before.
  await cloud.advance("31m")
  await fill("c", 1)
  await cloud.advance("31m")
  await fill("d", 11)
  await cloud.advance(10)
  await fill("e", 9)
  expect(await refusalOf(put(table, "f", 390))).toBe("no refusal")
  await cloud.advance(1)
  expect(await refusalOf(put(table, "g"))).toBe(ON_DEMAND)
})

test("a table on demand serves at once what it was warmed up for", async () => {
  const table = await openTable({
    WarmThroughput: { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 5_000 },
  })
  for (let i = 0; i < 12; i++) await put(table, `a${i}`, 390)
  await table.cloud.advance(10)
  await put(table, "b", 390)
  await table.cloud.advance(1)
  expect(await refusalOf(put(table, "c"))).toBe(ON_DEMAND)
})

test("a table on demand keeps to its maximum", async () => {
  const table = await openTable({
    OnDemandThroughput: { MaxReadRequestUnits: 10, MaxWriteRequestUnits: 1 },
  })
  await put(table, "a", 300)
  const call = () => put(table, "b")
  expect(await refusalOf(call())).toContain("ThrottlingException: ")
  expect(await reasonsOf(call())).toEqual([
    { reason: "TableWriteMaxOnDemandThroughputExceeded", resource: arn },
  ])
  await table.cloud.advance("1s")
  await call()
})

test("a request counts as a whole, and while the clock stands nothing is refused for its rate", async () => {
  const table = await openTable()
  const { client, cloud, TableName } = table
  await put(table, "before")
  await cloud.advance(20)
  // 6,000 units in one transaction.
  const TransactItems = Array.from({ length: 10 }, (_, i) => ({
    Put: { TableName, Item: item(`${i}`, 300) },
  }))
  await client.send(new TransactWriteItemsCommand({ TransactItems }))
  for (let i = 0; i < 4; i++) await put(table, "hot", 390)
  await cloud.advance(1)
  expect(await refusalOf(put(table, "hot"))).toBe(ON_DEMAND)
})
