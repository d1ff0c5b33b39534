import type { ActionContext } from "./action.ts"
import { sweepHourly } from "./blobs/blob-links.ts"
import type { BlobStore } from "./blobs/blobs.ts"
import type { HostClock } from "./clock.ts"
import { clockRows, CloudClock, type ClockState } from "./cloud-clock.ts"
import type { Batch, Engine, Key } from "./engine.ts"
import { readFaults } from "./faults.ts"
import type { LaterCode } from "./later/later.ts"
import { LaterRunner } from "./later/later-runner.ts"
import { recordUsage } from "./meter.ts"
import { migrate } from "./migrate.ts"
import { Overlay } from "./overlay.ts"
import type { Place } from "./places.ts"
import { RandomStream, type RandomSource } from "./random.ts"
import {
  CommittedReading,
  StoreTransaction,
  type StoreState,
  type UsageEntry,
} from "./store-transaction.ts"
import { StoreUnavailable } from "./store-errors.ts"
import { primaryKey, table, type KeyParts, type Table } from "./table.ts"
import type { ReadTx, WriteTx } from "./transaction.ts"
import { Watchers } from "./watch.ts"

/** Everything a world needs from outside: the real machine or a simulated one. */
export interface WorldParts {
  readonly engine: Engine
  readonly blobs: BlobStore
  readonly clock: HostClock
  readonly random: RandomSource
  /** The code behind jobs and effects. */
  readonly code: LaterCode
  /** The clock of a new store; an old store keeps its own. */
  readonly startClock?: ClockState
  /** Answer only after the commit survives a power cut. */
  readonly flushEach?: boolean
  /** Told of what went wrong with nobody waiting for it. */
  readonly report: (what: string, error: unknown) => void
}

export { StoreUnavailable } from "./store-errors.ts"

export interface Commit {
  readonly number: number
  readonly at: number
  readonly changes: Batch
}

interface Task {
  readonly fn: (tx: StoreTransaction) => unknown
  readonly writable: boolean
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  value?: unknown
  error?: unknown
  failed?: boolean
}

interface CommitRow {
  readonly number: number
  readonly at: number
  readonly serial: number
}

const commits = table<CommitRow>("kernel/commit", { key: () => ["last"] })

/**
 * A power cut may have taken commits whose serials are in the world already (in receipt handles, as
 * delivery ids): each start goes on above them. More than one second can give out.
 */
const LOST_SERIALS = 1_000_000

/** More waiting operations than this are taken in a further drain, so that I/O gets its turn. */
const TASKS_PER_DRAIN = 512

/**
 * The store, its clock and what runs by itself. One drain per tick runs all waiting operations,
 * reads and writes, one after another; their writes go into one commit, and the answers go out
 * after it. So everything is serializable, and a commit is shared by all who wait.
 */
export class World {
  readonly clock: CloudClock
  readonly blobs: BlobStore
  readonly #parts: WorldParts
  readonly #state: StoreState
  readonly #watchers = new Watchers()
  readonly #later: LaterRunner
  readonly #listeners = new Set<(commit: Commit) => void>()
  readonly #stop = new AbortController()
  readonly #requestIds: RandomStream
  #queue: Task[] = []
  #drainPlanned = false
  #drainsOpen = 0
  #commit: CommitRow
  /** The last commit that is known to survive a power cut; at the start none is. */
  #durableCommit = -1
  #closed = false
  #advancing: Promise<void> = Promise.resolve()

