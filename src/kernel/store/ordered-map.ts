import type { Key, KeyRange } from "../engine.ts"

interface Leaf<V> {
  readonly keys: Key[]
  readonly values: V[]
  readonly children?: undefined
  previous: Leaf<V> | undefined
  next: Leaf<V> | undefined
}

/** `children[i]` holds the keys below `keys[i]`; the last child holds the rest. */
interface Branch<V> {
  readonly keys: Key[]
  readonly children: Node<V>[]
}

type Node<V> = Leaf<V> | Branch<V>

interface Split<V> {
  readonly separator: Key
  readonly right: Node<V>
}

const NODE_ENTRIES = 64
/** A node below this is joined with a neighbour when both fit into one. */
const FEW_ENTRIES = NODE_ENTRIES / 4

/** A B+tree over byte-string keys; its leaves are linked, so that a scan costs O(log n + k). */
export class OrderedMap<V> {
  #root: Node<V> = newLeaf<V>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get(key: Key): V | undefined {
    const leaf = this.#leafFor(key)
    const index = lowerBound(leaf.keys, key)
    return leaf.keys[index] === key ? leaf.values[index] : undefined
  }

  /** Returns the value that was replaced. */
  set(key: Key, value: V): V | undefined {
    const leaf = this.#leafFor(key)
    const index = lowerBound(leaf.keys, key)
    if (leaf.keys[index] === key) {
      const replaced = leaf.values[index]
      leaf.values[index] = value
      return replaced
    }
    this.#size++
    if (leaf.keys.length < NODE_ENTRIES) insertEntry(leaf, { index, key, value })
    else this.#grow(insertInto(this.#root, key, value))
    return undefined
  }

  /** Returns the value that was removed. */
  delete(key: Key): V | undefined {
    const leaf = this.#leafFor(key)
    const index = lowerBound(leaf.keys, key)
    if (leaf.keys[index] !== key) return undefined
    const removed = leaf.values[index]
    this.#size--
    leaf.keys.splice(index, 1)
    leaf.values.splice(index, 1)
    if (leaf.keys.length < FEW_ENTRIES) {
      joinPath(this.#root, key)
      while (this.#root.children?.length === 1) this.#root = this.#root.children[0] as Node<V>
    }
    return removed
  }

  /** The map must not change while the iteration is under way. */
  entries(range: KeyRange): IterableIterator<readonly [Key, V]> {
    return new EntryIterator(this.cursor(range), range.limit)
  }

  /** Stands on the range's first entry, whatever its limit. The map must not change meanwhile. */
  cursor(range: KeyRange): MapCursor<V> {
    const from = range.reverse ? range.end : range.start
    const leaf = this.#leafFor(from)
    return new MapCursor(leaf, lowerBound(leaf.keys, from), range)
  }

  #leafFor(key: Key): Leaf<V> {
    let node = this.#root
    while (node.children !== undefined) node = node.children[upperBound(node.keys, key)] as Node<V>
    return node
  }

  #grow(split: Split<V> | undefined): void {
    if (!split) return
    this.#root = { keys: [split.separator], children: [this.#root, split.right] }
  }
}

/** Goes through a range without making anything for each entry. */
export class MapCursor<V> {
  /** Of the entry that it stands on; `undefined` behind the last one. */
  key: Key | undefined
  value: V | undefined
  #leaf: Leaf<V> | undefined
  /** Of the next entry; in reverse, behind it. */
  #index: number
  readonly #range: KeyRange

  constructor(leaf: Leaf<V>, index: number, range: KeyRange) {
    this.#leaf = leaf
    this.#index = index
    this.#range = range
    this.advance()
  }

  advance(): void {
    const reverse = this.#range.reverse === true
    const leaf = reverse ? this.#stepBack() : this.#stepForward()
    if (!leaf) return this.#finish()
    const index = reverse ? --this.#index : this.#index++
    const key = leaf.keys[index] as Key
    if (reverse ? key < this.#range.start : key >= this.#range.end) return this.#finish()
    this.key = key
    this.value = leaf.values[index]
  }

  #stepForward(): Leaf<V> | undefined {
    while (this.#leaf && this.#index >= this.#leaf.keys.length) {
      this.#leaf = this.#leaf.next
      this.#index = 0
    }
    return this.#leaf
  }

  #stepBack(): Leaf<V> | undefined {
    while (this.#leaf && this.#index <= 0) {
      this.#leaf = this.#leaf.previous
      this.#index = this.#leaf?.keys.length ?? 0
    }
    return this.#leaf
  }

  #finish(): void {
    this.#leaf = undefined
    this.key = undefined
    this.value = undefined
  }
}

