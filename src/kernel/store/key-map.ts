import type { Key } from "../engine.ts"

/** One key of a `KeyMap`; `next` has the same hash. */
export interface KeySlot<V> {
  readonly key: Key
  value: V
  next: KeySlot<V> | undefined
}

/**
 * A map from keys that are made anew for each look-up. V8 makes every string that is looked up in a
 * Map unique within the process, in memory that only a full collection frees: for keys that live as
 * long as a message does, that costs more than hashing them here (measured: 1.4 µs a message).
 */
export class KeyMap<V> {
  readonly #slots = new Map<number, KeySlot<V>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: Key): V | undefined {
    return this.find(key)?.value
  }

  has(key: Key): boolean {
    return this.find(key) !== undefined
  }

  /** The key's slot, whose value may be changed. */
  find(key: Key): KeySlot<V> | undefined {
    let slot = this.#slots.get(hashOf(key))
    while (slot !== undefined && slot.key !== key) slot = slot.next
    return slot
  }

  /** True when the key is new. */
  set(key: Key, value: V): boolean {
    const known = this.findOrAdd(key, value)
    if (known !== undefined) known.value = value
    return known === undefined
  }

  /** The key's slot as it is; when the key is new, adds it and returns nothing. */
  findOrAdd(key: Key, value: V): KeySlot<V> | undefined {
    const hash = hashOf(key)
    const first = this.#slots.get(hash)
    for (let slot = first; slot !== undefined; slot = slot.next) if (slot.key === key) return slot
    this.#slots.set(hash, { key, value, next: first })
    this.#size += 1
    return undefined
  }

  delete(key: Key): boolean {
    const hash = hashOf(key)
    const first = this.#slots.get(hash)
    let before: KeySlot<V> | undefined
    let slot = first
    while (slot !== undefined && slot.key !== key) {
      before = slot
      slot = slot.next
    }
    if (slot === undefined) return false
    if (before !== undefined) before.next = slot.next
    else if (slot.next !== undefined) this.#slots.set(hash, slot.next)
    else this.#slots.delete(hash)
    this.#size -= 1
    return true
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

  forEach(visit: (value: V, key: Key) => void): void {
    for (const first of this.#slots.values())
      for (let slot: KeySlot<V> | undefined = first; slot; slot = slot.next)
        visit(slot.value, slot.key)
  }
}

/** Small integers are what V8's Map finds fastest. */
function hashOf(key: Key): number {
  let hash = 0
  for (let i = 0; i < key.length; i += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return hash & 0x3fff_ffff
}
