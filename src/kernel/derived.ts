import type { EnvelopeOf } from "./sealing/envelopes.ts"
import type { Lag, Redelivery } from "./faults.ts"
import type { Place } from "./places.ts"
import type { KeyParts, Table } from "./table.ts"
import type { Page, ReadTx, ScanRange, SealOf } from "./transaction.ts"

/**
 * Counts the writes to one table, those included that are undone: as long as it stands, every
 * transaction sees the same rows in it.
 */
export interface ChangeCount {
  changes: number
}

/** A value with the tables that it was read from, as they were. */
interface Kept<Value> {
  readonly value: Value
  readonly counts: readonly ChangeCount[]
  /** Counts only grow: their sum stands only as long as each of them does. */
  readonly sum: number
}

interface Memory<Key, Value> {
  get(key: Key): Kept<Value> | undefined
  set(key: Key, kept: Kept<Value>): unknown
}

/**
 * What is worked out from rows, kept until a table changes that was read for it. Rows of cached
 * tables are what people make and traffic reads; a value that looked at another table, at the time
 * or at what is down is worked out each time.
 */
export class Derived<Key, Value> {
  readonly #memory: Memory<Key, Value>
  readonly #make: (tx: ReadTx, key: Key) => Value

  /** `memory` holds the values: a WeakMap, or a `BoundedMap`. `make` is pure in what it is given. */
  constructor(memory: Memory<Key, Value>, make: (tx: ReadTx, key: Key) => Value) {
    this.#memory = memory
    this.#make = make
  }

  get(tx: ReadTx, key: Key): Value {
    const kept = this.#memory.get(key)
    if (kept !== undefined && sumOf(kept.counts) === kept.sum) {
      if (tx instanceof WatchedReading) tx.alsoRead(kept.counts)
      return kept.value
    }
    const watched = new WatchedReading(tx)
    const value = this.#make(watched, key)
    const counts = watched.counts()
    if (counts) this.#memory.set(key, { value, counts, sum: sumOf(counts) })
    if (tx instanceof WatchedReading) tx.alsoRead(counts)
    return value
  }
}

function sumOf(counts: readonly ChangeCount[]): number {
  let sum = 0
  for (const { changes } of counts) sum += changes
  return sum
}

/** A map that forgets all when it holds too much: for what is soon worked out again. */
export class BoundedMap<Key, Value> {
  readonly #most: number
  readonly #values = new Map<Key, Value>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  set(key: Key, value: Value): void {
    if (this.#values.size >= this.#most) this.#values.clear()
    this.#values.set(key, value)
  }
}

/** Notes which tables are read. */
class WatchedReading implements ReadTx {
  readonly #tx: ReadTx
  readonly #counts = new Set<ChangeCount>()
  #steady = true

  constructor(tx: ReadTx) {
    this.#tx = tx
  }

  /** The counts of all tables that were read; undefined where something else was looked at. */
  counts(): readonly ChangeCount[] | undefined {
    return this.#steady ? [...this.#counts] : undefined
  }

  alsoRead(counts: readonly ChangeCount[] | undefined): void {
    if (counts) for (const count of counts) this.#counts.add(count)
    else this.#steady = false
  }

  get now(): number {
    this.#steady = false
    return this.#tx.now
  }

  get faults(): readonly Place[] {
    this.#steady = false
    return this.#tx.faults
  }

  get lags(): readonly Lag[] {
    this.#steady = false
    return this.#tx.lags
  }

  get redeliveries(): readonly Redelivery[] {
    this.#steady = false
    return this.#tx.redeliveries
  }

  get slowDowns(): readonly string[] {
    this.#steady = false
    return this.#tx.slowDowns
  }

  changesOf<Row extends object>(of: Table<Row>): ChangeCount | undefined {
    return this.#tx.changesOf(of)
  }

  unseal(sealed: Uint8Array, of: SealOf): Buffer {
    return this.#tx.unseal(sealed, of)
  }

  openEnvelope(envelope: Uint8Array, of: EnvelopeOf): Buffer {
    return this.#tx.openEnvelope(envelope, of)
  }

  matches(expression: RegExp, text: string): boolean {
    return this.#tx.matches(expression, text)
  }

  get<Row extends object>(of: Table<Row>, key: KeyParts): Row | undefined {
    this.#note(of)
    return this.#tx.get(of, key)
  }

  scan<Row extends object>(of: Table<Row>, range: ScanRange): Page<Row> {
    this.#note(of)
    return this.#tx.scan(of, range)
  }

  count<Row extends object>(of: Table<Row>, range: ScanRange): number {
    this.#note(of)
    return this.#tx.count(of, range)
  }

  first<Row extends object>(of: Table<Row>, range: Omit<ScanRange, "limit">): Row | undefined {
    this.#note(of)
    return this.#tx.first(of, range)
  }

  #note<Row extends object>(of: Table<Row>): void {
    const count = this.#tx.changesOf(of)
    if (count) this.#counts.add(count)
    else this.#steady = false
  }
}
