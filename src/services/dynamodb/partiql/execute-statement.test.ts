import {
  ExecuteStatementCommand,
  GetItemCommand,
  type AttributeValue,
  type ExecuteStatementCommandInput,
  type ExecuteStatementCommandOutput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

type Run = (
  Statement: string,
  more?: Partial<ExecuteStatementCommandInput>,
) => Promise<ExecuteStatementCommandOutput>

const runOn =
  ({ client }: TestTable): Run =>
  (Statement, more) =>
    client.send(new ExecuteStatementCommand({ Statement, ...more }))

async function get(
  { client, TableName }: TestTable,
  Key: Record<string, AttributeValue>,
): Promise<Record<string, AttributeValue> | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))
  return Item
}

async function openMusic(): Promise<{ table: TestTable; run: Run }> {
  const table = await openTable({ TableName: "Music", ...keys("Artist", "SongTitle") })
  const run = runOn(table)
  await run(
    "INSERT INTO \"Music\" VALUE {'Artist':'Acme Band', 'SongTitle':'PartiQL Rocks', 'Album': 'One', 'Tags': <<'a','b'>>, 'Plays': 3, 'Detail': {'Grammys':[2020, 2018], 'Live': true, 'None': null}}",
  )
  return { table, run }
}

const KEY = { Artist: { S: "Acme Band" }, SongTitle: { S: "PartiQL Rocks" } }
const WHERE = "WHERE Artist='Acme Band' AND SongTitle='PartiQL Rocks'"

test("DDB-9: PartiQL inserts, selects, updates and deletes an item, as AWS's docs show it", async () => {
  const { table, run } = await openMusic()
  expect(await get(table, KEY)).toEqual({
    ...KEY,
    Album: { S: "One" },
    Tags: { SS: ["a", "b"] },
    Plays: { N: "3" },
    Detail: {
      M: {
        Grammys: { L: [{ N: "2020" }, { N: "2018" }] },
        Live: { BOOL: true },
        None: { NULL: true },
      },
    },
  })
  const selected = await run(`SELECT Album, Detail.Grammys FROM "Music" ${WHERE}`)
  expect(selected.Items).toEqual([
    { Album: { S: "One" }, Grammys: { L: [{ N: "2020" }, { N: "2018" }] } },
  ])
  const updated = await run(
    `UPDATE "Music" SET AwardsWon=1 SET Detail.Grammys=list_append(Detail.Grammys,[2016]), Plays = Plays + 1 REMOVE Album SET Tags = set_add(Tags, <<'c'>>) ${WHERE} RETURNING MODIFIED NEW *`,
  )
  expect(updated.Items).toEqual([
    {
      AwardsWon: { N: "1" },
      Detail: { M: { Grammys: { L: [{ N: "2020" }, { N: "2018" }, { N: "2016" }] } } },
      Plays: { N: "4" },
      Tags: { SS: ["a", "b", "c"] },
    },
  ])
  const deleted = await run(`DELETE FROM "Music" ${WHERE} AND Plays > 3 RETURNING ALL OLD *`)
  expect(deleted.Items).toMatchObject([{ ...KEY, Plays: { N: "4" } }])
  expect(await get(table, KEY)).toBeUndefined()
  expect((await run(`DELETE FROM "Music" ${WHERE}`)).Items).toEqual([])
})

test("parameters stand for values, one for each ?", async () => {
  const { table, run } = await openMusic()
  await run("INSERT INTO Music VALUE {'Artist': ?, 'SongTitle': ?, 'l': [?, {'x': ?}]}", {
    Parameters: [{ S: "A" }, { S: "B" }, { N: "1.50" }, { B: Buffer.from("b") }],
  })
  expect(await get(table, { Artist: { S: "A" }, SongTitle: { S: "B" } })).toMatchObject({
    l: { L: [{ N: "1.5" }, { M: { x: { B: Uint8Array.from(Buffer.from("b")) } } }] },
  })
  const select = "SELECT SongTitle FROM Music WHERE Artist = ?"
  expect((await run(select, { Parameters: [{ S: "A" }] })).Items).toEqual([
    { SongTitle: { S: "B" } },
  ])
  expect(await refusalOf(run(select))).toBe(
    "ValidationException: Number of parameters in request and statement don't match.",
  )
  expect(await refusalOf(run(select, { Parameters: [{ N: "x" }] }))).toBe(
    "ValidationException: The parameter cannot be converted to a numeric value: x",
  )
})

