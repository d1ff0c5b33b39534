import type { HostClock } from "../clock.ts"
import type { Batch, Engine, Key, Value } from "../engine.ts"
import { createMemoryEngine } from "./memory-engine.ts"

/** What may go wrong with a disk, decided by the simulation. Each may throw or let things be. */
export interface DiskFaults {
  /** Before a commit: what is thrown here refuses it, and nothing of it is kept. */
  beforeCommit?(batch: Batch): void
  /** After a commit that nobody has been told of yet. */
  afterCommit?(batch: Batch): void
  /** How long a flush takes; absent: the next turn. */
  flushMs?(): number
  /** Before a flush has made anything durable; after a failed one nothing is written any more. */
  beforeFlush?(): void
}

/**
 * The disk of a simulated machine, which outlives the processes on it. A commit survives the death
 * of the process; a power cut takes commits from the end that were not flushed.
 */
export interface SimDisk {
  /** How many commits it holds. */
  readonly commits: number
  /** How many of them a power cut leaves. */
  readonly durable: number
  /** Opens it for a process; an engine that was open before answers no more. */
  open(clock: HostClock, faults?: DiskFaults): Engine
  /** The process is gone: the open engine answers no more. */
  kill(): void
  /** The power was cut: only the first `kept` commits are there (at least the durable ones). */
  cut(kept: number): void
  /** What the disk holds now, in key order. */
  dump(): Iterable<readonly [Key, Value]>
}

/** A process that goes on after its death is the simulation's bug, or sees this. */
export class DeadProcessError extends Error {
  override readonly name = "DeadProcessError"
}

/** Commits become durable so long after they were made, as the engine on disk does it. */
const SYNC_DELAY_MS = 900

export function createSimDisk(): SimDisk {
  const store = createMemoryEngine()
  /** What each commit behind the durable ones replaced, oldest first. */
  let undo: Map<Key, Value | undefined>[] = []
  let durable = 0
  let open: { alive: boolean } | undefined

  const kill = (): void => {
    if (open) open.alive = false
    open = undefined
  }
  const sync = (upTo: number): void => {
    if (upTo <= durable) return
    undo = undo.slice(upTo - durable)
    durable = upTo
  }
  const commitsNow = (): number => durable + undo.length

  function openEngine(clock: HostClock, faults: DiskFaults): Engine {
    const life = { alive: true }
    let syncPlanned = false
    let failure: unknown
    let syncing = Promise.resolve()
    /** The flush that has not begun yet: it carries all who ask meanwhile. */
    let next: Promise<void> | undefined
    const check = (): void => {
      if (!life.alive) throw new DeadProcessError("this process is dead")
    }
    const planSync = (): void => {
      if (syncPlanned) return
      syncPlanned = true
      clock.after(SYNC_DELAY_MS, () => {
        syncPlanned = false
        if (life.alive && failure === undefined) sync(commitsNow())
      })
    }
    const flushAll = async (): Promise<void> => {
      if (failure !== undefined) throw failure
      const upTo = commitsNow()
      const ms = faults.flushMs?.() ?? 0
      await new Promise<void>((resolve) =>
        ms > 0 ? void clock.after(ms, resolve) : clock.defer(resolve),
      )
      check()
      try {
        faults.beforeFlush?.()
      } catch (error) {
        // As on a real disk: after a failed sync no later one proves anything.
        failure = error
        throw error
      }
      sync(upTo)
    }
    open = life
    return {
      get(key) {
        check()
        return store.get(key)
      },
      scan(range) {
        check()
        return store.scan(range)
      },
      commit(batch) {
        check()
        if (failure !== undefined) throw failure
        faults.beforeCommit?.(batch)
        check()
        const before = new Map<Key, Value | undefined>()
        for (const key of batch.keys()) before.set(key, store.get(key))
        undo.push(before)
        store.commit(batch)
        planSync()
        faults.afterCommit?.(batch)
        check()
      },
      flush() {
        check()
        next ??= syncing
          .catch(() => {})
          .then(async () => {
            next = undefined
            syncing = flushAll()
            await syncing
          })
        return next
      },
      backup: () => Promise.reject(new Error("a simulated disk has no folders")),
      size: () => store.size(),
      async close() {
        check()
        kill()
      },
    }
  }

  return {
    get commits() {
      return commitsNow()
    },
    get durable() {
      return durable
    },
    open(clock, faults = {}) {
      kill()
      return openEngine(clock, faults)
    },
    kill,
    cut(kept) {
      kill()
      while (commitsNow() > Math.max(kept, durable))
        store.commit(undo.pop() as Map<Key, Value | undefined>)
      durable = commitsNow()
      undo = []
    },
    dump: () => store.dump(),
  }
}
