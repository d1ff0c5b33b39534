import { closeSync, existsSync, openSync, readSync, rmSync, statSync, writeFileSync } from "node:fs"
import { open as openFile } from "node:fs/promises"
import type { Database, RootDatabase } from "lmdb"
import { KeyMap } from "../../store/key-map.ts"
import type { Entry } from "../../store/layered-scan.ts"
import type { Key, KeyRange, Value } from "../../engine.ts"
import { MAX_KEY_BYTES } from "../../key.ts"
import { LOG_START, type LogPosition } from "./commit-log.ts"
import { readStored } from "./commit-record.ts"
import { writeError } from "./disk.ts"
import { loadLmdb } from "./lmdb.ts"
import { RangeCache } from "./range-cache.ts"
import { dataPath, lmdbOptions, openData, openMeta, PAGE_BYTES, POSITION } from "./lmdb-files.ts"

/** Where LMDB's magic number stands in a meta page, and what it is. */
const MAGIC_AT = 24
const MAGIC = 0xbeefc0de
const READERS_BYTES = 16 * 1024
const EMPTY_RANGES = 1_000
const SMALLEST_KEY = "\0"
const NOTHING: readonly Entry[] = Object.freeze([])

/** Reads what the log calls a stored value. Nothing is written from here. */
const decoder = { encode: (value: Buffer) => value, decode: readStored }

/** The store below the log, as the loop sees it: it only reads. `checkpoint-worker.ts` writes. */
export class LmdbBase {
  readonly #folder: string
  readonly #root: RootDatabase
  readonly #data: Database<Value, Key>
  readonly #meta: Database<LogPosition, string>
  /** Ranges with nothing in them until the next checkpoint, from below by their ends. */
  readonly #empty = new KeyMap<Key>()
  readonly #pages = new RangeCache()

  /** Loads LMDB on first use: a start that does not need it does not pay for it. */
  constructor(folder: string) {
    const root = loadLmdb().open(lmdbOptions(folder))
    this.#folder = folder
    this.#root = root
    this.#data = openData(root, { encoder: decoder })
    this.#meta = openMeta(root)
  }

  /**
   * Whether there is a file, and whether its two meta pages were ever written: lmdb-js takes the
   * process down when it is given another kind of file (3.5.6).
   */
  static find(folder: string): "absent" | "whole" | "damaged" {
    const path = dataPath(folder)
    if (!existsSync(path)) return "absent"
    const head = Buffer.alloc(2 * PAGE_BYTES)
    const file = openSync(path, "r")
    readSync(file, head, 0, head.length, 0)
    closeSync(file)
    const isMeta = (page: number) => head.readUInt32LE(page * PAGE_BYTES + MAGIC_AT) === MAGIC
    return isMeta(0) && isMeta(1) ? "whole" : "damaged"
  }

  static remove(folder: string): void {
    rmSync(dataPath(folder), { force: true })
  }

  /**
   * Makes room for LMDB's table of readers before anything opens the data. LMDB maps that file
   * into memory with holes in it: were the disk full, touching one would kill the process.
   */
  static prepare(folder: string): void {
    try {
      writeFileSync(`${dataPath(folder)}-lock`, Buffer.alloc(READERS_BYTES))
    } catch (error) {
      throw writeError(error)
    }
  }

  /**
   * Itself, or one in its place where LMDB has given this one up: after a meta page that could not be
   * written it answers nothing any more, as long as anybody in the process has the file open. Call it
   * when the checkpoint's thread has closed. Throws where the disk is still not well.
   */
  revived(): LmdbBase {
    try {
      this.refresh()
      void this.position
      return this
    } catch {
      void this.#root.close()
      return new LmdbBase(this.#folder)
    }
  }

  /** How much of the log has been applied. */
  get position(): LogPosition {
    return this.#meta.get(POSITION) ?? LOG_START
  }

  get(key: Key): Value | undefined {
    return this.#data.get(key)
  }

  has(key: Key): boolean {
    return this.#data.doesExist(key)
  }

  page(range: KeyRange & { readonly limit: number }): readonly Entry[] {
    const { start, end } = range
    const emptyFrom = this.#empty.get(end)
    if (start >= end || (emptyFrom !== undefined && emptyFrom <= start)) return NOTHING
    const known = this.#pages.get(range)
    if (known) return known
    const entries = this.#read(range)
    if (entries.length === 0) this.#noteEmpty(start, end)
    else this.#pages.offer(range, entries)
    return entries
  }

  #read({ start, end, reverse = false, limit }: KeyRange & { readonly limit: number }): Entry[] {
    const entries: Entry[] = []
    // LMDB refuses over-long keys even as bounds. The longest key's successor is such a one.
    const from = { key: start.slice(0, MAX_KEY_BYTES), below: start.length > MAX_KEY_BYTES }
    const to = { key: end.slice(0, MAX_KEY_BYTES), below: end.length > MAX_KEY_BYTES }
    if (from.key === "") from.key = SMALLEST_KEY
    const range = reverse
      ? { start: to.key, exclusiveStart: !to.below, end: from.key, inclusiveEnd: !from.below }
      : { start: from.key, exclusiveStart: from.below, end: to.key, inclusiveEnd: to.below }
    for (const { key, value } of this.#data.getRange({ ...range, reverse, limit }))
      entries.push([key, value])
    return entries
  }

  /** Who polls a queue asks for the same range again and again. */
  #noteEmpty(start: Key, end: Key): void {
    if (this.#empty.size >= EMPTY_RANGES) this.#empty.clear()
    this.#empty.set(end, start)
  }

  /** Shows what the checkpoint's thread has committed. */
  refresh(): void {
    this.#empty.clear()
    this.#pages.clear()
    this.#data.resetReadTxn()
  }

  /** Writes a compact copy, of the state at some moment of the call. */
  async copyTo(folder: string): Promise<void> {
    const path = dataPath(folder)
    await this.#root.backup(path, true)
    const copy = await openFile(path, "r+")
    try {
      await copy.sync()
    } finally {
      await copy.close()
    }
  }

  get sizeBytes(): number {
    return statSync(dataPath(this.#folder)).size
  }

  async close(): Promise<void> {
    await this.#root.close()
  }
}
