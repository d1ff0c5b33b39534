import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { chargeRead, consumedCapacity } from "../capacity/consumed.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { pathsOf } from "../expressions/condition.ts"
import { compileParameters, refuseMixed } from "../expressions/parameters.ts"
import { readContext } from "../items/context.ts"
import { HASHES, hashOfKey, hashText } from "../items/keys.ts"
import { assertLeader } from "../global/strong.ts"
import { findTable } from "../tables/table.ts"
import type { Item } from "../values/attribute-value.ts"
import { assertScalarKeys, startKey } from "./checks.ts"
import type { Bounds } from "./key-range.ts"
import { pageOutput, readPage } from "./page.ts"
import { assertSelect, selectionOf } from "./selection.ts"
import { assertPosition, cursorOf, sourceOf, type Source } from "./source.ts"

type Input = In<"Scan">

/** A write, for what it costs is counted. Checks in the order that is recorded. */
export const Scan = op.write("Scan", {
  authorize: (tx: ReadTx, input: Input, call: Call) =>
    accessTo(tx, input.TableName, call, {
      index: input.IndexName,
      context: () => readContext(input),
    }),
  run(tx, input, call): Out<"Scan"> {
    refuseMixed("scan", input)
    const start = startKey(input.ExclusiveStartKey)
    assertSegment(input)
    const { filter, projection } = compileParameters("scan", input)
    const table = findTable(tx, input.TableName, call)
    if (input.ConsistentRead) assertLeader(tx, table)
    const source = sourceOf(table, input)
    if (start) assertPosition(source, start, "scan")
    assertSelect({ ...input, projection })
    const selection = selectionOf(source, { Select: input.Select, projection })
    const bounds = segmentOf(source, input)
    const after = start && cursorOf(source, start)
    if (start) assertInSegment(source, { input, start })
    assertScalarKeys(table, projection?.paths)
    if (filter) assertScalarKeys(table, pathsOf(filter))
    const page = readPage(tx, source, {
      walk: {
        ...bounds,
        after,
        reverse: false,
        limit: input.Limit,
        filter,
        consistent: input.ConsistentRead === true,
      },
      selection,
    })
    chargeRead(tx, table, page.used)
    const asked = input.ReturnConsumedCapacity
    const { used } = page
    const ConsumedCapacity = consumedCapacity(asked, input.TableName, { used })
    return pageOutput(page, { ConsumedCapacity })
  },
})

type Segments = Pick<Input, "Segment" | "TotalSegments">

/** Recorded. */
function assertSegment({ Segment, TotalSegments }: Segments): void {
  if (Segment !== undefined && TotalSegments === undefined)
    throw validation(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    )
  if (TotalSegments === undefined) return
  if (Segment === undefined)
    throw validation(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    )
  if (Segment >= TotalSegments)
    throw validation(
      "The Segment parameter is zero-based and must be less than parameter TotalSegments: " +
        `Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`,
    )
}

/** A segment is a range of the hashes of partition keys. */
function segmentOf({ id }: Source, { Segment = 0, TotalSegments = 1 }: Segments): Bounds {
  const bound = (segment: number): string => hashText(Math.ceil((HASHES * segment) / TotalSegments))
  return {
    prefix: [id],
    ...(Segment > 0 && { from: [bound(Segment)] }),
    ...(Segment + 1 < TotalSegments && { to: [bound(Segment + 1)] }),
  }
}

/** A starting key of another segment is refused (recorded). */
function assertInSegment(
  { keys }: Source,
  { input, start }: { readonly input: Segments; readonly start: Item },
): void {
  const { Segment = 0, TotalSegments = 1 } = input
  const values = (keys.hashes ?? [keys.hash]).flatMap(({ name }) => start[name] ?? [])
  if (TotalSegments === 1 || values.length === 0) return
  const segment = Math.floor((hashOfKey(values) * TotalSegments) / HASHES)
  if (segment !== Segment) {
    throw validation(
      "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey " +
        `with correct Segment. TotalSegments: ${TotalSegments} Segment: ${Segment}`,
    )
  }
}
