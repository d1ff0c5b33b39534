import { hash } from "node:crypto"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { setOwn } from "../../../protocols/own-property.ts"
import type { Used } from "../capacity/consumed.ts"
import { readUnits } from "../capacity/units.ts"
import { Projection } from "../expressions/expressions.ts"
import { valueAt } from "../expressions/path.ts"
import { assertKey, itemKey } from "../items/keys.ts"
import { itemOf, readItem } from "../items/rows.ts"
import { boundsOf } from "../reading/key-range.ts"
import { itemsOf, readPage } from "../reading/page.ts"
import { selectionOf } from "../reading/selection.ts"
import { assertPosition, cursorOf, sourceOf, type Source } from "../reading/source.ts"
import type { Table } from "../tables/table.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { itemOfText, itemText } from "../values/item-text.ts"
import {
  invalidToken,
  keyOfSelectRequired,
  orderOfOthers,
  orderWithoutHash,
  orderWithoutWhere,
  otherToken,
} from "./errors.ts"
import { keyOf, rangeOf } from "./keys.ts"
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
  readonly items: readonly Item[]
  readonly used: Used
  readonly next: string | undefined
  readonly position: Item | undefined
}

/**
 * One page. Items of one partition key are walked in order where the clause says which; else all
 * are walked. What the whole clause is not true of is dropped.
 */
export function readSelect(
  tx: WriteTx,
  table: Table,
  { node, asked }: { readonly node: SelectNode; readonly asked: Asked },
): SelectPage {
  const source = sourceOf(table, {
    IndexName: node.table.index,
    ConsistentRead: asked.consistent,
  })
  const filter = node.where && conditionOf(node.where, asked.parameters)
  const range = rangeOf(filter, source.keys)
  const reverse = isReversed(node, source, range !== undefined)
  const wanted = node.paths && new Projection(node.paths.map(({ path }) => path))
  const selection = selectionOf(source, {
    Select: undefined,
    projection: wanted,
    parameter: "ProjectionExpression",
  })
  const stamp = hash("sha256", JSON.stringify([node, asked.parameters]), "base64")
  const start = asked.token === undefined ? undefined : positionIn(asked.token, stamp)
  if (start) assertStart(source, start)
  const page = readPage(tx, source, {
    walk: {
      ...(range ? boundsOf(source, range) : { prefix: [source.id] }),
      after: start && cursorOf(source, start),
      reverse,
      limit: asked.limit,
      filter,
      consistent: asked.consistent,
    },
    selection: { ...selection, projection: undefined },
  })
  const position = page.LastEvaluatedKey
  return {
    items: itemsOf(page.found ?? []).map((item) => shown(item, node.paths)),
    used: page.used,
    next: position && tokenOf(position, stamp),
    position,
  }
}

/** The one item of a SELECT that has to say which, as batches and transactions need it. */
export function readOne(
  tx: WriteTx,
  table: Table,
  of: { node: SelectNode; parameters: Parameters; consistent: boolean; operation: string },
): { readonly item: Item | undefined; readonly used: Used } {
  const { node, parameters, consistent } = of
  const { key, rest } = keyOf(node.where && conditionOf(node.where, parameters), table.keys)
  if (node.table.index !== undefined || key === undefined || rest.length > 0)
    throw keyOfSelectRequired(of.operation)
  assertKey(table.keys, key)
  const stored = readItem(tx, itemKey(table, key))
  const used = { table: readUnits(stored?.sizeBytes ?? 0, consistent) }
  return { item: stored && shown(itemOf(stored), node.paths), used }
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

const tokenOf = (position: Item, stamp: string): string =>
  Buffer.from(JSON.stringify([stamp, itemText(position)])).toString("base64")

function positionIn(token: string, stamp: string): Item {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(token, "base64").toString())
  } catch {
    throw invalidToken()
  }
  if (!Array.isArray(parts) || typeof parts[1] !== "string") throw invalidToken()
  if (parts[0] !== stamp) throw otherToken()
  try {
    return itemOfText(parts[1])
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
