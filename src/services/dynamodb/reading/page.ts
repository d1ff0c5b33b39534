import type { KeyParts } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Used } from "../capacity/consumed.ts"
import { readUnits } from "../capacity/units.ts"
import { holds, type Condition } from "../expressions/expressions.ts"
import { itemKey } from "../items/keys.ts"
import { withItems, type Found } from "../items/found.ts"
import { itemOf, readItem, type StoredItem } from "../items/rows.ts"
import { PAGE_BYTES } from "../limits.ts"
import { lateScan } from "../staleness/late-scan.ts"
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
  /** What was found; undefined where only its number was asked for. */
  readonly found: readonly Found[] | undefined
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
  const found: Found[] = []
  const meter = { bytes: 0, fetchedBytes: 0, fetchedUnits: 0 }
  let [scanned, count] = [0, 0]
  let last: StoredItem | undefined
  let after = walk.after
  do {
    const range = {
      prefix: walk.prefix,
      ...(walk.from && { from: walk.from }),
      ...(walk.to && { to: walk.to }),
      after,
      reverse: walk.reverse,
      limit: Math.min(limit - scanned, CHUNK),
    }
    const isLate = tx.lags.length > 0 && !walk.consistent
    const page = isLate ? lateScan(tx, source, range) : tx.scan(source.rows, range)
    for (const row of page.rows) {
      scanned += 1
      meter.bytes += row.sizeBytes
      last = row
      const whole = selection.fetches ? fetched(tx, source, row) : row
      if (whole !== row) {
        meter.fetchedBytes += whole.sizeBytes
        meter.fetchedUnits += readUnits(whole.sizeBytes, walk.consistent)
      }
      const item = filter || selection.projection ? itemOf(whole) : undefined
      if (!filter || holds(filter, item as Item)) {
        count += 1
        if (!countOnly)
          found.push(item && selection.projection ? selection.projection.of(item) : whole)
      }
      if (meter.bytes >= PAGE_BYTES) break
    }
    after = page.next
  } while (after !== undefined && scanned < limit && meter.bytes < PAGE_BYTES)
  const stopped = last && (scanned >= limit || meter.bytes >= PAGE_BYTES)
  return {
    found: countOnly ? undefined : found,
    Count: count,
    ScannedCount: scanned,
    LastEvaluatedKey: stopped ? positionOf(source, itemOf(last as StoredItem)) : undefined,
    used: usedOf(source, { ...meter, walk, selection }),
  }
}

/** The table's item, where the index does not hold enough of it. */
function fetched(tx: ReadTx, { table }: Source, row: StoredItem): StoredItem {
  const whole = readItem(tx, itemKey(table, itemOf(row)))
  // A read that lags behind sees entries of items that are gone.
  if (!whole && tx.lags.length > 0) return row
  if (!whole) throw new Error("a local index has an item that its table has not")
  return whole
}

/** All that was read is summed before it is rounded, and so is what was fetched (recorded). */
function usedOf(
  { index }: Source,
  read: {
    readonly bytes: number
    readonly fetchedBytes: number
    readonly fetchedUnits: number
    readonly walk: Walk
    readonly selection: Selection
  },
): Used {
  const { fetchedBytes, fetchedUnits, walk, selection } = read
  const units = readUnits(read.bytes, walk.consistent)
  if (!index) return { table: units }
  const summed = fetchedBytes === 0 ? 0 : readUnits(fetchedBytes, walk.consistent)
  const own = { [index.name]: units }
  if (isGlobal(index)) return { table: 0, global: own }
  return { table: selection.roundsEach ? fetchedUnits : summed, local: own }
}

/** The output of Query and Scan. */
export function pageOutput<More extends object>(
  { found, used: _used, ...page }: ReadPage,
  more: More,
) {
  if (!found) return { ...page, ...more }
  return withItems(found, { ...page, ...more })
}
