/**
 * The cut between the kernel and a storage engine: ordered keys, atomic batches, nothing else.
 * A key is a string whose every character is one byte (0–255), so that comparing keys with `<`
 * compares bytes; `key.ts` makes them from tuples. It has 1 to MAX_KEY_BYTES of them.
 */
export type Key = string

/** Well-formed text (JSON mostly), or raw bytes. What an engine gives out must not be changed. */
export type Value = string | Uint8Array

export interface KeyRange {
  /** Inclusive lower bound. */
  readonly start: Key
  /** Exclusive upper bound. */
  readonly end: Key
  readonly reverse?: boolean
  readonly limit?: number
}

/** The last write of each key in a commit; `undefined` deletes. A Map is one. */
export interface Batch extends Iterable<readonly [Key, Value | undefined]> {
  readonly size: number
  get(key: Key): Value | undefined
  has(key: Key): boolean
  keys(): Iterable<Key>
  /** `written`: a drain's `KeySlot`, with what it knows of the key; of a Map, the Map. */
  forEach(visit: (value: Value | undefined, key: Key, written: unknown) => void): void
}

export interface Engine {
  /** `hash`: that of the key (`hashOf`), where it is known. */
  get(key: Key, hash?: number): Value | undefined
  /**
   * Entries in key order (or reverse). The iteration is consumed, or left, before the next commit;
   * the engine need not keep a snapshot across commits. One that is left leaks nothing.
   */
  scan(range: KeyRange): Iterable<readonly [Key, Value]>
  /** Applies the whole batch or nothing, synchronously; it then survives the process's death. */
  commit(batch: Batch): void
  /** Resolves when everything committed so far survives a power cut. */
  flush(): Promise<void>
  /** Writes a consistent copy of all data into an empty folder; resolves when it is complete. */
  backup(folder: string): Promise<void>
  /** Bytes on disk (or in memory). */
  size(): number
  close(): Promise<void>
}
