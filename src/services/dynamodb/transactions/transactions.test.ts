import {
  GetItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  type AttributeValue,
  type CreateTableCommandInput,
  type TransactWriteItem,
  type TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { scan } from "../testing/read-table.ts"

const TableName = "things"
const key = (sk: string) => ({ pk: { S: "a" }, sk: { S: sk } })
const put = (sk: string, more = {}): TransactWriteItem => ({
  Put: { TableName, Item: { ...key(sk), n: { N: "1" } }, ...more },
})
const add = (sk: string, more = {}): TransactWriteItem => ({
  Update: {
    TableName,
    Key: key(sk),
    UpdateExpression: "ADD n :one",
    ExpressionAttributeValues: { ":one": { N: "1" } },
    ...more,
  },
})
const write = (
  { client }: TestTable,
  TransactItems: TransactWriteItem[],
  more: Partial<TransactWriteItemsCommandInput> = {},
) => client.send(new TransactWriteItemsCommand({ TransactItems, ...more }))
const valueOf = async ({ client }: TestTable, sk: string) =>
  (await client.send(new GetItemCommand({ TableName, Key: key(sk) }))).Item?.["n"]?.N

test("DDB-24 all actions of a transaction are made, for twice the capacity", async () => {
  const table = await openTable()
  await table.put({ ...key("old"), n: { N: "1" } })
  await table.put({ ...key("gone"), n: { N: "1" } })
  const answer = await write(
    table,
    [
      put("new"),
      add("old"),
      { Delete: { TableName, Key: key("gone") } },
      {
        ConditionCheck: {
          TableName,
          Key: key("never"),
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
    ],
    { ReturnConsumedCapacity: "INDEXES" },
  )
  expect(answer.ConsumedCapacity).toEqual([
    {
      TableName,
      CapacityUnits: 8,
      WriteCapacityUnits: 8,
      Table: { CapacityUnits: 8, WriteCapacityUnits: 8 },
    },
  ])
  expect((await scan(table)).Count).toBe(2)
  expect([await valueOf(table, "new"), await valueOf(table, "old")]).toEqual(["1", "2"])
})

test("DDB-24 if one action fails none is made, and each is told why", async () => {
  const table = await openTable()
  await table.put({ ...key("1"), n: { S: "text" } })
  const ConditionExpression = "attribute_not_exists(pk)"
  const ReturnValuesOnConditionCheckFailure = "ALL_OLD"
  const call = write(table, [
    put("2"),
    put("1", { ConditionExpression, ReturnValuesOnConditionCheckFailure }),
    put("3", { ConditionExpression }),
  ])
  await expect(call).rejects.toMatchObject({
    name: "TransactionCanceledException",
    message:
      "Transaction cancelled, please refer cancellation reasons for specific reasons " +
      "[None, ConditionalCheckFailed, None]",
    CancellationReasons: [
      { Code: "None" },
      {
        Code: "ConditionalCheckFailed",
        Message: "The conditional request failed",
        Item: { ...key("1"), n: { S: "text" } },
      },
      { Code: "None" },
    ],
  })
  const invalid = write(table, [put("2"), add("1")])
  await expect(invalid).rejects.toMatchObject({
    CancellationReasons: [
      { Code: "None" },
      {
        Code: "ValidationError",
        Message: "An operand in the update expression has an incorrect data type",
      },
    ],
  })
  expect((await scan(table)).Count).toBe(1)
})

// As tests against AWS have it.
test("behind an action that is not valid nothing is looked at", async () => {
  const table = await openTable()
  const wrong = { Put: { TableName, Item: { pk: { N: "7" }, sk: { S: "a" } } } }
  const missing = put("1", { ConditionExpression: "attribute_exists(pk)" })
  await expect(write(table, [wrong, wrong, missing])).rejects.toMatchObject({
    CancellationReasons: [{ Code: "ValidationError" }, { Code: "None" }, { Code: "None" }],
  })
})

test("a transaction reads an item once", async () => {
  const { client } = await openTable()
  const Get = { TableName, Key: key("1") }
  const twice = new TransactGetItemsCommand({ TransactItems: [{ Get }, { Get }] })
  expect(await refusalOf(client.send(twice))).toMatch(/^ValidationException: .* on one item$/)
})

test("a transaction has 1 to 100 actions, one for each item, one in each element", async () => {
  const table = await openTable()
  expect(await refusalOf(write(table, [add("1"), put("1")]))).toBe(
    "ValidationException: Transaction request cannot include multiple operations on one item",
  )
  expect(await refusalOf(write(table, [{ ...add("1"), ...put("2") }]))).toBe(
    "ValidationException: TransactItems can only contain one of Check, Put, Update or Delete",
  )
  const many = Array.from({ length: 101 }, (_, i) => put(String(i)))
  expect(await refusalOf(write(table, many))).toMatch(/less than or equal to 100$/)
  expect(await refusalOf(write(table, []))).toMatch(/greater than or equal to 1$/)
  await write(table, many.slice(1))
  expect((await scan(table)).Count).toBe(100)
  // Recorded.
  const nowhere = write(table, [put("1"), put("2", { TableName: "nowhere" })])
  expect(await refusalOf(nowhere)).toBe("ResourceNotFoundException: Requested resource not found")
})

test("a transaction takes 4 MB at most", async () => {
  const table = await openTable()
  const large = Array.from({ length: 11 }, (_, i) => ({
    Put: { TableName, Item: { ...key(String(i)), v: { S: "x".repeat(399_000) } } },
  }))
  expect(await refusalOf(write(table, large))).toMatch(/^ValidationException: .*4 MB$/)
  await write(table, large.slice(1))
})

const INDEXED: Partial<CreateTableCommandInput> = {
  KeySchema: keys("pk", "sk").KeySchema,
  AttributeDefinitions: keys("pk", "sk", "g", "l").AttributeDefinitions,
  GlobalSecondaryIndexes: [
    { IndexName: "global", KeySchema: keys("g").KeySchema, Projection: { ProjectionType: "ALL" } },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: "local",
      KeySchema: keys("pk", "l").KeySchema,
      Projection: { ProjectionType: "ALL" },
    },
  ],
}

// Recorded.
test("a transaction writes to indexes for what others pay", async () => {
  const table = await openTable(INDEXED)
  const cost = async (action: TransactWriteItem) => {
    const { ConsumedCapacity } = await write(table, [action], { ReturnConsumedCapacity: "INDEXES" })
    const [told] = ConsumedCapacity ?? []
    return [
      ...[told?.WriteCapacityUnits, told?.Table?.WriteCapacityUnits],
      told?.GlobalSecondaryIndexes?.["global"]?.WriteCapacityUnits,
      told?.LocalSecondaryIndexes?.["local"]?.WriteCapacityUnits,
    ]
  }
  const more = { g: { S: "1" }, l: { S: "1" }, v: { S: "x".repeat(1_500) } }
  const whole = { Put: { TableName, Item: { ...key("1"), ...more } } }
  expect(await cost(whole)).toEqual([8, 4, 2, 2])
  expect(await cost(whole)).toEqual([4, 4, undefined, undefined])
  const UpdateExpression = "SET g = :g"
  const ExpressionAttributeValues = { ":g": { S: "2" } }
  expect(await cost(add("1", { UpdateExpression, ExpressionAttributeValues }))).toEqual([
    ...[10, 4, 4, 2],
  ])
  expect(await cost({ Delete: { TableName, Key: key("1") } })).toEqual([8, 4, 2, 2])
})

// Recorded.
test("a repetition costs reads of what was there before or after, the larger", async () => {
  const table = await openTable()
  const large = { ...key("1"), v: { S: "x".repeat(9_000) } }
  await table.put(large)
  const cost = async (token: string, actions: TransactWriteItem[]) => {
    const more = { ClientRequestToken: token, ReturnConsumedCapacity: "TOTAL" } as const
    const { ConsumedCapacity } = await write(table, actions, more)
    const [told] = ConsumedCapacity ?? []
    return told?.WriteCapacityUnits ?? -(told?.ReadCapacityUnits ?? 0)
  }
  const remove = [{ Delete: { TableName, Key: key("1") } }, put("2")]
  expect([await cost("remove", remove), await cost("remove", remove)]).toEqual([20, -8])
  const grow = [{ Put: { TableName, Item: large } }]
  expect([await cost("grow", grow), await cost("grow", grow)]).toEqual([18, -6])
})

// Recorded.
test("an empty key ends a transaction of writes, and cancels one of reads", async () => {
  const table = await openTable(INDEXED)
  const empty =
    "ValidationException: One or more parameter values are not valid. The AttributeValue for a key " +
    "attribute cannot contain an empty string value. Key: pk"
  const Key = { pk: { S: "" }, sk: { S: "1" } }
  expect(await refusalOf(write(table, [put("1"), { Delete: { TableName, Key } }]))).toBe(empty)
  const inIndex = { Put: { TableName, Item: { ...key("1"), g: { S: "" } } } }
  expect(await refusalOf(write(table, [inIndex]))).toMatch(/^ValidationException: .* IndexKey: g$/)
  const update = add("1", {
    ...{ UpdateExpression: "SET g = :g", ExpressionAttributeValues: { ":g": { S: "" } } },
  })
  expect(await refusalOf(write(table, [update]))).toMatch(
    /^ValidationException: .*update expression/,
  )
  const read = new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] })
  expect(await refusalOf(table.client.send(read))).toMatch(/^TransactionCanceledException: /)
  expect((await scan(table)).Count).toBe(0)
})

