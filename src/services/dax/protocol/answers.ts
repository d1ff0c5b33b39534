import { CborOutput } from "../../../protocols/cbor/output.ts"
import type { Capacity, CollectionMetrics, Output } from "../data/dynamodb.ts"
import { writeAttribute, type Attribute, type Item } from "./attribute.ts"
import { encodeKey, keyOf, type KeySchema } from "./key.ts"
import { RESULT } from "./methods.ts"
import type { Path } from "./options.ts"
import type { DataRequest, Lookups } from "./requests.ts"

/** Writes DynamoDB's answer as clients of DAX read it, after the sign that all is well. */
export async function writeAnswer(
  request: DataRequest,
  output: Output,
  lookups: Lookups,
): Promise<Uint8Array> {
  const out = new CborOutput()
  out.list(0)
  await new AnswerWriter(out, request, lookups).write(output)
  return out.finish()
}

class AnswerWriter {
  readonly #out: CborOutput
  readonly #request: DataRequest
  readonly #lookups: Lookups

  constructor(out: CborOutput, request: DataRequest, lookups: Lookups) {
    this.#out = out
    this.#request = request
    this.#lookups = lookups
  }

  write(output: Output): Promise<void> {
    switch (this.#request.operation) {
      case "BatchGetItem":
        return this.#batchGet(output)
      case "BatchWriteItem":
        return this.#batchWrite(output)
      case "TransactGetItems":
        return this.#transactGet(output)
      case "TransactWriteItems":
        return this.#transactWrite(output)
      default:
        return this.#members(output)
    }
  }

