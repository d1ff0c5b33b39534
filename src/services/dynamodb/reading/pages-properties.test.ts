import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb"
import fc from "fast-check"
import { expect, test } from "vitest"
import { keys, openCloud, openTable, type TestTable } from "../testing/open-table.ts"
import { query, scan, type Attributes } from "../testing/read-table.ts"

/** Pages of tables and indexes against arrays that are sorted and cut. */

const projection = { Projection: { ProjectionType: "ALL" as const } }

const schema: Partial<CreateTableCommandInput> = {
  ...keys("pk", "sk:N"),
  AttributeDefinitions: keys("pk", "sk:N", "alt", "owner").AttributeDefinitions,
  LocalSecondaryIndexes: [
    { IndexName: "by-alt", KeySchema: keys("pk", "alt").KeySchema, ...projection },
  ],
  GlobalSecondaryIndexes: [
    { IndexName: "by-owner", KeySchema: keys("owner", "sk").KeySchema, ...projection },
  ],
}

interface Row {
  readonly pk: string
  readonly sk: number
  /** Absent in those that an index does not have. */
  readonly alt?: string
  readonly owner?: string
  readonly shown: boolean
}

const rows: fc.Arbitrary<readonly Row[]> = fc.uniqueArray(
  fc.record(
    {
      pk: fc.constantFrom("a", "b"),
      sk: fc.integer({ min: -20, max: 20 }),
      alt: fc.constantFrom("", "a", "ab", "b", "é", "😀", "\ufffd").filter((text) => text !== ""),
      owner: fc.constantFrom("a", "b"),
      shown: fc.boolean(),
    },
    { requiredKeys: ["pk", "sk", "shown"] },
  ),
  { selector: ({ pk, sk }) => `${pk}/${sk}`, maxLength: 25 },
)

const item = ({ pk, sk, alt, owner, shown }: Row): Attributes => ({
  pk: { S: pk },
  sk: { N: String(sk) },
  shown: { BOOL: shown },
  ...(alt !== undefined && { alt: { S: alt } }),
  ...(owner !== undefined && { owner: { S: owner } }),
})

/** As strings are ordered: by their bytes. */
const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** What a query asks for. */
interface Reading {
  readonly partition: string
  readonly of: "table" | "by-alt" | "by-owner"
  /** Of the sort key. */
  readonly low: number
  readonly high: number
  readonly reverse: boolean
  readonly filter: boolean
}

const readings: fc.Arbitrary<Reading> = fc.record({
  partition: fc.constantFrom("a", "b"),
  of: fc.constantFrom("table", "by-alt", "by-owner"),
  low: fc.integer({ min: -22, max: 10 }),
  high: fc.integer({ min: -5, max: 22 }),
  reverse: fc.boolean(),
  filter: fc.boolean(),
})

const TEXTS = ["a", "ab", "b", "é", "\ufffd", "😀"]

/** Bounds of numbers, as bounds of texts. */
const textOf = (bound: number): string => TEXTS[Math.abs(bound) % TEXTS.length] as string

/** The rows that it finds, in its order; rows that tie may come in any. */
function expected(all: readonly Row[], reading: Reading): readonly Row[] {
  const { partition, of, low, high, reverse } = reading
  const inRange =
    of === "by-alt"
      ? ({ alt = "" }: Row) => byBytes(alt, textOf(low)) >= 0 && byBytes(alt, textOf(high)) <= 0
      : ({ sk }: Row) => sk >= low && sk <= high
  const found = all
    .filter((row) => (of === "by-owner" ? row.owner : row.pk) === partition)
    .filter((row) => (of === "by-alt" ? row.alt !== undefined : true) && inRange(row))
    .sort((a, b) => (of === "by-alt" ? byBytes(a.alt ?? "", b.alt ?? "") : a.sk - b.sk))
  return reverse ? found.reverse() : found
}

function inputOf({ partition, of, low, high, reverse, filter }: Reading) {
  const [hash, sort] = { table: ["pk", "sk"], "by-alt": ["pk", "alt"], "by-owner": ["owner", "sk"] }[of] // prettier-ignore
  const bound = (value: number) => (of === "by-alt" ? { S: textOf(value) } : { N: String(value) })
  return {
    ...(of !== "table" && { IndexName: of }),
    KeyConditionExpression: "#h = :pk AND #s BETWEEN :low AND :high",
    ExpressionAttributeNames: { "#h": hash as string, "#s": sort as string },
    ExpressionAttributeValues: {
      ":pk": { S: partition },
      ":low": bound(low),
      ":high": bound(high),
      ...(filter && { ":shown": { BOOL: true } }),
    },
    ...(filter && { FilterExpression: "shown = :shown" }),
    ScanIndexForward: !reverse,
  }
}