class EntryIterator<V> implements IterableIterator<readonly [Key, V]> {
  readonly #cursor: MapCursor<V>
  #left: number

  constructor(cursor: MapCursor<V>, limit = Number.POSITIVE_INFINITY) {
    this.#cursor = cursor
    this.#left = limit
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<readonly [Key, V], undefined> {
    const { key, value } = this.#cursor
    if (key === undefined || this.#left <= 0) return { done: true, value: undefined }
    this.#cursor.advance()
    this.#left -= 1
    return { done: false, value: [key, value as V] }
  }
}

function newLeaf<V>(): Leaf<V> {
  return { keys: [], values: [], previous: undefined, next: undefined }
}

/** The first index whose key is not below `key`. */
function lowerBound(keys: readonly Key[], key: Key): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((keys[middle] as Key) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** The first index whose key is above `key`. */
function upperBound(keys: readonly Key[], key: Key): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (key < (keys[middle] as Key)) high = middle
    else low = middle + 1
  }
  return low
}

function insertEntry<V>(leaf: Leaf<V>, entry: { index: number; key: Key; value: V }): void {
  leaf.keys.splice(entry.index, 0, entry.key)
  leaf.values.splice(entry.index, 0, entry.value)
}

/** Inserts an absent key below `node`; returns what did not fit into it. */
function insertInto<V>(node: Node<V>, key: Key, value: V): Split<V> | undefined {
  if (node.children === undefined) return insertIntoLeaf(node, key, value)
  const index = upperBound(node.keys, key)
  const split = insertInto(node.children[index] as Node<V>, key, value)
  if (!split) return undefined
  node.keys.splice(index, 0, split.separator)
  node.children.splice(index + 1, 0, split.right)
  return node.children.length <= NODE_ENTRIES ? undefined : splitBranch(node)
}

function insertIntoLeaf<V>(leaf: Leaf<V>, key: Key, value: V): Split<V> | undefined {
  const index = lowerBound(leaf.keys, key)
  if (leaf.keys.length < NODE_ENTRIES) {
    insertEntry(leaf, { index, key, value })
    return undefined
  }
  // Growing sequences append at one place: leave the full leaf full behind them.
  const half = index === leaf.keys.length ? index : leaf.keys.length >>> 1
  const right: Leaf<V> = {
    keys: leaf.keys.splice(half),
    values: leaf.values.splice(half),
    previous: leaf,
    next: leaf.next,
  }
  if (leaf.next) leaf.next.previous = right
  leaf.next = right
  if (index < half) insertEntry(leaf, { index, key, value })
  else insertEntry(right, { index: index - half, key, value })
  return { separator: right.keys[0] as Key, right }
}

function splitBranch<V>(branch: Branch<V>): Split<V> {
  const half = branch.children.length >>> 1
  const children = branch.children.splice(half)
  const keys = branch.keys.splice(half)
  return { separator: branch.keys.pop() as Key, right: { keys, children } }
}

/** Joins sparse nodes with their neighbours along the path to `key`, from the leaf up. */
function joinPath<V>(node: Node<V>, key: Key): void {
  if (node.children === undefined) return
  const index = upperBound(node.keys, key)
  const child = node.children[index] as Node<V>
  joinPath(child, key)
  if (entryCount(child) >= FEW_ENTRIES) return
  if (index > 0 && joinAt(node, index - 1)) return
  joinAt(node, index)
}

function entryCount<V>(node: Node<V>): number {
  return node.children === undefined ? node.keys.length : node.children.length
}

/** Moves all of `children[index + 1]` into `children[index]`, if it fits. */
function joinAt<V>(parent: Branch<V>, index: number): boolean {
  const left = parent.children[index] as Node<V>
  const right = parent.children[index + 1]
  if (!right || entryCount(left) + entryCount(right) > NODE_ENTRIES) return false
  if (left.children !== undefined && right.children !== undefined) {
    left.keys.push(parent.keys[index] as Key, ...right.keys)
    left.children.push(...right.children)
  } else if (left.children === undefined && right.children === undefined) {
    left.keys.push(...right.keys)
    left.values.push(...right.values)
    left.next = right.next
    if (right.next) right.next.previous = left
    // What an old object still points to lives on until a full collection.
    right.next = undefined
    right.previous = undefined
    right.keys.length = 0
    right.values.length = 0
  }
  parent.keys.splice(index, 1)
  parent.children.splice(index + 1, 1)
  return true
}
