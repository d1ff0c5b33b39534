import type { Value } from "../engine.ts"
import type { Effect, EffectOptions, Job, TimerId } from "../later/later.ts"
import { encodeKey, joinKey } from "../key.ts"
import type { ChangeCount } from "../derived.ts"
import type { EnvelopeOf } from "../sealing/envelopes.ts"
import { deliveries, timers } from "../later/later-rows.ts"
import { blobLinks } from "../blobs/blob-links.ts"
import { hashed, type HashedKey } from "./key-map.ts"
import { NEW, type Overlay } from "./overlay.ts"
import { keyOfRow, keyOfSome } from "./row-key.ts"
import { RandomStream } from "../random.ts"
import { NONCE_BYTES } from "../sealing/sealing.ts"
import type { StoreState } from "./store-state.ts"
import {
  decodeRow,
  encodeRow,
  PendingRow,
  primaryKey,
  type KeyParts,
  type Table,
} from "../table.ts"
import type { SealOf, UsageOf, WriteTx } from "../transaction.ts"
import { Reading } from "./reading.ts"

export interface UsageEntry {
  readonly usageType: string
  readonly of: UsageOf
  readonly quantity: number
}

export class StoreTransaction extends Reading implements WriteTx {
  readonly #overlay: Overlay
  readonly #writable: boolean
  override readonly now: number
  usage: UsageEntry[] | undefined
  /** What is written in its place if it fails. */
  record: ((tx: WriteTx) => void) | undefined
  /** The counts of the cached tables that this transaction wrote to. */
  #counted: Set<ChangeCount> | undefined

  constructor(overlay: Overlay, state: StoreState, now: number, writable: boolean) {
    super(overlay, state)
    this.now = now
    this.#overlay = overlay
    this.#writable = writable
  }

  protected override written({ key, hash }: HashedKey): boolean {
    return this.state.written.length > 0 && this.#overlay.has(key, hash)
  }

  put<Row extends object>(of: Table<Row>, row: NoInfer<Row>): void {
    this.#check()
    if (of.spec.rewritten) return this.#rewrite(of, row)
    const at = keyOfRow(of, row)
    if (of.indexes.length > 0) {
      const old = this.#overlay.get(at.key, at.hash)
      if (old !== undefined) this.#unindex(of, at, decodeRow(of, old))
    }
    this.remember(at, this.#write(of, { at, row }), row)
  }

  #rewrite<Row extends object>(of: Table<Row>, row: Row): void {
    const at = this.keyAgain(of, of.spec.key(row)) ?? keyOfRow(of, row)
    this.#overlay.set(at, new PendingRow(of, row))
  }

  insert<Row extends object>(of: Table<Row>, row: NoInfer<Row>): void {
    this.#check()
    // Not remembered: what is new is seldom the next that is read.
    this.#write(of, { at: keyOfRow(of, row), row, mark: NEW })
  }

  replace<Row extends object>(of: Table<Row>, old: NoInfer<Row>, row: NoInfer<Row>): void {
    this.#check()
    // Its caller has just read it.
    const parts = of.spec.key(row)
    const at = this.keyLookedFor(of, parts) ?? hashed(primaryKey(of, parts))
    if (of.indexes.length > 0) this.#unindex(of, at, old)
    this.remember(at, this.#write(of, { at, row }), row)
  }

  delete<Row extends object>(of: Table<Row>, key: KeyParts): boolean {
    this.#check()
    const stored = keyOfSome(of, key)
    if (stored === undefined) return false
    const at = hashed(stored)
    const old = this.#overlay.get(stored, at.hash)
    if (old === undefined) return false
    if (of.indexes.length > 0) this.#unindex(of, at, decodeRow(of, old))
    this.#erase(of, at)
    return true
  }

  remove<Row extends object>(of: Table<Row>, row: NoInfer<Row>): void {
    this.#check()
    const at = keyOfRow(of, row)
    if (of.indexes.length > 0) this.#unindex(of, at, row)
    this.#erase(of, at)
  }

  /** What is gone is not kept either: rows that live shortly would fill the memory of recent ones. */
  #erase<Row extends object>(of: Table<Row>, at: HashedKey): void {
    if (of.spec.cached) this.#count(of, at)
    else this.state.recent.delete(at.key, at.hash)
    this.#overlay.set(at, undefined)
  }