const rowOf = (found: Attributes): string => `${found["pk"]?.S}/${found["sk"]?.N}`
const nameOf = ({ pk, sk }: Row): string => `${pk}/${sk}`

/** All pages of a reading of `limit` rows each, and no more of them than there must be. */
async function paged(
  limit: number,
  read: (more: object) => Promise<{
    readonly Items?: Attributes[] | undefined
    readonly Count?: number | undefined
    readonly ScannedCount?: number | undefined
    readonly LastEvaluatedKey?: Attributes | undefined
  }>,
): Promise<{ readonly found: readonly Attributes[]; readonly scanned: number }> {
  const found: Attributes[] = []
  let [scanned, ExclusiveStartKey] = [0, undefined as Attributes | undefined]
  for (;;) {
    const page = await read({ Limit: limit, ...(ExclusiveStartKey && { ExclusiveStartKey }) })
    found.push(...(page.Items ?? []))
    scanned += page.ScannedCount ?? 0
    expect(page.Count).toBe(page.Items?.length)
    // Whoever comes to the limit is told to go on, and nobody else.
    expect(page.ScannedCount === limit).toBe(page.LastEvaluatedKey !== undefined)
    if (!page.LastEvaluatedKey) return { found, scanned }
    ExclusiveStartKey = page.LastEvaluatedKey
  }
}

async function openFilled(all: readonly Row[], table: TestTable): Promise<void> {
  for (const row of all) await table.put(item(row))
  await table.cloud.settle()
}

const limits = fc.integer({ min: 1, max: 8 })

test("DDB-68 queries find what sorted arrays hold: ranges, pages, backwards, filtered, of tables and sparse indexes", async () => {
  const cloud = await openCloud()
  let number = 0
  await fc.assert(
    fc.asyncProperty(rows, readings, limits, async (all, reading, limit) => {
      const table = await openTable({ ...schema, TableName: `table-${(number += 1)}` }, cloud)
      await openFilled(all, table)
      const ordered = expected(all, reading)
      const { low, high, of } = reading
      // Bounds that cross are refused.
      const isEmpty = of === "by-alt" ? byBytes(textOf(low), textOf(high)) > 0 : low > high
      if (isEmpty) return
      const pages = await paged(limit, (more) => query(table, { ...inputOf(reading), ...more }))
      expect(pages.scanned).toBe(ordered.length)
      const shown = ordered.filter((row) => !reading.filter || row.shown)
      const names = pages.found.map(rowOf)
      expect(names.toSorted()).toEqual(shown.map(nameOf).toSorted())
      // Rows with equal keys of an index have no order that is promised.
      const sortOf = (found: Attributes) => found[of === "by-alt" ? "alt" : "sk"]
      const wanted = shown.map((row) => sortOf(item(row)))
      expect(pages.found.map(sortOf)).toEqual(wanted)
    }),
    { numRuns: 60 },
  )
})

test("scans find all that is there once, in pages and in segments", async () => {
  const cloud = await openCloud()
  let number = 0
  const segments = fc.integer({ min: 1, max: 4 })
  const sources = fc.constantFrom(undefined, "by-alt", "by-owner")
  await fc.assert(
    fc.asyncProperty(rows, limits, segments, sources, async (all, limit, TotalSegments, of) => {
      const table = await openTable({ ...schema, TableName: `table-${(number += 1)}` }, cloud)
      await openFilled(all, table)
      const seen: string[] = []
      for (let Segment = 0; Segment < TotalSegments; Segment += 1) {
        const part = { Segment, TotalSegments, ...(of !== undefined && { IndexName: of }) }
        const { found } = await paged(limit, (more) => scan(table, { ...part, ...more }))
        seen.push(...found.map(rowOf))
      }
      const wanted = all.filter(
        (row) => of === undefined || (of === "by-alt" ? row.alt : row.owner) !== undefined,
      )
      expect(seen.toSorted()).toEqual(wanted.map(nameOf).toSorted())
    }),
    { numRuns: 40 },
  )
})
