import type { Table } from "../../kernel/table.ts"
import type { ReadTx, ScanRange } from "../../kernel/transaction.ts"
import { badPageToken } from "./errors.ts"
import { PAGE_ITEMS } from "./limits.ts"

/** What every list operation may be asked for. */
export interface PageRequest {
  readonly NextToken?: string | undefined
  readonly MaxResults?: number | undefined
}

/** One page, and what the answer says of the rest. */
export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly more: { readonly NextToken?: string }
}

const PREFIX = "org1:"

const tokenOf = (place: string): string => Buffer.from(PREFIX + place).toString("base64url")

/** Throws InvalidInputException. */
function placeOf({ NextToken }: PageRequest): string | undefined {
  if (NextToken === undefined) return undefined
  const text = Buffer.from(NextToken, "base64url").toString()
  if (!text.startsWith(PREFIX)) throw badPageToken()
  return text.slice(PREFIX.length)
}

/** A page of the rows of a range. */
export function pageOfRows<Row extends object>(
  tx: ReadTx,
  table: Table<Row>,
  { request, ...range }: Pick<ScanRange, "index" | "prefix"> & { readonly request: PageRequest },
): Listed<Row> {
  const limit = request.MaxResults ?? PAGE_ITEMS
  const { rows, next } = tx.scan(table, { ...range, after: placeOf(request), limit })
  return { items: rows, more: next === undefined ? {} : { NextToken: tokenOf(next) } }
}

/** A page of a list that is short by its quota, in the order of `keyOf`. */
export function pageOfList<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  request: PageRequest,
): Listed<Item> {
  const before = placeOf(request)
  const sorted = all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  const rest = before === undefined ? sorted : sorted.filter((item) => keyOf(item) > before)
  const items = rest.slice(0, request.MaxResults ?? PAGE_ITEMS)
  const last = items.at(-1)
  if (items.length === rest.length || last === undefined) return { items, more: {} }
  return { items, more: { NextToken: tokenOf(keyOf(last)) } }
}