  /** Encodes the rows that were rewritten in this drain: the last step before its commit. */
  settle(): void {
    this.#overlay.settle((at, value, row) => this.remember(at, value, row))
  }

  /** Writes a value under a key of a table without indexes: the kernel's own rows are made so. */
  putValue(at: HashedKey, value: Value): void {
    this.#check()
    this.#overlay.set(at, value)
  }

  /** Called when all that this transaction wrote was undone: what was read of it is not true. */
  undone(): void {
    if (this.#counted) for (const count of this.#counted) count.changes += 1
  }

  despiteFailure(record: (tx: WriteTx) => void): void {
    this.#check()
    this.record = record
  }

  #count<Row extends object>(of: Table<Row>, at: HashedKey): void {
    this.state.written.push(at)
    const count = this.changesOf(of)
    if (!count) return
    count.changes += 1
    this.#counted ??= new Set()
    this.#counted.add(count)
  }

  serial(): number {
    this.#check()
    this.state.serial += 1
    return this.state.serial
  }

  seal(plain: Uint8Array, of: SealOf): Buffer {
    const nonce = this.random("kernel/nonce").bytes(NONCE_BYTES)
    return this.state.sealing.seal(plain, { ...of, nonce })
  }

  envelop(plain: Uint8Array, of: EnvelopeOf): Buffer {
    return this.state.envelopes.close(plain, of, this.state.random)
  }

  random(stream: string): RandomStream {
    return new RandomStream(this.state.random, stream)
  }

  schedule<Args extends object>(job: Job<Args>, args: Args, at: number): TimerId {
    const timer = { at, serial: this.serial() }
    this.state.laterTouched = true
    if (at < this.state.timersFrom) this.state.timersFrom = at
    this.insert(timers, { ...timer, job: job.name, args, attempt: 0 })
    return timer
  }

  cancel(timer: TimerId): void {
    if (this.delete(timers, [timer.at, timer.serial])) return
    const retried = this.first(timers, { index: "retried", prefix: [timer.serial] })
    if (retried) this.remove(timers, retried)
  }

  emit<Payload extends object>(
    effect: Effect<Payload>,
    payload: Payload,
    options: EffectOptions = {},
  ): void {
    const { at = this.now, ...meta } = options
    this.state.laterTouched = true
    const behind =
      meta.orderKey !== undefined &&
      this.first(deliveries, { index: "byOrder", prefix: [meta.orderKey] }) !== undefined
    this.insert(deliveries, {
      ...meta,
      id: this.serial(),
      effect: effect.name,
      payload,
      at,
      attempt: 0,
      emittedAt: this.now,
      state: behind ? "behind" : "due",
    })
  }

  meter(usageType: string, of: UsageOf, quantity = 1): void {
    this.#check()
    const entry = { usageType, of, quantity }
    if (this.usage) this.usage.push(entry)
    else this.usage = [entry]
  }

  linkBlob(id: string): void {
    this.put(blobLinks, { id, linkedAt: this.now })
  }

  unlinkBlob(id: string): void {
    this.delete(blobLinks, [id])
    this.state.unlinked.note(id)
  }

  #check(): void {
    this.check()
    if (!this.#writable) throw new Error("a read cannot write")
  }

  /** Returns the row as it is stored. */
  #write<Row extends object>(
    of: Table<Row>,
    { at, row, mark }: { at: HashedKey; row: Row; mark?: typeof NEW },
  ): Value {
    const value = encodeRow(of, row)
    if (of.spec.cached) this.#count(of, at)
    this.#overlay.set(at, value, mark)
    for (const index of of.indexes) {
      const parts = index.key(row)
      if (!parts) continue
      const head = index.prefix + encodeKey(parts)
      // The row's old entries are gone by now: in the engine there is none of this name.
      const entry = joinKey(head, at.key.slice(of.prefix.length))
      this.#overlay.set(hashed(entry), String(head.length), NEW)
    }
    return value
  }

  /** Removes the index entries of a row as it was, under the same key. */
  #unindex<Row extends object>(of: Table<Row>, at: HashedKey, row: Row): void {
    const suffix = at.key.slice(of.prefix.length)
    for (const index of of.indexes) {
      const parts = index.key(row)
      if (!parts) continue
      this.#overlay.set(hashed(index.prefix + encodeKey(parts) + suffix), undefined)
    }
  }
}
