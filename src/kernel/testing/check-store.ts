import type { Key, Value } from "../engine.ts"
import { decodeKey, encodeKey } from "../key.ts"
import { decodeRow, primaryKey, type Table } from "../table.ts"

/** Tables of the kernel that nothing else names. */
const UNNAMED = Object.freeze(["kernel/commit", "kernel/table"])

/**
 * Everything in a store that contradicts itself: an index entry without its row, a row without its
 * index entry, a row under a key that is not its own, a row of a table that nobody has.
 */
export function checkStore(
  entries: Iterable<readonly [Key, Value]>,
  tables: readonly Table<object>[],
): string[] {
  const byName = new Map(tables.map((table) => [table.name, table]))
  const expected = new Map<Key, string>()
  const found = new Map<Key, { readonly name: string; readonly value: Value }>()
  const wrong: string[] = []
  for (const [key, value] of entries) {
    const name = String(decodeKey(key)[0])
    const [owner = "", index] = name.split("#")
    const table = byName.get(owner)
    if (!table) {
      if (!UNNAMED.includes(owner)) wrong.push(`${name}: a row of an unknown table`)
    } else if (index === undefined) {
      wrong.push(...checkRow(table, { key, value }, expected))
    } else found.set(key, { name, value })
  }
  for (const [key, at] of expected) {
    const entry = found.get(key)
    const { name, parts } = namesOf(key)
    if (!entry) wrong.push(`${name}: a row has no entry ${parts}`)
    else if (entry.value !== at) wrong.push(`${name}: the entry ${parts} points beside its row`)
  }
  for (const [key, { name }] of found)
    if (!expected.has(key)) wrong.push(`${name}: the entry ${namesOf(key).parts} has no row`)
  return wrong
}

function checkRow(
  table: Table<object>,
  { key, value }: { key: Key; value: Value },
  expected: Map<Key, string>,
): string[] {
  const row = decodeRow(table, value)
  const parts = table.spec.key(row)
  if (primaryKey(table, parts) !== key)
    return [`${table.name}: a row lies under a key that is not its own: ${JSON.stringify(row)}`]
  for (const index of table.indexes) {
    const entry = index.key(row)
    if (!entry) continue
    const head = index.prefix + encodeKey(entry)
    expected.set(head + encodeKey(parts), String(head.length))
  }
  return []
}

function namesOf(key: Key): { name: string; parts: string } {
  const [name, ...parts] = decodeKey(key)
  return { name: String(name), parts: JSON.stringify(parts) }
}
