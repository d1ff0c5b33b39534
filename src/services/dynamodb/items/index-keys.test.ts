import {
  UpdateItemCommand,
  UpdateTableCommand,
  type AttributeValue,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"

type Attributes = Record<string, AttributeValue>

const KEY = { pk: { S: "a" }, sk: { S: "1" } }

const INDEXED: Partial<CreateTableCommandInput> = {
  KeySchema: keys("pk", "sk").KeySchema,
  AttributeDefinitions: keys("pk", "sk", "g", "n:N", "b:B").AttributeDefinitions,
  GlobalSecondaryIndexes: [
    ["zeta", "g"],
    ["gamma", "n:N"],
    ["bytes", "b:B"],
  ].map(([IndexName, attribute = ""]) => ({
    IndexName,
    KeySchema: keys(attribute).KeySchema,
    Projection: { ProjectionType: "ALL" as const },
  })),
}

// Recorded.
test("keys of indexes have their words, of the first index by name", async () => {
  const table = await openTable(INDEXED)
  const { client, TableName } = table
  const put = (more: Attributes) => refusalOf(table.put({ ...KEY, ...more }))
  const update = (UpdateExpression: string, v: AttributeValue) =>
    refusalOf(
      client.send(
        new UpdateItemCommand({
          ...{ TableName, Key: KEY, UpdateExpression, ExpressionAttributeValues: { ":v": v } },
        }),
      ),
    )
  const invalid = "ValidationException: One or more parameter values were invalid: "
  const notValid = "ValidationException: One or more parameter values are not valid. "
  const empty = (type: string) =>
    `The AttributeValue for a key attribute cannot contain an empty ${type} value.`
  expect(await put({ g: { N: "1" }, n: { L: [] } })).toBe(
    `${invalid}Type mismatch for Index Key n Expected: N Actual: L IndexName: gamma`,
  )
  expect(await put({ g: { S: "" } })).toBe(
    `${notValid}A value specified for a secondary index key is not supported. ${empty("string")} ` +
      "IndexName: zeta, IndexKey: g",
  )
  expect(await put({ b: { B: new Uint8Array() } })).toMatch(/empty binary value\. IndexName: bytes/)
  await table.put({ ...KEY, g: { S: "g" } })
  expect(await update("SET g = :v", { N: "1" })).toBe(
    `${invalid}Type mismatch for Index Key g Expected: S Actual: N IndexName: zeta`,
  )
  expect(await update("SET g = :v", { S: "" })).toBe(
    `${notValid}The update expression attempted to update a secondary index key to a value that ` +
      `is not supported. ${empty("string")}`,
  )
})

// Recorded.
test("an update leaves alone what was no key before", async () => {
  const table = await openTable()
  const { client, TableName } = table
  await table.put({ ...KEY, g: { N: "1" } })
  await client.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: keys("pk", "sk", "g").AttributeDefinitions,
      GlobalSecondaryIndexUpdates: [
        {
          Create: {
            ...{ IndexName: "zeta", KeySchema: keys("g").KeySchema },
            Projection: { ProjectionType: "ALL" },
          },
        },
      ],
    }),
  )
  await table.cloud.settle()
  const update = (name: string) =>
    refusalOf(
      client.send(
        new UpdateItemCommand({
          ...{ TableName, Key: KEY, UpdateExpression: `SET ${name} = :v` },
          ExpressionAttributeValues: { ":v": { N: "2" } },
        }),
      ),
    )
  expect(await update("v")).toBe("no refusal")
  expect(await update("g")).toMatch(/^ValidationException: .* IndexName: zeta$/)
})
