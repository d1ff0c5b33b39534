import {
  BatchExecuteStatementCommand,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  type ExecuteStatementCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

/** Three items in the indexes, the second in another partition of the global one; `v` in none. */
async function openIndexed(bytes = 1): Promise<TestTable> {
  const Projection = { ProjectionType: "INCLUDE" as const, NonKeyAttributes: ["w"] }
  const table = await openTable({
    KeySchema: keys("pk", "sk").KeySchema,
    AttributeDefinitions: keys("pk", "sk", "g", "l").AttributeDefinitions,
    GlobalSecondaryIndexes: [{ IndexName: "global", KeySchema: keys("g").KeySchema, Projection }],
    LocalSecondaryIndexes: [
      { IndexName: "local", KeySchema: keys("pk", "l").KeySchema, Projection },
    ],
  })
  for (const sk of ["1", "2", "3"])
    await table.put({
      ...{ pk: { S: "a" }, sk: { S: sk }, l: { S: sk }, g: { S: sk === "2" ? "y" : "x" } },
      ...{ w: { S: "w" }, v: { S: "v".repeat(bytes) } },
    })
  return table
}

const run = (
  { client }: TestTable,
  Statement: string,
  more: Partial<ExecuteStatementCommandInput> = {},
) => client.send(new ExecuteStatementCommand({ Statement, ...more }))

const sorts = async (table: TestTable, statement: string) =>
  (await run(table, statement)).Items?.map(({ sk }) => sk?.S).toSorted()

// Recorded, all of these.

test("a clause that names the index's partition may not name what the index lacks", async () => {
  const table = await openIndexed()
  const refused = (statement: string) => refusalOf(run(table, statement))
  const lacks = (index: string) =>
    "ValidationException: One or more parameter values were invalid: " +
    `Secondary index ${index} does not project one or more filter attributes: [v]`
  const inGlobal = 'SELECT * FROM "things"."global" WHERE '
  expect(await refused(`${inGlobal} g = 'x' AND v = 'v'`)).toBe(lacks("global"))
  expect(await refused(`${inGlobal} g IN ['x', 'y'] AND v = 'v'`)).toBe(lacks("global"))
  expect(await refused(`${inGlobal} g = 'x' AND NOT v = 'v'`)).toBe(lacks("global"))
  const inLocal = 'SELECT * FROM "things"."local" WHERE '
  expect(await refused(`${inLocal} pk = 'a' AND v = 'v'`)).toBe(lacks("local"))
  expect(await sorts(table, `${inGlobal} v = 'v'`)).toEqual([])
  expect(await sorts(table, `${inGlobal} NOT v = 'v'`)).toEqual(["1", "2", "3"])
  expect(await sorts(table, `${inGlobal} (g = 'x' AND v = 'v') OR g = 'y'`)).toEqual(["2"])
  expect(await sorts(table, `${inGlobal} g = 'x' AND w = 'w' AND sk = '3'`)).toEqual(["3"])
})

test("what a local index lacks is fetched item by item", async () => {
  const table = await openIndexed(9_000)
  const cost = async (statement: string, ConsistentRead = false) => {
    const asked = { ConsistentRead, ReturnConsumedCapacity: "INDEXES" } as const
    const { ConsumedCapacity: told } = await run(table, statement, asked)
    return [told?.Table?.CapacityUnits, told?.LocalSecondaryIndexes?.["local"]?.CapacityUnits]
  }
  expect(await cost(`SELECT v FROM "things"."local" WHERE pk = 'a'`)).toEqual([4.5, 0.5])
  expect(await cost(`SELECT v FROM "things"."local" WHERE pk = 'a'`, true)).toEqual([9, 1])
  expect(await cost(`SELECT v FROM "things"."local" WHERE pk = 'a' AND w = 'none'`)).toEqual([
    ...[4.5, 0.5],
  ])
  expect(await cost(`SELECT * FROM "things"."local" WHERE pk = 'a'`)).toEqual([0, 0.5])
})

test("indexes that are none, and places where none may be", async () => {
  const table = await openIndexed()
  const refused = (statement: string, more = {}) => refusalOf(run(table, statement, more))
  const none = "ValidationException: The table does not have the specified index"
  expect(await refused('SELECT * FROM "things"."none"')).toBe(none)
  expect(await refused('SELECT * FROM "things"."things"')).toBe(none)
  expect(await refused('SELECT * FROM "nowhere"."global"')).toMatch(/^ResourceNotFoundException: /)
  expect(await refused('SELECT * FROM "things"."global"', { ConsistentRead: true })).toBe(
    "ValidationException: Strongly consistent read is not supported on Global Secondary Indexes",
  )
  expect(await refused('SELECT * FROM "things"."global"."more"')).toBe(
    "ValidationException: A path may contain at most 2 components in the FROM clause",
  )
  const empty = "ValidationException: Path component cannot be an empty string"
  expect(await refused('SELECT * FROM "things".""')).toBe(empty)
  expect(await refused('SELECT * FROM ""."global"')).toBe(empty)
  expect(await refused(`INSERT INTO "things"."global" VALUE {'pk': 'w', 'sk': 'w'}`)).toBe(
    "ValidationException: FROM clause may only contain a single table name in data manipulation " +
      "statements at 1:13:8",
  )
  const unsupported = "ValidationException: This operation is not supported on an index"
  for (const statement of ["UPDATE things.global SET w = 'z'", "DELETE FROM nowhere.global"])
    expect(await refused(`${statement} WHERE pk = 'a' AND sk = '1'`)).toBe(unsupported)
})

test("neither transactions nor batches read indexes", async () => {
  const { client } = await openIndexed()
  const Statement = `SELECT * FROM "things"."global" WHERE g = 'x' AND pk = 'a' AND sk = '1'`
  const transaction = new ExecuteTransactionCommand({ TransactStatements: [{ Statement }] })
  expect(await refusalOf(client.send(transaction))).toBe(
    "ValidationException: Validation failed in TransactStatements[0]: Reads on indices are not " +
      "supported within transactions.",
  )
  const batch = new BatchExecuteStatementCommand({ Statements: [{ Statement }] })
  expect((await client.send(batch)).Responses).toEqual([
    {
      Error: {
        Code: "ValidationError",
        Message:
          "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
      },
    },
  ])
})
