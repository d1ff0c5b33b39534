import type { Batch, Engine, Key, KeyRange, Value } from "../engine.ts"
import { hashOf, KeyMap, type HashedKey, type KeySlot } from "./key-map.ts"
import { PendingRow } from "../table.ts"

type Written = Value | PendingRow | undefined

interface Undo {
  readonly slot: KeySlot<Written>
  readonly had: boolean
  readonly value: Written
}

/** Marks of written keys. Whether the engine had an entry, its writer knows where it is new. */
export const WRITTEN = 1
export const NEW = 2

/**
 * The uncommitted writes of one drain above an engine. Operations run one after another against
 * it; each marks a savepoint and is rolled back to it when it throws, so that a failed operation
 * leaves nothing and the others lose nothing.
 */
export class Overlay {
  readonly #engine: Engine
  readonly #writes = new KeyMap<Written>()
  #undo: Undo[] = []
  /** Keys that were written with a row; some may have another value now, or none. */
  readonly #pending: KeySlot<Written>[] = []
  /** The written keys in order: made by the first scan, kept up by later writes. */
  #order: Key[] | undefined

  constructor(engine: Engine) {
    this.#engine = engine
  }

  get(key: Key, hash: number = hashOf(key)): Written {
    const written = this.#writes.size > 0 ? this.#writes.find(key, hash) : undefined
    return written === undefined ? this.#engine.get(key, hash) : written.value
  }

  /** Whether the key has an uncommitted write. */
  has(key: Key, hash: number): boolean {
    return this.#writes.find(key, hash) !== undefined
  }

  /** `mark`: NEW for a key that has no value now. */
  set({ key, hash }: HashedKey, value: Written, mark: number = WRITTEN): void {
    const slot = this.#writes.findOrAdd(key, value, hash)
    if (value instanceof PendingRow) this.#pending.push(slot)
    const had = slot.mark !== 0
    this.#undo.push({ slot, had, value: slot.value })
    if (had) slot.value = value
    else {
      slot.mark = mark
      if (this.#order) this.#order.splice(lowerBound(this.#order, key), 0, key)
    }
  }

  savepoint(): number {
    return this.#undo.length
  }

  rollback(savepoint: number): void {
    while (this.#undo.length > savepoint) {
      const { slot, had, value } = this.#undo.pop() as Undo
      if (had) slot.value = value
      else {
        this.#writes.delete(slot.key, slot.hash)
        if (this.#order) this.#order.splice(lowerBound(this.#order, slot.key), 1)
      }
    }
  }

  get dirty(): boolean {
    return this.#writes.size > 0
  }

  /** Encodes the rows that wait for it; `encoded` is told of each. */
  settle(encoded: (at: HashedKey, value: Value, row: object) => void): void {
    for (const slot of this.#pending) {
      const { value } = slot
      if (!(value instanceof PendingRow)) continue
      slot.value = value.encode()
      encoded(slot, slot.value, value.row)
    }
    this.#pending.length = 0
  }

  /** What was written, once it is settled. */
  batch(): Batch {
    return this.#writes as KeyMap<Value | undefined>
  }

  /** Entries of the engine and the overlay together, in order. */
  scan(range: KeyRange): Iterable<readonly [Key, Value]> {
    const { start, end, reverse = false, limit } = range
    if (limit !== undefined && limit <= 0) return []
    const written = this.#keysIn(range)
    if (written.length === 0) return this.#engine.scan(range)
    // Written keys may hide entries of the engine: ask it for as many more.
    const more =
      limit === undefined ? range : { start, end, reverse, limit: limit + written.length }
    const stored = this.#engine.scan(more)[Symbol.iterator]()
    return this.#merge(stored, written, reverse, limit ?? Number.POSITIVE_INFINITY)
  }

  *#merge(
    stored: Iterator<readonly [Key, Value]>,
    written: readonly Key[],
    reverse: boolean,
    limit: number,
  ): Iterable<readonly [Key, Value]> {
    let next = stored.next()
    let at = 0
    let count = 0
    while (count < limit && (at < written.length || !next.done)) {
      const key = written[at]
      const storedKey = next.done ? undefined : next.value[0]
      const takeWritten =
        key !== undefined &&
        (storedKey === undefined || (reverse ? key >= storedKey : key <= storedKey))
      if (takeWritten) {
        if (key === storedKey) next = stored.next()
        at += 1
        const value = this.#writes.get(key)
        if (value === undefined) continue
        count += 1
        yield [key, value instanceof PendingRow ? value.encode() : value]
      } else {
        const entry = next.value as readonly [Key, Value]
        next = stored.next()
        count += 1
        yield entry
      }
    }
    stored.return?.()
  }

  #keysIn(range: KeyRange): Key[] {
    if (this.#writes.size === 0) return []
    const order = (this.#order ??= this.#sorted())
    const keys = order.slice(lowerBound(order, range.start), lowerBound(order, range.end))
    return range.reverse ? keys.reverse() : keys
  }

  #sorted(): Key[] {
    const keys: Key[] = []
    this.#writes.forEach((_value, key) => keys.push(key))
    return keys.sort(byBytes)
  }
}

const byBytes = (a: Key, b: Key): number => (a < b ? -1 : a > b ? 1 : 0)

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as Key) < key) low = middle + 1
    else high = middle
  }
  return low
}
