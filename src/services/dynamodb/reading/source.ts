import type { KeyPart } from "../../../kernel/key.ts"
import { primaryKey, type Table as KernelTable } from "../../../kernel/table.ts"
import { invalidValues, validation } from "../errors.ts"
import { valueText } from "../expressions/bind-condition.ts"
import { entryKey, itemKey, assertKey } from "../items/keys.ts"
import { entries, items, type StoredItem } from "../items/rows.ts"
import { isGlobal, keyAttributes, type Index, type KeySchema, type Table } from "../tables/table.ts"
import { attributeOf, typeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"

/** What Query and Scan read: a table, or one of its indexes. */
export interface Source {
  readonly table: Table
  readonly index: Index | undefined
  readonly rows: KernelTable<StoredItem>
  /** The first part of the rows' keys. */
  readonly id: KeyPart
  readonly keys: KeySchema
}

/** Throws ValidationException (recorded). */
export function sourceOf(
  table: Table,
  {
    IndexName,
    ConsistentRead,
  }: { IndexName?: string | undefined; ConsistentRead?: boolean | undefined },
): Source {
  if (IndexName === undefined)
    return { table, index: undefined, rows: items, id: table.id, keys: table.keys }
  const index = [...table.localIndexes, ...table.globalIndexes].find(
    ({ name }) => name === IndexName,
  )
  if (!index) throw validation(`The table does not have the specified index: ${IndexName}`)
  if (isGlobal(index)) {
    if (ConsistentRead)
      throw validation("Consistent reads are not supported on global secondary indexes")
    // As users quote it.
    if (index.status === "CREATING")
      throw validation(`Cannot read from backfilling global secondary index: ${IndexName}`)
    if (index.status === "DELETING")
      throw validation(`The table does not have the specified index: ${IndexName}`)
  }
  return { table, index, rows: entries, id: index.id, keys: index.keys }
}

/** The names of the attributes that say where a row stands. */
function positionNames({ table, index }: Source): readonly string[] {
  const attributes = [table.keys, ...(index ? [index.keys] : [])].flatMap(keyAttributes)
  return [...new Set(attributes.map(({ name }) => name))]
}

/** `LastEvaluatedKey` behind an item. */
export function positionOf(source: Source, item: Item): Record<string, AttributeValue> {
  const position: Record<string, AttributeValue> = {}
  for (const name of positionNames(source)) {
    const value = attributeOf(item, name)
    if (value) Object.defineProperty(position, name, { value, enumerable: true })
  }
  return position
}

const INVALID_START = "The provided starting key is invalid"

/** A starting key is one of the source's. Throws ValidationException (recorded). */
export function assertPosition(source: Source, start: Item, kind: "query" | "scan"): void {
  const names = positionNames(source)
  const mismatch = "The provided key element does not match the schema"
  if (Object.keys(start).length !== names.length) {
    throw validation(
      kind === "scan" && !source.index ? `${INVALID_START}: ${mismatch}` : INVALID_START,
    )
  }
  if (source.index || kind === "query") {
    for (const { name, type } of keyAttributes(source.keys)) {
      const value = attributeOf(start, name)
      if (value === undefined) throw validation(INVALID_START)
      if (typeOf(value) !== type) throw validation(mismatch)
    }
  }
  const { keys } = source.table
  const own = Object.fromEntries(
    (keys.range ? [keys.hash, keys.range] : [keys.hash]).flatMap(({ name }) => {
      const value = attributeOf(start, name)
      return value ? [[name, value] as const] : []
    }),
  )
  try {
    assertKey(keys, own)
  } catch (error) {
    throw validation(`${INVALID_START}: ${(error as Error).message}`)
  }
}

/** A partition of one item has none behind that item. The words are those of tests against AWS. */
export function assertSeveral({ table: { keys }, index }: Source, start: Item): void {
  if (index || keys.range) return
  const members = Object.entries(start).map(
    ([name, value]) => `${name}=AttributeValue: ${valueText(value)}`,
  )
  throw validation(
    `The provided exclusive start key is invalid: ExclusiveStartKey: {${members.join(", ")}}`,
  )
}

/** The place of that position among the stored rows, as a cursor of a scan. */
export function cursorOf({ table, index, rows }: Source, position: Item): string {
  const key = index ? entryKey(table, index, position) : itemKey(table, position)
  if (!key) throw invalidValues(INVALID_START)
  return primaryKey(rows, key)
}
