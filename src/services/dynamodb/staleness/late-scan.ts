import { lagOf } from "../../../kernel/faults.ts"
import { primaryKey, type KeyParts } from "../../../kernel/table.ts"
import type { Page, ReadTx, ScanRange } from "../../../kernel/transaction.ts"
import { entryKey, itemKey } from "../items/keys.ts"
import { itemOf, type StoredItem } from "../items/rows.ts"
import type { Source } from "../reading/source.ts"
import { formers, placeOf } from "./former.ts"

/** Changes of one range that a page looks behind; the others it sees as they are. */
const LATE_ROWS = 1_000

/** A page of rows as reads of the Region see them that need not see the latest. */
export function lateScan(tx: ReadTx, source: Source, range: ScanRange): Page<StoredItem> {
  const page = tx.scan(source.rows, range)
  const late = lateRows(tx, source, range)
  if (late.size === 0) return page
  const rows = new Map<string, StoredItem>()
  let last: string | undefined
  for (const row of page.rows) {
    last = primaryKey(source.rows, placeOfRow(source, row))
    if (!late.has(last)) rows.set(last, row)
  }
  const isAfter = (one: string, other: string): boolean =>
    range.reverse === true ? one < other : one > other
  for (const [key, row] of late) {
    // What lies behind this page is the next one's.
    if (row && !(page.next !== undefined && last !== undefined && isAfter(key, last)))
      rows.set(key, row)
  }
  const ordered = [...rows].toSorted(([a], [b]) => (isAfter(a, b) ? 1 : -1))
  const cut = ordered.slice(0, range.limit)
  const next = ordered.length > cut.length ? cut.at(-1)?.[0] : page.next
  return { rows: cut.map(([, row]) => row), ...(next !== undefined && { next }) }
}

function placeOfRow({ table, index }: Source, row: StoredItem): KeyParts {
  const item = itemOf(row)
  const key = index ? entryKey(table, index, item) : itemKey(table, item)
  if (!key) throw new Error("an index has an entry that does not belong there")
  return key
}

/** The rows of a range that were changed lately, as they were, by their keys. */
function lateRows(
  tx: ReadTx,
  { table, rows }: Source,
  { after, ...range }: ScanRange,
): ReadonlyMap<string, StoredItem | undefined> {
  const lagMs = lagOf(tx, table.region)
  const found = tx.scan(formers, {
    ...range,
    ...(after !== undefined && { after: formers.prefix + after.slice(rows.prefix.length) }),
    limit: LATE_ROWS,
  })
  return new Map(
    found.rows
      .filter(({ writtenMs }) => tx.now < writtenMs + lagMs)
      .map((former) => [
        primaryKey(rows, placeOf(former)),
        former.row && { ...former.row, key: [] },
      ]),
  )
}
