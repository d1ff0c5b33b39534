import type { ActionContext } from "../../../kernel/action.ts"
import type { Item } from "../protocol/attribute.ts"
import type { KeySchema } from "../protocol/key.ts"
import { clusterArn, type Cluster } from "../cluster/cluster.ts"
import { DAX } from "../define.ts"

/** What DynamoDB tells of what it used. */
export interface Capacity {
  readonly TableName?: string
  readonly CapacityUnits?: number
  readonly ReadCapacityUnits?: number
  readonly WriteCapacityUnits?: number
  readonly Table?: Capacity
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Capacity>>
  readonly LocalSecondaryIndexes?: Readonly<Record<string, Capacity>>
}

export interface CollectionMetrics {
  readonly ItemCollectionKey?: Item
  readonly SizeEstimateRangeGB?: readonly number[]
}

export interface KeysAndAttributes {
  readonly Keys: readonly Item[]
  readonly ConsistentRead?: boolean
}

export interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item }
  readonly DeleteRequest?: { readonly Key: Item }
}

/** Members of the answers of DynamoDB that DAX passes on. */
export interface Output {
  readonly Item?: Item
  readonly Attributes?: Item
  readonly Items?: readonly Item[]
  readonly Count?: number
  readonly ScannedCount?: number
  readonly LastEvaluatedKey?: Item
  readonly ConsumedCapacity?: Capacity | readonly Capacity[]
  readonly ItemCollectionMetrics?:
    | CollectionMetrics
    | Readonly<Record<string, readonly CollectionMetrics[]>>
  readonly Responses?:
    | Readonly<Record<string, readonly Item[]>>
    | readonly { readonly Item?: Item }[]
  readonly UnprocessedKeys?: Readonly<Record<string, KeysAndAttributes>>
  readonly UnprocessedItems?: Readonly<Record<string, readonly WriteRequest[]>>
}

/** Calls DynamoDB in the cluster's role: that is all the rights it has there. */
export function askDynamoDb(
  ctx: ActionContext,
  cluster: Cluster,
  { operation, input }: { readonly operation: string; readonly input: object },
): Promise<Output> {
  const { account, region, roleArn: role } = cluster
  return ctx.call({
    ...{ service: "dynamodb", operation, input, account, region, as: DAX, role },
    ...{ sourceArn: clusterArn(cluster), sourceAccount: account },
  })
}

interface Description {
  readonly Table?: {
    readonly KeySchema?: readonly { AttributeName: string; KeyType: string }[]
    readonly AttributeDefinitions?: readonly {
      AttributeName: string
      AttributeType: "S" | "N" | "B"
    }[]
  }
}

/** "dynamodb:DescribeTable" is among what a cluster's role needs ("DAX access control"). */
export async function describeKey(
  ctx: ActionContext,
  cluster: Cluster,
  TableName: string,
): Promise<KeySchema> {
  const asked = { operation: "DescribeTable", input: { TableName } }
  const { Table } = (await askDynamoDb(ctx, cluster, asked)) as Description
  const types = Table?.AttributeDefinitions ?? []
  return (Table?.KeySchema ?? []).map(({ AttributeName: name }) => ({
    name,
    type: types.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? "S",
  }))
}
