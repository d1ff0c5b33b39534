import { mkdirSync } from "node:fs"
import type { Batch, Engine, Key, KeyRange, Value } from "../engine.ts"
import { scanLayers, type ReadPage } from "../store/layered-scan.ts"
import { StoreCorruptError, StoreFailedError } from "../store-errors.ts"
import { hashed, type HashedKey, hashOf, KeySlot } from "../store/key-map.ts"
import { NEW } from "../store/overlay.ts"
import { WriteLayer } from "../store/write-layer.ts"
import { type Checkpoint, CheckpointWriter } from "./store/checkpoint-writer.ts"
import {
  CommitLog,
  LOG_START,
  type LogPosition,
  type Recovery,
  type UnsyncedBlobs,
} from "./store/commit-log.ts"
import { readStored } from "./store/commit-record.ts"
import { makeFolder } from "./store/disk.ts"
import { ByteSlab } from "./store/byte-slab.ts"
import { lockFolder, type FolderLock } from "./store/folder-lock.ts"
import { LmdbBase } from "./store/lmdb-base.ts"

export interface LmdbEngineOptions {
  /**
   * "process": a commit survives the process at once and a power cut within about a second.
   * "power": its sync begins at once; the caller awaits `flush` before it answers.
   */
  readonly durability: "process" | "power"
  /** Told of failures that no caller waits for. */
  readonly report?: (what: string, error: unknown) => void
  /**
   * The blobs that commits refer to: they are made durable before the commits are, and commits
   * whose blobs a power cut took are not kept either.
   */
  readonly blobs?: UnsyncedBlobs
  /** How much log makes a checkpoint; default 8 MB. Tests make it small. */
  readonly checkpointBytes?: number
}

export interface LmdbEngine extends Engine {
  /** What the log gave back when the store was opened. */
  readonly recovered: Recovery
  /** Rows in memory that LMDB does not have yet, and rows that scans had to step over. */
  readonly burden: { readonly rows: number; readonly skipped: number }
  /** Moves everything committed so far into LMDB; resolves when that is durable. */
  checkpoint(): Promise<void>
}

const CHECKPOINT_BYTES = 4 * 1024 * 1024
/** The log of rows that are rewritten, or live shortly, may grow by this much more. */
const FEW_ROWS_GRACE = 4
/** Up to here a checkpoint gets the rows themselves instead of the log that made them. */
const FEW_ROWS = 1_000
const FEW_ROWS_LENGTH = 1024 * 1024
const SYNC_DELAY_MS = 900
const RETRY_MS = 5_000
/** Above this the disk does not keep up: each commit waits a little for it. */
const PRESSURE_BYTES = 24 * 1024 * 1024
const PRESSURE_PAUSE_MS = 2
const MAX_LOG_BYTES = 1024 * 1024 * 1024
/** A log that is smaller is left for the next start, which then need not load LMDB at all. */
const CLOSING_CHECKPOINT_BYTES = 1024 * 1024
/** What a row costs in a checkpoint, and a checkpoint as such, in entries stepped over by scans. */
const ROW_COST = 6
const CHECKPOINT_COST = 2_000

/**
 * The store on disk. A commit is one write to the end of a log, plus a layer in memory in which
 * reads find it; when the log has grown, a checkpoint moves the layer into LMDB and drops the log.
 *
 * Why not one LMDB transaction per commit: LMDB copies every page on the way to a changed row, so
 * that commits cost 4 times as much CPU (measured: 7–13 µs a row against 2–3), and without a sync
 * per commit it promises nothing after a power cut. The log is written strictly forward and
 * checksummed, LMDB is only ever written with full syncs: so any cut leaves a state that some
 * commit ended with.
 */
export async function openLmdbEngine(
  folder: string,
  options: LmdbEngineOptions,
): Promise<LmdbEngine> {
  await makeFolder(folder)
  const lock = await lockFolder(folder)
  try {
    const base = openBase(folder)
    const layer = new WriteLayer()
    const { log, recovery } = await CommitLog.open({
      place: { folder, ahead: options.durability === "power" },
      after: base?.position ?? LOG_START,
      rebooted: lock.rebooted,
      blobs: options.blobs,
      onCommit(entries) {
        for (const [key, stored] of entries)
          layer.set(hashed(key), stored ? readStored(stored) : null)
      },
    })
    lock.recovered()
    return new LayeredEngine(folder, { lock, base, layer, log, recovery }, options)
  } catch (error) {
    lock.release()
    throw error
  }
}

