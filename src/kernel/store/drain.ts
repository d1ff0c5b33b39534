import type { HostClock } from "../clock.ts"
import type { Batch, Engine } from "../engine.ts"
import { Meter } from "../meter.ts"
import { NotLoaded } from "./not-loaded.ts"
import { Overlay } from "./overlay.ts"
import { RandomStream, type RandomSource } from "../random.ts"
import { StoreUnavailable } from "../store-errors.ts"
import type { StoreState } from "./store-state.ts"
import { StoreTransaction, type UsageEntry } from "./store-transaction.ts"
import { table } from "../table.ts"
import type { Watchers } from "./watch.ts"

export interface Commit {
  readonly number: number
  readonly at: number
  readonly changes: Batch
}

export interface TaskKind {
  readonly writable: boolean
  /** Who gets the answer may go on to wait for a change of what it saw. */
  readonly mayWait: boolean
}

interface Task {
  readonly fn: (tx: StoreTransaction) => unknown
  readonly writable: boolean
  readonly mayWait: boolean
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
  value?: unknown
  error?: unknown
  failed?: boolean
}

export interface CommitRow {
  readonly number: number
  readonly at: number
  readonly serial: number
}

export const commits = table<CommitRow>("kernel/commit", { key: () => ["last"] })

/** More serials than one second can give out. */
const LOST_SERIALS = 1_000_000

/**
 * A power cut may have taken commits whose serials are in the world already (in receipt handles, as
 * delivery ids): each start goes on above them, and not where another start after the same commit
 * went on.
 */
const serialGap = (random: RandomSource): number =>
  LOST_SERIALS + new RandomStream(random, "kernel/serial").integer(2 ** 32)

/** More waiting operations than this are taken in a further drain, so that I/O gets its turn. */
const TASKS_PER_DRAIN = 512

interface DrainParts {
  readonly engine: Engine
  readonly clock: HostClock
  readonly random: RandomSource
  /** Answer only after the commit survives a power cut. */
  readonly flushEach?: boolean
  readonly report: (what: string, error: unknown) => void
}

/** What drains look at and tell. */
interface Surroundings {
  /** The last commit of the store as it was opened. */
  readonly last: CommitRow | undefined
  /** Cloud time. */
  now(): number
  /** Something was committed that may be due. */
  laterTouched(): void
  readonly watchers: Watchers
}

/**
 * One drain per tick runs all waiting operations, reads and writes, one after another; their
 * writes go into one commit, and the answers go out after it. So everything is serializable, and a
 * commit is shared by all who wait.
 */
export class Drains {
  readonly #parts: DrainParts
  readonly #state: StoreState
  readonly #around: Surroundings
  readonly #listeners = new Set<(commit: Commit) => void>()
  readonly #meter = new Meter()
  #queue: Task[] = []
  #planned = false
  /** Answers and alarms that are still to go out. */
  #open = 0
  #last: CommitRow
  /** The last commit that is known to survive a power cut; at the start none is. */
  #durableCommit = -1

  constructor(parts: DrainParts, state: StoreState, around: Surroundings) {
    this.#parts = parts
    this.#state = state
    this.#around = around
    this.#last = around.last ?? { number: 0, at: 0, serial: 0 }
    // The first start has nothing behind it.
    if (around.last) state.serial = around.last.serial + serialGap(parts.random)
  }

