import type { Key } from "../engine.ts"

/** A key that is looked up more than once. */
export interface HashedKey {
  readonly key: Key
  readonly hash: number
}

export const hashed = (key: Key): HashedKey => ({ key, hash: hashOf(key) })

/** One key of a `KeyMap`; `next` has the same hash. */
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

/**
 * A map from keys that are made anew for each look-up. V8 makes every string that is looked up in a
 * Map unique within the process, in memory that only a full collection frees: for keys that live as
 * long as a message does, that costs more than hashing them here (measured: 1.4 µs a message).
 * Who looks into several maps hashes once, and hands the hash on.
 */
export class KeyMap<V> {
  readonly #slots = new Map<number, KeySlot<V>>()
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
    let slot = this.#slots.get(hash)
    while (slot !== undefined && slot.key !== key) slot = slot.next
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
    const first = this.#slots.get(hash)
    for (let slot = first; slot !== undefined; slot = slot.next) if (slot.key === key) return slot
    const added = new KeySlot(key, value, hash)
    added.next = first
    this.#slots.set(hash, added)
    this.#size += 1
    return added
  }

  /** Returns the slot that was removed. */
  delete(key: Key, hash: number = hashOf(key)): KeySlot<V> | undefined {
    const first = this.#slots.get(hash)
    let before: KeySlot<V> | undefined
    let slot = first
    while (slot !== undefined && slot.key !== key) {
      before = slot
      slot = slot.next
    }
    if (slot === undefined) return undefined
    if (before !== undefined) before.next = slot.next
    else if (slot.next !== undefined) this.#slots.set(hash, slot.next)
    else this.#slots.delete(hash)
    this.#size -= 1
    return slot
  }

  clear(): void {
    this.#slots.clear()
    this.#size = 0
  }

  /** In no particular order. */
  *[Symbol.iterator](): IterableIterator<readonly [Key, V]> {
    for (const first of this.#slots.values())
      for (let slot: KeySlot<V> | undefined = first; slot; slot = slot.next)
        yield [slot.key, slot.value]
  }

  *keys(): IterableIterator<Key> {
    for (const [key] of this) yield key
  }

  forEach(visit: (value: V, key: Key, slot: KeySlot<V>) => void): void {
    for (const first of this.#slots.values())
      for (let slot: KeySlot<V> | undefined = first; slot; slot = slot.next)
        visit(slot.value, slot.key, slot)
  }
}

/** Small integers are what V8's Map finds fastest. */
export function hashOf(key: Key): number {
  let hash = 0
  for (let i = 0; i < key.length; i += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return hash & 0x3fff_ffff
}