function openBase(folder: string): LmdbBase | undefined {
  const found = LmdbBase.find(folder)
  if (found === "absent") return undefined
  if (found === "whole") {
    LmdbBase.prepare(folder)
    return new LmdbBase(folder)
  }
  // A power cut while LMDB made its file: then the log has everything, from its first segment on.
  if (!CommitLog.complete(folder)) throw new StoreCorruptError(`${folder}: data.mdb is damaged`)
  LmdbBase.remove(folder)
  return undefined
}

interface Parts {
  readonly lock: FolderLock
  readonly base: LmdbBase | undefined
  readonly layer: WriteLayer
  readonly log: CommitLog
  readonly recovery: Recovery
}

class LayeredEngine implements LmdbEngine {
  readonly recovered: Recovery
  readonly #folder: string
  readonly #options: LmdbEngineOptions
  readonly #lock: FolderLock
  readonly #log: CommitLog
  readonly #writer: CheckpointWriter
  readonly #slab = new ByteSlab()
  /** The newest first: what is committed now, and what a checkpoint is moving. */
  #layers: WriteLayer[]
  #base: LmdbBase | undefined
  #readPage: ReadPage | undefined
  #syncTimer: NodeJS.Timeout | undefined
  #checkpointing: Promise<void> | undefined
  #checkpointTimer: NodeJS.Timeout | undefined
  /** Entries that scans stepped over since the last checkpoint. */
  #skipped = 0
  /** Up to where the layer that is being moved reaches. */
  #moving: LogPosition | undefined
  #closed = false

  constructor(folder: string, parts: Parts, options: LmdbEngineOptions) {
    this.#folder = folder
    this.#options = options
    this.#lock = parts.lock
    this.#log = parts.log
    this.#writer = new CheckpointWriter(folder)
    this.#layers = [parts.layer]
    this.recovered = parts.recovery
    if (parts.base) this.#useBase(parts.base)
    this.#planSync()
    this.#planCheckpoint()
  }

  get(key: Key, hash: number = hashOf(key)): Value | undefined {
    for (const layer of this.#layers) {
      const value = layer.get(key, hash)
      if (value !== undefined) return value ?? undefined
    }
    return this.#base?.get(key)
  }

  scan(range: KeyRange): Iterable<readonly [Key, Value]> {
    return scanLayers({
      layers: this.#layers,
      readPage: this.#readPage,
      range,
      onSkipped: (count) => {
        this.#skipped += count
        if (this.#skipped > CHECKPOINT_COST) this.#planCheckpoint()
      },
    })
  }

  /** Throws DiskFullError or StoreFailedError; then nothing of the batch was applied. */
  commit(batch: Batch): void {
    if (batch.size === 0) return
    const waiting = this.#log.sizeBytes
    if (waiting > PRESSURE_BYTES) this.#holdBack(waiting)
    this.#log.append(batch)
    batch.forEach(this.#apply)
    this.#planSync()
    this.#planCheckpoint()
  }

  readonly #apply = (value: Value | undefined, key: Key, written: unknown): void => {
    const active = this.#layers[0] as WriteLayer
    const at = written instanceof KeySlot ? written : hashed(key)
    if (value !== undefined) {
      const isNew = written instanceof KeySlot && written.mark === NEW
      const onlyHere = isNew && this.#layers[1]?.get(key, at.hash) === undefined
      active.set(at, typeof value === "string" ? value : this.#slab.copy(value), onlyHere)
    } else if (!active.isOnlyHere(at) && this.#isBelow(at)) active.set(at, null)
    else active.forget(at)
  }

  flush(): Promise<void> {
    return this.#log.sync()
  }

  /** Commits go on meanwhile; the copy is what was committed when its last part was begun. */
  async backup(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true })
    await this.#log.copyTo(folder, async () => this.#base?.copyTo(folder))
  }

  get burden(): { rows: number; skipped: number } {
    const rows = this.#layers.reduce((sum, layer) => sum + layer.size, 0)
    return { rows, skipped: this.#skipped }
  }

  size(): number {
    return this.#log.sizeBytes + (this.#base?.sizeBytes ?? 0)
  }

  checkpoint(): Promise<void> {
    return this.#checkpointAfter(this.#checkpointing)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearTimeout(this.#syncTimer)
    clearTimeout(this.#checkpointTimer)
    try {
      await this.#checkpointing
      if (this.#log.sizeBytes > CLOSING_CHECKPOINT_BYTES) {
        const failed = (error: unknown): void => this.#options.report?.("checkpoint", error)
        await this.#checkpointAfter(undefined).catch(failed)
      }
      await this.#log.close()
    } finally {
      await this.#writer.close()
      await this.#base?.close()
      this.#lock.release()
    }
  }

  /** Whether a deletion must hide something. Rows that were born and died here leave no trace. */
  #isBelow({ key, hash }: HashedKey): boolean {
    const moving = this.#layers[1]?.get(key, hash)
    return moving !== undefined || this.#base?.has(key) === true
  }

  #useBase(base: LmdbBase): void {
    this.#base = base
    this.#readPage = (range) => base.page(range)
  }

  #planSync(): void {
    if (this.#log.durable) return
    if (this.#options.durability === "power") this.#syncPromptly()
    else this.#syncIn(SYNC_DELAY_MS)
  }

  #syncPromptly(): void {
    try {
      // A checkpoint has syncs of its own: the disk is busy.
      if (this.#checkpointing || !this.#log.syncAtOnce()) this.#sync()
    } catch (error) {
      // Whoever waits for the commit hears of it in `flush`.
      this.#options.report?.("sync", error)
    }
  }

  #sync(): void {
    this.#log.sync().catch((error: unknown) => {
      this.#options.report?.("sync", error)
      if (!this.#log.failed) this.#syncIn(RETRY_MS)
    })
  }

