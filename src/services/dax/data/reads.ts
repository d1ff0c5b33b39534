import type { ActionContext } from "../../../kernel/action.ts"
import { keyText, type KeySchema } from "../protocol/key.ts"
import type { Item } from "../protocol/attribute.ts"
import { askDynamoDb, type KeysAndAttributes, type Output } from "./dynamodb.ts"
import type { At, Facts } from "./facts.ts"

export interface ReadOf<Input> {
  readonly at: At
  readonly facts: Facts
  readonly input: Input
  readonly schemas: Readonly<Record<string, KeySchema>>
}

export const cacheKey = (table: string, schema: KeySchema = [], item: Item = {}): string =>
  `${table}/${keyText(schema, item)}`

interface GetInput {
  readonly TableName: string
  readonly Key: Item
  readonly ConsistentRead?: boolean
}

/** From the cache, or from DynamoDB and into it. "Strongly consistent reads" pass by. */
export async function getItem(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<GetInput>,
): Promise<Output> {
  const { cluster, node, moment, recordTtlMs: ttlMs } = facts
  const asked = { operation: "GetItem", input }
  if (input.ConsistentRead) return askDynamoDb(ctx, cluster, asked)
  const key = cacheKey(input.TableName, schemas[input.TableName], input.Key)
  const cached = at.memory.item(node, key, { now: moment.now, ttlMs })
  if (cached !== undefined) return cached === null ? {} : { Item: cached }
  const { writes } = at.memory
  const output = await askDynamoDb(ctx, cluster, asked)
  const { Item, ConsumedCapacity } = output
  at.memory.storeRead(moment, key, { item: Item ?? null, writes })
  return { ...(Item && { Item }), ...(ConsumedCapacity && { ConsumedCapacity }) }
}

interface BatchGetInput {
  readonly RequestItems: Readonly<Record<string, KeysAndAttributes>>
}

/** Each item as if it were read alone; what no cache has is one request to DynamoDB. */
export async function batchGetItem(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<BatchGetInput>,
): Promise<Output> {
  const { cluster, node, moment, recordTtlMs: ttlMs } = facts
  const { memory } = at
  const found: Record<string, Item[]> = {}
  const missing: Record<string, KeysAndAttributes> = {}
  for (const [table, asked] of Object.entries(input.RequestItems)) {
    found[table] = []
    const keys = asked.Keys.filter((key) => {
      if (asked.ConsistentRead) return true
      const text = cacheKey(table, schemas[table], key)
      const cached = memory.item(node, text, { now: moment.now, ttlMs })
      if (cached) found[table]?.push(cached)
      return cached === undefined
    })
    if (keys.length > 0) missing[table] = { ...asked, Keys: keys }
  }
  if (Object.keys(missing).length === 0) return { Responses: found, UnprocessedKeys: {} }
  const { writes } = memory
  const asked = { operation: "BatchGetItem", input: { ...input, RequestItems: missing } }
  const output = await askDynamoDb(ctx, cluster, asked)
  const responses = (output.Responses ?? {}) as Record<string, readonly Item[]>
  const left = output.UnprocessedKeys ?? {}
  for (const [table, { Keys, ConsistentRead }] of Object.entries(missing)) {
    const items = responses[table] ?? []
    found[table]?.push(...items)
    if (ConsistentRead) continue
    const textOf = (item: Item): string => cacheKey(table, schemas[table], item)
    const byKey = new Map(items.map((item) => [textOf(item), item]))
    const unread = new Set(left[table]?.Keys.map(textOf))
    for (const text of Keys.map(textOf))
      if (!unread.has(text))
        memory.storeRead(moment, text, { item: byKey.get(text) ?? null, writes })
  }
  const { ConsumedCapacity } = output
  return { Responses: found, UnprocessedKeys: left, ...(ConsumedCapacity && { ConsumedCapacity }) }
}

interface QueryInput {
  readonly ConsistentRead?: boolean
  readonly ReturnConsumedCapacity?: string
}

/** Results by all parameters of the request. */
export function queryLike(operation: "Query" | "Scan") {
  return async (ctx: ActionContext, { at, facts, input }: ReadOf<QueryInput>): Promise<Output> => {
    const { cluster, node, moment, queryTtlMs: ttlMs } = facts
    if (input.ConsistentRead) return askDynamoDb(ctx, cluster, { operation, input })
    const { ReturnConsumedCapacity: _, ...parameters } = input
    const key = `${operation}/${canonical(parameters)}`
    const cached = at.memory.query(node, key, { now: moment.now, ttlMs })
    if (cached) return cached
    const output = await askDynamoDb(ctx, cluster, { operation, input })
    const { Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity } = output
    const result = {
      ...(Items && { Items }),
      ...(Count !== undefined && { Count }),
      ...(ScannedCount !== undefined && { ScannedCount }),
      ...(LastEvaluatedKey && { LastEvaluatedKey }),
    }
    at.memory.storeQuery(moment, key, result)
    return { ...result, ...(ConsumedCapacity && { ConsumedCapacity }) }
  }
}

/** The same parameters have the same text, in whatever order they came. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_name, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )

/** "TransactGetItems … passed to DynamoDB, and the results are not cached". */
export const transactGetItems = (
  ctx: ActionContext,
  { facts, input }: ReadOf<object>,
): Promise<Output> => askDynamoDb(ctx, facts.cluster, { operation: "TransactGetItems", input })
