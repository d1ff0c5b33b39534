import type { KeyRange, Value } from "./engine.ts"
import type { EnvelopeOf } from "./sealing/envelopes.ts"
import type { Effect, EffectOptions, Job, TimerId } from "./later/later.ts"
import type { ChangeCount } from "./derived.ts"
import { encodeKey, prefixEnd } from "./key.ts"
import type { Lag, Redelivery } from "./faults.ts"
import type { Place } from "./places.ts"
import type { RandomStream } from "./random.ts"
import { decodeRow, type KeyParts, type PendingRow, type Table } from "./table.ts"

export interface ScanRange {
  /** Scan this index instead of the primary key. */
  readonly index?: string
  /** Leading key parts that all rows share. */
  readonly prefix?: KeyParts
  /** `next` of an earlier page. */
  readonly after?: string | undefined
  /** Inclusive lower and exclusive upper bound, as key parts behind `prefix`. */
  readonly from?: KeyParts
  readonly to?: KeyParts
  readonly reverse?: boolean
  /** Every scan has a limit. */
  readonly limit: number
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Where the next page begins; absent when this was the last. */
  readonly next?: string
}

/** What the kernel knows of a usage: who pays, where, for what. */
export interface UsageOf {
  readonly account: string
  readonly region: string
  /** ARN of the resource. */
  readonly resource?: string
}

/** What something sealed is for, as its owner names it, and what it belongs to (both not secret). */
export interface SealOf {
  /** `kms/backing-key`: constants only, each has a key of its own. */
  readonly purpose: string
  /** Opens only with the same: the id of the key, say. */
  readonly context: string
}

/** A consistent view of the whole store at one instant. */
export interface ReadTx {
  /** Cloud time of this transaction, epoch milliseconds: one operation, one instant. */
  readonly now: number
  get<Row extends object>(table: Table<Row>, key: KeyParts): Row | undefined
  scan<Row extends object>(table: Table<Row>, range: ScanRange): Page<Row>
  /** How many rows a range has, up to its limit: their keys are counted, no row is read. */
  count<Row extends object>(table: Table<Row>, range: ScanRange): number
  /** The first row of a range, or nothing. */
  first<Row extends object>(table: Table<Row>, range: Omit<ScanRange, "limit">): Row | undefined
  /** Opens what `WriteTx.seal` sealed. Throws SealBrokenError. */
  unseal(sealed: Uint8Array, of: SealOf): Buffer
  /** Opens what `WriteTx.envelop` closed. Throws SealBrokenError. */
  openEnvelope(envelope: Uint8Array, of: EnvelopeOf): Buffer
  /**
   * Whether `text` has a match of an expression that a user wrote. Throws SlowPatternError, and what
   * the expression itself throws: some are found too large only here.
   */
  matches(expression: RegExp, text: string): boolean
  /** The places that are down now; see `isUp` in places.ts. */
  readonly faults: readonly Place[]
  /** The Regions that lag behind; see faults.ts. */
  readonly lags: readonly Lag[]
  /** The Regions whose deliveries come again; see faults.ts. */
  readonly redeliveries: readonly Redelivery[]
  /** The Regions whose services refuse what is above their rates; see faults.ts. */
  readonly slowDowns: readonly string[]
  /** Counts the writes to a cached table; undefined of others. See derived.ts. */
  changesOf<Row extends object>(table: Table<Row>): ChangeCount | undefined
}

