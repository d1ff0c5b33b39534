interface Entry<Value> {
  readonly value: Value
  readonly bytes: number
  /** Cloud time, epoch milliseconds. */
  readonly storedMs: number
}

export interface LruLimits {
  readonly entries: number
  readonly bytes: number
}

/**
 * What was used last stays longest: "If the cache is full, DAX evicts older items (even if they haven't
 * expired yet) to make room" ("DAX: how it works").
 */
export class Lru<Value> {
  readonly #limits: LruLimits
  readonly #entries = new Map<string, Entry<Value>>()
  #bytes = 0

  constructor(limits: LruLimits) {
    this.#limits = limits
  }

  /** What was stored less than `ttlMs` ago; 0: whenever it was. */
  get(key: string, { now, ttlMs }: { now: number; ttlMs: number }): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.delete(key)
    if (ttlMs > 0 && now - entry.storedMs >= ttlMs) return undefined
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
    return entry.value
  }

  set(key: string, entry: Entry<Value>): void {
    this.delete(key)
    if (entry.bytes > this.#limits.bytes) return
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limits.bytes && this.#entries.size <= this.#limits.entries) return
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }
}
