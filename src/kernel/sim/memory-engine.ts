import type { Batch, Engine, Key, KeyRange, Value } from "../engine.ts"
import { OrderedMap } from "../store/ordered-map.ts"

export interface MemoryEngine extends Engine {
  /** All entries in key order. Nothing may be committed while they are read. */
  dump(): Iterable<readonly [Key, Value]>
  /** Adds entries, replacing those with the same keys. */
  load(entries: Iterable<readonly [Key, Value]>): void
  /** How many entries there are. */
  count(): number
}

export interface MemoryEngineOptions {
  /** Carries out `backup`; without it a backup is refused. */
  readonly saveBackup?: (folder: string, entries: Iterable<readonly [Key, Value]>) => Promise<void>
}

/** An engine without a disk: tests, simulations, `--ephemeral`. */
export function createMemoryEngine(options: MemoryEngineOptions = {}): MemoryEngine {
  const map = new OrderedMap<Value>()
  let sizeBytes = 0

  function put(key: Key, value: Value | undefined): void {
    const stored = value instanceof Uint8Array ? new Uint8Array(value) : value
    const replaced = stored === undefined ? map.delete(key) : map.set(key, stored)
    if (stored !== undefined) sizeBytes += key.length + stored.length
    if (replaced !== undefined) sizeBytes -= key.length + replaced.length
  }

  function dump(): Iterable<readonly [Key, Value]> {
    return map.entries({ start: "", end: BEYOND_ALL_KEYS })
  }

  return {
    get: (key) => map.get(key),
    scan: (range: KeyRange) => map.entries(range),
    commit(batch: Batch) {
      for (const [key, value] of batch) put(key, value)
    },
    flush: () => Promise.resolve(),
    backup(folder) {
      if (options.saveBackup) return options.saveBackup(folder, dump())
      return Promise.reject(new Error("a cloud in memory has no disk to back up to"))
    },
    size: () => sizeBytes,
    close: () => Promise.resolve(),
    dump,
    load(entries) {
      for (const [key, value] of entries) put(key, value)
    },
    count: () => map.size,
  }
}

/** Key characters are bytes, so this is above every key. */
const BEYOND_ALL_KEYS = "\u0100"
