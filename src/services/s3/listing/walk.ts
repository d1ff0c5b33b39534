import { commonPrefix, isBefore, textBehind } from "./text.ts"
import type { KeyReader } from "./key-reader.ts"

/** What a list asks for, its defaults filled in. */
export interface Wanted {
  readonly prefix: string
  readonly delimiter: string | undefined
  /** At most so many rows and common prefixes together. */
  readonly most: number
  /** Goes on however much is passed over: for lists that cannot say a place within a prefix. */
  readonly patient?: boolean
}

/** A page of a list: rows and common prefixes, each in the order of keys. */
export interface Listed<Row> {
  readonly rows: readonly Row[]
  readonly prefixes: readonly string[]
  /** The last key or common prefix, where there is more behind it. */
  readonly next: string | undefined
  /** `next` is where to begin, and nothing that was told. */
  readonly exact?: true
}

/** So many rows that do not count are passed over for one page; then it ends early. */
const LOOKED_AT = 50_000

/**
 * Where a list begins that goes on behind `marker`: behind the whole common prefix that the marker
 * lies in (recorded), else behind the key itself.
 */
export function startAfter(
  marker: string,
  wanted: Pick<Wanted, "prefix" | "delimiter">,
): string | undefined {
  if (isBefore(marker, wanted.prefix)) return wanted.prefix
  const common = commonPrefix(marker, wanted)
  return common === undefined ? `${marker}\0` : textBehind(common)
}

/** Fills a page. `counts` says which rows do: a delete marker is in no list of objects. */
export function fillPage<Row extends { readonly key: string }>(
  reader: Pick<KeyReader<Row>, "row" | "next" | "skipTo" | "looked">,
  wanted: Wanted,
  counts: (row: Row) => boolean,
): Listed<Row> {
  const rows: Row[] = []
  const prefixes: string[] = []
  let last: string | undefined
  for (let { row } = reader; row !== undefined; row = reader.row) {
    if (!counts(row)) {
      if (reader.looked > LOOKED_AT && !wanted.patient)
        return { rows, prefixes, next: row.key, exact: true }
      reader.next()
      continue
    }
    if (rows.length + prefixes.length === wanted.most) return { rows, prefixes, next: last }
    const common = commonPrefix(row.key, wanted)
    last = common ?? row.key
    if (common === undefined) {
      rows.push(row)
      reader.next()
      continue
    }
    prefixes.push(common)
    const behind = textBehind(common)
    reader.skipTo(behind === undefined ? undefined : [behind])
  }
  return { rows, prefixes, next: undefined }
}
