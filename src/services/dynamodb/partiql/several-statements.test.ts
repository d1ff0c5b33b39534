import {
  BatchExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

async function open(): Promise<TestTable> {
  const table = await openTable({ TableName: "Tab", ...keys("pk") })
  await table.put({ pk: { S: "a" }, n: { N: "1" } })
  await table.put({ pk: { S: "b" }, n: { N: "2" } })
  return table
}

const batch = ({ client }: TestTable, ...statements: string[]) =>
  client.send(
    new BatchExecuteStatementCommand({
      Statements: statements.map((Statement) => ({ Statement })),
    }),
  )

const transact = ({ client }: TestTable, ...statements: string[]) =>
  client.send(
    new ExecuteTransactionCommand({
      TransactStatements: statements.map((Statement) => ({ Statement })),
    }),
  )

const nOf = async ({ client, TableName }: TestTable, pk: string): Promise<string | undefined> => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: pk } } }))
  return Item?.["n"]?.N
}

test("a batch reads items, each for itself", async () => {
  const table = await open()
  const { Responses } = await batch(
    table,
    "SELECT n FROM Tab WHERE pk = 'b'",
    "SELECT * FROM Tab WHERE pk = 'nobody'",
    "SELECT * FROM Nowhere WHERE pk = 'x'",
    "SELECT * FROM Tab WHERE pk = 'a' AND attribute_exists(n)",
    "SELECT * FROM Tab WHERE",
  )
  expect(Responses).toEqual([
    { TableName: "Tab", Item: { n: { N: "2" } } },
    { TableName: "Tab" },
    {
      TableName: "Nowhere",
      Error: { Code: "ResourceNotFound", Message: "Requested resource not found" },
    },
    // Recorded: only what was executed tells its table.
    {
      Error: {
        Code: "ValidationError",
        Message:
          "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
      },
    },
    {
      Error: {
        Code: "ValidationError",
        Message: "Statement wasn't well formed, can't be processed: Unexpected term",
      },
    },
  ])
})

test("a batch writes items, and what fails leaves the others", async () => {
  const table = await open()
  await table.put({ pk: { S: "d" }, n: { N: "4" } })
  const { Responses = [] } = await batch(
    table,
    "INSERT INTO Tab VALUE {'pk': 'c', 'n': 3}",
    "INSERT INTO Tab VALUE {'pk': 'a', 'n': 9}",
    "UPDATE Tab SET n = n + 1 WHERE pk = 'b'",
    "UPDATE Tab SET n = 9 WHERE pk = 'd' AND n = 7",
  )
  expect(Responses.map(({ Error }) => Error?.Code)).toEqual([
    undefined,
    "DuplicateItem",
    undefined,
    "ConditionalCheckFailed",
  ])
  expect([await nOf(table, "a"), await nOf(table, "b"), await nOf(table, "c")]).toEqual([
    "1",
    "3",
    "3",
  ])
})

// Recorded.
test("no item may be in a batch twice", async () => {
  const table = await open()
  const duplicates = "ValidationException: Provided list of item keys contains duplicates"
  const get = "SELECT * FROM Tab WHERE pk = 'a'"
  expect(await refusalOf(batch(table, get, get))).toBe(duplicates)
  const twice = batch(
    table,
    "no statement",
    "INSERT INTO Tab VALUE {'pk': 'c'}",
    "UPDATE Tab SET n = 1 WHERE pk = 'c'",
  )
  expect(await refusalOf(twice)).toBe(duplicates)
  expect((await batch(table, get, "SELECT * FROM Tab WHERE pk = 'c'")).Responses).toMatchObject([
    { Item: { pk: { S: "a" } } },
    { TableName: "Tab" },
  ])
})

// Recorded.
test("what fails in a batch costs a write, which only the total tells", async () => {
  const table = await open()
  await openTable({ TableName: "Other", ...keys("pk") }, table.cloud)
  await table.put({ pk: { S: "large" }, v: { S: "x".repeat(3_000) } })
  const cost = async (...statements: string[]) => {
    const { ConsumedCapacity } = await table.client.send(
      new BatchExecuteStatementCommand({
        Statements: statements.map((Statement) => ({
          ...{ Statement, ReturnValuesOnConditionCheckFailure: "ALL_OLD" },
        })),
        ReturnConsumedCapacity: "INDEXES",
      }),
    )
    return ConsumedCapacity?.map(({ TableName, CapacityUnits, Table }) => [
      ...[TableName, CapacityUnits, Table?.CapacityUnits],
    ])
  }
  const failing = "INSERT INTO Tab VALUE {'pk': 'large'}"
  expect(await cost(failing)).toBeUndefined()
  expect(await cost(failing, "INSERT INTO Other VALUE {'pk': 'a'}")).toEqual([["Other", 1, 1]])
  expect(
    await cost(
      failing,
      "UPDATE Tab SET n = 9 WHERE pk = 'a' AND n = 7",
      "INSERT INTO Tab VALUE {'pk': 'new'}",
    ),
  ).toEqual([["Tab", 5, 1]])
})