  #syncIn(ms: number): void {
    if (this.#closed) return
    this.#syncTimer ??= setTimeout(() => {
      this.#syncTimer = undefined
      this.#sync()
    }, ms).unref()
  }

  #planCheckpoint(): void {
    if (this.#checkpointing || this.#checkpointTimer || this.#closed) return
    const { checkpointBytes = CHECKPOINT_BYTES } = this.#options
    const rows = (this.#layers[0] as WriteLayer).size
    // Deleted rows burden every scan that passes them: worth a checkpoint once they have cost one.
    const burdened = this.#skipped > CHECKPOINT_COST + rows * ROW_COST
    const grown = this.#log.activeBytes >= checkpointBytes * (rows > FEW_ROWS ? 1 : FEW_ROWS_GRACE)
    const due = grown || burdened || this.#moving !== undefined
    if (due) void this.#checkpointAfter(nextTurn()).catch((error: unknown) => this.#retry(error))
  }

  /** One at a time; one that failed is carried out before the next one. */
  #checkpointAfter(before: Promise<void> | undefined): Promise<void> {
    const run = async (): Promise<void> => {
      await before
      if (this.#moving) await this.#runCheckpoint()
      await this.#runCheckpoint()
    }
    const running = run()
    const ended = running
      .catch(() => {})
      .then(() => {
        if (this.#checkpointing !== ended) return
        this.#checkpointing = undefined
        this.#planCheckpoint()
      })
    this.#checkpointing = ended
    return running
  }

  /** Nothing is lost, the log has it all: try again when there may be room. */
  #retry(error: unknown): void {
    this.#options.report?.("checkpoint", error)
    if (this.#closed) return
    this.#checkpointTimer = setTimeout(() => {
      this.#checkpointTimer = undefined
      this.#planCheckpoint()
    }, RETRY_MS).unref()
  }

  async #runCheckpoint(): Promise<void> {
    if (!this.#moving) {
      if (this.#log.commit === (this.#base?.position.commit ?? 0)) return
      await this.#log.sync()
      this.#moving = this.#log.rotate()
      this.#layers = [new WriteLayer(), ...this.#layers]
      this.#skipped = 0
    }
    const { segment } = this.#moving
    if (!this.#base) LmdbBase.prepare(this.#folder)
    // LMDB's own syncs must not make durable what the log has not.
    await this.#log.sync()
    try {
      await this.#writer.apply({
        segments: this.#log.numbersThrough(segment),
        rows: fewRows(this.#layers[1] as WriteLayer),
        through: this.#moving,
      })
    } catch (error) {
      if (this.#base) this.#useBase(this.#base.revived())
      throw error
    }
    if (!this.#base) this.#useBase(new LmdbBase(this.#folder))
    this.#base?.refresh()
    await this.#log.syncNames()
    this.#layers = this.#layers.slice(0, 1)
    this.#moving = undefined
    await this.#log.dropThrough(segment)
  }

  #holdBack(waitingBytes: number): void {
    if (waitingBytes > MAX_LOG_BYTES) {
      throw new StoreFailedError("the disk does not take what was committed: no more is accepted")
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PRESSURE_PAUSE_MS)
  }
}

/** A layer's rows, where they are handed over in no time: the thread need not read them from the log. */
function fewRows(layer: WriteLayer): Checkpoint["rows"] {
  if (layer.size > FEW_ROWS) return undefined
  let length = 0
  for (const [, value] of layer.entries()) length += value?.length ?? 0
  if (length > FEW_ROWS_LENGTH) return undefined
  // What is handed to a thread is copied with all the memory that it lies in.
  return Array.from(layer.entries(), ([key, value]) => [key, ownBytes(value)] as const)
}

const ownBytes = (value: Value | null): Value | null =>
  value instanceof Uint8Array ? value.slice() : value

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
