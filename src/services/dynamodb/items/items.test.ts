import {
  DeleteItemCommand,
  DescribeTableCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

type Attributes = Record<string, AttributeValue>

const get = async ({ client, TableName }: TestTable, Key: Attributes, more = {}) =>
  (await client.send(new GetItemCommand({ TableName, Key, ...more }))).Item

const KEY = { pk: { S: "a" }, sk: { S: "1" } }

test("DDB-15 DDB-17 an item is put with any attributes, read, replaced and deleted", async () => {
  const table = await openTable()
  const { client, TableName } = table
  expect(await get(table, KEY)).toBeUndefined()
  const first: Attributes = { ...KEY, data: { S: "one" }, nothing: { NULL: true } }
  await table.put(first)
  expect(await get(table, KEY)).toEqual(first)
  const second: Attributes = { ...KEY, other: { N: "2" } }
  const put = new PutItemCommand({ TableName, Item: second, ReturnValues: "ALL_OLD" })
  expect((await client.send(put)).Attributes).toEqual(first)
  expect(await get(table, KEY, { ConsistentRead: true })).toEqual(second)
  const remove = () =>
    client.send(new DeleteItemCommand({ TableName, Key: KEY, ReturnValues: "ALL_OLD" }))
  expect((await remove()).Attributes).toEqual(second)
  expect((await remove()).Attributes).toBeUndefined()
  expect(await get(table, KEY)).toBeUndefined()
})

test("DDB-13 a key is a partition key alone, or with a sort key", async () => {
  const alone = await openTable({ TableName: "alone", ...keys("pk") })
  await alone.put({ pk: { S: "a" }, v: { S: "first" } })
  await alone.put({ pk: { S: "a" }, v: { S: "second" } })
  expect(await get(alone, { pk: { S: "a" } })).toEqual({ pk: { S: "a" }, v: { S: "second" } })
  const both = await openTable({ TableName: "both", ...keys("pk", "sk:N") }, alone.cloud)
  await both.put({ pk: { S: "a" }, sk: { N: "1" } })
  await both.put({ pk: { S: "a" }, sk: { N: "2" } })
  expect(await get(both, { pk: { S: "a" }, sk: { N: "1" } })).toBeDefined()
})

test("DDB-16 an item without a key is refused", async () => {
  const table = await openTable()
  expect(await refusalOf(table.put({ pk: { S: "a" }, v: { S: "x" } }))).toBe(
    "ValidationException: One or more parameter values were invalid: Missing the key sk in the item",
  )
})

test("DDB-54 DDB-55 a consistent read sees every write that was answered, for twice the price", async () => {
  const table = await openTable()
  const { client, TableName } = table
  for (let i = 0; i < 5; i++) {
    await table.put({ ...KEY, n: { N: String(i) } })
    const read = { TableName, Key: KEY, ReturnConsumedCapacity: "TOTAL" as const }
    const latest = await client.send(new GetItemCommand({ ...read, ConsistentRead: true }))
    const any = await client.send(new GetItemCommand(read))
    expect(latest.Item?.["n"]).toEqual({ N: String(i) })
    const units = [latest, any].map(({ ConsumedCapacity }) => ConsumedCapacity?.CapacityUnits)
    expect(units).toEqual([1, 0.5])
  }
})

test("DDB-14 only the pair of keys is unique", async () => {
  const table = await openTable()
  for (const sk of ["1", "2"]) await table.put({ pk: { S: "a" }, sk: { S: sk }, v: { S: sk } })
  await table.put({ pk: { S: "b" }, sk: { S: "1" }, v: { S: "other" } })
  expect(await get(table, KEY)).toMatchObject({ v: { S: "1" } })
  expect(await get(table, { ...KEY, sk: { S: "2" } })).toMatchObject({ v: { S: "2" } })
})

test("DDB-20 values of every type come back", async () => {
  const table = await openTable()
  const item: Attributes = {
    ...KEY,
    n: { N: "-12345678901234567890.123456789012345678" },
    b: { B: Uint8Array.of(0, 255) },
    t: { BOOL: true },
    ss: { SS: ["x", "y"] },
    ns: { NS: ["1", "2.5"] },
    bs: { BS: [Uint8Array.of(1), Uint8Array.of(2)] },
    m: { M: { l: { L: [{ S: "" }, { B: Uint8Array.of(7) }, { NULL: true }] } } },
    constructor: { S: "a name like any other" },
  }
  await table.put(item)
  expect(await get(table, KEY)).toEqual(item)
  await table.put({ ...KEY, n: { N: "0001.500e2" } })
  expect(await get(table, KEY)).toMatchObject({ n: { N: "150" } })
})

test("keys of every type: numbers by value, binary values, long and strange strings", async () => {
  const numbers = await openTable({ TableName: "numbers", ...keys("pk:N", "sk:B") })
  await numbers.put({ pk: { N: "1.0" }, sk: { B: Uint8Array.of(0, 1, 255) }, v: { S: "x" } })
  const key = { pk: { N: "1e0" }, sk: { B: Uint8Array.of(0, 1, 255) } }
  expect(await get(numbers, key)).toMatchObject({ v: { S: "x" }, pk: { N: "1" } })
  const texts = await openTable({ TableName: "texts" }, numbers.cloud)
  const long = "😀".repeat(512)
  const strange = ["\0", "\u0001", "a\0b", long, `${"a".repeat(2047)}b`, `${"a".repeat(2047)}c`]
  for (const pk of strange) await texts.put({ pk: { S: pk }, sk: { S: "é".repeat(512) } })
  for (const pk of strange)
    expect(await get(texts, { pk: { S: pk }, sk: { S: "é".repeat(512) } })).toMatchObject({
      pk: { S: pk },
    })
})

// All recorded.
test.each<[string, Attributes, string]>([
  [
    "no pk",
    { sk: { S: "1" } },
    "One or more parameter values were invalid: Missing the key pk in the item",
  ],
  [
    "no sk",
    { pk: { S: "a" } },
    "One or more parameter values were invalid: Missing the key sk in the item",
  ],
  [
    "another type",
    { ...KEY, sk: { N: "1" } },
    "One or more parameter values were invalid: Type mismatch for key sk expected: S actual: N",
  ],
  [
    "empty key",
    { ...KEY, sk: { S: "" } },
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: sk",
  ],
  [
    "long pk",
    { ...KEY, pk: { S: "a".repeat(2049) } },
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes",
  ],
  [
    "long sk",
    { ...KEY, sk: { S: "a".repeat(1025) } },
    "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
  ],
])("DDB-16 refused: %s", async (_title, Item, message) => {
  const { client, TableName } = await openTable()
  expect(await refusalOf(client.send(new PutItemCommand({ TableName, Item })))).toBe(
    `ValidationException: ${message}`,
  )
})

test("keys that are not the table's are refused", async () => {
  const { client, TableName } = await openTable()
  const mismatch = "ValidationException: The provided key element does not match the schema"
  for (const Key of [
    { pk: { S: "a" } },
    { ...KEY, more: { S: "x" } },
    { pk: { S: "a" }, other: { S: "1" } },
    { ...KEY, sk: { N: "1" } },
  ] as Attributes[]) {
    expect(await refusalOf(client.send(new GetItemCommand({ TableName, Key })))).toBe(mismatch)
    expect(await refusalOf(client.send(new DeleteItemCommand({ TableName, Key })))).toBe(mismatch)
  }
})

test("a table that is not there has no items", async () => {
  const { client } = await openTable()
  const call = client.send(new GetItemCommand({ TableName: "other", Key: KEY }))
  expect(await refusalOf(call)).toBe("ResourceNotFoundException: Requested resource not found")
})

test("DDB-19 an item has 400 KB at most, names included", async () => {
  const table = await openTable()
  const most = 400 * 1024 - "pkask1v".length
  await table.put({ ...KEY, v: { S: "x".repeat(most) } })
  expect(await refusalOf(table.put({ ...KEY, v: { S: "x".repeat(most + 1) } }))).toBe(
    "ValidationException: Item size has exceeded the maximum allowed size",
  )
  const update = new UpdateItemCommand({
    TableName: table.TableName,
    Key: KEY,
    UpdateExpression: "SET w = :w",
    ExpressionAttributeValues: { ":w": { S: "x" } },
  })
  expect(await refusalOf(table.client.send(update))).toBe(
    "ValidationException: Item size to update has exceeded the maximum allowed size",
  )
})

test("DDB-27 DDB-28 DDB-30 DDB-32 writes cost a unit for each started KB, of the larger image", async () => {
  const { client, TableName } = await openTable()
  const put = async (bytes: number) => {
    const Item = { ...KEY, v: { S: "x".repeat(bytes - "pkask1v".length) } }
    const input = { TableName, Item, ReturnConsumedCapacity: "INDEXES" as const }
    return (await client.send(new PutItemCommand(input))).ConsumedCapacity
  }
  expect(await put(1024)).toEqual({ TableName, CapacityUnits: 1, Table: { CapacityUnits: 1 } })
  expect(await put(2560)).toMatchObject({ CapacityUnits: 3 })
  expect(await put(100)).toMatchObject({ CapacityUnits: 3 })
  expect(await put(100)).toMatchObject({ CapacityUnits: 1 })
  const remove = { TableName, Key: KEY, ReturnConsumedCapacity: "TOTAL" as const }
  for (let i = 0; i < 2; i++) {
    const { ConsumedCapacity } = await client.send(new DeleteItemCommand(remove))
    expect(ConsumedCapacity).toEqual({ TableName, CapacityUnits: 1 })
  }
})

// Recorded, to the byte.
test("a kilobyte of several types is one unit, a byte more are two", async () => {
  const { client, TableName } = await openTable({ ...keys("a") })
  const cost = async (bytes: number, last: Uint8Array[]) => {
    const Item: Attributes = {
      a: { S: "x".repeat(10) },
      b: { S: "b".repeat(bytes - 10) },
      c: { N: "12.3456" },
      d: { B: Uint8Array.of(1, 2) },
      e: { BS: last },
    }
    await client.send(new DeleteItemCommand({ TableName, Key: { a: Item["a"] as AttributeValue } }))
    const input = { TableName, Item, ReturnConsumedCapacity: "TOTAL" as const }
    return (await client.send(new PutItemCommand(input))).ConsumedCapacity?.CapacityUnits
  }
  expect(await cost(1_009, [Uint8Array.of(1, 2), Uint8Array.of(2), Uint8Array.of(1)])).toBe(1)
  expect(await cost(1_011, [Uint8Array.of(1, 2), Uint8Array.of(2)])).toBe(2)
})

test("DDB-25 DDB-26 DDB-29 DDB-31 reads cost a unit for each started 4 KB, half if they may be old", async () => {
  const table = await openTable()
  const { client, TableName } = table
  const cost = async (ConsistentRead: boolean) => {
    const input = { TableName, Key: KEY, ConsistentRead, ReturnConsumedCapacity: "TOTAL" as const }
    return (await client.send(new GetItemCommand(input))).ConsumedCapacity?.CapacityUnits
  }
  expect(await cost(true)).toBe(1)
  expect(await cost(false)).toBe(0.5)
  await table.put({ ...KEY, v: { S: "x".repeat(2_500) } })
  expect([await cost(true), await cost(false)]).toEqual([1, 0.5])
  await table.put({ ...KEY, v: { S: "x".repeat(4_096) } })
  expect([await cost(true), await cost(false)]).toEqual([2, 1])
})

test("a condition that does not hold refuses, and shows the item to those who ask", async () => {
  const table = await openTable()
  const { client, TableName } = table
  await table.put({ ...KEY, n: { N: "1" } })
  const put = (more = {}) =>
    client.send(
      new PutItemCommand({
        TableName,
        Item: KEY,
        ConditionExpression: "attribute_not_exists(pk)",
        ...more,
      }),
    )
  const failed = "ConditionalCheckFailedException: The conditional request failed"
  expect(await refusalOf(put())).toBe(failed)
  const told = put({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })
  await expect(told).rejects.toMatchObject({ Item: { ...KEY, n: { N: "1" } } })
  expect(await get(table, KEY)).toMatchObject({ n: { N: "1" } })
})

test("UpdateItem changes, makes, and tells what was asked for", async () => {
  const table = await openTable()
  const { client, TableName } = table
  const update = async (UpdateExpression: string, ReturnValues: string, values?: Attributes) => {
    const input = { TableName, Key: KEY, UpdateExpression, ReturnValues: ReturnValues as "NONE" }
    const ExpressionAttributeValues = values
    return (await client.send(new UpdateItemCommand({ ...input, ExpressionAttributeValues })))
      .Attributes
  }
  const one = { ":one": { N: "1" } }
  expect(await update("SET a = :one, b = :one", "ALL_NEW", one)).toEqual({
    ...KEY,
    a: { N: "1" },
    b: { N: "1" },
  })
  expect(await update("ADD a :one", "UPDATED_OLD", one)).toEqual({ a: { N: "1" } })
  expect(await update("SET a = a + :one", "UPDATED_NEW", one)).toEqual({ a: { N: "3" } })
  expect(await update("REMOVE a", "UPDATED_NEW")).toBeUndefined()
  expect(await update("REMOVE b", "ALL_OLD")).toEqual({ ...KEY, b: { N: "1" } })
  expect(await update("SET a = :one", "NONE", one)).toBeUndefined()
  expect(await get(table, KEY)).toEqual({ ...KEY, a: { N: "1" } })
  const key = update("SET pk = :one", "NONE", one)
  expect(await refusalOf(key)).toBe(
    "ValidationException: One or more parameter values were invalid: Cannot update attribute pk. " +
      "This attribute is part of the key",
  )
})

test("DBM-5 tables hold items of any attributes: one a partition key, or one a pair with the sort key", async () => {
  const alone = await openTable({ TableName: "alone", ...keys("pk") })
  const pairs = await openTable({ TableName: "pairs" }, alone.cloud)
  const items: Attributes[] = [
    { pk: { S: "a" }, sk: { S: "1" }, name: { S: "Ada" }, age: { N: "36" } },
    { pk: { S: "a" }, sk: { S: "2" }, tags: { SS: ["x"] }, nested: { M: { deep: { L: [] } } } },
    { pk: { S: "b" }, sk: { S: "1" } },
    { pk: { S: "a" }, sk: { S: "1" }, raw: { B: new Uint8Array([1]) } },
  ]
  const [first, second, other, last] = items
  for (const table of [alone, pairs]) for (const item of items) await table.put(item)
  expect(await get(alone, { pk: { S: "a" } })).toEqual(last)
  expect(await get(pairs, KEY)).toEqual(last)
  expect(await get(pairs, { pk: { S: "a" }, sk: { S: "2" } })).toEqual(second)
  for (const [{ client, TableName }, count] of [[alone, 2] as const, [pairs, 3] as const]) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName }))
    expect(Items).toHaveLength(count)
    expect(Items).toContainEqual(other)
    expect(Items).not.toContainEqual(first)
  }
  // A key that is there is refused where the caller says so.
  const { client, TableName } = pairs
  const ConditionExpression = "attribute_not_exists(pk)"
  const again = new PutItemCommand({ TableName, Item: first, ConditionExpression })
  expect(await refusalOf(client.send(again))).toContain("The conditional request failed")
})

