import type { KeyRange } from "../../engine.ts"
import { hashOf, KeyMap } from "../../store/key-map.ts"
import type { Entry } from "../../store/layered-scan.ts"

type Range = KeyRange & { readonly limit: number }

interface Kept {
  readonly range: Range
  readonly entries: readonly Entry[]
}

/** All that is kept together, in characters of keys and values; beyond, all is forgotten. */
const CHARACTERS = 512 * 1024
/** What a page counts besides, so that there are not too many short ones. */
const OVERHEAD = 1_000
/** A longer page is read again. */
const PAGE_CHARACTERS = 64 * 1024
/**
 * So few ranges are remembered as asked for: one that comes again while it is among them is asked for
 * much. To keep others would cost more than it spares.
 */
const ASKED = 16

/**
 * Pages of a store that does not change, which are asked for again and again: to read twenty short
 * rows from LMDB takes as long as all else that a query of them does (measured: 8 µs).
 */
export class RangeCache {
  readonly #kept = new KeyMap<Kept>()
  /** Hashes of where the last ranges began, each in its place. */
  readonly #asked = new Int32Array(ASKED)
  #characters = 0

  get({ start, end, reverse = false, limit }: Range): readonly Entry[] | undefined {
    const kept = this.#kept.size > 0 ? this.#kept.get(start) : undefined
    if (!kept) return undefined
    const { range, entries } = kept
    const isSame = range.end === end && range.limit === limit && range.reverse === reverse
    return isSame ? entries : undefined
  }

  /** To call with a page that had to be read. It is kept if it has been asked for lately. */
  offer(range: Range, entries: readonly Entry[]): void {
    const hash = hashOf(range.start)
    const place = hash % ASKED
    const again = this.#asked[place] === hash
    this.#asked[place] = hash
    if (!again) return
    const size = sizeOf(entries)
    if (size > PAGE_CHARACTERS) return
    if (this.#characters + size > CHARACTERS) this.clear()
    this.#characters += size
    this.#kept.set(range.start, { range: { reverse: false, ...range }, entries }, hash)
  }

  /** To call when the store has changed. */
  clear(): void {
    this.#kept.clear()
    this.#characters = 0
  }
}

function sizeOf(entries: readonly Entry[]): number {
  let size = OVERHEAD
  for (const [key, value] of entries) size += key.length + value.length
  return size
}
