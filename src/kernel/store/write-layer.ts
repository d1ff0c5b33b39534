import type { Key, KeyRange, Value } from "../engine.ts"
import { hashOf, KeyMap, type HashedKey, type KeySlot } from "./key-map.ts"
import { type MapCursor, OrderedMap } from "./ordered-map.ts"

/** Marks of a layer's keys. */
const KNOWN = 1
/** Nothing below the layer has the key: once it is deleted, nothing needs to be hidden. */
const ONLY_HERE = 2
const ORDERED = 4
const FORGOTTEN = 8

/**
 * Writes that lie above a slower store: the last value of each key, `null` for a deletion that
 * hides what is below. Keys are put in order only when somebody scans.
 */
export class WriteLayer {
  readonly #values = new KeyMap<Value | null>()
  readonly #keys = new OrderedMap<KeySlot<Value | null>>()
  /** Those that are not in #keys yet; some may be forgotten meanwhile. */
  #unordered: KeySlot<Value | null>[] = []

  get size(): number {
    return this.#values.size
  }

  /** `undefined`: this layer does not know the key. */
  get(key: Key, hash: number = hashOf(key)): Value | null | undefined {
    return this.#values.find(key, hash)?.value
  }

  /** `onlyHere`: nothing below has the key, unless this layer knew it before. */
  set({ key, hash }: HashedKey, value: Value | null, onlyHere = false): void {
    const slot = this.#values.findOrAdd(key, value, hash)
    if (slot.mark !== 0) slot.value = value
    else {
      slot.mark = onlyHere ? KNOWN | ONLY_HERE : KNOWN
      this.#unordered.push(slot)
    }
  }

  /** Whether nothing below can have the key. */
  isOnlyHere({ key, hash }: HashedKey): boolean {
    const mark = this.#values.find(key, hash)?.mark ?? 0
    return (mark & ONLY_HERE) !== 0
  }

  /** As if the key had never been written. */
  forget({ key, hash }: HashedKey): void {
    const slot = this.#values.delete(key, hash)
    if (slot === undefined) return
    if ((slot.mark & ORDERED) !== 0) this.#keys.delete(key)
    slot.mark |= FORGOTTEN
  }

  /** In no particular order. */
  entries(): Iterable<readonly [Key, Value | null]> {
    return this.#values
  }

  /** The keys of a range and their values, in order. The layer must not change meanwhile. */
  cursor(range: KeyRange): MapCursor<KeySlot<Value | null>> {
    if (this.#unordered.length > 0) {
      for (const slot of this.#unordered) {
        if ((slot.mark & FORGOTTEN) !== 0) continue
        this.#keys.set(slot.key, slot)
        slot.mark |= ORDERED
      }
      this.#unordered = []
    }
    return this.#keys.cursor(range)
  }
}