// Recorded, against the documentation.
test("a batch does not tell the items whose conditions failed", async () => {
  const table = await open()
  const { Responses } = await table.client.send(
    new BatchExecuteStatementCommand({
      Statements: [
        {
          Statement: "DELETE FROM Tab WHERE pk = 'a' AND n = 7",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      ],
    }),
  )
  const Message = "The conditional request failed"
  expect(Responses).toEqual([
    { TableName: "Tab", Error: { Code: "ConditionalCheckFailed", Message } },
  ])
})

test("a batch reads or writes", async () => {
  const table = await open()
  const mixed = batch(table, "SELECT * FROM Tab WHERE pk = 'a'", "DELETE FROM Tab WHERE pk = 'a'")
  expect(await refusalOf(mixed)).toBe(
    "ValidationException: Read and write requests together in the same batch is not supported.",
  )
})

test("DDB-24: the statements of a transaction are made all, or none", async () => {
  const table = await open()
  const made = await transact(
    table,
    "EXISTS(SELECT * FROM Tab WHERE pk = 'b' AND n = 2)",
    "INSERT INTO Tab VALUE {'pk': 'c', 'n': 3}",
    "UPDATE Tab SET n = 5 WHERE pk = 'a'",
  )
  expect(made.Responses).toEqual([])
  expect([await nOf(table, "a"), await nOf(table, "c")]).toEqual(["5", "3"])
  const refused = transact(
    table,
    "UPDATE Tab SET n = 6 WHERE pk = 'a'",
    "INSERT INTO Tab VALUE {'pk': 'c', 'n': 4}",
    "EXISTS(SELECT * FROM Tab WHERE pk = 'b' AND n = 7)",
  )
  await expect(refused).rejects.toBeInstanceOf(TransactionCanceledException)
  await refused.catch(({ CancellationReasons }: TransactionCanceledException) => {
    expect(CancellationReasons?.map(({ Code }) => Code)).toEqual([
      "None",
      "DuplicateItem",
      "ConditionalCheckFailed",
    ])
  })
  expect([await nOf(table, "a"), await nOf(table, "c")]).toEqual(["5", "3"])
})

// Recorded.
test("a transaction of statements that is repeated is charged as reads", async () => {
  const table = await open()
  const once = async () => {
    const { ConsumedCapacity } = await table.client.send(
      new ExecuteTransactionCommand({
        TransactStatements: [
          { Statement: "DELETE FROM Tab WHERE pk = 'a'" },
          { Statement: "INSERT INTO Tab VALUE {'pk': 'c'}" },
        ],
        ClientRequestToken: "token",
        ReturnConsumedCapacity: "TOTAL",
      }),
    )
    return ConsumedCapacity
  }
  const of = { TableName: "Tab", CapacityUnits: 4 }
  expect(await once()).toEqual([{ ...of, WriteCapacityUnits: 4 }])
  expect(await once()).toEqual([{ ...of, ReadCapacityUnits: 4 }])
})

test("a transaction reads items", async () => {
  const table = await open()
  const { Responses } = await transact(
    table,
    "SELECT n FROM Tab WHERE pk = 'b'",
    "SELECT n FROM Tab WHERE pk = 'nobody'",
  )
  expect(Responses).toEqual([{ Item: { n: { N: "2" } } }, {}])
})

test.each([
  [
    ["SELECT * FROM Tab WHERE pk = 'a' AND attribute_exists(n)"],
    "Validation failed in TransactStatements[0]: Select statements within ExecuteTransaction must specify the primary key in the where clause.",
  ],
  [
    ["EXISTS(SELECT * FROM Tab WHERE pk = 'a')", "UPDATE Tab SET z = 1 WHERE pk = 'b'"],
    "Validation failed in TransactStatements[0]: EXISTS() must contain a single item read with additional condition",
  ],
  [
    ["SELECT * FROM Tab WHERE"],
    "Validation failed in TransactStatements[0]: Statement wasn't well formed, can't be processed: Unexpected term",
  ],
  [
    ["SELECT * FROM Tab WHERE pk = 'a'", "DELETE FROM Tab WHERE pk = 'b'"],
    "ExecuteTransaction API does not support both read and write operations in the same request.",
  ],
  [
    ["UPDATE Tab SET z = 1 WHERE pk = 'b'", "DELETE FROM Tab WHERE pk = 'b'"],
    "Transaction request cannot include multiple operations on one item",
  ],
])("a transaction is refused: %s", async (statements, message) => {
  const table = await open()
  expect(await refusalOf(transact(table, ...statements))).toBe(`ValidationException: ${message}`)
})
