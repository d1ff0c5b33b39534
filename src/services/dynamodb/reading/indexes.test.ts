import {
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan, sorts, type Attributes } from "../testing/read-table.ts"

const indexed = {
  AttributeDefinitions: keys("pk", "sk", "alt:N", "owner").AttributeDefinitions,
  LocalSecondaryIndexes: [
    {
      IndexName: "local",
      KeySchema: keys("pk", "alt").KeySchema,
      Projection: { ProjectionType: "INCLUDE" as const, NonKeyAttributes: ["w"] },
    },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "global",
      KeySchema: keys("owner", "alt").KeySchema,
      Projection: { ProjectionType: "KEYS_ONLY" as const },
    },
    {
      IndexName: "all",
      KeySchema: keys("owner").KeySchema,
      Projection: { ProjectionType: "ALL" as const },
    },
  ],
}

async function openIndexed(): Promise<TestTable> {
  const table = await openTable(indexed)
  for (const [sk, alt] of [
    ["1", "30"],
    ["2", "20"],
    ["3", "10"],
  ]) {
    const rest = { v: { S: "x".repeat(5_000) }, w: { S: `w${sk}` } }
    await table.put({
      pk: { S: "a" },
      sk: { S: sk ?? "" },
      alt: { N: alt ?? "" },
      owner: { S: "me" },
      ...rest,
    })
  }
  await table.put({ pk: { S: "a" }, sk: { S: "4" }, owner: { S: "me" } })
  await table.put({ pk: { S: "a" }, sk: { S: "5" }, alt: { N: "5" } })
  await table.cloud.settle()
  return table
}

test("DDB-57 DDB-61 DDB-69 a local index orders anew, reads consistently, fetches what it lacks", async () => {
  const table = await openIndexed()
  const local = { IndexName: "local", ReturnConsumedCapacity: "INDEXES" as const }
  const { Items, ConsumedCapacity } = await query(table, { ...local, ConsistentRead: true })
  expect(sorts(Items)).toEqual(["5", "3", "2", "1"])
  expect(Items?.[1]).toEqual({
    pk: { S: "a" },
    sk: { S: "3" },
    alt: { N: "10" },
    w: { S: "w3" },
  })
  expect(ConsumedCapacity).toEqual({
    TableName: "things",
    CapacityUnits: 1,
    Table: { CapacityUnits: 0 },
    LocalSecondaryIndexes: { local: { CapacityUnits: 1 } },
  })
  const more = await query(table, { ...local, ProjectionExpression: "v" })
  expect(more.Items?.map(({ v }) => v?.S?.length)).toEqual([undefined, 5_000, 5_000, 5_000])
  expect(more.ConsumedCapacity).toMatchObject({
    CapacityUnits: 2.5,
    Table: { CapacityUnits: 2 },
    LocalSecondaryIndexes: { local: { CapacityUnits: 0.5 } },
  })
  const all = await query(table, { ...local, Select: "ALL_ATTRIBUTES", Limit: 2 })
  expect(all.Items?.[1]?.["v"]?.S).toHaveLength(5_000)
  expect(all.LastEvaluatedKey).toEqual({ pk: { S: "a" }, sk: { S: "3" }, alt: { N: "10" } })
  const next = await query(table, { ...local, ExclusiveStartKey: all.LastEvaluatedKey })
  expect(sorts(next.Items)).toEqual(["2", "1"])
})

test("DDB-56 DDB-63 DDB-68 a global index has other keys, its projection, and only items with its keys", async () => {
  const table = await openIndexed()
  const owned = (IndexName: string, more: Partial<QueryCommandInput> = {}) =>
    table.client.send(
      new QueryCommand({
        TableName: table.TableName,
        IndexName,
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": { S: "me" } },
        ...more,
      }),
    )
  const { Items } = await owned("global")
  expect(sorts(Items)).toEqual(["3", "2", "1"])
  expect(Items?.[0]).toEqual({
    ...{ pk: { S: "a" }, sk: { S: "3" } },
    ...{ alt: { N: "10" }, owner: { S: "me" } },
  })
  const all = await owned("all", { ReturnConsumedCapacity: "INDEXES" })
  expect(sorts(all.Items)).toEqual(expect.arrayContaining(["1", "2", "3", "4"]))
  expect(all.ConsumedCapacity).toEqual({
    TableName: "things",
    CapacityUnits: 2,
    Table: { CapacityUnits: 0 },
    GlobalSecondaryIndexes: { all: { CapacityUnits: 2 } },
  })
  const page = await owned("global", { Limit: 1 })
  expect(Object.keys(page.LastEvaluatedKey ?? {}).sort()).toEqual(["alt", "owner", "pk", "sk"])
  const ExclusiveStartKey = page.LastEvaluatedKey
  expect(sorts((await owned("global", { ExclusiveStartKey })).Items)).toEqual(["2", "1"])
  expect((await scan(table, { IndexName: "global" })).Count).toBe(3)
  const invalid = "ValidationException: One or more parameter values were invalid: "
  expect(await refusalOf(owned("global", { Select: "ALL_ATTRIBUTES" }))).toBe(
    `${invalid}Select type ALL_ATTRIBUTES is not supported for global secondary index global because its projection type is not ALL`,
  )
})

test("DDB-67 a global index does not read consistently", async () => {
  const table = await openIndexed()
  const refused =
    "ValidationException: Consistent reads are not supported on global secondary indexes"
  expect(await refusalOf(scan(table, { IndexName: "all", ConsistentRead: true }))).toBe(refused)
})

test("an index follows its items, and costs only where it changes", async () => {
  const table = await openIndexed()
  const { client, TableName } = table
  const base = { pk: { S: "a" }, sk: { S: "1" }, owner: { S: "me" }, w: { S: "w1" } }
  const put = async (item: Attributes) => {
    const input = { TableName, Item: item, ReturnConsumedCapacity: "INDEXES" as const }
    const { ConsumedCapacity } = await client.send(new PutItemCommand(input))
    await table.cloud.settle()
    return ConsumedCapacity
  }
  await put({ ...base, alt: { N: "30" }, v: { S: "short" } })
  const same = await put({ ...base, alt: { N: "30" }, v: { S: "other" } })
  expect(same?.LocalSecondaryIndexes).toBeUndefined()
  expect(same?.GlobalSecondaryIndexes).toEqual({ all: { CapacityUnits: 1 } })
  const moved = await put({ ...base, alt: { N: "1" }, v: { S: "other" } })
  expect(moved?.LocalSecondaryIndexes).toEqual({ local: { CapacityUnits: 2 } })
  expect(sorts((await query(table, { IndexName: "local" })).Items)).toEqual(["1", "5", "3", "2"])
  await put(base)
  expect(sorts((await query(table, { IndexName: "local" })).Items)).toEqual(["5", "3", "2"])
})

test("an index's key has its type, or the item is refused", async () => {
  const table = await openTable(indexed)
  const refused = table.put({ pk: { S: "a" }, sk: { S: "1" }, alt: { S: "x" } })
  expect(await refusalOf(refused)).toBe(
    "ValidationException: One or more parameter values were invalid: Type mismatch for Index Key " +
      "alt Expected: N Actual: S IndexName: global",
  )
  const Key = { pk: { S: "a" }, sk: { S: "1" } }
  const get = new GetItemCommand({ TableName: table.TableName, Key })
  expect((await table.client.send(get)).Item).toBeUndefined()
})
