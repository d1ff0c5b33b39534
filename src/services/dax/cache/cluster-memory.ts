import { BoundedMap } from "../../../kernel/derived.ts"
import { CACHE_LIMITS, LISTS_KEPT, SCHEMA_MS, SCHEMAS_KEPT } from "../limits.ts"
import type { Item } from "../protocol/attribute.ts"
import type { KeySchema } from "../protocol/key.ts"
import { Lru } from "./lru.ts"

/** What one node remembers. Null: there is no such item ("negative cache entries"). */
interface NodeMemory {
  /** Counts its starts: what it remembers is of one of them. */
  readonly starts: number
  readonly items: Lru<Item | null>
  readonly queries: Lru<object>
}

/** A node that works now. */
export interface UpNode {
  readonly number: number
  readonly starts: number
}

/** When, and which nodes work then. */
export interface Moment {
  readonly now: number
  readonly up: readonly UpNode[]
}

/**
 * What the nodes of a cluster remember. It is memory, as on AWS: nothing of it is a row, and a cloud
 * that starts has empty caches.
 */
export class ClusterMemory {
  readonly #nodes = new Map<number, NodeMemory>()
  readonly #schemas = new BoundedMap<string, { schema: KeySchema; readMs: number }>(SCHEMAS_KEPT)
  /** Lists of names of attributes by id, and back. */
  readonly namesById = new BoundedMap<number, readonly string[]>(LISTS_KEPT)
  readonly idsByNames = new BoundedMap<string, number>(LISTS_KEPT)
  #writes = 0

  /** Grows with every write: what was read before one may be old when it comes to be stored. */
  get writes(): number {
    return this.#writes
  }

  item(node: UpNode, key: string, at: { now: number; ttlMs: number }): Item | null | undefined {
    return this.#memoryOf(node).items.get(key, at)
  }

  query(node: UpNode, key: string, at: { now: number; ttlMs: number }): object | undefined {
    return this.#memoryOf(node).queries.get(key, at)
  }

  /** Stores an item that was read, unless something was written since. */
  storeRead(moment: Moment, key: string, read: { item: Item | null; writes: number }): void {
    if (read.writes === this.#writes) this.#store(moment, key, read.item)
  }

  /** Stores what a write has left; undefined: nobody knows what that is. */
  storeWritten(moment: Moment, key: string, item: Item | null | undefined): void {
    this.#writes += 1
    this.#store(moment, key, item)
  }

  storeQuery(moment: Moment, key: string, result: object): void {
    const bytes = sizeOf(key, result)
    for (const memory of this.#upMemories(moment))
      memory.queries.set(key, { value: result, bytes, storedMs: moment.now })
  }

  #store(moment: Moment, key: string, item: Item | null | undefined): void {
    const bytes = sizeOf(key, item ?? null)
    for (const { items } of this.#upMemories(moment)) {
      if (item === undefined) items.delete(key)
      else items.set(key, { value: item, bytes, storedMs: moment.now })
    }
  }

  /** The primary tells all others; a node that cannot hear it has forgotten all when it is back. */
  #upMemories({ up }: Moment): NodeMemory[] {
    const numbers = new Set(up.map(({ number }) => number))
    for (const number of this.#nodes.keys()) if (!numbers.has(number)) this.#nodes.delete(number)
    return up.map((node) => this.#memoryOf(node))
  }

  #memoryOf({ number, starts }: UpNode): NodeMemory {
    const known = this.#nodes.get(number)
    if (known?.starts === starts) return known
    const memory = {
      starts,
      items: new Lru<Item | null>(CACHE_LIMITS),
      queries: new Lru<object>(CACHE_LIMITS),
    }
    this.#nodes.set(number, memory)
    return memory
  }

  schema(table: string, now: number): KeySchema | undefined {
    const known = this.#schemas.get(table)
    return known && now - known.readMs < SCHEMA_MS ? known.schema : undefined
  }

  keepSchema(table: string, schema: KeySchema, now: number): void {
    this.#schemas.set(table, { schema, readMs: now })
  }
}

/** About what it takes; binary values count more than they are. */
const sizeOf = (key: string, value: object | null): number =>
  2 * key.length + JSON.stringify(value).length
