import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  ExecuteTransactionCommand,
  GetCommand,
  paginateQuery,
  PutCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb"
import { expect, test } from "vitest"
import { openTable } from "../testing/open-table.ts"

test("the document client writes and reads values as they are", async () => {
  const { client, TableName } = await openTable()
  const documents = DynamoDBDocumentClient.from(client, {
    marshallOptions: { removeUndefinedValues: true },
  })
  const order = {
    ...{ pk: "ada", sk: "1", total: 12.5, open: true, note: "", nothing: null },
    parts: [{ sku: "A-1", n: 2 }, "free text", [1, 2]],
    tags: new Set(["a", "b"]),
    raw: new Uint8Array([0, 255]),
  }
  await documents.send(new PutCommand({ TableName, Item: { ...order, gone: undefined } }))
  const Key = { pk: "ada", sk: "1" }
  const { Item } = await documents.send(new GetCommand({ TableName, Key }))
  expect({ ...Item, raw: new Uint8Array(Item?.["raw"] as Uint8Array) }).toEqual(order)
  const { Attributes } = await documents.send(
    new UpdateCommand({
      ...{ TableName, Key, ReturnValues: "UPDATED_NEW" },
      UpdateExpression: "SET parts[0].n = parts[0].n + :one ADD tags :more",
      ExpressionAttributeValues: { ":one": 1, ":more": new Set(["c"]) },
    }),
  )
  expect(Attributes).toEqual({ parts: [{ n: 3 }], tags: new Set(["a", "b", "c"]) })
  const puts = Array.from({ length: 30 }, (_, i) => ({
    Put: { TableName, Item: { pk: "bob", sk: String(100 + i), n: i } },
  }))
  await documents.send(new TransactWriteCommand({ TransactItems: puts }))
  await documents.send(
    new ExecuteTransactionCommand({
      TransactStatements: [
        {
          Statement: `UPDATE "${TableName}" SET n = n + 1 WHERE pk = ? AND sk = ?`,
          Parameters: ["bob", "129"],
        },
      ],
    }),
  )
  const numbers: unknown[] = []
  const asked = {
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": "bob" },
  }
  for await (const { Items } of paginateQuery({ client: documents, pageSize: 7 }, asked))
    numbers.push(...(Items ?? []).map(({ n }) => n as unknown))
  expect(numbers).toEqual([...Array.from({ length: 29 }, (_, i) => i), 30])
  const { Responses } = await documents.send(
    new BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ pk: "bob", sk: "100" }] } } }),
  )
  expect(Responses?.[TableName]).toEqual([{ pk: "bob", sk: "100", n: 0 }])
})
