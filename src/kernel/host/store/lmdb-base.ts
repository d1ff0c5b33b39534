import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from "node:fs"
import { open as openFile } from "node:fs/promises"
import { join } from "node:path"
import type { Database, RootDatabase } from "lmdb"
import type { Entry } from "../../layered-scan.ts"
import type { Key, KeyRange, Value } from "../../engine.ts"
import { MAX_KEY_BYTES } from "../../key.ts"
import { KIND } from "./commit-record.ts"
import { LOG_START, type LogPosition } from "./commit-log.ts"

/** Allows keys of MAX_KEY_BYTES; costs nothing measurable against the default. */
const PAGE_BYTES = 8192
/** Address space only; LMDB maps more when the file outgrows it. */
const MAP_BYTES = 1024 * 1024 * 1024
/** So many rows are handed to LMDB's thread in one turn of the loop: about a millisecond. */
const ROWS_PER_TURN = 500
const FILE_NAME = "data.mdb"
/** Where LMDB's magic number stands in a meta page, and what it is. */
const MAGIC_AT = 24
const MAGIC = 0xbeefc0de
const POSITION = "position"
const SMALLEST_KEY = "\0"

const keyEncoder = {
  writeKey: (key: Key, target: Buffer, at: number) => at + target.write(key, at, "latin1"),
  readKey: (source: Buffer, start: number, end: number) => source.toString("latin1", start, end),
}

/** A value's kind in one byte, then its bytes. */
const encoder = {
  encode(value: Value): Buffer {
    if (typeof value !== "string") {
      const bytes = Buffer.allocUnsafe(value.length + 1)
      bytes.set(value, 1)
      bytes[0] = KIND.bytes
      return bytes
    }
    const size = Buffer.byteLength(value, "utf8")
    const bytes = Buffer.allocUnsafe(size + 1)
    bytes.write(value, 1, "utf8")
    bytes[0] = size === value.length ? KIND.ascii : KIND.utf8
    return bytes
  },
  decode(bytes: Buffer): Value {
    const kind = bytes[0]
    if (kind === KIND.ascii) return bytes.toString("latin1", 1, bytes.length)
    if (kind === KIND.utf8) return bytes.toString("utf8", 1, bytes.length)
    // LMDB's own memory, or a buffer that the next read overwrites.
    return Uint8Array.prototype.slice.call(bytes, 1, bytes.length)
  },
}

/**
 * The store below the log: LMDB, written in large batches by its own thread, each LMDB
 * transaction synced in full. Reads see all batches that have been applied, and may see parts of
 * one that is under way.
 */
export class LmdbBase {
  readonly #path: string
  readonly #root: RootDatabase
  readonly #data: Database<Value, Key>
  readonly #meta: Database<LogPosition, string>

  private constructor(path: string, root: RootDatabase) {
    this.#path = path
    this.#root = root
    const coding = { keyEncoder, encoder } as object
    this.#data = root.openDB({ name: "data", ...coding })
    this.#meta = root.openDB({ name: "meta", encoding: "json" })
  }

  /**
   * Whether there is a file, and whether its two meta pages were ever written: lmdb-js takes the
   * process down when it is given another kind of file (3.5.6).
   */
  static find(folder: string): "absent" | "whole" | "damaged" {
    const path = join(folder, FILE_NAME)
    if (!existsSync(path)) return "absent"
    const head = Buffer.alloc(2 * PAGE_BYTES)
    const file = openSync(path, "r")
    readSync(file, head, 0, head.length, 0)
    closeSync(file)
    const isMeta = (page: number) => head.readUInt32LE(page * PAGE_BYTES + MAGIC_AT) === MAGIC
    return isMeta(0) && isMeta(1) ? "whole" : "damaged"
  }

  static remove(folder: string): void {
    rmSync(join(folder, FILE_NAME), { force: true })
  }

  /** Loads LMDB on first use: a start that does not need it does not pay for it. */
  static async open(folder: string): Promise<LmdbBase> {
    const { open } = await import("lmdb")
    const path = join(folder, FILE_NAME)
    const options = { pageSize: PAGE_BYTES, mapSize: MAP_BYTES, overlappingSync: false }
    return new LmdbBase(path, open({ path, ...options }))
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

  page({ start, end, reverse = false, limit }: KeyRange & { limit: number }): Entry[] {
    const entries: Entry[] = []
    if (start >= end) return entries
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

  /** Resolves when all rows, and then the position, are durable. */
  async apply(rows: Iterable<readonly [Key, Value | null]>, position: LogPosition): Promise<void> {
    const pending = new Pending()
    let count = 0
    for (const [key, value] of rows) {
      pending.add(value === null ? this.#data.remove(key) : this.#data.put(key, value))
      count += 1
      if (count % ROWS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    pending.add(this.#meta.put(POSITION, position))
    await pending.settled()
    this.#data.resetReadTxn()
  }

  /** Writes a compact copy, of the state at some moment of the call. */
  async copyTo(folder: string): Promise<void> {
    const path = join(folder, FILE_NAME)
    await this.#root.backup(path, true)
    const copy = await openFile(path, "r+")
    try {
      await copy.sync()
    } finally {
      await copy.close()
    }
  }

  get sizeBytes(): number {
    return statSync(this.#path).size
  }

  async close(): Promise<void> {
    await this.#root.close()
  }
}

/** lmdb-js gives the same promise for all writes that go into one transaction. */
class Pending {
  readonly #promises: Promise<boolean>[] = []

  add(promise: Promise<boolean>): void {
    if (this.#promises.at(-1) === promise) return
    // It may be refused before anybody waits for it.
    promise.catch(() => {})
    this.#promises.push(promise)
  }

  async settled(): Promise<void> {
    const results = await Promise.allSettled(this.#promises)
    const failed = results.find((result) => result.status === "rejected")
    if (!failed) return
    // lmdb-js rejects with an error that carries a promise of the reason.
    const reason = failed.reason as { commitError?: Promise<unknown> }
    throw await (reason.commitError?.catch((cause: unknown) => cause) ?? reason)
  }
}
