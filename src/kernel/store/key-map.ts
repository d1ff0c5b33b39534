import type { Key } from "../engine.ts"

/** A key that is looked up more than once. */
export interface HashedKey {
  readonly key: Key
  readonly hash: number
}

export const hashed = (key: Key): HashedKey => ({ key, hash: hashOf(key) })

/** One key of a `KeyMap`; `next` is in the same bucket. */
export class KeySlot<V> {
  readonly key: Key
  readonly hash: number
  value: V
  next: KeySlot<V> | undefined
  /** What the map's owner notes of the key: flags of its own. A new slot has none. */
  mark = 0

  constructor(key: Key, value: V, hash: number) {
    this.key = key
    this.hash = hash
    this.value = value
  }
}

/** Buckets of an empty map: a drain writes about as many rows. */
const FIRST_BITS = 6

/** Spreads hashes that differ in few bits over the high ones (Knuth's multiplicative hashing). */
const SPREAD = 0x9e37_79b1

/**
 * A map from keys that are made anew for each look-up. V8 makes every string that is looked up in a
 * Map unique within the process, in memory that only a full collection frees: for keys that live as
 * long as a message does, that costs more than hashing them here (measured: 1.4 µs a message). Nor
 * are its buckets a Map: one that rows come to and leave is made anew again and again, and each old
 * table holds on to the next, with all that was in it, until a full collection.
 * Who looks into several maps hashes once, and hands the hash on.
 */
export class KeyMap<V> {
  #buckets: (KeySlot<V> | undefined)[] = emptyBuckets(FIRST_BITS)
  /** 32 less the binary logarithm of the number of buckets. */
  #shift = 32 - FIRST_BITS
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: Key, hash: number = hashOf(key)): V | undefined {
    return this.find(key, hash)?.value
  }

  has(key: Key): boolean {
    return this.find(key) !== undefined
  }

  /** The key's slot, whose value may be changed. */
  find(key: Key, hash: number = hashOf(key)): KeySlot<V> | undefined {
    let slot = this.#buckets[Math.imul(hash, SPREAD) >>> this.#shift]
    while (slot !== undefined && (slot.hash !== hash || slot.key !== key)) slot = slot.next
    return slot
  }

  /** True when the key is new. */
  set(key: Key, value: V, hash: number = hashOf(key)): boolean {
    const before = this.#size
    this.findOrAdd(key, value, hash).value = value
    return this.#size > before
  }

  /** The key's slot as it is; a new key gets one with the value. */
  findOrAdd(key: Key, value: V, hash: number = hashOf(key)): KeySlot<V> {
    const found = this.find(key, hash)
    if (found !== undefined) return found
    if (this.#size >= this.#buckets.length) this.#grow()
    const added = new KeySlot(key, value, hash)
    const at = Math.imul(hash, SPREAD) >>> this.#shift
    added.next = this.#buckets[at]
    this.#buckets[at] = added
    this.#size += 1
    return added
  }

  /** Returns the slot that was removed. */
  delete(key: Key, hash: number = hashOf(key)): KeySlot<V> | undefined {
    const at = Math.imul(hash, SPREAD) >>> this.#shift
    let before: KeySlot<V> | undefined
    let slot = this.#buckets[at]
    while (slot !== undefined && (slot.hash !== hash || slot.key !== key)) {
      before = slot
      slot = slot.next
    }
    if (slot === undefined) return undefined
    if (before !== undefined) before.next = slot.next
    else this.#buckets[at] = slot.next
    slot.next = undefined
    this.#size -= 1
    return slot
  }

  clear(): void {
    this.#buckets = emptyBuckets(FIRST_BITS)
    this.#shift = 32 - FIRST_BITS
    this.#size = 0
  }

  /** In no particular order. */
  *[Symbol.iterator](): IterableIterator<readonly [Key, V]> {
    for (const first of this.#buckets)
      for (let slot = first; slot !== undefined; slot = slot.next) yield [slot.key, slot.value]
  }

  *keys(): IterableIterator<Key> {
    for (const [key] of this) yield key
  }

  forEach(visit: (value: V, key: Key, slot: KeySlot<V>) => void): void {
    for (const first of this.#buckets)
      for (let slot = first; slot !== undefined; slot = slot.next) visit(slot.value, slot.key, slot)
  }

  #grow(): void {
    const old = this.#buckets
    const shift = this.#shift - 1
    const buckets = emptyBuckets<V>(32 - shift)
    for (const first of old) {
      for (let slot = first; slot !== undefined;) {
        const { next } = slot
        const at = Math.imul(slot.hash, SPREAD) >>> shift
        slot.next = buckets[at]
        buckets[at] = slot
        slot = next
      }
    }
    this.#buckets = buckets
    this.#shift = shift
  }
}

const emptyBuckets = <V>(bits: number): (KeySlot<V> | undefined)[] =>
  // oxlint-disable-next-line unicorn/no-new-array -- Array.from goes through the iterator protocol
  new Array<KeySlot<V> | undefined>(2 ** bits).fill(undefined)

/** A small integer, which V8 keeps without a box. */
export function hashOf(key: Key): number {
  let hash = 0
  for (let i = 0; i < key.length; i += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return hash & 0x3fff_ffff
}
