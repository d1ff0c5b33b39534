import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { chargeRead, consumedCapacity } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { keyRangeOf, type KeyRange } from "../expressions/expressions.ts"
import { assertNumber } from "../expressions/legacy/conditions.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { keyText, readContext } from "../items/context.ts"
import { assertLeader } from "../global/strong.ts"
import { enveloped, newlyWorded } from "../items/request-wording.ts"
import { findTable, type Table } from "../tables/table.ts"
import {
  attributeOf,
  equalValues,
  type AttributeValue,
  type Item,
} from "../values/attribute-value.ts"
import { assertFilter, assertScalarKeys, startKey } from "./checks.ts"
import { boundsOf, isWithin } from "./key-range.ts"
import { pageOutput, readPage } from "./page.ts"
import { assertSelect, selectionOf } from "./selection.ts"
import { assertPosition, assertSeveral, cursorOf, sourceOf, type Source } from "./source.ts"

type Input = In<"Query">

/** Checks in the order that is recorded. */
const checked = newlyWorded((input: Input) => {
  refuseMixed("query", input)
  const start = startKey(input.ExclusiveStartKey)
  return { start, ...compileParameters("query", input) }
})

/** The only check of a query whose refusals are in the envelope (recorded). */
const assertSelectGoes = enveloped(assertSelect)

/** A write, for what it costs is counted. */
export const Query = op.write("Query", {
  authorize: (tx: ReadTx, input: Input, call: Call) =>
    accessTo(tx, input.TableName, call, {
      index: input.IndexName,
      context: (table) => queryContext(table, input),
    }),
  run(tx, input, call): Out<"Query"> {
    const { start, keyCondition, filter, projection } = checked(input)
    if (!keyCondition) throw new Error("a query without a key condition was not refused")
    const table = findTable(tx, input.TableName, call)
    if (input.ConsistentRead) assertLeader(tx, table)
    const source = sourceOf(table, input)
    if (start) assertPosition(source, start, "query")
    if (start) assertSeveral(source, start)
    assertNumber(input.KeyConditions, source.keys)
    const range = keyRangeOf(keyCondition, source.keys)
    if (start) assertWithin(source, start, range)
    assertScalarKeys(table, projection?.paths)
    if (filter)
      assertFilter(source, filter, input.QueryFilter ? "QueryFilter" : "Filter Expression")
    assertSelectGoes({ ...input, projection })
    const selection = selectionOf(source, { Select: input.Select, projection })
    const page = readPage(tx, source, {
      walk: {
        ...boundsOf(source, range),
        after: start && cursorOf(source, start),
        reverse: input.ScanIndexForward === false,
        limit: input.Limit,
        filter,
        consistent: input.ConsistentRead === true,
      },
      selection,
    })
    const holder = partitionOf(source, range)
    chargeRead(tx, table, { ...page.used, holder })
    const asked = input.ReturnConsumedCapacity
    const { used } = page
    const ConsumedCapacity = consumedCapacity(asked, input.TableName, { used })
    return pageOutput(page, { ConsumedCapacity })
  },
})

/** The attributes of the partition key, as the query gives them. */
function partitionOf({ keys }: Source, { partition, several }: KeyRange): Item {
  if (!several) return { [keys.hash.name]: partition }
  const values = [partition, ...several.partitions]
  return Object.fromEntries(
    (keys.hashes ?? [keys.hash]).map(({ name }, i) => [name, values[i] as AttributeValue]),
  )
}

/** The starting key is one that the query could have come to. Throws (recorded). */
function assertWithin(source: Source, start: Item, range: KeyRange): void {
  const { sort, several } = range
  const same = Object.entries(partitionOf(source, range)).every(([name, value]) => {
    const given = attributeOf(start, name)
    return given !== undefined && equalValues(given, value)
  })
  const sortName = several ? several.sortName : source.keys.range?.name
  const position = sortName === undefined ? undefined : attributeOf(start, sortName)
  if (sort && position) {
    if (!isWithin(position, sort))
      throw validation("The provided starting key does not match the range key predicate")
    if (!same) throw validation("The query can return at most one row and cannot be restarted")
  } else if (!same)
    throw validation(
      "The provided starting key is outside query boundaries based on provided conditions",
    )
}

/** Docs: "Using IAM policy conditions for fine-grained access control". */
function queryContext(table: Table, input: Input): Record<string, string | readonly string[]> {
  const { keyCondition } = compileParameters("query", input)
  const test = keyCondition?.get(sourceOf(table, input).keys.hash.name)
  return {
    ...(test?.operator === "=" && { "dynamodb:LeadingKeys": [keyText(test.value)] }),
    ...readContext(input),
  }
}
