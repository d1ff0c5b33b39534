import type { Batch } from "../../engine.ts"
import { StoreCorruptError, StoreFailedError } from "../../store-errors.ts"
import { CommitRecords, readRecord, type StoredEntry } from "./commit-record.ts"
import { syncFolder } from "./disk.ts"
import { listSegments, LogSegment, readSegment, removeSegment, setAside } from "./log-segment.ts"

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

export interface ReadLog {
  readonly folder: string
  /** What the store below already has. */
  readonly after: LogPosition
  readonly onCommit: (entries: readonly StoredEntry[]) => void
  /** Awaited by every sync before it makes commits durable. */
  readonly beforeSync?: (() => Promise<void>) | undefined
}

/**
 * All commits that the store below does not have yet, in numbered files. A commit survives the
 * process once it is appended, and a power cut once a sync that began later has ended.
 */
export class CommitLog {
  readonly #folder: string
  readonly #records = new CommitRecords()
  readonly #beforeSync: (() => Promise<void>) | undefined
  /** In order; the last one is written to. */
  #segments: LogSegment[]
  #commit: number
  #durableCommit: number
  #newNames = true
  #syncing: Promise<void> | undefined
  #waiting: Promise<void> | undefined
  #failure: StoreFailedError | undefined
  #holds = 0
  #dropped = 0

  private constructor({ folder, beforeSync }: ReadLog, segments: LogSegment[], commit: number) {
    this.#folder = folder
    this.#beforeSync = beforeSync
    this.#segments = segments
    this.#commit = commit
    // What was read may still be in the kernel's hands only: the first sync covers it.
    this.#durableCommit = -1
  }

  /** Whether the log alone has everything: nothing of it was ever dropped. */
  static complete(folder: string): boolean {
    return listSegments(folder)[0] === 1
  }

  /** Reads what is in the folder, discards what is behind the last whole commit, and goes on. */
  static async open(options: ReadLog): Promise<{ log: CommitLog; recovery: Recovery }> {
    const { folder, after, onCommit } = options
    const segments: LogSegment[] = []
    let commit = after.commit
    let discardedBytes = 0
    for (const number of segmentsAfter(folder, after.segment)) {
      const read = readSegment(folder, number)
      // A gap: the power took a file's name, or its end, but not what was written later.
      if (!read || number !== after.segment + segments.length + 1 || discardedBytes > 0) {
        discardedBytes += await setAside(folder, number)
        continue
      }
      let at = read.start
      for (;;) {
        const record = readRecord(read.bytes, { at, segment: number })
        if (!record || record.commit !== commit + 1) break
        onCommit(record.entries)
        commit = record.commit
        at = record.end
      }
      discardedBytes += read.bytes.length - at
      segments.push(LogSegment.reopen(folder, number, at))
    }
    if (segments.length === 0) segments.push(LogSegment.create(folder, after.segment + 1))
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

  get durable(): boolean {
    return this.#durableCommit === this.#commit && !this.#newNames
  }

  /** Throws DiskFullError or StoreFailedError; then nothing was appended. */
  append(batch: Batch): void {
    if (this.#failure) throw this.#failure
    const segment = this.#active
    segment.append(this.#records.encode(batch, this.#commit + 1, segment.number))
    this.#commit += 1
  }

  /**
   * Begins a new file; returns where the one before it ends. Sync first: a file's name must be
   * durable before there is a next one, else a power cut could leave a gap.
   */
  rotate(): LogPosition {
    if (this.#failure) throw this.#failure
    const position = { segment: this.#active.number, commit: this.#commit }
    this.#segments.push(LogSegment.create(this.#folder, position.segment + 1))
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

  /** The segments that hold the commits up to the end of `segment`. */
  numbersThrough(segment: number): number[] {
    return this.#segments.map(({ number }) => number).filter((number) => number <= segment)
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
    const commit = this.#commit
    try {
      await this.#beforeSync?.()
      for (const segment of [...this.#segments]) if (!segment.synced) await segment.sync()
      if (this.#newNames) {
        this.#newNames = false
        await syncFolder(this.#folder)
      }
      this.#durableCommit = Math.max(this.#durableCommit, commit)
    } catch (error) {
      // After a failed sync the kernel may have dropped the pages: a later success proves nothing.
      const message = error instanceof Error ? error.message : String(error)
      this.#failure = new StoreFailedError(`the disk refused a sync: ${message}`, { cause: error })
      throw this.#failure
    }
  }

  async #removeDropped(): Promise<void> {
    while (this.#syncing) await this.#syncing.catch(() => {})
    if (this.#holds > 0) return
    while (this.#segments.length > 1 && (this.#segments[0]?.number ?? 0) <= this.#dropped) {
      const segment = this.#segments.shift() as LogSegment
      segment.close()
      removeSegment(this.#folder, segment.number)
    }
  }
}

/** The segments that the store below does not have; those that it has are removed. */
function segmentsAfter(folder: string, last: number): number[] {
  const numbers = listSegments(folder)
  const needed = numbers.filter((number) => number > last)
  if (last === 0 && needed.length > 0 && needed[0] !== 1) {
    throw new StoreCorruptError(`${folder} has a log but not the data that it goes on from`)
  }
  for (const number of numbers) if (number <= last) removeSegment(folder, number)
  return needed
}
