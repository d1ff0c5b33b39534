import type { BlobStore } from "../../blobs/blobs.ts"
import type { Batch } from "../../engine.ts"
import { StoreFailedError } from "../../store-errors.ts"
import { CommitRecords, type ReadRecord, type StoredEntry } from "./commit-record.ts"
import { isLoss, syncFolder } from "./disk.ts"
import { type LogChain, readChain } from "./log-chain.ts"
import {
  listSegments,
  LogSegment,
  removeSegment,
  setAside,
  type SegmentPlace,
} from "./log-segment.ts"
import { SyncPace } from "./sync-pace.ts"

/** A place in the log: everything up to and including `commit`, which `segment` ends with. */
export interface LogPosition {
  readonly segment: number
  readonly commit: number
}

export const LOG_START: LogPosition = { segment: 0, commit: 0 }

export interface Recovery {
  /** How many commits were found in the log. */
  readonly commits: number
  /** Bytes behind the last whole commit: commits that the power took. */
  readonly discardedBytes: number
}

export interface OpenLog {
  readonly place: SegmentPlace
  /** What the store below already has. */
  readonly after: LogPosition
  /** Whether the machine has started anew since the log was last written to. */
  readonly rebooted: boolean
  readonly onCommit: (entries: readonly StoredEntry[]) => void
  /** What commits refer to; a sync makes it durable first. */
  readonly blobs?: UnsyncedBlobs | undefined
}

export type UnsyncedBlobs = Pick<BlobStore, "unsynced" | "flush">

/**
 * All commits that the store below does not have yet, in numbered files. A commit survives the
 * process once it is appended, and a power cut once a sync that began later has ended.
 */
export class CommitLog {
  readonly #place: SegmentPlace
  readonly #records = new CommitRecords()
  readonly #blobs: UnsyncedBlobs | undefined
  /** In order; the last one is written to. */
  #segments: LogSegment[]
  #commit: number
  #durableCommit: number
  /** The last commit whose blobs are durable. */
  #covered: number
  #newNames = true
  #syncing: Promise<void> | undefined
  #waiting: Promise<void> | undefined
  readonly #pace = new SyncPace()
  #failure: StoreFailedError | undefined
  #holds = 0
  #dropped = 0

  private constructor(
    { place, blobs }: Pick<OpenLog, "place" | "blobs">,
    segments: LogSegment[],
    commit: number,
  ) {
    this.#place = place
    this.#blobs = blobs
    this.#covered = commit
    this.#segments = segments
    this.#commit = commit
    // What was read may still be in the kernel's hands only: the first sync covers it.
    this.#durableCommit = -1
  }

  /** Whether the log alone has everything: nothing of it was ever dropped. */
  static complete(folder: string): boolean {
    return listSegments(folder)[0] === 1
  }

  /** Reads what is in the folder, discards what cannot be kept, and goes on behind the rest. */
  static async open(options: OpenLog): Promise<{ log: CommitLog; recovery: Recovery }> {
    const { place, after, onCommit } = options
    const { folder } = place
    const chain = readChain(folder, after)
    const segments: LogSegment[] = []
    let commit = after.commit
    let discardedBytes = 0
    for (const { number, start, sizeBytes, records } of chain.segments) {
      // The power may have taken the blobs of commits that are not known to be covered.
      const kept = options.rebooted ? records.filter(isCoveredBy(chain)) : records
      if (discardedBytes > 0) {
        discardedBytes += await setAside(folder, number)
        continue
      }
      for (const record of kept) onCommit(record.entries)
      const end = kept.at(-1)?.end ?? start
      commit = kept.at(-1)?.commit ?? commit
      discardedBytes += sizeBytes - end
      segments.push(LogSegment.reopen(place, number, end))
    }
    for (const number of chain.unusable) discardedBytes += await setAside(folder, number)
    if (segments.length === 0) segments.push(LogSegment.create(place, after.segment + 1))
    const recovery = { commits: commit - after.commit, discardedBytes }
    return { log: new CommitLog(options, segments, commit), recovery }
  }