/** A serializable transaction: one synchronous turn; what it throws undoes all of it. */
export interface WriteTx extends ReadTx {
  /** Writes a row, new or not. */
  put<Row extends object>(table: Table<Row>, row: NoInfer<Row>): void
  /**
   * Writes a row whose key no row has: the caller knows (a serial, say). Saves a read. Were there
   * one all the same, it could come back when this one is deleted.
   */
  insert<Row extends object>(table: Table<Row>, row: NoInfer<Row>): void
  /** Writes `row` over `old`, which the caller has just read and which has the same key. */
  replace<Row extends object>(table: Table<Row>, old: NoInfer<Row>, row: NoInfer<Row>): void
  /** Deletes by key; true when there was a row. */
  delete<Row extends object>(table: Table<Row>, key: KeyParts): boolean
  /** Deletes a row that the caller has just read. */
  remove<Row extends object>(table: Table<Row>, row: NoInfer<Row>): void
  /** A number above all that this store has given out. Gaps are normal. */
  serial(): number
  random(stream: string): RandomStream
  /** Encrypts what a row must not show: the key is no row. 28 bytes longer than `plain`. */
  seal(plain: Uint8Array, of: SealOf): Buffer
  /** As `seal`, under a key of its own that goes with it, wrapped: for what is many. 57 bytes longer. */
  envelop(plain: Uint8Array, of: EnvelopeOf): Buffer
  /** Runs `job` at cloud time `at` or as soon after it as the cloud runs. */
  schedule<Args extends object>(job: Job<Args>, args: Args, at: number): TimerId
  cancel(timer: TimerId): void
  /** Delivers after the commit, with the effect's retries; see later.ts. */
  emit<Payload extends object>(
    effect: Effect<Payload>,
    payload: Payload,
    options?: EffectOptions,
  ): void
  /** Counts a usage; `quantity` in the unit of the usage type. */
  meter(usageType: string, of: UsageOf, quantity?: number): void
  /**
   * Runs `record` in the place of this operation if it fails, when all that it wrote is undone: for
   * what is counted of refusals too. The last one given holds; what it throws itself is our bug.
   */
  despiteFailure(record: (tx: WriteTx) => void): void
  /** Ties a staged blob to this commit: from here on it is kept until it is unlinked. */
  linkBlob(id: string): void
  unlinkBlob(id: string): void
}

/** What a transaction may do without naming a store: used by both kinds. */
export interface RowSource {
  get(key: string, hash?: number): Value | PendingRow | undefined
  scan(range: KeyRange): Iterable<readonly [string, Value]>
}

/** The key range that a scan covers. Cursors are the last key seen, whole. */
export function rangeOf<Row extends object>(
  table: Table<Row>,
  range: ScanRange,
  limit = range.limit,
): KeyRange {
  let space = table.prefix
  if (range.index !== undefined) {
    const index = table.indexes.find((one) => one.name === range.index)
    if (!index) throw new Error(`${table.name} has no index ${range.index}`)
    space = index.prefix
  }
  const prefix = range.prefix ? space + encodeKey(range.prefix) : space
  let start = range.from ? prefix + encodeKey(range.from) : prefix
  let end = range.to ? prefix + encodeKey(range.to) : prefixEnd(prefix)
  if (range.after !== undefined) {
    if (range.reverse) end = range.after < end ? range.after : end
    // The successor of a key is the key and one more, lowest byte.
    else start = range.after >= start ? `${range.after}\0` : start
  }
  return { start, end, reverse: range.reverse === true, limit }
}

export function scanRows<Row extends object>(
  source: RowSource,
  table: Table<Row>,
  range: ScanRange,
): Page<Row> {
  if (!(range.limit >= 1)) throw new Error(`${table.name}: a scan needs a limit`)
  const rows: Row[] = []
  let last = ""
  // One more than asked tells whether there is a next page.
  for (const [key, value] of source.scan(rangeOf(table, range, range.limit + 1))) {
    if (rows.length === range.limit) return { rows, next: last }
    rows.push(
      range.index === undefined ? decodeRow(table, value) : rowOfEntry(source, table, key, value),
    )
    last = key
  }
  return { rows }
}

export function countRows<Row extends object>(
  source: RowSource,
  table: Table<Row>,
  range: ScanRange,
): number {
  if (!(range.limit >= 1)) throw new Error(`${table.name}: a count needs a limit`)
  let count = 0
  for (const _entry of source.scan(rangeOf(table, range))) count += 1
  return count
}

/** An index entry's value is where, in its key, the primary key begins. */
function rowOfEntry<Row extends object>(
  source: RowSource,
  table: Table<Row>,
  key: string,
  value: Value,
): Row {
  const row = source.get(table.prefix + key.slice(Number(value)))
  if (row === undefined) throw new Error(`${table.name}: an index entry without its row`)
  return decodeRow(table, row)
}

/** Rows of one page of a walk over all of them. */
const EVERY_PAGE = 1_000

/** Every row of a table, page by page: for repairs, which may take their time. */
export function* everyRow<Row extends object>(tx: ReadTx, table: Table<Row>): Generator<Row> {
  let after: string | undefined
  do {
    const page = tx.scan(table, { after, limit: EVERY_PAGE })
    yield* page.rows
    after = page.next
  } while (after !== undefined)
}
