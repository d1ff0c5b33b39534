import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  type AttributeValue,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import type { CloudOptions, InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

/** A cloud with one table in it, and the official client. */
export interface TestTable {
  readonly cloud: InProcessCloud
  readonly client: DynamoDBClient
  readonly TableName: string
  put(item: Record<string, AttributeValue>): Promise<unknown>
}

export async function openCloud(options: CloudOptions = {}): Promise<InProcessCloud> {
  return openInProcess(options)
}

/** `keys("pk", "sk:N")`: a key schema and its definitions; a name alone is a string's. */
export function keys(
  ...names: readonly string[]
): Required<Pick<CreateTableCommandInput, "KeySchema" | "AttributeDefinitions">> {
  const parts = names.map((name) => name.split(":"))
  return {
    KeySchema: parts.map(([AttributeName], i) => ({
      AttributeName,
      KeyType: i === 0 ? "HASH" : "RANGE",
    })),
    AttributeDefinitions: parts.map(([AttributeName, type = "S"]) => ({
      AttributeName,
      AttributeType: type as "S",
    })),
  }
}

export const definitions = (...names: readonly string[]) => keys(...names).AttributeDefinitions

/** An index of a table that is about to be made, with those keys and all attributes. */
export const index = (name: string, ...names: readonly string[]) => ({
  IndexName: name,
  KeySchema: keys(...names).KeySchema,
  Projection: { ProjectionType: "ALL" as const },
})

/** What the plainest table is made of. */
export const THINGS: CreateTableCommandInput = {
  TableName: "things",
  ...keys("a", "b"),
  BillingMode: "PAY_PER_REQUEST",
}

/** A table that can be used, on demand, with `pk` and `sk` as keys unless `more` says else. */
export async function openTable(
  more: Partial<CreateTableCommandInput> = {},
  given?: InProcessCloud,
): Promise<TestTable> {
  const cloud = given ?? (await openCloud())
  const client = cloud.client(DynamoDBClient, { maxAttempts: 1 })
  const TableName = more.TableName ?? "things"
  await client.send(
    new CreateTableCommand({
      ...keys("pk", "sk"),
      BillingMode: more.ProvisionedThroughput ? "PROVISIONED" : "PAY_PER_REQUEST",
      ...more,
      TableName,
    }),
  )
  await cloud.settle()
  return {
    cloud,
    client,
    TableName,
    put: (Item) => client.send(new PutItemCommand({ TableName, Item })),
  }
}
