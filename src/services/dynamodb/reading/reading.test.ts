import type { AttributeValue, QueryCommandInput } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"
import { query, scan, sorts, type Attributes } from "../testing/read-table.ts"

async function openLetters(): Promise<TestTable> {
  const table = await openTable()
  for (const sk of ["a", "aa", "ab", "b", "c\u{10ffff}", "c"])
    await table.put({ pk: { S: "a" }, sk: { S: sk }, v: { S: sk } })
  await table.put({ pk: { S: "b" }, sk: { S: "a" } })
  return table
}

test.each<[string, Attributes, string[]]>([
  ["pk = :pk", {}, ["a", "aa", "ab", "b", "c", "c\u{10ffff}"]],
  ["pk = :pk AND sk = :s", { ":s": { S: "aa" } }, ["aa"]],
  ["pk = :pk AND sk < :s", { ":s": { S: "ab" } }, ["a", "aa"]],
  ["pk = :pk AND sk <= :s", { ":s": { S: "ab" } }, ["a", "aa", "ab"]],
  ["pk = :pk AND sk > :s", { ":s": { S: "ab" } }, ["b", "c", "c\u{10ffff}"]],
  ["pk = :pk AND sk >= :s", { ":s": { S: "ab" } }, ["ab", "b", "c", "c\u{10ffff}"]],
  ["pk = :pk AND sk BETWEEN :s AND :t", { ":s": { S: "aa" }, ":t": { S: "b" } }, ["aa", "ab", "b"]],
  ["pk = :pk AND begins_with(sk, :s)", { ":s": { S: "a" } }, ["a", "aa", "ab"]],
  ["pk = :pk AND begins_with(sk, :s)", { ":s": { S: "c" } }, ["c", "c\u{10ffff}"]],
])("DDB-43 %s", async (KeyConditionExpression, ExpressionAttributeValues, found) => {
  const table = await openLetters()
  const asked = { KeyConditionExpression, ExpressionAttributeValues }
  const { Items, Count, ScannedCount } = await query(table, asked)
  expect(sorts(Items)).toEqual(found)
  expect([Count, ScannedCount]).toEqual([found.length, found.length])
  const backward = await query(table, { ...asked, ScanIndexForward: false })
  expect(sorts(backward.Items)).toEqual(found.toReversed())
})

test("DDB-43 a query takes exactly one partition, and reads nothing else", async () => {
  const table = await openLetters()
  const asked = { KeyConditionExpression: "pk > :pk" }
  expect(await refusalOf(query(table, asked))).toBe(
    "ValidationException: Query key condition not supported",
  )
  expect((await query(table)).ScannedCount).toBe(6)
})

test("DDB-22 items of one partition lie together", async () => {
  const table = await openTable()
  for (let i = 0; i < 40; i++)
    await table.put({ pk: { S: `p${i % 8}` }, sk: { S: String(i).padStart(2, "0") } })
  const { Items = [] } = await scan(table)
  const partitions = Items.map(({ pk }) => pk?.S).filter((pk, i, all) => pk !== all[i - 1])
  expect(partitions).toHaveLength(8)
})

test("numbers and binary values are in order too", async () => {
  const table = await openTable({ ...keys("pk", "sk:N") })
  for (const n of ["10", "9", "-1.5", "0", "1e20", "-20"])
    await table.put({ pk: { S: "a" }, sk: { N: n } })
  expect(sorts((await query(table)).Items)).toEqual([
    ...["-20", "-1.5", "0", "9", "10"],
    "100000000000000000000",
  ])
  const below = { KeyConditionExpression: "pk = :pk AND sk < :s" }
  const { Items } = await query(table, {
    ...below,
    ExpressionAttributeValues: { ":s": { N: "9" } },
  })
  expect(sorts(Items)).toEqual(["-20", "-1.5", "0"])

  const binary = await openTable({ TableName: "binary", ...keys("pk", "sk:B") }, table.cloud)
  for (const bytes of [[1], [0, 255], [255, 255, 1], [255, 255], [0]])
    await binary.put({ pk: { S: "a" }, sk: { B: Uint8Array.from(bytes) } })
  const begins = { KeyConditionExpression: "pk = :pk AND begins_with(sk, :s)" }
  const of = async (bytes: number[]) => {
    const ExpressionAttributeValues = { ":s": { B: Uint8Array.from(bytes) } }
    const answer = await query(binary, { ...begins, ExpressionAttributeValues })
    return answer.Items?.map(({ sk }) => [...(sk?.B ?? [])])
  }
  expect(await of([0])).toEqual([[0], [0, 255]])
  expect(await of([255, 255])).toEqual([
    [255, 255],
    [255, 255, 1],
  ])
})

