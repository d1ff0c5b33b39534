import type { AccessRequest } from "../../../iam/access.ts"
import type { Table } from "../../../kernel/table.ts"
import type { ReadTx, ScanRange } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { invalidMarker } from "../errors.ts"

/** What every list operation may be asked for. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly Limit?: number | undefined
}

export interface Listed<Item> {
  readonly items: readonly Item[]
  readonly more: { readonly Truncated: boolean; readonly NextMarker?: string }
}

/** "If you do not include a value, it defaults to 100", of tags and rotations to others. */
const PAGE_ITEMS = 100
const PREFIX = "kms1:"

/** Throws InvalidMarkerException. */
function placeOf({ Marker }: PageRequest): string | undefined {
  if (Marker === undefined) return undefined
  const text = Buffer.from(Marker, "base64url").toString()
  if (!text.startsWith(PREFIX)) throw invalidMarker()
  return text.slice(PREFIX.length)
}

const markerOf = (place: string): string => Buffer.from(PREFIX + place).toString("base64url")

type Range = Pick<ScanRange, "index" | "prefix">

/** A page of the rows of a range. */
export function pageOfRows<Row extends object>(
  tx: ReadTx,
  table: Table<Row>,
  { input, ...range }: Range & { readonly input: PageRequest },
): Listed<Row> {
  const limit = input.Limit ?? PAGE_ITEMS
  const { rows, next } = tx.scan(table, { ...range, after: placeOf(input), limit })
  if (next === undefined) return { items: rows, more: { Truncated: false } }
  return { items: rows, more: { Truncated: true, NextMarker: markerOf(next) } }
}

/** A page of a short list that stands in order. */
export function pageOfList<Item>(
  all: readonly Item[],
  keyOf: (item: Item) => string,
  input: PageRequest,
): Listed<Item> {
  const before = placeOf(input)
  const start = before === undefined ? 0 : all.findIndex((item) => keyOf(item) === before) + 1
  if (before !== undefined && start === 0) throw invalidMarker()
  const items = all.slice(start, start + (input.Limit ?? PAGE_ITEMS))
  const last = items.at(-1)
  if (last === undefined || start + items.length === all.length)
    return { items, more: { Truncated: false } }
  return { items, more: { Truncated: true, NextMarker: markerOf(keyOf(last)) } }
}

/** ListKeys, ListAliases: AWS knows no condition keys of theirs. */
export const accessToKeys = (_tx: ReadTx, _input: object, call: Call): AccessRequest => ({
  action: `kms:${call.operation}`,
  resource: "*",
  owner: call.account,
})