  get sizeBytes(): number {
    let sum = 0
    for (const segment of this.#segments) sum += segment.sizeBytes
    return sum
  }

  /** The size of the segment that is written to. */
  get activeBytes(): number {
    return this.#active.sizeBytes
  }

  get commit(): number {
    return this.#commit
  }

  /** Whether nothing is accepted any more. */
  get failed(): boolean {
    return this.#failure !== undefined
  }

  get durable(): boolean {
    return this.#durableCommit === this.#commit && !this.#newNames
  }

  /** Throws DiskFullError or StoreFailedError; then nothing was appended. */
  append(batch: Batch): void {
    this.#write(batch, this.#blobs?.unsynced ? this.#covered : this.#commit + 1)
  }

  /**
   * Begins a new file; returns where the one before it ends. Sync first: a file's name must be
   * durable before there is a next one, else a power cut could leave a gap.
   */
  rotate(): LogPosition {
    if (this.#failure) throw this.#failure
    const position = { segment: this.#active.number, commit: this.#commit }
    this.#active.seal()
    this.#segments.push(LogSegment.create(this.#place, position.segment + 1))
    this.#newNames = true
    return position
  }

  /** Resolves when all that was appended before the call survives a power cut. */
  sync(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.durable) return Promise.resolve()
    // One that is under way may have begun before the last commit; the next one carries all
    // those who ask meanwhile.
    this.#waiting ??= this.#syncNext()
    return this.#waiting
  }

  /**
   * Makes all that was appended durable before it returns, where that is likely to be quick: see
   * `SyncPace`. False where it was not tried. Throws StoreFailedError.
   */
  syncAtOnce(): boolean {
    if (this.#failure || this.#syncing || this.#newNames) return false
    if (this.#covered < this.#commit || this.#segments.some(isBehind(this.#active))) return false
    const began = performance.now()
    if (!this.#pace.mayHold(began)) return false
    try {
      this.#active.syncNow()
    } catch (error) {
      throw this.#lost(error)
    }
    const ended = performance.now()
    this.#pace.held(ended - began, ended)
    this.#durableCommit = this.#commit
    return true
  }

  /** Makes all names in the folder durable, those of others too. */
  syncNames(): Promise<void> {
    return this.#orFail(syncFolder(this.#place.folder))
  }

  /**
   * The segments with what the store below lacks up to the end of `segment`. One that was dropped
   * may still be held by a copy, and goes when that ends: nobody may count on it.
   */
  numbersThrough(segment: number): number[] {
    const numbers = this.#segments.map(({ number }) => number)
    return numbers.filter((number) => number > this.#dropped && number <= segment)
  }

  /** The store below durably has everything up to the end of `segment`. */
  async dropThrough(segment: number): Promise<void> {
    this.#dropped = Math.max(this.#dropped, segment)
    await this.#removeDropped()
  }

  /** Copies all files while commits go on; none is removed before the copy is complete. */
  async copyTo(folder: string, before: () => Promise<void>): Promise<void> {
    this.#holds += 1
    try {
      await before()
      // All sizes are taken in this turn, between two commits.
      await Promise.all(this.#segments.map((segment) => segment.copyTo(folder)))
      await syncFolder(folder)
    } finally {
      this.#holds -= 1
      await this.#removeDropped()
    }
  }

  async close(): Promise<void> {
    try {
      await this.sync()
    } finally {
      while (this.#syncing) await this.#syncing.catch(() => {})
      for (const segment of this.#segments) segment.close()
      this.#segments = this.#segments.slice(-1)
      this.#failure ??= new StoreFailedError("the store is closed")
    }
  }

  get #active(): LogSegment {
    return this.#segments.at(-1) as LogSegment
  }

  #write(batch: Batch, covered: number): void {
    if (this.#failure) throw this.#failure
    const segment = this.#active
    const commit = this.#commit + 1
    segment.append(this.#records.encode(batch, { commit, covered, segment: segment.number }))
    this.#commit = commit
    this.#covered = covered
  }

  async #syncNext(): Promise<void> {
    await this.#syncing?.catch(() => {})
    this.#waiting = undefined
    this.#syncing = this.#syncSegments()
    try {
      await this.#syncing
    } finally {
      this.#syncing = undefined
    }
  }

  async #syncSegments(): Promise<void> {
    // One before this was refused: the kernel may have dropped what it had, and says so only once.
    if (this.#failure) throw this.#failure
    let commit = this.#commit
    if (this.#covered < commit) {
      await this.#orFail(this.#blobs?.flush())
      // Says so in the log. What was committed meanwhile may need the next flush.
      const alone = this.#commit === commit
      if (alone) commit += 1
      this.#write(new Map(), Math.max(this.#covered, commit))
    }
    await this.#orFail(this.#syncFiles())
    this.#durableCommit = Math.max(this.#durableCommit, commit)
  }

  async #syncFiles(): Promise<void> {
    for (const segment of [...this.#segments]) {
      if (segment.synced) continue
      const began = performance.now()
      await segment.sync()
      this.#pace.awaited(performance.now() - began)
    }
    if (!this.#newNames) return
    this.#newNames = false
    try {
      await syncFolder(this.#place.folder)
    } catch (error) {
      this.#newNames = true
      throw error
    }
  }

  async #orFail(sync: Promise<void> | undefined): Promise<void> {
    try {
      await sync
    } catch (error) {
      throw isLoss(error) ? this.#lost(error) : error
    }
  }

  /** Nothing is accepted any more. */
  #lost(error: unknown): StoreFailedError {
    const message = error instanceof Error ? error.message : String(error)
    this.#failure = new StoreFailedError(`the disk refused a sync: ${message}`, { cause: error })
    return this.#failure
  }

  async #removeDropped(): Promise<void> {
    while (this.#syncing) await this.#syncing.catch(() => {})
    if (this.#holds > 0) return
    while (this.#segments.length > 1 && (this.#segments[0]?.number ?? 0) <= this.#dropped) {
      const segment = this.#segments.shift() as LogSegment
      segment.close()
      removeSegment(this.#place.folder, segment.number)
    }
  }
}

const isBehind =
  (active: LogSegment) =>
  (segment: LogSegment): boolean =>
    segment !== active && !segment.synced

function isCoveredBy({ covered }: LogChain): (record: ReadRecord) => boolean {
  return (record) => record.commit <= covered
}