  constructor(parts: WorldParts) {
    this.#parts = parts
    this.blobs = parts.blobs
    this.#requestIds = new RandomStream(parts.random, "kernel/request-id")
    this.#state = {
      random: parts.random,
      rows: new Map(),
      recent: new Map(),
      faults: [],
      serial: 0,
      laterTouched: false,
    }
    migrate(parts.engine, [commits, clockRows])
    const reading = new CommittedReading(parts.engine, this.#state, 0)
    this.#commit = reading.get(commits, ["last"]) ?? { number: 0, at: 0, serial: 0 }
    // The first start has nothing behind it.
    this.#state.serial = this.#commit.number === 0 ? 0 : this.#commit.serial + LOST_SERIALS
    const clock = reading.get(clockRows, ["clock"]) ??
      parts.startClock ?? { mode: "running", offsetMs: 0 }
    this.clock = new CloudClock(parts.clock, clock, this.#commit.at)
    this.#state.faults = readFaults(reading)
    this.#later = new LaterRunner(this, parts)
  }

  /** Starts what was left to do: call once the code of all services can be found. */
  start(): void {
    this.#later.wake()
    const { blobs, clock, report } = this.#parts
    sweepHourly({ blobs, clock, report, signal: this.signal, peek: (fn) => this.peek(fn) })
  }

  /** The number of the last commit. */
  get commitNumber(): number {
    return this.#commit.number
  }

  /** The places that are down now. */
  get faults(): readonly Place[] {
    return this.#state.faults
  }

  /** A new id for a request. */
  requestId(): string {
    return this.#requestIds.uuid()
  }

  /** Aborted when the world closes: the end of every wait. */
  get signal(): AbortSignal {
    return this.#stop.signal
  }

  /** Makes tables usable: brings old rows and indexes to their present form. */
  register(tables: readonly Table<object>[]): void {
    migrate(this.#parts.engine, tables)
  }

  read<T>(fn: (tx: ReadTx) => T): Promise<T> {
    return this.#enqueue(fn, false)
  }

  write<T>(fn: (tx: WriteTx) => T): Promise<T> {
    return this.#enqueue(fn, true)
  }

  /** Reads what is committed, at once: for look-ups that precede an operation. */
  peek<T>(fn: (tx: ReadTx) => T): T {
    const reading = new CommittedReading(this.#parts.engine, this.#state, this.clock.now())
    try {
      return fn(reading)
    } finally {
      reading.close()
    }
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What an action gets; `signal` ends when its caller goes away. */
  context(signal?: AbortSignal): ActionContext {
    const both = signal ? AbortSignal.any([signal, this.signal]) : this.signal
    return {
      now: () => this.clock.now(),
      read: (fn) => this.read(fn),
      write: (fn) => this.write(fn),
      changed: (of, prefix, deadline) => this.#changed(of, prefix, deadline, both),
      blobs: this.blobs,
      signal: both,
    }
  }

  /** Resolves when nothing is waiting, due or on its way. */
  async settle(): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => this.#parts.clock.defer(resolve))
      if (this.#queue.length > 0 || this.#drainsOpen > 0) continue
      if (await this.#later.idle()) return
    }
  }

  /** Moves cloud time on by `ms`; all that comes due on the way runs at its own time. */
  advance(ms: number): Promise<void> {
    if (!(ms >= 0)) return Promise.reject(new RangeError("time only moves forward"))
    this.#advancing = this.#advancing.then(
      () => this.#advanceTo(this.clock.now() + ms),
      () => this.#advanceTo(this.clock.now() + ms),
    )
    return this.#advancing
  }

  freeze(): Promise<void> {
    return this.#setClock(this.clock.frozen())
  }

  resume(): Promise<void> {
    return this.#setClock(this.clock.running())
  }

  /** Re-reads the faults after their rows have changed. */
  faultsChanged(): void {
    this.#state.faults = this.peek(readFaults)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.quiesce()
    await new Promise<void>((resolve) => this.#parts.clock.defer(resolve))
    while (this.#queue.length > 0 || this.#drainsOpen > 0)
      await new Promise<void>((resolve) => this.#parts.clock.defer(resolve))
    this.#closed = true
    await this.#later.stopped()
    await this.#parts.engine.flush()
    await this.#parts.blobs.close()
    await this.#parts.engine.close()
  }

  /** Ends waits and background work; operations still run. The first step of a graceful stop. */
  quiesce(): void {
    this.#stop.abort()
    this.#later.stop()
    this.#watchers.releaseAll()
  }

  /** A consistent copy of the store in an empty folder. */
  async backup(folder: string): Promise<void> {
    await this.#parts.engine.flush()
    await this.#parts.engine.backup(folder)
  }

  #enqueue<T>(fn: (tx: StoreTransaction) => T, writable: boolean): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("the cloud is closed"))
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ fn, writable, resolve, reject })
      this.#plan()
    })
  }

  #plan(): void {
    if (this.#drainPlanned) return
    this.#drainPlanned = true
    this.#parts.clock.defer(() => {
      this.#drainPlanned = false
      this.#drain()
    })
  }

  #drain(): void {
    const tasks = this.#queue.splice(0, TASKS_PER_DRAIN)
    if (this.#queue.length > 0) this.#plan()
    if (tasks.length === 0) return
    const overlay = new Overlay(this.#parts.engine)
    const now = this.clock.now()
    try {
      this.#run(tasks, overlay, now)
      if (overlay.dirty) this.#commitOf(overlay, now)
    } catch (error) {
      // Nothing was committed: even the reads may have seen what is now undone.
      this.#parts.report("commit", error)
      this.#state.rows.clear()
      for (const task of tasks) task.reject(new StoreUnavailable("the store refused the commit"))
      return
    }
    const changes = overlay.dirty ? overlay.batch() : undefined
    if (changes) this.#tell(changes, now)
    // What was only read may not be durable yet either.
    if (this.#parts.flushEach && this.#durableCommit < this.#commit.number)
      this.#answerDurable(tasks, changes)
    else {
      answer(tasks)
      if (changes) this.#wakeWatchers(changes)
    }
  }

  #run(tasks: readonly Task[], overlay: Overlay, now: number): void {
    const usage: UsageEntry[] = []
    for (const task of tasks) {
      const savepoint = overlay.savepoint()
      const tx = new StoreTransaction(overlay, this.#state, now, task.writable)
      try {
        task.value = task.fn(tx)
        if (task.value instanceof Promise) throw new Error("a transaction cannot await")
        if (tx.usage.length > 0) usage.push(...tx.usage)
      } catch (error) {
        overlay.rollback(savepoint)
        task.failed = true
        task.error = error
      }
      tx.close()
    }
    if (usage.length > 0) recordUsage(new StoreTransaction(overlay, this.#state, now, true), usage)
  }

  #commitOf(overlay: Overlay, now: number): void {
    const row = { number: this.#commit.number + 1, at: now, serial: this.#state.serial }
    new StoreTransaction(overlay, this.#state, now, true).insert(commits, row)
    this.#parts.engine.commit(overlay.batch())
    this.#commit = row
    if (this.#state.rows.size > 0)
      for (const key of overlay.batch().keys()) this.#state.rows.delete(key)
  }

  #answerDurable(tasks: readonly Task[], changes: Batch | undefined): void {
    this.#drainsOpen += 1
    const { number } = this.#commit
    const done = (): void => {
      this.#durableCommit = Math.max(this.#durableCommit, number)
      answer(tasks)
      if (changes) this.#wakeWatchers(changes)
    }
    const failed = (error: unknown): void => {
      this.#parts.report("flush", error)
      for (const task of tasks) task.reject(new StoreUnavailable("the store could not be flushed"))
    }
    void this.#parts.engine
      .flush()
      .then(done, failed)
      .finally(() => (this.#drainsOpen -= 1))
  }

  #tell(changes: Batch, at: number): void {
    const commit: Commit = { number: this.#commit.number, at, changes }
    for (const listener of this.#listeners) listener(commit)
    if (this.#state.laterTouched) {
      this.#state.laterTouched = false
      this.#later.wake()
    }
  }

  /** In the turn after the answers, so that whoever read in this drain and now waits is not passed over. */
  #wakeWatchers(changes: Batch): void {
    this.#parts.clock.defer(() => this.#watchers.notify(changes))
  }

  #changed<Row extends object>(
    of: Table<Row>,
    prefix: KeyParts,
    deadline: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const remainingMs = deadline - this.clock.now()
    if (signal.aborted || remainingMs <= 0) return Promise.resolve(false)
    const key: Key = primaryKey(of, prefix)
    return new Promise((resolve) => {
      const end = (changed: boolean): void => {
        forget()
        cancelTimer()
        signal.removeEventListener("abort", aborted)
        resolve(changed)
      }
      const aborted = (): void => end(false)
      const forget = this.#watchers.add(key, deadline, end)
      // A frozen cloud must not hold a caller for ever: the wait also ends by host time.
      const cancelTimer = this.#parts.clock.after(remainingMs, aborted, "awaited")
      signal.addEventListener("abort", aborted)
    })
  }

  async #advanceTo(target: number): Promise<void> {
    for (;;) {
      await this.settle()
      const due = [this.#later.nextAt(), this.#watchers.nextDeadline()].filter(
        (at): at is number => at !== undefined && at <= target,
      )
      if (due.length === 0) break
      await this.#setClock(this.clock.stateAt(Math.max(Math.min(...due), this.clock.now())))
    }
    if (this.clock.now() < target) await this.#setClock(this.clock.stateAt(target))
    await this.settle()
  }

  async #setClock(state: ClockState): Promise<void> {
    await this.write((tx) => tx.put(clockRows, { id: "clock", ...state }))
    this.clock.set(state)
    this.#watchers.expire(this.clock.now())
    this.#later.wake()
  }
}

function answer(tasks: readonly Task[]): void {
  for (const task of tasks) {
    if (task.failed) task.reject(task.error)
    else task.resolve(task.value as never)
  }
}
