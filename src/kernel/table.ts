import { encodeKey, joinKey, type KeyPart } from "./key.ts"
import type { Key, Value } from "./engine.ts"

export type KeyParts = readonly KeyPart[]

/** Written as a method's type, so that a table of anything is a table of objects. */
type IndexKey<Row> = { key(row: Row): KeyParts | false | null | undefined }["key"]

/** Rows are plain data. The kernel freezes them; change a row by putting a new one. */
export interface TableSpec<Row extends object> {
  /** The row's primary key. Two rows with the same key are the same row. */
  key(row: Row): KeyParts
  /** Index keys, kept in the same commit as the row; a falsy key leaves the row out. */
  readonly indexes?: Readonly<Record<string, IndexKey<Row>>>
  /** Raise it when the form of the rows or the indexes change, and say how old rows become new. */
  readonly version?: number
  /** `migrate[n]` makes a row of version n + 1 from one of version n. */
  readonly migrate?: Readonly<Record<number, (old: never) => object>>
  /** Keep decoded rows in memory: for rows that people make and traffic reads. */
  readonly cached?: boolean
  /**
   * One operation after another rewrites the same row: it is encoded once, for all of a drain. Only
   * for rows that are always small, of tables without indexes.
   */
  readonly rewritten?: boolean
  /** How a row is stored, where JSON is too slow or too large. */
  encode?(row: Row): Value
  decode?(value: Value): Row
  /** Decoded rows are their reader's own: see `viewOf`. */
  readonly view?: boolean
  /** A larger value is our bug: growing lists are rows, bytes belong to blobs. */
  readonly maxValueBytes?: number
}

export interface TableIndex<Row> {
  readonly name: string
  readonly prefix: Key
  key(row: Row): KeyParts | false | null | undefined
}

export interface Table<Row extends object> {
  readonly name: string
  readonly prefix: Key
  readonly spec: TableSpec<Row>
  readonly version: number
  readonly indexes: readonly TableIndex<Row>[]
}

/**
 * A table as somebody reads it who reads many rows and needs but some of what each holds, to be
 * scanned only: what `decode` makes is its reader's own, and nobody else sees it.
 */
export function viewOf<Row extends object, View extends object>(
  of: Table<Row>,
  decode: (value: Value) => View,
): Table<View> {
  const notWritten = (): never => {
    throw new Error(`${of.name}: a view is not written to`)
  }
  const spec = { key: notWritten, encode: notWritten, decode, view: true }
  return Object.freeze({ ...of, spec, indexes: [] })
}

/** Default cap of a stored value in characters. */
const MAX_VALUE_LENGTH = 4 * 1024 * 1024

/**
 * Declares a table. `name` is `<service>/<noun>`; the service part says who owns it.
 * Keys order as tuples: strings by UTF-8 bytes, numbers by value.
 */
export function table<Row extends object>(name: string, spec: TableSpec<Row>): Table<Row> {
  if (!/^[a-z0-9-]+\/[a-zA-Z0-9-]+$/.test(name)) throw new Error(`bad table name ${name}`)
  if (spec.rewritten && (spec.indexes || spec.cached))
    throw new Error(`${name}: rewritten rows have no indexes and are not cached`)
  return Object.freeze({
    name,
    prefix: encodeKey([name]),
    spec,
    version: spec.version ?? 1,
    indexes: Object.entries(spec.indexes ?? {}).map(([index, key]) => ({
      name: index,
      prefix: encodeKey([`${name}#${index}`]),
      key,
    })),
  })
}

export const primaryKey = <Row extends object>(table: Table<Row>, parts: KeyParts): Key =>
  joinKey(table.prefix, encodeKey(parts))

/** A row as stored: its version in decimal digits, then JSON text. */
export function encodeRow<Row extends object>(table: Table<Row>, row: Row): Value {
  const value = table.spec.encode?.(row) ?? `${table.version}${JSON.stringify(row)}`
  const limit = table.spec.maxValueBytes ?? MAX_VALUE_LENGTH
  if (value.length > limit)
    throw new Error(`${table.name}: a row of ${value.length} exceeds ${limit}`)
  return value
}

/** A row that is encoded at the end of its drain: until then it is what others read. */
export class PendingRow {
  readonly row: object
  readonly #table: Table<object>

  constructor(table: Table<object>, row: object) {
    this.#table = table
    this.row = freezeRow(row)
  }

  encode(): Value {
    return encodeRow(this.#table, this.row)
  }
}

export function decodeRow<Row extends object>(table: Table<Row>, value: Value | PendingRow): Row {
  if (value instanceof PendingRow) return value.row as Row
  const { decode, view } = table.spec
  if (decode) return view ? decode(value) : Object.freeze(decode(value))
  const { version, row } = splitRow(value)
  if (version !== table.version)
    throw new Error(`${table.name}: a row of version ${version} was not migrated`)
  return Object.freeze(row as Row)
}

/** Makes a row that several operations share unchangeable, to its leaves. */
export function freezeRow<Row extends object>(row: Row): Row {
  // The index of an array makes no name, as the loop over names would for each of its members.
  if (Array.isArray(row)) for (let i = 0; i < row.length; i += 1) freezeLeaf(row[i])
  else for (const name in row) freezeLeaf(row[name])
  return Object.freeze(row)
}

function freezeLeaf(value: unknown): void {
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) freezeRow(value)
}

/** Version and JSON value of a stored row of any age. */
export function splitRow(value: Value): { version: number; row: object } {
  if (typeof value !== "string") throw new Error("binary rows need a decoder")
  // One digit until a table has seen ten forms.
  if (value.charCodeAt(1) === 123 /* { */)
    return { version: value.charCodeAt(0) - 48, row: JSON.parse(value.slice(1)) as object }
  const brace = value.indexOf("{")
  return { version: Number(value.slice(0, brace)), row: JSON.parse(value.slice(brace)) as object }
}
