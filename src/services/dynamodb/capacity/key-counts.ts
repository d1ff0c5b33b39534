/** More keys than can have a full partition's traffic below a table's quota of 40,000 units. */
const KEYS = 40

/** Keys, and the units of each beside them. */
export interface StoredCounts {
  readonly keys: readonly string[]
  readonly units: readonly number[]
}

interface Lists extends StoredCounts {
  /** When the last of them came, and how many of each in that instant. */
  readonly atMs: number
  readonly recent: readonly number[]
}

/**
 * Units by key, of those keys that are used most: Misra and Gries's frequent items. A key that is used
 * much is always among the few that are kept, and its count is never too high. None of it changes: each
 * request makes its own. Lists beside each other cost less than an object, and inside of a class nobody
 * walks through them to freeze them (measured: a third of the time).
 */
export class KeyCounts {
  readonly #lists: Lists

  private constructor(lists: Lists) {
    this.#lists = lists
  }

  /** What was an instant is over. Of rows in another form nothing is taken: they are of one second. */
  static of({ keys = [], units = [] }: Partial<StoredCounts> = {}): KeyCounts {
    return new KeyCounts({ keys, units, atMs: 0, recent: units })
  }

  stored(): StoredCounts {
    const { keys, units } = this.#lists
    return { keys, units }
  }

  /** Units of a key without those of this instant: what comes in one instant counts when it is over. */
  before(key: string, now: number): number {
    const { keys, units, recent, atMs } = this.#lists
    const at = keys.indexOf(key)
    if (at < 0) return 0
    return (units[at] as number) - (atMs === now ? (recent[at] as number) : 0)
  }

  with(key: string, more: number, now: number): KeyCounts {
    const { keys, atMs } = this.#lists
    const at = keys.indexOf(key)
    const units = this.#lists.units.slice()
    const recent = atMs === now ? this.#lists.recent.slice() : units.map(() => 0)
    if (at >= 0) {
      units[at] = (units[at] as number) + more
      recent[at] = (recent[at] as number) + more
      return new KeyCounts({ keys, units, atMs: now, recent })
    }
    if (keys.length >= KEYS) return this.#less(key, more, { recent, now })
    units.push(more)
    recent.push(more)
    return new KeyCounts({ keys: [...keys, key], units, atMs: now, recent })
  }

  /** One key more than there is room for: all have as much less as the least of them has. */
  #less(
    key: string,
    more: number,
    { recent, now }: { readonly recent: readonly number[]; readonly now: number },
  ): KeyCounts {
    const { keys, units } = this.#lists
    let less = more
    for (const count of units) if (count < less) less = count
    const left = { keys: [] as string[], units: [] as number[], atMs: now, recent: [] as number[] }
    for (let i = 0; i < keys.length; i += 1) {
      const count = (units[i] as number) - less
      if (count <= 0) continue
      left.keys.push(keys[i] as string)
      left.units.push(count)
      left.recent.push(Math.min(recent[i] as number, count))
    }
    if (more > less) {
      left.keys.push(key)
      left.units.push(more - less)
      left.recent.push(more - less)
    }
    return new KeyCounts(left)
  }
}