test("DDB-47 other attributes are no key conditions", async () => {
  const table = await openLetters()
  const asked = {
    KeyConditionExpression: "pk = :pk AND v = :v",
    ExpressionAttributeValues: { ":v": { S: "x" } },
  }
  expect(await refusalOf(query(table, asked))).toBe(
    "ValidationException: Query condition missed key schema element: sk",
  )
})

test("DDB-44 DDB-45 a query costs what it reads, summed, then rounded; filters save nothing", async () => {
  const table = await openTable()
  for (const sk of ["1", "2", "3"])
    await table.put({ pk: { S: "a" }, sk: { S: sk }, v: { S: "x".repeat(2_500) } })
  const asked = {
    FilterExpression: "v = :v",
    ExpressionAttributeValues: { ":v": { S: "no" } },
    ReturnConsumedCapacity: "TOTAL" as const,
  }
  const { Items, Count, ScannedCount, ConsumedCapacity } = await query(table, asked)
  expect([Items, Count, ScannedCount]).toEqual([[], 0, 3])
  expect(ConsumedCapacity?.CapacityUnits).toBe(1)
  const consistent = await query(table, { ...asked, ConsistentRead: true })
  expect(consistent.ConsumedCapacity?.CapacityUnits).toBe(2)
})

test("DDB-46 projections do not lower the cost", async () => {
  const table = await openTable()
  await table.put({ pk: { S: "a" }, sk: { S: "1" }, v: { S: "x".repeat(9_000) }, w: { S: "y" } })
  const { Items, ConsumedCapacity } = await query(table, {
    ProjectionExpression: "w",
    ReturnConsumedCapacity: "TOTAL",
  })
  expect(Items).toEqual([{ w: { S: "y" } }])
  expect(ConsumedCapacity?.CapacityUnits).toBe(1.5)
})

test("DDB-50 a page holds 1 MB; the next begins behind it, in both directions", async () => {
  const table = await openTable()
  for (let i = 10; i < 20; i++) {
    const v = { S: "x".repeat(300_000) }
    await table.put({ pk: { S: "a" }, sk: { S: String(i) }, v })
  }
  const first = await query(table)
  expect(sorts(first.Items)).toEqual(["10", "11", "12", "13"])
  expect(first.LastEvaluatedKey).toEqual({ pk: { S: "a" }, sk: { S: "13" } })
  const ExclusiveStartKey = first.LastEvaluatedKey
  const next = await query(table, { ExclusiveStartKey, ProjectionExpression: "sk" })
  expect(sorts(next.Items)).toEqual(["14", "15", "16", "17"])
  const back = await query(table, { ExclusiveStartKey, ScanIndexForward: false })
  expect(sorts(back.Items)).toEqual(["12", "11", "10"])
  expect(back.LastEvaluatedKey).toBeUndefined()
  expect((await scan(table)).Items).toHaveLength(4)
})

test("a limit counts what is read, and leaves a key even at the end", async () => {
  const table = await openLetters()
  const two = await query(table, {
    Limit: 2,
    FilterExpression: "v = :v",
    ExpressionAttributeValues: { ":v": { S: "aa" } },
  })
  expect([sorts(two.Items), two.Count, two.ScannedCount]).toEqual([["aa"], 1, 2])
  expect(two.LastEvaluatedKey).toEqual({ pk: { S: "a" }, sk: { S: "aa" } })
  const all = await query(table, { Limit: 6, Select: "COUNT" })
  expect([all.Items, all.Count]).toEqual([undefined, 6])
  expect(all.LastEvaluatedKey).toBeDefined()
  const end = await query(table, { ExclusiveStartKey: all.LastEvaluatedKey })
  expect([end.Items, end.LastEvaluatedKey]).toEqual([[], undefined])
})

