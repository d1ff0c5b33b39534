import type { BlobStore } from "../blobs/blobs.ts"
import type { HostClock } from "../clock.ts"
import type { Batch, Engine } from "../engine.ts"
import { type RandomSource, RandomStream } from "../random.ts"
import type { Storage, Store } from "../storage.ts"
import { createFaultyBlobs, type FaultyBlobs } from "./faulty-blobs.ts"
import { createMemoryEngine, type MemoryEngine } from "./memory-engine.ts"

/** "process": the program dies. "power": the machine does, with what was not synced yet. */
export type CrashKind = "process" | "power"

export interface FaultyMachineOptions {
  readonly random: RandomSource
  /** The chance that a commit is the last thing the program does; default 0. */
  readonly crashChance?: number
  /** How many of the crashes take the power too; default half of them. */
  readonly powerShare?: number
  /** So many commits at most wait for a sync, as the real store's timer sees to; default 50. */
  readonly maxUnsyncedCommits?: number
  readonly clock?: Pick<HostClock, "now">
}

/** A machine with a disk, on which a program runs, crashes, and is started again. */
export interface FaultyMachine {
  /** Starts the program on what is on the disk. Throws while it runs. */
  boot(): Store
  /** What opens is what boots; it can only be opened and closed. */
  readonly storage: Storage
  /** Ends the program now. All that it does afterwards throws SimulatedCrashError. */
  crash(kind: CrashKind): void
  readonly running: boolean
  /** The crashes so far, in order. */
  readonly crashes: readonly CrashKind[]
}

/** What a program gets to see when its machine has crashed under it: nobody may catch it. */
export class SimulatedCrashError extends Error {
  override readonly name = "SimulatedCrashError"

  constructor() {
    super("the simulated machine has crashed")
  }
}

interface Commit {
  readonly batch: Batch
  /** Whether blobs were on their way when it was committed: it may refer to one of them. */
  readonly needsBlobs: boolean
}

/** Follows the promises of the store on disk: see `host/lmdb-engine.ts`. */
export function createFaultyMachine(options: FaultyMachineOptions): FaultyMachine {
  const random = new RandomStream(options.random, "machine")
  const crashes: CrashKind[] = []
  const blobs = createFaultyBlobs({ random, source: options.random, clock: options.clock })
  let disk: MemoryEngine = createMemoryEngine()
  let run: Run | undefined

  const draw = (chance: number): boolean => random.integer(1_000_000) < chance * 1_000_000

  function crash(kind: CrashKind): void {
    if (!run?.alive) return
    run.alive = false
    crashes.push(kind)
    disk = kind === "process" ? run.live : afterPowerCut(disk, run.unsynced, random)
    blobs.crash(kind)
  }

  function commit(current: Run, batch: Batch): void {
    assertAlive(current)
    const ends = draw(options.crashChance ?? 0)
    const kind = ends && draw(options.powerShare ?? 0.5) ? "power" : "process"
    // Before it, or after it was applied and before anybody heard of it.
    if (ends && draw(0.5)) crash(kind)
    assertAlive(current)
    current.live.commit(batch)
    current.unsynced.push({ batch: new Map(batch), needsBlobs: blobs.unsynced })
    if (current.unsynced.length > (options.maxUnsyncedCommits ?? 50)) sync(current)
    if (ends) crash(kind)
    assertAlive(current)
  }

  function sync(current: Run, count = current.unsynced.length): void {
    blobs.sync()
    for (const { batch } of current.unsynced.splice(0, count)) disk.commit(batch)
  }

  async function flush(current: Run): Promise<void> {
    assertAlive(current)
    const last = current.unsynced.at(-1)
    await new Promise<void>((resolve) => queueMicrotask(resolve))
    assertAlive(current)
    // What was committed meanwhile may come with it or not: here it does not.
    const count = last ? current.unsynced.indexOf(last) + 1 : 0
    if (count > 0) sync(current, count)
  }

  function boot(): Store {
    if (run?.alive) throw new Error("the simulated program is running")
    const live = createMemoryEngine()
    live.load(disk.dump())
    const current: Run = { live, unsynced: [], alive: true }
    run = current
    return {
      engine: engineOf(current, { commit, flush }),
      blobs: blobsOf(current, blobs),
    }
  }

  const storage = { open: async () => boot(), close: async () => {} }

  return {
    boot,
    storage: storage as Partial<Storage> as Storage,
    crash,
    crashes,
    get running() {
      return run?.alive === true
    },
  }
}

/** One run of the program. */
interface Run {
  readonly live: MemoryEngine
  readonly unsynced: Commit[]
  alive: boolean
}

/** The disk has a beginning of what was not synced; no commit whose blobs it may not have. */
function afterPowerCut(
  disk: MemoryEngine,
  unsynced: readonly Commit[],
  random: RandomStream,
): MemoryEngine {
  const dependent = unsynced.findIndex((commit) => commit.needsBlobs)
  const atMost = dependent === -1 ? unsynced.length : dependent
  for (const { batch } of unsynced.slice(0, random.integer(atMost + 1))) disk.commit(batch)
  return disk
}

function assertAlive(run: Run): void {
  if (!run.alive) throw new SimulatedCrashError()
}

interface Writing {
  commit(run: Run, batch: Batch): void
  flush(run: Run): Promise<void>
}

function engineOf(run: Run, { commit, flush }: Writing): Engine {
  const live = (): MemoryEngine => {
    assertAlive(run)
    return run.live
  }
  return {
    get: (key) => live().get(key),
    scan: (range) => live().scan(range),
    commit: (batch) => commit(run, batch),
    flush: () => flush(run),
    backup: (folder) => live().backup(folder),
    size: () => live().size(),
    async close() {
      await flush(run)
      run.alive = false
    },
  }
}

function blobsOf(run: Run, blobs: FaultyBlobs): BlobStore {
  return blobs.during(() => assertAlive(run))
}
