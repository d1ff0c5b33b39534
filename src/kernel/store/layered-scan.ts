import type { Key, KeyRange, Value } from "../engine.ts"
import type { KeySlot } from "./key-map.ts"
import type { MapCursor } from "./ordered-map.ts"
import type { WriteLayer } from "./write-layer.ts"

export type Entry = readonly [Key, Value]

/** A store that is read in pages: a range with a limit, as a whole. */
export type ReadPage = (range: KeyRange & { readonly limit: number }) => readonly Entry[]

export interface LayeredScan {
  /** The newest first. */
  readonly layers: readonly WriteLayer[]
  /** What lies below the layers. */
  readonly readPage?: ReadPage | undefined
  readonly range: KeyRange
  /** Told how many deleted or replaced entries the scan had to step over. */
  readonly onSkipped?: (count: number) => void
}

const FIRST_PAGE = 16
const LARGEST_PAGE = 256

type LayerCursor = MapCursor<KeySlot<Value | null>>

/** Entries of all layers and the store below as one, in order. */
export function scanLayers(scan: LayeredScan): IterableIterator<Entry> {
  const { range, readPage } = scan
  const cursors: LayerCursor[] = []
  for (const layer of scan.layers) {
    const cursor = layer.cursor(range)
    if (cursor.key !== undefined) cursors.push(cursor)
  }
  return new LayeredIterator(scan, cursors, readPage && new PageCursor(readPage, range))
}

const ENDED: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined })

class LayeredIterator implements IterableIterator<Entry> {
  readonly #scan: LayeredScan
  readonly #cursors: readonly LayerCursor[]
  readonly #pages: PageCursor | undefined
  readonly #reverse: boolean
  #left: number

  constructor(scan: LayeredScan, cursors: readonly LayerCursor[], pages: PageCursor | undefined) {
    this.#scan = scan
    this.#cursors = cursors
    this.#pages = pages
    this.#reverse = scan.range.reverse === true
    this.#left = scan.range.limit ?? Number.POSITIVE_INFINITY
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<Entry, undefined> {
    const entry = this.#left > 0 ? this.#nextEntry() : undefined
    this.#left = entry ? this.#left - 1 : 0
    return entry ? { done: false, value: entry } : ENDED
  }

  #nextEntry(): Entry | undefined {
    // What nobody has written to lately lies below only.
    if (this.#cursors.length === 0) return this.#pages?.take()
    let skipped = 0
    let found: Entry | undefined
    for (let key = this.#nextKey(); key !== undefined; key = this.#nextKey()) {
      found = this.#take(key)
      if (found) break
      skipped += 1
    }
    if (skipped > 0) this.#scan.onSkipped?.(skipped)
    return found
  }

  #nextKey(): Key | undefined {
    let nearest = this.#pages?.head()?.[0]
    for (const { key } of this.#cursors) {
      if (key === undefined) continue
      if (nearest === undefined || (this.#reverse ? key > nearest : key < nearest)) nearest = key
    }
    return nearest
  }

  /** Moves all sources past `key`; the newest layer that has it decides. */
  #take(key: Key): Entry | undefined {
    let value: Value | null | undefined
    for (const cursor of this.#cursors) {
      if (cursor.key !== key) continue
      if (value === undefined) value = cursor.value?.value
      cursor.advance()
    }
    const head = this.#pages?.head()
    if (head?.[0] === key) {
      this.#pages?.advance()
      if (value === undefined) return head
    }
    return value === undefined || value === null ? undefined : [key, value]
  }
}

/**
 * Reads the store below page by page, so that no cursor stays open in it between two steps: a
 * scan that is left holds nothing.
 */
class PageCursor {
  readonly #readPage: ReadPage
  #rest: KeyRange
  #page: readonly Entry[] = []
  #at = 0
  #pageSize: number
  #more: boolean

  constructor(readPage: ReadPage, range: KeyRange) {
    this.#readPage = readPage
    this.#rest = range
    this.#pageSize = Math.min(range.limit ?? FIRST_PAGE, LARGEST_PAGE)
    this.#more = this.#pageSize > 0
  }

  /** `undefined` at the end. The next page is read when somebody asks for its first entry. */
  head(): Entry | undefined {
    if (this.#at >= this.#page.length && this.#more) this.#fill()
    return this.#page[this.#at]
  }

  advance(): void {
    this.#at += 1
  }

  /** The entry that it stands on; then it stands on the next. */
  take(): Entry | undefined {
    const head = this.head()
    this.#at += 1
    return head
  }

  #fill(): void {
    this.#page = this.#readPage({ ...this.#rest, limit: this.#pageSize })
    this.#at = 0
    this.#more = this.#page.length === this.#pageSize
    const last = this.#page.at(-1)?.[0]
    if (last === undefined) return
    const { start, end, reverse = false } = this.#rest
    this.#rest = reverse ? { start, end: last, reverse } : { start: `${last}\0`, end, reverse }
    this.#pageSize = Math.min(this.#pageSize * 2, LARGEST_PAGE)
  }
}