test("an INSERT replaces nothing, an UPDATE makes nothing", async () => {
  const { table, run } = await openMusic()
  const again = "INSERT INTO Music VALUE {'Artist':'Acme Band', 'SongTitle':'PartiQL Rocks'}"
  expect(await refusalOf(run(again))).toBe(
    "DuplicateItemException: Duplicate primary key exists in table",
  )
  const absent = "WHERE Artist = 'X' AND SongTitle = 'Y'"
  const failed = "ConditionalCheckFailedException: The conditional request failed"
  expect(await refusalOf(run(`UPDATE Music SET a = 1 ${absent}`))).toBe(failed)
  expect(await refusalOf(run(`UPDATE Music SET Tags = set_add(Tags, <<'x'>>) ${absent}`))).toBe(
    failed,
  )
  expect(await get(table, { Artist: { S: "X" }, SongTitle: { S: "Y" } })).toBeUndefined()
  expect(await refusalOf(run(`UPDATE Music SET a = 1 ${WHERE} AND Plays = 7`))).toBe(failed)
  expect(await refusalOf(run(`DELETE FROM Music ${WHERE} AND Plays = 7`))).toBe(failed)
  expect(await refusalOf(run(`DELETE FROM Music ${WHERE} AND Artist = 'X'`))).toBe(failed)
})

test("FROM comes first as well", async () => {
  const { table, run } = await openMusic()
  await run(`from "Music" ${WHERE} AND Plays = 3 set c = 2 REMOVE Album`)
  const item = await get(table, KEY)
  expect([item?.["c"], item?.["Album"]]).toEqual([{ N: "2" }, undefined])
})

async function openNumbers(): Promise<{ table: TestTable; run: Run }> {
  const table = await openTable({
    ...keys("pk", "sk:N"),
    AttributeDefinitions: [
      ...(keys("pk", "sk:N").AttributeDefinitions ?? []),
      { AttributeName: "other", AttributeType: "S" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-other",
        KeySchema: [{ AttributeName: "other", KeyType: "HASH" }],
        Projection: { ProjectionType: "KEYS_ONLY" },
      },
    ],
  })
  for (let i = 1; i <= 5; i++) {
    const item = {
      pk: { S: "p" },
      sk: { N: `${i}` },
      n: { N: `${i * 10}` },
      name: { S: `name-${i}` },
    }
    await table.put(i === 3 ? { ...item, other: { S: "o" } } : item)
  }
  await table.put({ pk: { S: "q" }, sk: { N: "1" }, text: { S: "only here" } })
  return { table, run: runOn(table) }
}

test.each([
  ["pk = 'p' AND sk > 2", "3 4 5"],
  ["pk = 'p' AND 2 >= sk", "1 2"],
  ["pk = 'p' AND sk BETWEEN 2 AND 3", "2 3"],
  ["pk = 'p' AND sk > 2 AND sk < 4", "3"],
  ["pk = 'p' AND n IN [10, 50]", "1 5"],
  ["pk = 'p' AND NOT (n = 10 OR n = 20)", "3 4 5"],
  ["pk = 'p' AND begins_with(name, 'name-4')", "4"],
  ["pk = 'p' AND contains(name, '5')", "5"],
  ["pk = 'p' AND size(name) = 6 AND n <> 10", "2 3 4 5"],
  ["pk = 'p' AND n != 10", "2 3 4 5"],
  ["pk = 'p' AND ATTRIBUTE_TYPE(other, 'S')", "3"],
  ["pk = 'p' AND other IS NOT MISSING", "3"],
  ["pk = 'p' AND attribute_exists(other)", "3"],
  ["pk = 'p' AND attribute_exists(other) = true", "3"],
  ["pk = 'p' AND attribute_not_exists(other) = false", "3"],
  ["pk = 'p' AND NOT sk IN [1, 3]", "2 4 5"],
  ["pk = 'p' AND other IS STRING", "3"],
  ["pk = 'p' AND NOT sk = 1 OR pk = 'p' AND sk = 2", "2 3 4 5"],
  ["text = 'only here'", "1"],
  ["pk = 'q' OR n = 20", "1 2"],
  ["pk = 'nobody'", ""],
  ["pk = 'p' AND sk = 7.0e0", ""],
  ["pk = 'p' AND sk = .3e1 -- a note", "3"],
  ["pk = 'p' /* a note */ AND sk = 30e-1", "3"],
  ["pk = 'p' ORDER BY sk DESC", "5 4 3 2 1"],
])("SELECT … WHERE %s", async (where, expected) => {
  const { run } = await openNumbers()
  const { Items = [] } = await run(`SELECT * FROM "things" WHERE ${where}`)
  const found = Items.map(({ sk }) => sk?.N)
  const order = where.includes("ORDER") ? found : found.toSorted((a, b) => Number(a) - Number(b))
  expect(order.join(" ")).toBe(expected)
})

