import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"
import { Entity, Service } from "electrodb"
import { keys, openTable } from "./open-table.ts"

const customer = {
  model: { entity: "customer", version: "1", service: "shop" },
  attributes: {
    email: { type: "string", required: true },
    city: { type: "string", required: true },
    orders: { type: "number", default: 0 },
    interests: { type: "set", items: "string" },
    address: { type: "map", properties: { street: { type: "string" } } },
  },
  indexes: {
    account: {
      collection: "account",
      pk: { field: "pk", composite: ["email"] },
      sk: { field: "sk", composite: [] },
    },
    byCity: {
      index: "gsi1",
      pk: { field: "gsi1pk", composite: ["city"] },
      sk: { field: "gsi1sk", composite: ["email"] },
    },
  },
} as const

const order = {
  model: { entity: "order", version: "1", service: "shop" },
  attributes: {
    email: { type: "string", required: true },
    number: {
      type: "number",
      required: true,
      padding: { length: 6, char: "0" },
    },
    state: { type: ["open", "paid", "sent"], required: true, default: "open" },
    total: { type: "number", required: true },
    lines: {
      type: "list",
      items: {
        type: "map",
        properties: { sku: { type: "string" }, count: { type: "number" } },
      },
    },
  },
  indexes: {
    placed: {
      collection: "account",
      pk: { field: "pk", composite: ["email"] },
      sk: { field: "sk", composite: ["number"] },
    },
    byState: {
      index: "gsi1",
      pk: { field: "gsi1pk", composite: ["state"] },
      sk: { field: "gsi1sk", composite: ["number"] },
    },
  },
} as const

/** A small shop as applications model it: two entities in one table, found together by collections. */
export async function openShop() {
  const { client, TableName } = await openTable({
    ...{ KeySchema: keys("pk", "sk").KeySchema, TableName: "shop" },
    AttributeDefinitions: keys("pk", "sk", "gsi1pk", "gsi1sk").AttributeDefinitions,
    GlobalSecondaryIndexes: [
      {
        IndexName: "gsi1",
        KeySchema: keys("gsi1pk", "gsi1sk").KeySchema,
        Projection: { ProjectionType: "ALL" },
      },
    ],
  })
  const config = { client: DynamoDBDocumentClient.from(client), table: TableName }
  const customers = new Entity(customer, config)
  const orders = new Entity(order, config)
  return { customers, orders, shop: new Service({ customers, orders }, config) }
}