// Recorded.
test.each<[string, Partial<QueryCommandInput>, string]>([
  [
    "another schema",
    { ExclusiveStartKey: { pk: { S: "a" } } },
    "The provided starting key is invalid",
  ],
  [
    "another partition",
    { ExclusiveStartKey: { pk: { S: "b" }, sk: { S: "1" } } },
    "The provided starting key is outside query boundaries based on provided conditions",
  ],
  [
    "no value",
    { ExclusiveStartKey: { pk: { S: "b" }, sk: {} as AttributeValue } },
    "The provided starting key is invalid: Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
  ],
  [
    "behind the range",
    {
      KeyConditionExpression: "pk = :pk AND sk < :s",
      ExpressionAttributeValues: { ":s": { S: "b" } },
      ExclusiveStartKey: { pk: { S: "a" }, sk: { S: "c" } },
    },
    "The provided starting key does not match the range key predicate",
  ],
  ["no index", { IndexName: "other" }, "The table does not have the specified index: other"],
  [
    "a key filtered",
    { FilterExpression: "sk = :s", ExpressionAttributeValues: { ":s": { S: "b" } } },
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
  ],
  [
    "into a key",
    { ProjectionExpression: "pk.a" },
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk",
  ],
  [
    "count and attributes",
    { Select: "COUNT", ProjectionExpression: "v" },
    "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only the Count",
  ],
])("refused: %s", async (_title, more, message) => {
  const table = await openLetters()
  expect(await refusalOf(query(table, more))).toBe(`ValidationException: ${message}`)
})

test("DDB-48 DDB-49 a scan passes all items and costs all of them, whatever it filters", async () => {
  const table = await openTable()
  for (let i = 0; i < 10; i++) {
    const item = {
      pk: { S: `p${i}` },
      sk: { S: "1" },
      n: { N: `${i}` },
      v: { S: "x".repeat(1_000) },
    }
    await table.put(item)
  }
  const { Items, Count, ScannedCount, ConsumedCapacity } = await scan(table, {
    FilterExpression: "n >= :n",
    ExpressionAttributeValues: { ":n": { N: "8" } },
    ReturnConsumedCapacity: "TOTAL",
  })
  expect(Items?.map(({ n }) => n?.N).sort()).toEqual(["8", "9"])
  expect([Count, ScannedCount]).toEqual([2, 10])
  expect(ConsumedCapacity?.CapacityUnits).toBe(1.5)
})

test("segments of a scan hold each item once, and pages go on in their segment", async () => {
  const table = await openTable({ ...keys("pk") })
  for (let i = 0; i < 60; i++) await table.put({ pk: { S: `item ${i}` } })
  const found: string[] = []
  for (let Segment = 0; Segment < 4; Segment++) {
    let ExclusiveStartKey: Attributes | undefined
    let count = 0
    do {
      const page = await scan(table, { Segment, TotalSegments: 4, Limit: 7, ExclusiveStartKey })
      count += page.Items?.length ?? 0
      found.push(...(page.Items ?? []).map(({ pk }) => pk?.S ?? ""))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
    expect(count).toBeGreaterThan(5)
  }
  expect(found.sort()).toEqual(Array.from({ length: 60 }, (_, i) => `item ${i}`).sort())
  const page = await scan(table, { Segment: 0, TotalSegments: 4, Limit: 1 })
  const ExclusiveStartKey = page.LastEvaluatedKey
  expect(await refusalOf(scan(table, { Segment: 3, TotalSegments: 4, ExclusiveStartKey }))).toBe(
    "ValidationException: The provided starting key is invalid: Invalid ExclusiveStartKey. " +
      "Please use ExclusiveStartKey with correct Segment. TotalSegments: 4 Segment: 3",
  )
  expect(await refusalOf(scan(table, { Segment: 4, TotalSegments: 4 }))).toBe(
    "ValidationException: The Segment parameter is zero-based and must be less than parameter " +
      "TotalSegments: Segment: 4 is not less than TotalSegments: 4",
  )
})

// Recorded: Query has words of its own, Scan has not.
test("a page holds at least one item", async () => {
  const table = await openTable()
  const must = "failed to satisfy constraint: Member must have value greater than or equal to 1"
  const detected = "ValidationException: 1 validation error detected:"
  expect(await refusalOf(query(table, { Limit: 0 }))).toBe(`${detected} Value at 'Limit' ${must}`)
  expect(await refusalOf(scan(table, { Limit: 0 }))).toBe(
    `${detected} Value '0' at 'limit' ${must}`,
  )
})

// As tests against AWS have it.
test("a partition of one item has none behind it", async () => {
  const table = await openTable(keys("pk"))
  await table.put({ pk: { S: "a" } })
  expect((await query(table)).Items).toEqual([{ pk: { S: "a" } }])
  expect(await refusalOf(query(table, { ExclusiveStartKey: { pk: { S: "a" } } }))).toBe(
    "ValidationException: The provided exclusive start key is invalid: ExclusiveStartKey: " +
      "{pk=AttributeValue: {S:a}}",
  )
})
