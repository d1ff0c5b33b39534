import type { Database, RootDatabase } from "lmdb"
import type { Key } from "../../engine.ts"
import { PAGE_BYTES } from "./lmdb-files.ts"

/** A row as it goes into LMDB; without bytes: it is deleted. */
export interface StoredRow {
  readonly key: Key
  readonly bytes: Buffer | undefined
}

/** LMDB's own book-keeping. */
const FEW_PAGES = 64

interface TreeStats {
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly treeDepth: number
}

/**
 * How much room a transaction of these rows may take at most: LMDB writes each page that it changes
 * to another place. To be asked for before, since lmdb-js (3.5.6) writes its message about a page that
 * did not fit into too small a buffer, of which the process may die later.
 */
export function roomFor(data: Database<Buffer, Key>, rows: readonly StoredRow[]): number {
  const tree = data.getStats() as unknown as TreeStats
  let bytes = 0
  for (const row of rows) bytes += row.key.length + (row.bytes?.length ?? 0)
  const leaves = Math.min(rows.length, tree.treeLeafPageCount)
  const branches = Math.min(rows.length * tree.treeDepth, tree.treeBranchPageCount)
  return (leaves + branches + FEW_PAGES) * PAGE_BYTES + 2 * bytes
}

/** A page of 8 KB has fewer rows than this behind any of them. */
const NEIGHBOURS = 512
const MORE_NEIGHBOURS = 16
/** Then something else is wrong. */
const MOST_NEIGHBOURS = NEIGHBOURS * MORE_NEIGHBOURS ** 3

/**
 * Writes rows, in the order of their keys, as one transaction: all of them or none.
 *
 * LMDB cannot divide some full pages: it looks for the place only where it thinks that rows are
 * large, and where small rows stand beside ones of some hundred bytes it may find none
 * (MDB_PAGE_FULL, `mdb_page_split` of 0.9 to 1.0; what it is given is then refused each time). A page is
 * always divided well at its end: so the rows behind such a row make room for it, and follow it.
 */
export function writeRows(
  root: RootDatabase,
  data: Database<Buffer, Key>,
  rows: readonly StoredRow[],
): void {
  /** How many rows make room for a row. */
  const crowded = new Map<Key, number>()
  for (;;) {
    let writing: Key | undefined
    try {
      return root.transactionSync(() => {
        for (const row of rows) {
          writing = row.key
          writeRow(data, row, crowded.get(row.key))
        }
      })
    } catch (error) {
      if (writing === undefined || !isPageFull(error)) throw error
      const neighbours = (crowded.get(writing) ?? NEIGHBOURS / MORE_NEIGHBOURS) * MORE_NEIGHBOURS
      if (neighbours > MOST_NEIGHBOURS) throw error
      crowded.set(writing, neighbours)
    }
  }
}

function writeRow(
  data: Database<Buffer, Key>,
  { key, bytes }: StoredRow,
  neighbours: number | undefined,
): void {
  const behind =
    neighbours === undefined
      ? []
      : // Copied: what LMDB gives is its own memory.
        Array.from(
          data.getRange({ start: key, exclusiveStart: true, limit: neighbours }),
          (found) => ({ key: found.key, bytes: Buffer.from(found.value) }),
        )
  for (const other of behind) data.removeSync(other.key)
  if (bytes) data.putSync(key, bytes)
  else data.removeSync(key)
  for (const other of behind) data.putSync(other.key, other.bytes)
}

const isPageFull = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("MDB_PAGE_FULL")
