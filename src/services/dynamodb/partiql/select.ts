import { hash } from "node:crypto"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { setOwn } from "../../../protocols/own-property.ts"
import { addUsed, type Used } from "../capacity/consumed.ts"
import { readUnits } from "../capacity/units.ts"
import { pathsOf } from "../expressions/condition.ts"
import { Projection, type Condition, type KeyRange } from "../expressions/expressions.ts"
import { valueAt } from "../expressions/path.ts"
import { assertKey } from "../items/keys.ts"
import { itemOfFound, type Found } from "../items/found.ts"
import { isProjected } from "../items/projection.ts"
import { itemOf } from "../items/rows.ts"
import { boundsOf } from "../reading/key-range.ts"
import { readPage, type ReadPage } from "../reading/page.ts"
import { selectionOf } from "../reading/selection.ts"
import { assertPosition, cursorOf, sourceOf, type Source } from "../reading/source.ts"
import { readAsAsked } from "../staleness/reading.ts"
import type { Index, Table } from "../tables/table.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { itemOfText, itemText } from "../values/item-text.ts"
import {
  consistentOnGlobal,
  filterNotProjected,
  invalidToken,
  keyOfSelectRequired,
  noSuchIndex,
  orderOfOthers,
  orderWithoutHash,
  orderWithoutWhere,
  otherToken,
  readsOnIndices,
} from "./errors.ts"
import { keyOf, rangesOf } from "./keys.ts"
import type { PathTerm, SelectNode } from "./syntax/tree.ts"
import { conditionOf } from "./where.ts"

type Parameters = readonly AttributeValue[]

interface Asked {
  readonly parameters: Parameters
  readonly limit: number | undefined
  readonly consistent: boolean
  readonly token: string | undefined
}

export interface SelectPage {
  readonly found: readonly Found[]
  readonly used: Used
  readonly next: string | undefined
  readonly position: Item | undefined
}

/** How many partitions of an `IN` one page looks at (docs: "PartiQL … operators"). */
const PAGE_PARTITIONS = 10

/** Where a page begins: in which range, and behind which item of it. */
interface Start {
  readonly range: number
  readonly after: Item | undefined
}

/**
 * One page. Items of a partition key are walked in order where the clause says which; else all
 * are walked. What the whole clause is not true of is dropped.
 */
export function readSelect(
  tx: WriteTx,
  table: Table,
  { node, asked }: { readonly node: SelectNode; readonly asked: Asked },
): SelectPage {
  const source = selectedSource(table, node, asked.consistent)
  const filter = node.where && conditionOf(node.where, asked.parameters)
  const ranges = rangesOf(filter, source.keys)
  if (filter && ranges) assertProjected(source, filter)
  const reverse = isReversed(node, source, ranges?.length === 1)
  const wanted = node.paths && new Projection(node.paths.map(({ path }) => path))
  const selection = selectionOf(source, { projection: wanted })
  const stamp = hash("sha256", JSON.stringify([node, asked.parameters]), "base64")
  const start = asked.token === undefined ? undefined : startIn(asked.token, stamp)
  if (start?.after) assertStart(source, start.after)
  const { consistent } = asked
  return walkRanges(
    { ranges, start, stamp, limit: asked.limit, paths: node.paths },
    (range, more) =>
      readPage(tx, source, {
        walk: {
          ...(range ? boundsOf(source, range) : { prefix: [source.id] }),
          after: more.after && cursorOf(source, more.after),
          ...{ reverse, limit: more.limit, filter, consistent },
        },
        selection: { ...selection, projection: undefined, roundsEach: true },
      }),
  )
}

/** In other words than those of Query and Scan (recorded). */
function selectedSource(table: Table, { table: from }: SelectNode, consistent: boolean): Source {
  const { index: IndexName } = from
  const named = (all: readonly Index[]) => all.some(({ name }) => name === IndexName)
  if (IndexName !== undefined && !named(table.localIndexes)) {
    if (!named(table.globalIndexes)) throw noSuchIndex()
    if (consistent) throw consistentOnGlobal()
  }
  return sourceOf(table, { IndexName, ConsistentRead: consistent })
}

/**
 * Recorded: where the clause says which partition of the index, all that it names has to be in the
 * index. Else what is not there is not.
 */
function assertProjected({ table, index }: Source, filter: Condition): void {
  if (!index) return
  const names = new Set([...pathsOf(filter)].map(([name]) => name))
  const missing = [...names].filter((name) => !isProjected(table, index, name))
  if (missing.length > 0) throw filterNotProjected(index.name, missing)
}

