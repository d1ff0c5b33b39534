import type { Batch, Engine, Key, Value } from "../engine.ts"
import { encodeKey, prefixEnd } from "../key.ts"
import { StoreCorruptError } from "../store-errors.ts"
import { decodeRow, encodeRow, primaryKey, splitRow, table, type Table } from "../table.ts"

interface TableMeta {
  readonly name: string
  readonly version: number
  readonly indexes: readonly string[]
}

/** Which form the rows of each table have. */
const metas = table<TableMeta>("kernel/table", { key: (meta) => [meta.name] })

const PAGE = 1_000

/**
 * Brings tables to their declared form before they are used. Each step is repeatable, and the
 * table's meta row is written last: a crash in between starts over.
 */
export function migrate(engine: Engine, tables: readonly Table<object>[]): void {
  const fresh = new Map<Key, Value>()
  for (const one of tables) {
    const key = primaryKey(metas, [one.name])
    const meta = { name: one.name, version: one.version, indexes: one.indexes.map((i) => i.name) }
    const stored = engine.get(key)
    if (stored !== undefined) {
      const old = decodeRow(metas, stored)
      if (old.version > one.version)
        throw new StoreCorruptError(`${one.name} was written by a newer version of Cloudarium`)
      if (old.version === one.version && sameNames(old.indexes, meta.indexes)) continue
      rebuild(engine, one, old)
    }
    fresh.set(key, encodeRow(metas, meta))
  }
  if (fresh.size > 0) engine.commit(fresh)
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name))

function rebuild(engine: Engine, of: Table<object>, old: TableMeta): void {
  for (const name of new Set([...old.indexes, ...of.indexes.map((index) => index.name)])) {
    const prefix = encodeKey([`${of.name}#${name}`])
    forEachPage(engine, prefix, (page) => new Map(page.map(([key]) => [key, undefined])))
  }
  forEachPage(engine, of.prefix, (page) => {
    const batch = new Map<Key, Value | undefined>()
    for (const [key, value] of page) {
      const row = present(of, value)
      const stored = primaryKey(of, of.spec.key(row))
      if (stored !== key) batch.set(key, undefined)
      batch.set(stored, encodeRow(of, row))
      for (const index of of.indexes) {
        const parts = index.key(row)
        if (!parts) continue
        const head = index.prefix + encodeKey(parts)
        batch.set(head + stored.slice(of.prefix.length), String(head.length))
      }
    }
    return batch
  })
}

/** A stored row of any version in its present form. */
function present(of: Table<object>, value: Value): object {
  if (of.spec.decode) return of.spec.decode(value)
  let { version, row } = splitRow(value)
  for (; version < of.version; version += 1) {
    const step = of.spec.migrate?.[version]
    if (!step) throw new Error(`${of.name}: no migration from version ${version}`)
    row = step(row as never)
  }
  return row
}

function forEachPage(
  engine: Engine,
  prefix: Key,
  change: (page: readonly (readonly [Key, Value])[]) => Batch,
): void {
  let start = prefix
  const end = prefixEnd(prefix)
  for (;;) {
    const page = [...engine.scan({ start, end, limit: PAGE })]
    const last = page.at(-1)
    if (!last) return
    engine.commit(change(page))
    start = `${last[0]}\0`
  }
}
