import {
  CreateTableCommand,
  DescribeTableCommand,
  QueryCommand,
  ScanCommand,
  type AttributeValue,
  type KeySchemaElement,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

const IndexName = "matches"
const schemaOf = (hashes: readonly string[], ranges: readonly string[]): KeySchemaElement[] => [
  ...hashes.map((AttributeName) => ({ AttributeName, KeyType: "HASH" as const })),
  ...ranges.map((AttributeName) => ({ AttributeName, KeyType: "RANGE" as const })),
]
const KeySchema = schemaOf(["tournament", "region"], ["round", "seat", "match"])
const { AttributeDefinitions } = keys("pk", "tournament", "region", "round", "seat:N", "match")
const index = { IndexName, KeySchema, Projection: { ProjectionType: "ALL" as const } }

function openMatches(): Promise<TestTable> {
  return openTable({
    KeySchema: keys("pk").KeySchema,
    AttributeDefinitions,
    GlobalSecondaryIndexes: [index],
  })
}

interface Match {
  readonly pk: string
  readonly region?: string
  readonly round?: string
  readonly seat?: number
  readonly match?: string
}

const itemOf = ({ pk, region = "eu", round = "final", seat = 1, match = "m" }: Match) => ({
  ...{ pk: { S: pk }, tournament: { S: "winter" }, region: { S: region } },
  ...{ round: { S: round }, seat: { N: String(seat) }, match: { S: match } },
})

const query = (
  { client, TableName }: TestTable,
  condition: string,
  more: Record<string, AttributeValue> = {},
) => {
  const names = [...condition.matchAll(/#(\w+)/g)].map(([name, word]) => [name, word])
  const values = { ":t": { S: "winter" }, ":r": { S: "eu" }, ...more }
  return client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: condition,
      ExpressionAttributeNames: Object.fromEntries(names) as Record<string, string>,
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(values).filter(([name]) => condition.includes(name)),
      ),
    }),
  )
}

const PARTITION = "#tournament = :t AND #region = :r"

async function found(call: ReturnType<typeof query>): Promise<(string | undefined)[]> {
  return ((await call).Items ?? []).map(({ pk }) => pk?.S)
}

async function filled(): Promise<TestTable> {
  const table = await openMatches()
  await table.put(itemOf({ pk: "semi-2", round: "semi", seat: 2 }))
  await table.put(itemOf({ pk: "semi-10", round: "semi", seat: 10 }))
  await table.put(itemOf({ pk: "final-1b", match: "b" }))
  await table.put(itemOf({ pk: "final-1a", match: "a" }))
  await table.put(itemOf({ pk: "other region", region: "us" }))
  const { round: _, ...incomplete } = itemOf({ pk: "incomplete" })
  await table.put(incomplete)
  return table
}

test("an index has keys of several attributes, and tells them in order", async () => {
  const { client, TableName } = await openMatches()
  const { Table } = await client.send(new DescribeTableCommand({ TableName }))
  expect(Table?.GlobalSecondaryIndexes?.[0]?.KeySchema).toEqual(KeySchema)
})

test("a query names the whole partition key, and sort attributes from the left on", async () => {
  const table = await filled()
  expect(await found(query(table, PARTITION))).toEqual([
    "final-1a",
    "final-1b",
    "semi-2",
    "semi-10",
  ])
  const semi = { ":x": { S: "semi" }, ":n": { N: "2" }, ":m": { S: "m" } }
  expect(await found(query(table, `${PARTITION} AND #round = :x`, semi))).toEqual([
    "semi-2",
    "semi-10",
  ])
  expect(await found(query(table, `${PARTITION} AND #round = :x AND #seat > :n`, semi))).toEqual([
    "semi-10",
  ])
  const all = `${PARTITION} AND #round = :x AND #seat = :n AND begins_with(#match, :m)`
  expect(await found(query(table, all, semi))).toEqual(["semi-2"])
  expect(await found(query(table, `${PARTITION} AND #round < :x`, semi))).toEqual([
    "final-1a",
    "final-1b",
  ])
})

test("conditions of the older kind name as many, in an index with such keys alone", async () => {
  const table = await filled()
  const equal = (value: AttributeValue) => ({
    ComparisonOperator: "EQ" as const,
    AttributeValueList: [value],
  })
  const KeyConditions = {
    ...{ tournament: equal({ S: "winter" }), region: equal({ S: "eu" }) },
    ...{ round: equal({ S: "semi" }) },
    seat: { ComparisonOperator: "GT" as const, AttributeValueList: [{ N: "2" }] },
  }
  const { client, TableName } = table
  const inIndex = client.send(new QueryCommand({ TableName, IndexName, KeyConditions }))
  expect((await inIndex).Items?.map(({ pk }) => pk?.S)).toEqual(["semi-10"])
  expect(await refusalOf(client.send(new QueryCommand({ TableName, KeyConditions })))).toBe(
    "ValidationException: Conditions can be of length 1 or 2 only",
  )
})

test("a query that leaves out an attribute, or goes on behind a range, is refused", async () => {
  const table = await filled()
  const values = { ":x": { S: "semi" }, ":n": { N: "2" } }
  expect(await refusalOf(query(table, "#tournament = :t"))).toBe(
    "ValidationException: Query condition missed key schema element: region",
  )
  expect(await refusalOf(query(table, `${PARTITION} AND #seat = :n`, values))).toBe(
    "ValidationException: Query condition missed key schema element: round",
  )
  const behind = `${PARTITION} AND #round > :x AND #seat = :n`
  expect(await refusalOf(query(table, behind, values))).toBe(
    "ValidationException: Query key condition not supported",
  )
})

test("items that change move in the index, and pages go on where they ended", async () => {
  const table = await filled()
  const { client, TableName } = table
  await table.put(itemOf({ pk: "semi-2", round: "final", seat: 0 }))
  const seen: (string | undefined)[] = []
  let start: Record<string, AttributeValue> | undefined
  do {
    const page = await client.send(
      new ScanCommand({ TableName, IndexName, Limit: 2, ExclusiveStartKey: start }),
    )
    for (const { pk } of page.Items ?? []) seen.push(pk?.S)
    start = page.LastEvaluatedKey
  } while (start)
  expect(seen.filter((pk) => pk !== "other region")).toEqual([
    "semi-2",
    "final-1a",
    "final-1b",
    "semi-10",
  ])
  expect(seen).toHaveLength(5)
})

test("only global indexes have such keys, of four attributes each at most", async () => {
  const { client } = await openMatches()
  const create = (TableName: string, schema: KeySchemaElement[], table = schemaOf(["pk"], [])) => {
    const names = [...table, ...schema].map(({ AttributeName }) => AttributeName ?? "")
    return client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: table,
        AttributeDefinitions: keys(...new Set(names)).AttributeDefinitions,
        BillingMode: "PAY_PER_REQUEST",
        ...(schema.length > 0 && {
          GlobalSecondaryIndexes: [{ ...index, KeySchema: schema }],
        }),
      }),
    )
  }
  const four = ["a", "b", "c", "d"]
  expect(await refusalOf(create("eight", schemaOf(four, ["e", "f", "g", "h"])))).toBe("no refusal")
  expect(await refusalOf(create("five", schemaOf([...four, "e"], [])))).toContain(
    "ValidationException",
  )
  expect(await refusalOf(create("mixed", schemaOf([], four)))).toContain("first KeySchemaElement")
  expect(await refusalOf(create("table", [], schemaOf(["a"], ["b", "c"])))).toContain(
    "ValidationException",
  )
})