test("counts and sizes are the table's", async () => {
  const table = await openTable()
  await table.put({ ...KEY, v: { S: "xx" } })
  await table.put({ ...KEY, v: { S: "xxx" } })
  await table.put({ ...KEY, sk: { S: "2" } })
  const { TableName, client } = table
  const sizes = async () => (await client.send(new DescribeTableCommand({ TableName }))).Table
  expect(await sizes()).toMatchObject({ ItemCount: 2, TableSizeBytes: 10 + 6 })
  await client.send(new DeleteItemCommand({ TableName, Key: KEY }))
  expect(await sizes()).toMatchObject({ ItemCount: 1, TableSizeBytes: 6 })
})

test("item collections are measured where there are local indexes", async () => {
  const Projection = { ProjectionType: "KEYS_ONLY" as const }
  const { client, TableName } = await openTable({
    AttributeDefinitions: keys("pk", "sk", "alt").AttributeDefinitions,
    LocalSecondaryIndexes: [{ IndexName: "by-alt", ...keys("pk", "alt"), Projection }].map(
      ({ AttributeDefinitions: _, ...index }) => index,
    ),
  })
  const answer = await client.send(
    new PutItemCommand({
      TableName,
      Item: { ...KEY, alt: { S: "x" } },
      ReturnItemCollectionMetrics: "SIZE",
      ReturnConsumedCapacity: "INDEXES",
    }),
  )
  expect(answer.ItemCollectionMetrics).toEqual({
    ItemCollectionKey: { pk: { S: "a" } },
    SizeEstimateRangeGB: [0, 1],
  })
  expect(answer.ConsumedCapacity).toEqual({
    TableName,
    CapacityUnits: 2,
    Table: { CapacityUnits: 1 },
    LocalSecondaryIndexes: { "by-alt": { CapacityUnits: 1 } },
  })
})

// Recorded.
test("an update reaches less far than a put", async () => {
  const table = await openTable()
  const { client, TableName } = table
  const sized = (bytes: number) => ({ S: "x".repeat(bytes) })
  const update = (UpdateExpression: string, values: Attributes) =>
    refusalOf(
      client.send(
        new UpdateItemCommand({
          ...{ TableName, Key: KEY, UpdateExpression, ExpressionAttributeValues: values },
        }),
      ),
    )
  const tooLarge = "ValidationException: Item size to update has exceeded the maximum allowed size"
  const most = 400 * 1024 - 1
  await table.put({ ...KEY, b: sized(most - 6) })
  await table.cloud.advance("10s")
  expect(await update("SET b = :b", { ":b": sized(most - 22) })).toBe("no refusal")
  await table.cloud.advance("10s")
  expect(await update("SET b = :b", { ":b": sized(most - 21) })).toBe(tooLarge)
  expect(await update("SET b = :b REMOVE c", { ":b": sized(most - 23) })).toBe(tooLarge)
  expect(await update("SET b = :b REMOVE c", { ":b": sized(most - 24) })).toBe("no refusal")
})
