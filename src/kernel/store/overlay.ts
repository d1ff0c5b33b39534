import type { Batch, Engine, Key, KeyRange, Value } from "../engine.ts"
import { prefixEnd } from "../key.ts"
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
  /** The written keys in order, of each space that was scanned: kept up by later writes. */
  readonly #orders: Order[] = []

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
      for (const { space, keys } of this.#orders)
        if (key.startsWith(space)) keys.splice(lowerBound(keys, key), 0, key)
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
        for (const { space, keys } of this.#orders)
          if (slot.key.startsWith(space)) keys.splice(lowerBound(keys, slot.key), 1)
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
    return new Merge({ writes: this.#writes, written, stored, reverse, limit })
  }

  #keysIn(range: KeyRange): readonly Key[] {
    if (this.#writes.size === 0) return NONE
    const { keys } = this.#orderOf(spaceOf(range))
    if (keys.length === 0) return NONE
    const found = keys.slice(lowerBound(keys, range.start), lowerBound(keys, range.end))
    return range.reverse ? found.reverse() : found
  }

  #orderOf(space: Key): Order {
    for (const order of this.#orders) if (order.space === space) return order
    const keys: Key[] = []
    this.#writes.forEach((_value, key) => {
      if (key.startsWith(space)) keys.push(key)
    })
    const order = { space, keys: keys.sort(byBytes) }
    this.#orders.push(order)
    return order
  }
}

const NONE: readonly Key[] = Object.freeze([])

interface Order {
  /** What all its keys begin with. */
  readonly space: Key
  readonly keys: Key[]
}

/** The table or index that a range lies in, as the first part of its keys; "" where it is larger. */
function spaceOf({ start, end }: KeyRange): Key {
  const space = start.slice(0, start.indexOf("\0") + 1)
  return end.startsWith(space) || end === prefixEnd(space) ? space : ""
}

interface MergeParts {
  readonly writes: KeyMap<Written>
  /** The keys of the range that were written, in its order. */
  readonly written: readonly Key[]
  readonly stored: Iterator<readonly [Key, Value]>
  readonly reverse: boolean
  readonly limit: number | undefined
}

/** Entries of the engine and the overlay together: no generator, which costs twice as much. */
class Merge implements IterableIterator<readonly [Key, Value]> {
  readonly #parts: MergeParts
  #left: number
  #at = 0
  #open = true
  #next: IteratorResult<readonly [Key, Value]>

  constructor(parts: MergeParts) {
    this.#parts = parts
    this.#left = parts.limit ?? Number.POSITIVE_INFINITY
    this.#next = parts.stored.next()
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<readonly [Key, Value], undefined> {
    const { writes, written, stored, reverse } = this.#parts
    while (this.#left > 0) {
      const key = written[this.#at]
      const entry = this.#next.done ? undefined : this.#next.value
      if (key === undefined && entry === undefined) break
      const isWritten =
        key !== undefined && (entry === undefined || (reverse ? key >= entry[0] : key <= entry[0]))
      if (!isWritten) {
        this.#next = stored.next()
        this.#left -= 1
        return { done: false, value: entry as readonly [Key, Value] }
      }
      if (key === entry?.[0]) this.#next = stored.next()
      this.#at += 1
      const value = writes.get(key)
      if (value === undefined) continue
      this.#left -= 1
      return { done: false, value: [key, value instanceof PendingRow ? value.encode() : value] }
    }
    return this.return()
  }

  /** Whoever leaves the scan leaves the engine's too. */
  return(): IteratorReturnResult<undefined> {
    this.#left = 0
    if (this.#open) this.#parts.stored.return?.()
    this.#open = false
    return { done: true, value: undefined }
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