  get #table(): { schema: KeySchema; paths: readonly Path[] | undefined } {
    const [first] = Object.entries(this.#request.schemas)
    const [name, schema] = first ?? ["", []]
    return { schema, paths: this.#request.paths[name] }
  }

  /** Of operations on one table: a map, its keys by number. */
  async #members(output: Output): Promise<void> {
    const out = this.#out
    const { schema, paths } = this.#table
    const { Item, Attributes, Items, Count, ScannedCount, LastEvaluatedKey } = output
    const writers: [number, () => void | Promise<void>][] = []
    if (Item) writers.push([RESULT.item, () => this.#item(Item, schema, paths)])
    if (Attributes) writers.push([RESULT.attributes, () => this.#attributes(Attributes, schema)])
    if (Items) writers.push([RESULT.items, () => this.#items(Items)])
    if (Count !== undefined) writers.push([RESULT.count, () => out.integer(Count)])
    if (ScannedCount !== undefined)
      writers.push([RESULT.scannedCount, () => out.integer(ScannedCount)])
    if (LastEvaluatedKey)
      writers.push([RESULT.lastEvaluatedKey, () => this.#lastKey(LastEvaluatedKey)])
    const { ConsumedCapacity, ItemCollectionMetrics } = output
    if (ConsumedCapacity)
      writers.push([
        RESULT.consumedCapacity,
        () => out.blob(capacity(ConsumedCapacity as Capacity)),
      ])
    if (ItemCollectionMetrics)
      writers.push([RESULT.itemCollectionMetrics, () => out.blob(metrics(ItemCollectionMetrics))])
    out.map(writers.length)
    for (const [number, write] of writers) {
      out.integer(number)
      await write()
    }
  }

  /** What was updated is told with all its names; the rest without those of the key. */
  async #attributes(item: Item, schema: KeySchema): Promise<void> {
    const { ReturnValues = "" } = this.#request.input as { ReturnValues?: string }
    if (!ReturnValues.startsWith("UPDATED")) return this.#item(item, schema, undefined)
    const names = Object.keys(item).sort()
    const inner = new CborOutput()
    inner.integer(await this.#lookups.id(names))
    inner.map(names.length)
    for (const [at, name] of names.entries()) {
      inner.integer(at)
      writeAttribute(inner, item[name] as Attribute)
    }
    this.#out.blob(inner.finish())
  }

  /** All attributes but the key, or the values of paths by their place in the projection. */
  async #item(item: Item, schema: KeySchema, paths: readonly Path[] | undefined): Promise<void> {
    const out = this.#out
    if (!paths) return out.blob(await itemBytes(item, schema, this.#lookups))
    const found = paths
      .map((path, at) => [at, valueAt(item, path)] as const)
      .filter(([, value]) => value !== undefined)
    out.map(found.length)
    for (const [at, value] of found) {
      out.integer(at)
      writeAttribute(out, value as Attribute)
    }
  }

  async #items(items: readonly Item[]): Promise<void> {
    const { schema, paths } = this.#table
    this.#out.list(items.length)
    for (const item of items) {
      if (!paths) {
        this.#out.list(2)
        this.#out.blob(encodeKey(schema, item))
      }
      await this.#item(item, schema, paths)
    }
  }

  #lastKey(key: Item): void {
    const { IndexName } = this.#request.input as { IndexName?: string }
    if (IndexName === undefined) return this.#out.blob(encodeKey(this.#table.schema, key))
    const inner = new CborOutput()
    inner.startMap()
    for (const [name, value] of Object.entries(key)) {
      inner.text(name)
      writeAttribute(inner, value)
    }
    inner.endMap()
    this.#out.blob(inner.finish())
  }

  /** A list of two, and behind it what was used: clients read it so. */
  async #batchGet(output: Output): Promise<void> {
    const out = this.#out
    out.list(2)
    const responses = Object.entries((output.Responses ?? {}) as Record<string, readonly Item[]>)
    out.map(responses.length)
    for (const [table, items] of responses) {
      const [schema = [], paths] = [this.#request.schemas[table], this.#request.paths[table]]
      out.text(table)
      out.list(paths ? items.length : items.length * 2)
      for (const item of items) {
        if (!paths) out.blob(encodeKey(schema, item))
        await this.#item(item, schema, paths)
      }
    }
    const left = Object.entries(output.UnprocessedKeys ?? {})
    out.map(left.length)
    for (const [table, { Keys }] of left) {
      out.text(table)
      out.list(Keys.length)
      for (const key of Keys) out.blob(encodeKey(this.#request.schemas[table] ?? [], key))
    }
    this.#capacities(output, capacity)
  }

  async #batchWrite(output: Output): Promise<void> {
    const out = this.#out
    const left = Object.entries(output.UnprocessedItems ?? {})
    out.map(left.length)
    for (const [table, requests] of left) {
      const schema = this.#request.schemas[table] ?? []
      out.text(table)
      out.list(requests.length * 2)
      for (const { PutRequest, DeleteRequest } of requests) {
        out.blob(encodeKey(schema, PutRequest?.Item ?? DeleteRequest?.Key ?? {}))
        if (PutRequest) await this.#item(PutRequest.Item, schema, undefined)
        else out.null()
      }
    }
    this.#capacities(output, capacity)
    this.#allMetrics(output)
  }

  async #transactGet(output: Output): Promise<void> {
    const out = this.#out
    const { schemas, paths, input } = this.#request
    const asked = (input as { TransactItems: readonly { Get: { TableName: string } }[] })
      .TransactItems
    const responses = (output.Responses ?? []) as readonly { readonly Item?: Item }[]
    out.list(2)
    out.list(responses.length)
    for (const [at, { Item }] of responses.entries()) {
      const schema = schemas[asked[at]?.Get.TableName ?? ""] ?? []
      if (Item) await this.#item(Item, schema, paths[at])
      else out.null()
    }
    this.#capacities(output, extendedCapacity)
  }

  async #transactWrite(output: Output): Promise<void> {
    this.#out.list(3)
    this.#out.list(0)
    this.#capacities(output, extendedCapacity)
    this.#allMetrics(output)
  }

  /** Those of transactions are items of their own, the others stand in bytes. */
  #capacities(
    { ConsumedCapacity = [] }: Output,
    write: typeof capacity | typeof extendedCapacity,
  ): void {
    const all = ConsumedCapacity as readonly Capacity[]
    this.#out.list(all.length)
    for (const one of all)
      if (write === capacity) this.#out.blob(capacity(one))
      else this.#out.raw(write(one))
  }

  #allMetrics({ ItemCollectionMetrics = {} }: Output): void {
    const tables = Object.entries(
      ItemCollectionMetrics as Record<string, readonly CollectionMetrics[]>,
    )
    this.#out.map(tables.length)
    for (const [table, all] of tables) {
      this.#out.text(table)
      this.#out.list(all.length)
      for (const one of all) this.#out.blob(metrics(one))
    }
  }
}

/** The number of the names, then the values. */
export async function itemBytes(
  item: Item,
  schema: KeySchema,
  lookups: Pick<Lookups, "id">,
): Promise<Uint8Array> {
  const key = keyOf(schema, item)
  const names = Object.keys(item)
    .filter((name) => !Object.hasOwn(key, name))
    .sort()
  const out = new CborOutput()
  out.integer(await lookups.id(names))
  for (const name of names) writeAttribute(out, item[name] as Attribute)
  return out.finish()
}

/** What stands at the end of a path; undefined where it leads nowhere. */
function valueAt(item: Item, path: Path): Attribute | undefined {
  let value: Attribute | undefined = { M: item }
  for (const step of path) {
    if (value === undefined) return undefined
    value = typeof step === "number" ? elementAt(value, step) : memberOf(value, step)
  }
  return value
}

const elementAt = (value: Attribute, at: number): Attribute | undefined =>
  "L" in value ? value.L[at] : undefined

const memberOf = (value: Attribute, name: string): Attribute | undefined =>
  "M" in value && Object.hasOwn(value.M, name) ? value.M[name] : undefined

function capacity(one: Capacity): Uint8Array {
  const out = new CborOutput()
  out.text(one.TableName ?? "")
  out.double(one.CapacityUnits ?? 0)
  if (one.Table) out.double(one.Table.CapacityUnits ?? 0)
  else out.null()
  for (const indexes of [one.GlobalSecondaryIndexes, one.LocalSecondaryIndexes]) {
    if (!indexes) {
      out.null()
      continue
    }
    out.map(Object.keys(indexes).length)
    for (const [name, { CapacityUnits = 0 }] of Object.entries(indexes)) {
      out.text(name)
      out.double(CapacityUnits)
    }
  }
  return out.finish()
}

/** Members by number, as transactions tell them. */
const EXTENDED = { units: 1, read: 2, write: 3, table: 4, ofTable: 5, global: 6, local: 7 } as const

function extendedCapacity(one: Capacity): Uint8Array {
  const out = new CborOutput()
  writeExtended(out, one)
  return out.finish()
}

function writeExtended(out: CborOutput, one: Capacity): void {
  out.startMap()
  const numbers = [
    [EXTENDED.units, one.CapacityUnits],
    [EXTENDED.read, one.ReadCapacityUnits],
    [EXTENDED.write, one.WriteCapacityUnits],
  ] as const
  for (const [number, value] of numbers) {
    if (value === undefined) continue
    out.integer(number)
    out.double(value)
  }
  if (one.TableName !== undefined) {
    out.integer(EXTENDED.table)
    out.text(one.TableName)
  }
  if (one.Table) {
    out.integer(EXTENDED.ofTable)
    writeExtended(out, one.Table)
  }
  const indexes = [
    [EXTENDED.global, one.GlobalSecondaryIndexes],
    [EXTENDED.local, one.LocalSecondaryIndexes],
  ] as const
  for (const [number, all] of indexes) {
    if (!all) continue
    out.integer(number)
    out.map(Object.keys(all).length)
    for (const [name, units] of Object.entries(all)) {
      out.text(name)
      writeExtended(out, units)
    }
  }
  out.endMap()
}

function metrics({
  ItemCollectionKey = {},
  SizeEstimateRangeGB = [],
}: CollectionMetrics): Uint8Array {
  const out = new CborOutput()
  const [value] = Object.values(ItemCollectionKey)
  if (value) writeAttribute(out, value)
  else out.null()
  out.double(SizeEstimateRangeGB[0] ?? 0)
  out.double(SizeEstimateRangeGB[1] ?? 0)
  return out.finish()
}