interface Walking {
  readonly ranges: readonly KeyRange[] | undefined
  readonly start: Start | undefined
  readonly stamp: string
  readonly limit: number | undefined
  readonly paths: readonly PathTerm[] | undefined
}

type ReadRange = (
  range: KeyRange | undefined,
  more: { readonly after: Item | undefined; readonly limit: number | undefined },
) => ReadPage

/** Range after range, until the page is full. */
function walkRanges(of: Walking, read: ReadRange): SelectPage {
  const { ranges = [undefined], start, paths } = of
  const first = start?.range ?? 0
  const end = Math.min(ranges.length, first + PAGE_PARTITIONS)
  const found: Found[] = []
  let [used, limit]: [Used, number | undefined] = [{ table: 0 }, of.limit]
  for (let at = first; at < end; at++) {
    const after = at === first ? start?.after : undefined
    const page = read(ranges[at], { after, limit })
    for (const one of page.found ?? []) found.push(paths ? shown(itemOfFound(one), paths) : one)
    used = addUsed(used, page.used)
    const position = page.LastEvaluatedKey
    if (position)
      return { found, used, position, next: tokenOf({ range: at, after: position }, of.stamp) }
    if (limit !== undefined) limit -= page.ScannedCount
  }
  const next = end < ranges.length ? tokenOf({ range: end, after: undefined }, of.stamp) : undefined
  return { found, used, next, position: undefined }
}

export interface One {
  readonly node: SelectNode
  /** As `onlyKey` has it. */
  readonly key: Item
  readonly consistent: boolean
}

/** The one item of a SELECT that has to say which, as batches and transactions need it. */
export function readOne(
  tx: WriteTx,
  table: Table,
  { node, key, consistent }: One,
): { readonly item: Item | undefined; readonly used: Used } {
  const stored = readAsAsked(tx, table, { key, consistent })
  const used = { table: readUnits(stored?.sizeBytes ?? 0, consistent) }
  return { item: stored && shown(itemOf(stored), node.paths), used }
}

interface SingleSelect {
  readonly node: SelectNode
  readonly parameters: Parameters
  readonly operation: string
}

/** Throws ValidationException unless the statement names one item of the table, by its key alone. */
export function onlyKey(table: Table, { node, parameters, operation }: SingleSelect): Item {
  const { key, rest } = keyOf(node.where && conditionOf(node.where, parameters), table.keys)
  if (node.table.index !== undefined && operation === "ExecuteTransaction") throw readsOnIndices()
  if (node.table.index !== undefined || key === undefined || rest.length > 0)
    throw keyOfSelectRequired(operation)
  assertKey(table.keys, key)
  return key
}

/**
 * What is selected stands under the last name of its path (recorded); an element of a list under
 * its place among what is selected, as PartiQL has it (not verified).
 */
function shown(item: Item, paths: readonly PathTerm[] | undefined): Item {
  if (paths === undefined) return item
  const made: Record<string, AttributeValue> = {}
  paths.forEach(({ path }, i) => {
    const last = path.at(-1)
    const value = valueAt(item, path)
    if (value) setOwn(made, typeof last === "string" ? last : `_${i + 1}`, value)
  })
  return made
}

/** ORDER BY names keys, of a partition that the clause names. */
function isReversed(
  { order, where }: SelectNode,
  { keys }: Source,
  hasPartition: boolean,
): boolean {
  if (order.length === 0) return false
  if (where === undefined) throw orderWithoutWhere()
  if (!hasPartition) throw orderWithoutHash()
  const other = order.find(({ name }) => name !== keys.hash.name && name !== keys.range?.name)
  if (other) throw orderOfOthers(other.name)
  return order.some(({ name, descending }) => descending && name === keys.range?.name)
}

const tokenOf = ({ range, after }: Start, stamp: string): string =>
  Buffer.from(JSON.stringify([stamp, range, after && itemText(after)])).toString("base64")

function startIn(token: string, stamp: string): Start {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(token, "base64").toString())
  } catch {
    throw invalidToken()
  }
  if (!Array.isArray(parts) || !Number.isSafeInteger(parts[1])) throw invalidToken()
  const [of, range, text] = parts as [unknown, number, unknown]
  if (of !== stamp) throw otherToken()
  try {
    return { range, after: typeof text === "string" ? itemOfText(text) : undefined }
  } catch {
    throw invalidToken()
  }
}

function assertStart(source: Source, start: Item): void {
  try {
    assertPosition(source, start, "query")
  } catch {
    throw invalidToken()
  }
}