test("pages are as long as Limit, and each tells where the next begins", async () => {
  const { run } = await openNumbers()
  const found: (string | undefined)[] = []
  let NextToken: string | undefined
  const lengths: number[] = []
  do {
    const page: ExecuteStatementCommandOutput = await run("SELECT sk FROM things WHERE pk = 'p'", {
      Limit: 2,
      NextToken,
    })
    lengths.push(page.Items?.length ?? 0)
    found.push(...(page.Items ?? []).map(({ sk }) => sk?.N))
    NextToken = page.NextToken
  } while (NextToken)
  expect([found, lengths]).toEqual([
    ["1", "2", "3", "4", "5"],
    [2, 2, 1],
  ])
})

test("IN of partition keys looks each up, ten to a page", async () => {
  const { table, run } = await openNumbers()
  for (let i = 0; i < 12; i++) await table.put({ pk: { S: `in-${i}` }, sk: { N: "1" } })
  const list = Array.from({ length: 12 }, (_, i) => `'in-${i}'`).join()
  const select = `SELECT pk FROM things WHERE pk IN [${list}, 'in-0'] AND sk = 1`
  const asked = { ReturnConsumedCapacity: "TOTAL", ConsistentRead: true } as const
  const first = await run(select, asked)
  expect([first.Items?.length, first.ConsumedCapacity?.CapacityUnits]).toEqual([10, 10])
  const second = await run(select, { ...asked, NextToken: first.NextToken })
  expect(second.Items).toEqual([{ pk: { S: "in-10" } }, { pk: { S: "in-11" } }])
  expect(second.NextToken).toBeUndefined()
  const some = await run("SELECT sk FROM things WHERE pk IN ('q', 'p')", { Limit: 3 })
  expect(some.Items?.map(({ sk }) => sk?.N)).toEqual(["1", "1", "2"])
  const rest = await run("SELECT sk FROM things WHERE pk IN ('q', 'p')", {
    Limit: 3,
    NextToken: some.NextToken,
  })
  expect(rest.Items?.map(({ sk }) => sk?.N)).toEqual(["3", "4", "5"])
})

test("a token is of its statement", async () => {
  const { run } = await openNumbers()
  const { NextToken } = await run("SELECT * FROM things", { Limit: 1 })
  expect(await refusalOf(run("SELECT sk FROM things", { NextToken }))).toBe(
    "ValidationException: NextToken does not match request",
  )
  expect(await refusalOf(run("SELECT * FROM things", { NextToken: "bm8=" }))).toBe(
    "ValidationException: Invalid NextToken",
  )
})

test("an index is read by its name, within what it projects", async () => {
  const { run } = await openNumbers()
  const { Items } = await run('SELECT * FROM "things"."by-other" WHERE other = \'o\'')
  expect(Items).toEqual([{ pk: { S: "p" }, sk: { N: "3" }, other: { S: "o" } }])
  const all = await run('SELECT sk FROM "things"."by-other" WHERE pk = \'p\'')
  expect(all.Items).toEqual([{ sk: { N: "3" } }])
  expect(await refusalOf(run('SELECT name, n FROM "things"."by-other"'))).toBe(
    "ValidationException: One or more parameter values were invalid: Global secondary index by-other does not project [name, n]",
  )
  expect(await refusalOf(run('SELECT sk FROM "things"."nowhere"'))).toMatch(/specified index/)
})

test("what a statement consumes is told", async () => {
  const { run } = await openNumbers()
  const asked = { ReturnConsumedCapacity: "TOTAL" } as const
  const query = await run("SELECT * FROM things WHERE pk = 'p'", { ...asked, ConsistentRead: true })
  expect(query.ConsumedCapacity).toEqual({ TableName: "things", CapacityUnits: 1 })
  const write = await run("UPDATE things SET a = 1 WHERE pk = 'p' AND sk = 1", asked)
  expect(write.ConsumedCapacity).toEqual({ TableName: "things", CapacityUnits: 1 })
})