  get last(): CommitRow {
    return this.#last
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Resolves in a turn in which no operation waits and no answer is due. */
  async idle(): Promise<void> {
    do await new Promise<void>((resolve) => this.#parts.clock.defer(resolve))
    while (this.#queue.length > 0 || this.#open > 0)
  }

  run<T>(fn: (tx: StoreTransaction) => T, { writable, mayWait }: TaskKind): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ fn, writable, mayWait, resolve, reject })
      this.#plan()
    })
  }

  #plan(): void {
    if (this.#planned) return
    this.#planned = true
    this.#parts.clock.defer(() => {
      this.#planned = false
      this.#drain()
    })
  }

  #drain(): void {
    const tasks = this.#takeTasks()
    if (this.#queue.length > 0) this.#plan()
    if (tasks.length === 0) return
    const overlay = new Overlay(this.#parts.engine)
    const now = this.#around.now()
    try {
      this.#run(tasks, overlay, now)
      if (overlay.dirty) this.#commitOf(overlay, now)
    } catch (error) {
      // Nothing was committed: even the reads may have seen what is now undone.
      this.#parts.report("commit", error)
      this.#state.rows.clear()
      this.#state.lastRead.clear()
      this.#meter.forget()
      for (const count of this.#state.changes.values()) count.changes += 1
      for (const task of tasks) task.reject(new StoreUnavailable("the store refused the commit"))
      return
    }
    const changes = overlay.dirty ? overlay.batch() : undefined
    if (changes) this.#tell(changes, now)
    // What was only read may not be durable yet either.
    if (this.#parts.flushEach && this.#durableCommit < this.#last.number)
      this.#answerDurable(tasks, changes)
    else {
      this.#answer(tasks)
      // Mostly nobody waits, nor will: a further turn of the loop costs as much as a small read.
      const heard = this.#around.watchers.waiting || tasks.some(({ mayWait }) => mayWait)
      if (changes && heard) this.#wakeWatchers(changes)
    }
  }

  #takeTasks(): readonly Task[] {
    const queue = this.#queue
    if (queue.length > TASKS_PER_DRAIN) return queue.splice(0, TASKS_PER_DRAIN)
    this.#queue = []
    return queue
  }

  #run(tasks: readonly Task[], overlay: Overlay, now: number): void {
    const usage: UsageEntry[] = []
    const within = { overlay, now, usage }
    this.#state.written.length = 0
    for (const task of tasks) {
      const { record } = this.#attempt(task, task.fn, within)
      if (task.failed && record && !(task.error instanceof NotLoaded))
        this.#attempt(task, record, within)
    }
    if (usage.length > 0)
      this.#meter.record(new StoreTransaction(overlay, this.#state, now, true), usage)
  }

  /** Runs a function against the overlay, wholly or not at all. */
  #attempt(
    task: Task,
    fn: (tx: StoreTransaction) => unknown,
    { overlay, now, usage }: { overlay: Overlay; now: number; usage: UsageEntry[] },
  ): StoreTransaction {
    const savepoint = overlay.savepoint()
    const tx = new StoreTransaction(overlay, this.#state, now, task.writable)
    try {
      task.value = fn(tx)
      if (isThenable(task.value)) refuse(task.value)
      if (tx.usage) for (const entry of tx.usage) usage.push(entry)
    } catch (error) {
      overlay.rollback(savepoint)
      tx.undone()
      task.failed = true
      task.error = error
    }
    tx.close()
    return tx
  }

  #commitOf(overlay: Overlay, now: number): void {
    const row = { number: this.#last.number + 1, at: now, serial: this.#state.serial }
    const tx = new StoreTransaction(overlay, this.#state, now, true)
    tx.put(commits, row)
    tx.settle()
    this.#parts.engine.commit(overlay.batch())
    this.#last = row
    for (const { key, hash } of this.#state.written) this.#state.rows.delete(key, hash)
  }

  #answerDurable(tasks: readonly Task[], changes: Batch | undefined): void {
    this.#open += 1
    const { number } = this.#last
    const done = (): void => {
      this.#durableCommit = Math.max(this.#durableCommit, number)
      this.#answer(tasks)
      if (changes) this.#wakeWatchers(changes)
    }
    const failed = (error: unknown): void => {
      this.#parts.report("flush", error)
      for (const task of tasks) task.reject(new StoreUnavailable("the store could not be flushed"))
      // It is committed all the same.
      if (changes) this.#wakeWatchers(changes)
    }
    void this.#parts.engine
      .flush()
      .then(done, failed)
      .finally(() => (this.#open -= 1))
  }

  #answer(tasks: readonly Task[]): void {
    for (const task of tasks) {
      if (!task.failed) task.resolve(task.value as never)
      else if (task.error instanceof NotLoaded) this.#runAgain(task, task.error)
      else task.reject(task.error)
    }
  }

  #runAgain({ fn, writable, mayWait, resolve, reject }: Task, { loaded }: NotLoaded): void {
    this.#open += 1
    const again = (): void => {
      this.#queue.push({ fn, writable, mayWait, resolve, reject })
      this.#plan()
    }
    void loaded.then(again, reject).finally(() => (this.#open -= 1))
  }

  #tell(changes: Batch, at: number): void {
    const commit: Commit = { number: this.#last.number, at, changes }
    for (const listener of this.#listeners) {
      try {
        listener(commit)
      } catch (error) {
        this.#parts.report("commit listener", error)
      }
    }
    if (this.#state.laterTouched) {
      this.#state.laterTouched = false
      this.#around.laterTouched()
    }
  }

  /** In the turn after the answers, so that whoever read in this drain and now waits is not passed over. */
  #wakeWatchers(changes: Batch): void {
    this.#open += 1
    this.#parts.clock.defer(() => {
      this.#open -= 1
      this.#around.watchers.notify(changes)
    })
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function"
}

/** The rest of an asynchronous operation fails on its own: its transaction is over. */
function refuse(value: PromiseLike<unknown>): never {
  if (value instanceof Promise) value.catch(() => {})
  throw new Error("a transaction cannot await")
}
