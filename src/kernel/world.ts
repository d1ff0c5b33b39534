import { WorldContext, type ActionContext } from "./action.ts"
import { blobLinks, keepSwept, UnlinkedBlobs } from "./blobs/blob-links.ts"
import type { BlobStore } from "./blobs/blobs.ts"
import { EncryptedBlobs } from "./blobs/encrypted-blobs.ts"
import { Md5s } from "./blobs/md5s.ts"
import type { HostClock } from "./clock.ts"
import { clockRows, CloudClock, TimeTravel, type ClockState } from "./cloud-clock.ts"
import { commits, Drains, type Commit, type TaskKind } from "./store/drain.ts"
import { doorRows, Doors, type DoorKeeper, type ServeDoor } from "./doors/doors.ts"
import type { Engine } from "./engine.ts"
import {
  faultRows,
  lagRows,
  readFaults,
  readLags,
  readRedeliveries,
  readSlowDowns,
  redeliveryRows,
  slowDownRows,
  type Lag,
  type Redelivery,
} from "./faults.ts"
import { Handovers, type Handover } from "./store/handover.ts"
import { deadWork, deliveries, timers } from "./later/later-rows.ts"
import type { LaterCode } from "./later/later.ts"
import { LaterRunner } from "./later/later-runner.ts"
import { usages } from "./meter.ts"
import { KeyMap } from "./store/key-map.ts"
import { migrate } from "./store/migrate.ts"
import { nothingOutside, type Outside } from "./outside.ts"
import { unlimitedPatterns, type Patterns } from "./patterns.ts"
import type { Place } from "./places.ts"
import { changedQuotas } from "./quotas.ts"
import { RandomStream, type RandomSource } from "./random.ts"
import { Envelopes } from "./sealing/envelopes.ts"
import { KEY_BYTES, Sealing, type RootKey } from "./sealing/sealing.ts"
import type { CallService, ServiceCall } from "./service-call.ts"
import type { StoreState } from "./store/store-state.ts"
import { CommittedReading } from "./store/reading.ts"
import { StoreTransaction } from "./store/store-transaction.ts"
import { StoreUnavailable } from "./store-errors.ts"
import { primaryKey, type KeyParts, type Table } from "./table.ts"
import type { Tcp } from "./doors/tcp.ts"
import type { ReadTx, WriteTx } from "./transaction.ts"
import { Watchers } from "./store/watch.ts"

/** Everything a world needs from outside: the real machine or a simulated one. */
export interface WorldParts {
  readonly engine: Engine
  readonly blobs: BlobStore
  readonly clock: HostClock
  readonly random: RandomSource
  /** Hides what rows must not show. Absent where nothing lies on a disk. */
  readonly rootKey?: RootKey | undefined
  /** Absent: nothing but the time. */
  readonly outside?: Outside
  /** Sockets of protocols that are not HTTP, and who serves them. Absent: there are none. */
  readonly tcp?: Tcp
  readonly serveDoor?: ServeDoor
  /** Limits expressions that users wrote. Absent: nobody does. */
  readonly patterns?: Patterns
  /** The code behind jobs and effects. */
  readonly code: LaterCode
  /** How actions, jobs and receivers call services. Without it they cannot. */
  readonly call?: CallService
  /** The clock of a new store; an old store keeps its own. */
  readonly startClock?: ClockState
  /** Answer only after the commit survives a power cut. */
  readonly flushEach?: boolean
  /** How long a stop waits for work that does not heed its signal, in host time. */
  readonly closeGraceMs?: number
  /** Told of what went wrong with nobody waiting for it. */
  readonly report: (what: string, error: unknown) => void
}

/** The kernel's own tables. */
const TABLES = [
  commits,
  clockRows,
  timers,
  deliveries,
  deadWork,
  faultRows,
  lagRows,
  redeliveryRows,
  slowDownRows,
  changedQuotas,
  usages,
  blobLinks,
  doorRows,
] as readonly Table<object>[]

const CLOSE_GRACE_MS = 5_000

/**
 * The store, its clock and what runs by itself. Everything is serializable: see
 * store/drain.ts.
 */
export class World {
  readonly clock: CloudClock
  readonly blobs: BlobStore
  readonly encryptedBlobs: EncryptedBlobs
  readonly md5s = new Md5s()
  readonly outside: Outside
  readonly #parts: WorldParts
  readonly #faultListeners = new Set<(faults: readonly Place[]) => void>()
  readonly #state: StoreState
  readonly #watchers = new Watchers()
  readonly #handovers = new Handovers(this.#watchers)
  readonly #drains: Drains
  readonly #later: LaterRunner
  readonly #travel: TimeTravel
  readonly #doors: Doors
  readonly #stop = new AbortController()
  readonly #requestIds: RandomStream
  #closed = false
  #closing: Promise<void> | undefined

