import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type AttributeValue,
  type BatchGetItemCommandInput,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { scan } from "../testing/read-table.ts"

const key = (i: number | string) => ({ pk: { S: "a" }, sk: { S: String(i) } })
const put = (Item: Record<string, AttributeValue>): WriteRequest => ({ PutRequest: { Item } })
const remove = (i: number): WriteRequest => ({ DeleteRequest: { Key: key(i) } })

const write = ({ client, TableName }: TestTable, requests: WriteRequest[], more = {}) =>
  client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests }, ...more }))
const read = (
  { client, TableName }: TestTable,
  wanted: number[],
  more: Partial<BatchGetItemCommandInput> = {},
) =>
  client.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: wanted.map(key) } }, ...more }),
  )
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i)

test("items of several tables are written and read together", async () => {
  const table = await openTable()
  const other = await openTable({ TableName: "others", ...keys("id") }, table.cloud)
  const written = await table.client.send(
    new BatchWriteItemCommand({
      RequestItems: {
        things: [put({ ...key(1), v: { S: "x" } }), put(key(2))],
        others: [put({ id: { S: "y" } })],
      },
      ReturnConsumedCapacity: "INDEXES",
    }),
  )
  expect(written.UnprocessedItems).toEqual({})
  expect(written.ConsumedCapacity).toEqual([
    { TableName: "things", CapacityUnits: 2, Table: { CapacityUnits: 2 } },
    { TableName: "others", CapacityUnits: 1, Table: { CapacityUnits: 1 } },
  ])
  const answer = await table.client.send(
    new BatchGetItemCommand({
      RequestItems: {
        things: { Keys: [key(1), key(3)], ProjectionExpression: "v" },
        others: { Keys: [{ id: { S: "y" } }], ConsistentRead: true },
      },
      ReturnConsumedCapacity: "TOTAL",
    }),
  )
  expect(answer.Responses).toEqual({ things: [{ v: { S: "x" } }], others: [{ id: { S: "y" } }] })
  expect(answer.UnprocessedKeys).toEqual({})
  expect(answer.ConsumedCapacity).toEqual([
    { TableName: "things", CapacityUnits: 1 },
    { TableName: "others", CapacityUnits: 1 },
  ])
  await write(table, [remove(1), put({ ...key(2), v: { S: "z" } })])
  expect((await scan(table)).Items).toEqual([{ ...key(2), v: { S: "z" } }])
  expect((await scan(other)).Count).toBe(1)
})

test("more than a batch holds is refused", async () => {
  const table = await openTable()
  const many = numbers(26).map((i) => put(key(i)))
  expect(await refusalOf(write(table, many))).toMatch(
    /^ValidationException: (1 validation error detected: .*less than or equal to 25|Too many items requested for the BatchWriteItem call)/s,
  )
  expect(await refusalOf(read(table, numbers(101)))).toMatch(
    /^ValidationException: (1 validation error detected: .*less than or equal to 100|Too many items requested for the BatchGetItem call)/s,
  )
  expect((await scan(table)).Count).toBe(0)
})

// Recorded.
test("requests without tables, and tables with too many keys", async () => {
  const table = await openTable()
  const { client } = table
  expect(await refusalOf(client.send(new BatchGetItemCommand({ RequestItems: {} })))).toBe(
    "ValidationException: The requestItems parameter is required for BatchGetItem",
  )
  const none = new BatchWriteItemCommand({ RequestItems: {} })
  expect(await refusalOf(client.send(none))).toBe(
    "ValidationException: The requestItems parameter is required for BatchWriteItem",
  )
  expect(await refusalOf(read(table, numbers(101)))).toBe(
    "ValidationException: 1 validation error detected: Value at 'RequestItems.things.member.Keys' " +
      "failed to satisfy constraint: Member must have length less than or equal to 100",
  )
})

// Recorded.
test("no item may be there twice, no request empty, no key another's", async () => {
  const table = await openTable()
  const duplicates = "ValidationException: Provided list of item keys contains duplicates"
  expect(await refusalOf(write(table, [put(key(1)), remove(1)]))).toBe(duplicates)
  expect(await refusalOf(read(table, [1, 2, 1]))).toBe(duplicates)
  expect(await refusalOf(write(table, [{}]))).toBe(
    "ValidationException: Supplied AttributeValue has more than one datatypes set, must contain " +
      "exactly one of the supported datatypes",
  )
  const wrong = [put(key(1)), { DeleteRequest: { Key: { pk: { S: "a" } } } }]
  expect(await refusalOf(write(table, wrong))).toBe(
    "ValidationException: The provided key element does not match the schema",
  )
  for (const item of [{}, { pk: { S: "a" } }, { pk: { N: "1" }, sk: { S: "1" } }])
    expect(await refusalOf(write(table, [put(key(1)), put(item)]))).toBe(
      "ValidationException: The provided key element does not match the schema",
    )
  expect((await scan(table)).Count).toBe(0)
  const elsewhere = { ...table, TableName: "nowhere" }
  expect(await refusalOf(read(elsewhere, [1]))).toBe(
    "ResourceNotFoundException: Requested resource not found",
  )
})

test("one answer holds 16 MB; the keys behind are left", async () => {
  const table = await openTable()
  const v = { S: "x".repeat(399_000) }
  for (const i of numbers(45)) await table.put({ ...key(i), v })
  const first = await read(table, numbers(45))
  expect(first.Responses?.["things"]).toHaveLength(42)
  const left = first.UnprocessedKeys?.["things"]
  expect(left?.Keys).toEqual([key(42), key(43), key(44)])
  const rest = new BatchGetItemCommand({ RequestItems: first.UnprocessedKeys })
  expect((await table.client.send(rest)).Responses?.["things"]).toHaveLength(3)
})
