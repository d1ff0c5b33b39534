import type { Value } from "../engine.ts"
import type { ChangeCount } from "../derived.ts"
import type { EnvelopeOf } from "../sealing/envelopes.ts"
import { PATTERN_LIMIT_MS } from "../patterns.ts"
import { hashed, type HashedKey } from "./key-map.ts"
import { hashedKeyOf, isNoKey, keyOfSome, sameParts } from "./row-key.ts"
import type { Lag, Redelivery } from "../faults.ts"
import type { Place } from "../places.ts"
import type { StoreState } from "./store-state.ts"
import { decodeRow, freezeRow, PendingRow, type KeyParts, type Table } from "../table.ts"
import {
  countRows,
  scanRows,
  type Page,
  type ReadTx,
  type RowSource,
  type ScanRange,
  type SealOf,
} from "../transaction.ts"

const NO_PARTS: KeyParts = Object.freeze([])
const CACHED_ROWS = 20_000
const RECENT_ROWS = 1_000
/** Comparing a longer value could cost more than decoding it. */
const RECENT_LENGTH = 1_000

/** What every transaction reads with. */
export abstract class Reading implements ReadTx {
  abstract readonly now: number
  protected readonly state: StoreState
  protected readonly source: RowSource
  #open = true
  /** What was looked for last, and its key: a call looks for the same row once and again. */
  #lastOf: object | undefined
  #lastParts: KeyParts = NO_PARTS
  #lastAt: HashedKey | undefined

  constructor(source: RowSource, state: StoreState) {
    this.source = source
    this.state = state
  }

  get faults(): readonly Place[] {
    return this.state.faults
  }

  get lags(): readonly Lag[] {
    return this.state.lags
  }

  get redeliveries(): readonly Redelivery[] {
    return this.state.redeliveries
  }

  get slowDowns(): readonly string[] {
    return this.state.slowDowns
  }

  unseal(sealed: Uint8Array, of: SealOf): Buffer {
    return this.state.sealing.unseal(sealed, of)
  }

  openEnvelope(envelope: Uint8Array, of: EnvelopeOf): Buffer {
    return this.state.envelopes.open(envelope, of)
  }

  matches(expression: RegExp, text: string): boolean {
    return this.state.patterns.matches(expression, text, PATTERN_LIMIT_MS)
  }

  /** Called when the operation has returned: a transaction must not outlive its turn. */
  close(): void {
    this.#open = false
  }

  protected check(): void {
    if (!this.#open) throw new Error("this transaction is over")
  }

  changesOf<Row extends object>(of: Table<Row>): ChangeCount | undefined {
    if (!of.spec.cached) return undefined
    const { changes } = this.state
    let count = changes.get(of.name)
    if (!count) changes.set(of.name, (count = { changes: 0 }))
    return count
  }

  get<Row extends object>(of: Table<Row>, key: KeyParts): Row | undefined {
    this.check()
    if (of.spec.cached) return this.#ofCached(of, key)
    const at = of.spec.rewritten ? this.keyAgain(of, key) : this.#keyOf(of, key)
    if (at === undefined) return undefined
    const value = this.source.get(at.key, at.hash)
    if (value === undefined) return undefined
    return value instanceof PendingRow ? (value.row as Row) : this.#recent(of, at, value)
  }

  #keyOf<Row extends object>(of: Table<Row>, parts: KeyParts): HashedKey | undefined {
    const known = this.keyLookedFor(of, parts)
    if (known !== undefined) return known
    const at = hashedKeyOf(of, parts)
    this.#lastOf = of
    this.#lastParts = parts
    this.#lastAt = at
    return at
  }

  /** The key of these parts, where they were the last that this transaction looked for. */
  protected keyLookedFor<Row extends object>(
    of: Table<Row>,
    parts: KeyParts,
  ): HashedKey | undefined {
    return of === this.#lastOf && sameParts(parts, this.#lastParts) ? this.#lastAt : undefined
  }

  /** The key of a row that one operation after another reads and writes. */
  protected keyAgain<Row extends object>(of: Table<Row>, parts: KeyParts): HashedKey | undefined {
    const { lastKeys } = this.state
    const last = lastKeys.get(of)
    if (last !== undefined && sameParts(last.parts, parts)) return last.at
    const at = hashedKeyOf(of, parts)
    if (at !== undefined) lastKeys.set(of, { parts, at })
    return at
  }

  /** One operation after another reads the same few rows: each is decoded once per value. */
  #recent<Row extends object>(of: Table<Row>, at: HashedKey, value: Value): Row {
    const known = this.state.recent.get(at.key, at.hash)
    if (known?.value === value) return known.row as Row
    const row = decodeRow(of, value)
    this.remember(at, value, row)
    return row
  }

  protected remember({ key, hash }: HashedKey, value: Value, row: object): void {
    if (value.length > RECENT_LENGTH) return
    const { recent } = this.state
    if (recent.size >= RECENT_ROWS) recent.clear()
    recent.set(key, { value, row: freezeRow(row) }, hash)
  }

  scan<Row extends object>(of: Table<Row>, range: ScanRange): Page<Row> {
    this.check()
    try {
      return scanRows(this.source, of, range)
    } catch (error) {
      if (isNoKey(error)) return { rows: [] }
      throw error
    }
  }

  count<Row extends object>(of: Table<Row>, range: ScanRange): number {
    this.check()
    return countRows(this.source, of, range)
  }

  first<Row extends object>(of: Table<Row>, range: Omit<ScanRange, "limit">): Row | undefined {
    return this.scan(of, { ...range, limit: 1 }).rows[0]
  }

  /** A call looks for the same row when it is authorized and when it runs. */
  #ofCached<Row extends object>(of: Table<Row>, key: KeyParts): Row | undefined {
    const { lastRead } = this.state
    const last = lastRead.get(of)
    const changes = this.changesOf(of)?.changes ?? 0
    if (last !== undefined && last.changes === changes && sameParts(last.key, key))
      return last.row as Row
    const stored = keyOfSome(of, key)
    const row = stored === undefined ? undefined : this.#cached(of, hashed(stored))
    // What a drain has written is not yet true for those outside.
    if (row !== undefined && this.state.written.length === 0)
      lastRead.set(of, { key, row, changes })
    return row
  }

  #cached<Row extends object>(of: Table<Row>, at: HashedKey): Row | undefined {
    const { key, hash } = at
    if (this.written(at)) {
      const value = this.source.get(key, hash)
      return value === undefined ? undefined : decodeRow(of, value)
    }
    const row = this.state.rows.get(key, hash)
    if (row) return row as Row
    const value = this.source.get(key, hash)
    if (value === undefined) return undefined
    if (this.state.rows.size >= CACHED_ROWS) this.state.rows.clear()
    const decoded = freezeRow(decodeRow(of, value))
    this.state.rows.set(key, decoded, hash)
    return decoded
  }

  /** Whether the drain has an uncommitted write of this key of a cached table. */
  protected abstract written(at: HashedKey): boolean
}

/** Reads what is committed, outside any drain. Most look at no time: it is asked for when they do. */
export class CommittedReading extends Reading {
  readonly #clock: { now(): number }
  #now: number | undefined

  constructor(source: RowSource, state: StoreState, clock: { now(): number }) {
    super(source, state)
    this.#clock = clock
  }

  override get now(): number {
    return (this.#now ??= this.#clock.now())
  }

  protected override written(): boolean {
    return false
  }
}