  constructor(parts: WorldParts) {
    this.#parts = parts
    this.blobs = parts.blobs
    this.encryptedBlobs = new EncryptedBlobs(parts.blobs)
    this.outside = parts.outside ?? nothingOutside(parts.clock)
    this.#requestIds = new RandomStream(parts.random, "kernel/request-id")
    const sealing = new Sealing(parts.rootKey ?? new Uint8Array(KEY_BYTES))
    this.#state = {
      random: parts.random,
      sealing,
      envelopes: new Envelopes((purpose) => sealing.keyOf(purpose)),
      patterns: parts.patterns ?? unlimitedPatterns,
      rows: new KeyMap(),
      written: [],
      lastRead: new Map(),
      lastKeys: new Map(),
      recent: new KeyMap(),
      changes: new Map(),
      faults: [],
      lags: [],
      redeliveries: [],
      slowDowns: [],
      serial: 0,
      laterTouched: false,
      timersFrom: 0,
      unlinked: new UnlinkedBlobs(),
    }
    migrate(parts.engine, TABLES)
    const reading = new CommittedReading(parts.engine, this.#state, { now: () => 0 })
    this.#drains = new Drains(parts, this.#state, {
      last: reading.get(commits, ["last"]),
      now: () => this.clock.now(),
      laterTouched: () => this.#later.wake(),
      watchers: this.#watchers,
    })
    const clock = reading.get(clockRows, ["clock"]) ??
      parts.startClock ?? { mode: "running", offsetMs: 0 }
    this.clock = new CloudClock(parts.clock, clock, this.#drains.last.at)
    this.#state.faults = readFaults(reading)
    this.#state.lags = readLags(reading)
    this.#state.redeliveries = readRedeliveries(reading)
    this.#state.slowDowns = readSlowDowns(reading)
    this.#later = new LaterRunner(this, this.#state, parts)
    this.#travel = new TimeTravel(this, (state) => this.#setClock(state))
    this.#doors = new Doors({
      ...{ tcp: parts.tcp, serve: parts.serveDoor, report: parts.report },
      read: (fn) => this.read(fn),
      write: (fn) => this.write(fn),
    })
  }

  /** Starts what was left to do: call once the code of all services can be found. */
  start(): void {
    this.#later.wake()
    const { blobs, clock, report, engine } = this.#parts
    void this.#doors.reopen().catch((error: unknown) => report("opening doors", error))
    keepSwept({
      ...{ blobs, clock, report, signal: this.signal, unlinked: this.#state.unlinked },
      ...{ peek: (fn) => this.peek(fn), flush: () => engine.flush() },
    })
  }

  /** The number of the last commit. */
  get commitNumber(): number {
    return this.#drains.last.number
  }

  /** The ports that services open for protocols of their own. */
  get doors(): DoorKeeper {
    return this.#doors
  }

  /** The places that are down now. */
  get faults(): readonly Place[] {
    return this.#state.faults
  }

  /** The Regions that lag behind. */
  get lags(): readonly Lag[] {
    return this.#state.lags
  }

  /** The Regions whose deliveries come again. */
  get redeliveries(): readonly Redelivery[] {
    return this.#state.redeliveries
  }

  /** The Regions whose services refuse what is above their rates. */
  get slowDowns(): readonly string[] {
    return this.#state.slowDowns
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
    this.#checkOpen()
    migrate(this.#parts.engine, tables)
  }

  /** `mayWait`: the caller may wait, by `changed`, for what is committed after this. */
  read<T>(fn: (tx: ReadTx) => T, mayWait = false): Promise<T> {
    return this.#run(fn, { writable: false, mayWait })
  }

  write<T>(fn: (tx: WriteTx) => T, mayWait = false): Promise<T> {
    return this.#run(fn, { writable: true, mayWait })
  }

  /** Reads what is committed, at once: for look-ups that precede an operation. */
  peek<T>(fn: (tx: ReadTx) => T): T {
    this.#checkOpen()
    const reading = new CommittedReading(this.#parts.engine, this.#state, this.clock)
    try {
      return fn(reading)
    } finally {
      reading.close()
    }
  }

  onCommit(listener: (commit: Commit) => void): () => void {
    return this.#drains.onCommit(listener)
  }

  /** What an action gets; `departed` is aborted when its caller goes away. */
  context(departed?: AbortSignal): ActionContext {
    return new WorldContext(this, departed)
  }

  /** See `ActionContext.call`. */
  async call(call: ServiceCall, departed?: AbortSignal): Promise<object> {
    this.#checkOpen()
    if (!this.#parts.call) throw new Error(`${call.as} has nobody to call ${call.service} through`)
    return this.#parts.call(call, departed)
  }

  /** See `ActionContext.changed`; `departed` ends the wait too. */
  changed<Row extends object>(
    of: Table<Row>,
    prefix: KeyParts,
    { deadline, departed }: { deadline: number; departed: AbortSignal | undefined },
  ): Promise<boolean> {
    const remainingMs = deadline - this.clock.now()
    if (this.signal.aborted || departed?.aborted || remainingMs <= 0) return Promise.resolve(false)
    const { clock } = this.#parts
    return this.#watchers.wait(primaryKey(of, prefix), { deadline, remainingMs, clock, departed })
  }

  /** See `ActionContext.receive`. */
  receive<Thing>(
    of: Handover<Thing>,
    id: string,
    { deadline, departed }: { deadline: number; departed: AbortSignal | undefined },
  ): Promise<Thing | undefined> {
    const remainingMs = deadline - this.clock.now()
    if (this.signal.aborted || departed?.aborted || remainingMs <= 0)
      return Promise.resolve(undefined)
    const { clock } = this.#parts
    return this.#handovers.receive(of, id, { deadline, remainingMs, clock, departed })
  }

  /** See `ActionContext.handOver`. */
  handOver<Thing>(of: Handover<Thing>, id: string, thing: Thing): boolean {
    return this.#handovers.give(of, id, thing)
  }

  /** Resolves when nothing is waiting, due or on its way. Rejects when the store refuses it. */
  async settle(): Promise<void> {
    do await this.#drains.idle()
    while (!(await this.#later.idle()))
  }

  /** Cloud time at which something comes due or a wait ends. */
  nextAt(): number | undefined {
    const [work, wait] = [this.#later.nextAt(), this.#watchers.nextDeadline()]
    return work === undefined || wait === undefined ? (work ?? wait) : Math.min(work, wait)
  }

  /** Moves cloud time on by `ms`; all that comes due on the way runs at its own time. */
  advance(ms: number): Promise<void> {
    return this.#travel.advance(ms)
  }

  freeze(): Promise<void> {
    return this.#travel.freeze()
  }

  resume(): Promise<void> {
    return this.#travel.resume()
  }

  /** Re-reads the faults after their rows have changed, and tells who wants to know. */
  faultsChanged(): void {
    this.#state.faults = this.peek(readFaults)
    this.#state.lags = this.peek(readLags)
    this.#state.redeliveries = this.peek(readRedeliveries)
    this.#state.slowDowns = this.peek(readSlowDowns)
    for (const listener of this.#faultListeners) listener(this.#state.faults)
  }

  /** Calls back with all places that are down whenever one fails or heals; returns the end of it. */
  onFaults(listener: (faults: readonly Place[]) => void): () => void {
    this.#faultListeners.add(listener)
    return () => this.#faultListeners.delete(listener)
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#end())
  }

  async #end(): Promise<void> {
    const { engine, blobs } = this.#parts
    this.quiesce()
    await this.#doors.end()
    await this.#workEnded()
    await this.#drains.idle()
    this.#closed = true
    const ends = [() => engine.flush(), () => blobs.close(), () => engine.close()]
    const failures: unknown[] = []
    for (const end of ends) await end().catch((error: unknown) => void failures.push(error))
    if (failures.length > 0) throw failures[0]
  }

  /** What runs books its end; what does not heed the signal begins anew after the next start. */
  async #workEnded(): Promise<void> {
    const { clock, closeGraceMs = CLOSE_GRACE_MS, report } = this.#parts
    await new Promise<void>((resolve) => {
      const giveUp = (): void => {
        report("close", new Error("work outside the store did not end in time"))
        resolve()
      }
      const cancel = clock.after(closeGraceMs, giveUp, "awaited")
      void this.#later.stopped().then(() => {
        cancel()
        resolve()
      })
    })
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable("the cloud is closed")
  }

  /** Ends waits and background work; operations still run. The first step of a graceful stop. */
  quiesce(): void {
    this.#stop.abort(new StoreUnavailable("the cloud is closing"))
    this.#later.stop()
    this.#watchers.releaseAll()
  }

  /** A consistent copy of the store in an empty folder. */
  async backup(folder: string): Promise<void> {
    await this.#parts.engine.flush()
    await this.#parts.engine.backup(folder)
  }

  #run<T>(fn: (tx: StoreTransaction) => T, kind: TaskKind): Promise<T> {
    if (this.#closed) return Promise.reject(new StoreUnavailable("the cloud is closed"))
    return this.#drains.run(fn, kind)
  }

  async #setClock(state: ClockState): Promise<void> {
    await this.write((tx) => tx.put(clockRows, { id: "clock", ...state }))
    this.clock.set(state)
    // A running clock went on while that was written, and never goes back: it stands where it got.
    const at = this.clock.now()
    if (state.mode === "frozen" && state.at < at) return this.#setClock({ mode: "frozen", at })
    this.#watchers.expire(this.clock.now())
    this.#later.wake()
  }
}
