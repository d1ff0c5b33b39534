import {
  QueryCommand,
  ScanCommand,
  type AttributeValue,
  type QueryCommandInput,
  type QueryCommandOutput,
  type ScanCommandInput,
  type ScanCommandOutput,
} from "@aws-sdk/client-dynamodb"
import type { TestTable } from "./open-table.ts"

export type Attributes = Record<string, AttributeValue>

/** Queries the partition `a`, or what `more` says; `:pk` is there already. */
export function query(
  { client, TableName }: TestTable,
  more: Partial<QueryCommandInput> = {},
): Promise<QueryCommandOutput> {
  const ExpressionAttributeValues = { ":pk": { S: "a" }, ...more.ExpressionAttributeValues }
  return client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ...more,
      ExpressionAttributeValues,
    }),
  )
}

export const scan = (
  { client, TableName }: TestTable,
  more: Partial<ScanCommandInput> = {},
): Promise<ScanCommandOutput> => client.send(new ScanCommand({ TableName, ...more }))

/** The sort keys of items, as text. */
export const sorts = (items: readonly Attributes[] = []): (string | undefined)[] =>
  items.map(({ sk }) => sk?.S ?? sk?.N)
