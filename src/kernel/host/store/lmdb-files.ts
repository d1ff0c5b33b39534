import { join } from "node:path"
import type { Database, RootDatabase, RootDatabaseOptionsWithPath } from "lmdb"
import type { Key } from "../../engine.ts"
import type { LogPosition } from "./commit-log.ts"

/** Allows keys of MAX_KEY_BYTES; costs nothing measurable against the default. */
export const PAGE_BYTES = 8192
/** Address space only; LMDB maps more when the file outgrows it. */
const MAP_BYTES = 1024 * 1024 * 1024
/** The key under which `meta` has the LogPosition that has been applied. */
export const POSITION = "position"

const keyEncoder = {
  writeKey: (key: Key, target: Buffer, at: number) => at + target.write(key, at, "latin1"),
  readKey: (source: Buffer, start: number, end: number) => source.toString("latin1", start, end),
}

export const dataPath = (folder: string): string => join(folder, "data.mdb")

/** Every LMDB transaction is synced in full before its meta page is written. */
export function lmdbOptions(folder: string): RootDatabaseOptionsWithPath {
  const options = { pageSize: PAGE_BYTES, mapSize: MAP_BYTES, overlappingSync: false }
  return { path: dataPath(folder), ...options }
}

/** The rows. `coding` says how values are read and written. */
export function openData<Row>(root: RootDatabase, coding: object): Database<Row, Key> {
  return root.openDB({ name: "data", keyEncoder, ...coding } as { name: string })
}

export function openMeta(root: RootDatabase): Database<LogPosition, string> {
  return root.openDB({ name: "meta", encoding: "json" })
}
