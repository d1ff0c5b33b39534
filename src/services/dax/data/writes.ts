import type { ActionContext } from "../../../kernel/action.ts"
import type { Item } from "../protocol/attribute.ts"
import { change, clusters, keyOf } from "../cluster/cluster.ts"
import { noteCluster } from "../cluster/cluster-event.ts"
import { nodeId } from "../cluster/node.ts"
import { askDynamoDb, type Output, type WriteRequest } from "./dynamodb.ts"
import type { Facts } from "./facts.ts"
import { cacheKey, type ReadOf } from "./reads.ts"

/**
 * "Write-through": DynamoDB first, then the item cache. What DynamoDB refuses changes no cache; the
 * query cache is never touched.
 */
interface PutInput {
  readonly TableName: string
  readonly Item: Item
}

export async function putItem(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<PutInput>,
): Promise<Output> {
  const output = await write(ctx, facts, { operation: "PutItem", input })
  const key = cacheKey(input.TableName, schemas[input.TableName], input.Item)
  at.memory.storeWritten(facts.moment, key, input.Item)
  return output
}

interface KeyedInput {
  readonly TableName: string
  readonly Key: Item
  readonly ReturnValues?: string
}

export async function deleteItem(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<KeyedInput>,
): Promise<Output> {
  const output = await write(ctx, facts, { operation: "DeleteItem", input })
  const key = cacheKey(input.TableName, schemas[input.TableName], input.Key)
  at.memory.storeWritten(facts.moment, key, null)
  return output
}

/**
 * The new item is stored where DynamoDB can tell it; who asks for something else gets that, and the
 * node forgets the item.
 */
export async function updateItem(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<KeyedInput>,
): Promise<Output> {
  const { ReturnValues: wanted = "NONE" } = input
  const tellsNew = wanted === "NONE" || wanted === "ALL_NEW"
  const asked = { ...input, ...(tellsNew && { ReturnValues: "ALL_NEW" }) }
  const output = await write(ctx, facts, { operation: "UpdateItem", input: asked })
  const key = cacheKey(input.TableName, schemas[input.TableName], input.Key)
  const { Attributes, ConsumedCapacity, ItemCollectionMetrics } = output
  at.memory.storeWritten(facts.moment, key, tellsNew ? Attributes : undefined)
  if (wanted !== "NONE") return output
  return {
    ...(ConsumedCapacity && { ConsumedCapacity }),
    ...(ItemCollectionMetrics && { ItemCollectionMetrics }),
  }
}

interface BatchWriteInput {
  readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>
}

export async function batchWriteItem(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<BatchWriteInput>,
): Promise<Output> {
  const output = await write(ctx, facts, { operation: "BatchWriteItem", input })
  for (const [table, requests] of Object.entries(input.RequestItems)) {
    const textOf = ({ PutRequest, DeleteRequest }: WriteRequest): string =>
      cacheKey(table, schemas[table], PutRequest?.Item ?? DeleteRequest?.Key)
    const left = new Set(output.UnprocessedItems?.[table]?.map(textOf))
    for (const request of requests) {
      const key = textOf(request)
      const item = request.PutRequest?.Item ?? null
      if (!left.has(key)) at.memory.storeWritten(facts.moment, key, item)
    }
  }
  return output
}

interface TransactInput {
  readonly TransactItems: readonly {
    readonly Put?: PutInput
    readonly Delete?: KeyedInput
    readonly Update?: KeyedInput
  }[]
}

/** What a transaction updates the nodes forget: nobody tells them the new item. */
export async function transactWriteItems(
  ctx: ActionContext,
  { at, facts, input, schemas }: ReadOf<TransactInput>,
): Promise<Output> {
  const output = await write(ctx, facts, { operation: "TransactWriteItems", input })
  const textOf = (table: string, key: Item): string => cacheKey(table, schemas[table], key)
  for (const { Put, Delete, Update } of input.TransactItems) {
    const { moment } = facts
    if (Put) at.memory.storeWritten(moment, textOf(Put.TableName, Put.Item), Put.Item)
    if (Delete) at.memory.storeWritten(moment, textOf(Delete.TableName, Delete.Key), null)
    if (Update) at.memory.storeWritten(moment, textOf(Update.TableName, Update.Key), undefined)
  }
  return output
}

/** The primary writes; who has to take its place becomes it. */
async function write(
  ctx: ActionContext,
  { cluster, primary }: Facts,
  asked: { readonly operation: string; readonly input: object },
): Promise<Output> {
  if (primary !== cluster.primary)
    await ctx.write((tx) => {
      const now = tx.get(clusters, keyOf(cluster))
      if (!now || now.primary !== cluster.primary) return
      change(tx, now, { primary })
      const id = nodeId({ cluster: now.name, number: primary })
      noteCluster(tx, now, `Failed over to node ${id}.`)
    })
  return askDynamoDb(ctx, cluster, asked)
}