test("a token makes a transaction once, for ten minutes", async () => {
  const table = await openTable()
  const once = (sk = "1") =>
    write(table, [add(sk)], { ClientRequestToken: "token", ReturnConsumedCapacity: "TOTAL" })
  expect((await once()).ConsumedCapacity).toMatchObject([{ WriteCapacityUnits: 2 }])
  expect((await once()).ConsumedCapacity).toEqual([
    { TableName, CapacityUnits: 2, ReadCapacityUnits: 2 },
  ])
  expect(await valueOf(table, "1")).toBe("1")
  expect(await refusalOf(once("2"))).toMatch(/^IdempotentParameterMismatchException: The request/)
  await table.cloud.advance("9m")
  await once()
  expect(await valueOf(table, "1")).toBe("1")
  await table.cloud.advance("61s")
  await once()
  expect(await valueOf(table, "1")).toBe("2")
})

// Recorded.
test("the order of attributes makes no other transaction", async () => {
  const table = await openTable()
  const attempt = (Item: Record<string, AttributeValue>) =>
    write(table, [{ Put: { TableName, Item } }], { ClientRequestToken: "token" })
  const [a, b] = [{ n: { N: "1" } }, { v: { M: { x: { S: "1" }, y: { B: Buffer.from("z") } } } }]
  await attempt({ ...key("1"), ...a, ...b })
  await attempt({
    ...b,
    v: { M: { y: { B: Buffer.from("z") }, x: { S: "1" } } },
    ...a,
    ...key("1"),
  })
  for (const other of [
    { n: { S: "1" } },
    { v: { M: { x: { S: "1" }, y: { B: Buffer.from("y") } } } },
  ])
    expect(await refusalOf(attempt({ ...key("1"), ...a, ...b, ...other }))).toMatch(
      /^IdempotentParameterMismatchException: /,
    )
})

test("a cancelled transaction leaves its token free", async () => {
  const table = await openTable()
  const attempt = () =>
    write(table, [put("1", { ConditionExpression: "attribute_exists(pk)" })], {
      ClientRequestToken: "token",
    })
  expect(await refusalOf(attempt())).toMatch(/^TransactionCanceledException/)
  await table.put(key("1"))
  await attempt()
  expect(await valueOf(table, "1")).toBe("1")
})

// Recorded, but for the capacity.
test("items are read at one instant", async () => {
  const table = await openTable()
  await table.put({ ...key("1"), n: { N: "1" } })
  const { Responses, ConsumedCapacity } = await table.client.send(
    new TransactGetItemsCommand({
      TransactItems: [
        { Get: { TableName, Key: key("1"), ProjectionExpression: "n" } },
        { Get: { TableName, Key: key("none") } },
      ],
      ReturnConsumedCapacity: "TOTAL",
    }),
  )
  expect(Responses).toEqual([{ Item: { n: { N: "1" } } }, {}])
  expect(ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }])
})
