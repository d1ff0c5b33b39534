import type { Key, KeyRange, Value } from "../engine.ts"
import { KeyMap } from "./key-map.ts"
import { OrderedMap } from "./ordered-map.ts"

/**
 * Writes that lie above a slower store: the last value of each key, `null` for a deletion that
 * hides what is below. Keys are put in order only when somebody scans.
 */
export class WriteLayer {
  readonly #values = new KeyMap<Value | null>()
  readonly #keys = new OrderedMap<true>()
  /** Keys that are not in #keys yet; some may be forgotten meanwhile, some be there twice. */
  #unordered: Key[] = []

  get size(): number {
    return this.#values.size
  }

  /** `undefined`: this layer does not know the key. */
  get(key: Key): Value | null | undefined {
    return this.#values.get(key)
  }

  set(key: Key, value: Value | null): void {
    if (this.#values.set(key, value)) this.#unordered.push(key)
  }

  /** As if the key had never been written. */
  forget(key: Key): void {
    if (this.#values.delete(key)) this.#keys.delete(key)
  }

  /** In no particular order. */
  entries(): Iterable<readonly [Key, Value | null]> {
    return this.#values
  }

  /** The layer must not change while the iteration is under way. */
  keys(range: KeyRange): Iterator<readonly [Key, true]> {
    if (this.#unordered.length > 0) {
      for (const key of this.#unordered) if (this.#values.has(key)) this.#keys.set(key, true)
      this.#unordered = []
    }
    return this.#keys.entries(range)
  }
}
