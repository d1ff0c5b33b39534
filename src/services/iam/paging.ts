import type { ReadTx } from "../../kernel/transaction.ts"
import type { Table } from "../../kernel/table.ts"
import { invalidMarker } from "./errors.ts"
import { PAGE_ITEMS } from "./limits.ts"
import { nameKey } from "./names.ts"

/** What every list operation may be asked for. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** One page, and what the answer says of the rest. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly more: { readonly IsTruncated: boolean; readonly Marker?: string }
}

const PREFIX = "iam1:"
/** Rows read at a time: not more than a page has, unless some are passed over. */
const STRIDE = 200

const markerAfter = (name: string): string => Buffer.from(PREFIX + name).toString("base64url")

function nameBefore({ Marker }: PageRequest): string | undefined {
  if (Marker === undefined) return undefined
  const text = Buffer.from(Marker, "base64url").toString()
  if (!text.startsWith(PREFIX)) throw invalidMarker()
  return text.slice(PREFIX.length)
}

/** A page of the account's rows of a table whose key is the account and the name without case. */
export function pageByName<Row extends { readonly name: string }>(
  tx: ReadTx,
  table: Table<Row>,
  { account, request, matches }: NameScan<Row>,
): Listed<Row> {
  const wanted = request.MaxItems ?? PAGE_ITEMS
  const items: Row[] = []
  let before = nameBefore(request)
  for (;;) {
    const { rows, next } = tx.scan(table, {
      prefix: [account],
      // The next name after one is that name and the lowest character.
      ...(before !== undefined && { from: [`${before}\0`] }),
      limit: STRIDE,
    })
    for (const row of rows) {
      if (!matches(row)) continue
      if (items.length === wanted) return { items, more: truncatedAfter(items) }
      items.push(row)
    }
    const last = rows.at(-1)
    if (next === undefined || !last) return { items, more: { IsTruncated: false } }
    before = nameKey(last.name)
  }
}

interface NameScan<Row> {
  readonly account: string
  readonly request: PageRequest
  readonly matches: (row: Row) => boolean
}

function truncatedAfter(items: readonly { readonly name: string }[]) {
  return { IsTruncated: true, Marker: markerAfter(nameKey(items.at(-1)?.name ?? "")) }
}

/** A page of a list that is short by its quota, in the order of `keyOf`. */
export function pageOf<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  request: PageRequest,
): Listed<Item> {
  const before = nameBefore(request)
  const sorted = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0))
  const rest = before === undefined ? sorted : sorted.filter((item) => keyOf(item) > before)
  const items = rest.slice(0, request.MaxItems ?? PAGE_ITEMS)
  const last = items.at(-1)
  if (items.length === rest.length || last === undefined)
    return { items, more: { IsTruncated: false } }
  return { items, more: { IsTruncated: true, Marker: markerAfter(keyOf(last)) } }
}

/** The condition of `PathPrefix`. */
export const underPath =
  (prefix = "/") =>
  ({ path }: { readonly path: string }): boolean =>
    path.startsWith(prefix)
