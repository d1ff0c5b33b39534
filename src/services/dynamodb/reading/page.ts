import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Used } from "../capacity/consumed.ts"
import { readUnits } from "../capacity/units.ts"
import { holds, type Condition } from "../expressions/expressions.ts"
import { itemKey } from "../items/keys.ts"
import { itemOf, readItem, type StoredItem } from "../items/rows.ts"
import { PAGE_BYTES } from "../limits.ts"
import { isGlobal } from "../tables/table.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { positionOf, type Source } from "./source.ts"
import type { Selection } from "./selection.ts"

/** The rows that are walked, in order. */
export interface Walk {
  readonly prefix: KeyParts
  readonly from?: KeyParts | undefined
  readonly to?: KeyParts | undefined
  /** Behind this one. */
  readonly after?: string | undefined
  readonly reverse: boolean
  readonly limit: number | undefined
  readonly filter: Condition | undefined
  readonly consistent: boolean
}

export interface ReadPage {
  readonly Items: Item[] | undefined
  readonly Count: number
  readonly ScannedCount: number
  readonly LastEvaluatedKey: Record<string, AttributeValue> | undefined
  readonly used: Used
}

/** Rows that are asked of the store at a time: most queries want few. */
const CHUNK = 64

/**
 * Reads until the limit, 1 MB or the end. What a filter drops counts too (documented). The row that
 * passes 1 MB is the last of its page (recorded).
 */
export function readPage(
  tx: ReadTx,
  source: Source,
  { walk, selection }: { readonly walk: Walk; readonly selection: Selection },
): ReadPage {
  const { limit = Number.POSITIVE_INFINITY, filter } = walk
  const { countOnly } = selection
  const found: Item[] = []
  const meter = { bytes: 0, fetchedUnits: 0 }
  let [scanned, count] = [0, 0]
  let last: StoredItem | undefined
  let after = walk.after
  do {
    const page = tx.scan(source.rows, {
      prefix: walk.prefix,
      ...(walk.from && { from: walk.from }),
      ...(walk.to && { to: walk.to }),
      after,
      reverse: walk.reverse,
      limit: Math.min(limit - scanned, CHUNK),
    })
    for (const row of page.rows) {
      scanned += 1
      meter.bytes += row.sizeBytes
      last = row
      const item =
        countOnly && !filter ? undefined : itemToShow(tx, source, { row, selection, walk, meter })
      if (!filter || (item && holds(filter, item))) {
        count += 1
        if (item && !countOnly) found.push(selection.projection?.of(item) ?? item)
      }
      if (meter.bytes >= PAGE_BYTES) break
    }
    after = page.next
  } while (after !== undefined && scanned < limit && meter.bytes < PAGE_BYTES)
  const stopped = last && (scanned >= limit || meter.bytes >= PAGE_BYTES)
  return {
    Items: countOnly ? undefined : found,
    Count: count,
    ScannedCount: scanned,
    LastEvaluatedKey: stopped ? positionOf(source, itemOf(last as StoredItem)) : undefined,
    used: usedOf(source, { ...meter, consistent: walk.consistent }),
  }
}

/** The row's item, or the table's where the index does not hold enough of it. */
function itemToShow(
  tx: ReadTx,
  { table }: Source,
  of: { row: StoredItem; selection: Selection; walk: Walk; meter: { fetchedUnits: number } },
): Item | undefined {
  const item = itemOf(of.row)
  if (!of.selection.fetches) return item
  const whole = readItem(tx, itemKey(table, item))
  of.meter.fetchedUnits += readUnits(whole?.sizeBytes ?? 0, of.walk.consistent)
  return whole && itemOf(whole)
}

/** All that was read is summed before it is rounded; what was fetched is rounded item by item. */
function usedOf(
  { index }: Source,
  read: { readonly bytes: number; readonly fetchedUnits: number; readonly consistent: boolean },
): Used {
  const units = readUnits(read.bytes, read.consistent)
  if (!index) return { table: units }
  const own = { [index.name]: units }
  return isGlobal(index) ? { table: 0, global: own } : { table: read.fetchedUnits, local: own }
}
