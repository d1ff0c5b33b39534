import { ConditionalCheckFailedException, ReturnValue } from "@aws-sdk/client-dynamodb"
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"

/** Expressions as clients send them: AWS's docs, and libraries that model entities. */

async function openCatalog() {
  const { client } = await openTable({ TableName: "ProductCatalog", ...keys("Id:N") })
  const documents = DynamoDBDocumentClient.from(client)
  await documents.send(
    new PutCommand({
      TableName: "ProductCatalog",
      Item: {
        Id: 123,
        Title: "Bicycle 123",
        Price: 500,
        ProductCategory: "Bicycle",
        Color: new Set(["Red", "Black"]),
        QuantityOnHand: null,
        RelatedItems: [341, 472, 649],
        Pictures: { FrontView: "front.jpg", RearView: "rear.jpg" },
        ProductReviews: { FiveStar: ["Excellent!"], OneStar: ["Terrible product!"] },
        "Safety.Warning": "Always wear a helmet",
      },
    }),
  )
  return {
    get: async (ProjectionExpression: string, names?: Record<string, string>) => {
      const { Item } = await documents.send(
        new GetCommand({
          TableName: "ProductCatalog",
          Key: { Id: 123 },
          ProjectionExpression,
          ExpressionAttributeNames: names,
        }),
      )
      return Item
    },
    update: (more: Omit<UpdateCommandInput, "TableName" | "Key">) =>
      documents.send(new UpdateCommand({ TableName: "ProductCatalog", Key: { Id: 123 }, ...more })),
    count: async (
      FilterExpression: string,
      ExpressionAttributeValues?: Record<string, unknown>,
    ) => {
      const { Count } = await documents.send(
        new ScanCommand({
          TableName: "ProductCatalog",
          FilterExpression,
          ExpressionAttributeValues,
        }),
      )
      return Count
    },
  }
}

test("projections of AWS's docs", async () => {
  const { get } = await openCatalog()
  expect(await get("Title, Price, Color")).toEqual({
    Title: "Bicycle 123",
    Price: 500,
    Color: new Set(["Red", "Black"]),
  })
  expect(await get("RelatedItems[0], ProductReviews.FiveStar")).toEqual({
    RelatedItems: [341],
    ProductReviews: { FiveStar: ["Excellent!"] },
  })
  const names = { "#sw": "Safety.Warning", "#pr": "ProductReviews", "#1star": "OneStar" }
  expect(await get("#sw, #pr.#1star", names)).toEqual({
    "Safety.Warning": "Always wear a helmet",
    ProductReviews: { OneStar: ["Terrible product!"] },
  })
})

test.each<[object, object]>([
  [
    {
      UpdateExpression: "SET Price = Price - :p",
      ExpressionAttributeValues: { ":p": 15 },
    },
    { Price: 485 },
  ],
  [
    {
      UpdateExpression: "SET #pr.#5star[1] = :r5, #pr.#3star = :r3",
      ExpressionAttributeNames: {
        "#pr": "ProductReviews",
        "#5star": "FiveStar",
        "#3star": "ThreeStar",
      },
      ExpressionAttributeValues: { ":r5": "Very happy with my purchase", ":r3": ["Just OK"] },
    },
    {
      ProductReviews: { FiveStar: ["Very happy with my purchase"], ThreeStar: ["Just OK"] },
    },
  ],
  [
    {
      UpdateExpression: "SET #ri = list_append(:vals, #ri)",
      ExpressionAttributeNames: { "#ri": "RelatedItems" },
      ExpressionAttributeValues: { ":vals": [1, 2] },
    },
    { RelatedItems: [1, 2, 341, 472, 649] },
  ],
  [
    {
      UpdateExpression: "SET Stock = if_not_exists(Stock, :p)",
      ExpressionAttributeValues: { ":p": 400 },
    },
    { Stock: 400 },
  ],
  [
    { UpdateExpression: "ADD Color :c", ExpressionAttributeValues: { ":c": new Set(["Orange"]) } },
    { Color: new Set(["Red", "Black", "Orange"]) },
  ],
  [
    {
      UpdateExpression: "DELETE Color :p",
      ExpressionAttributeValues: { ":p": new Set(["Black"]) },
    },
    { Color: new Set(["Red"]) },
  ],
  [
    {
      UpdateExpression: "ADD Wheels :one SET Brand = :b REMOVE RelatedItems[1], RelatedItems[2]",
      ExpressionAttributeValues: { ":one": 1, ":b": "x" },
    },
    { Wheels: 1, Brand: "x" },
  ],
])("updates of AWS's docs: %o", async (asked, expected) => {
  const { update } = await openCatalog()
  const { Attributes } = await update({ ...asked, ReturnValues: ReturnValue.UPDATED_NEW })
  expect(Attributes).toEqual(expected)
})

test.each<[string, Record<string, unknown> | undefined, number]>([
  ["attribute_not_exists(Price)", undefined, 0],
  ["attribute_exists(ProductReviews.OneStar)", undefined, 1],
  [
    "(ProductCategory IN (:cat1, :cat2)) and (Price between :lo and :hi)",
    { ":cat1": "Sporting Goods", ":cat2": "Bicycle", ":lo": 500, ":hi": 600 },
    1,
  ],
  ["attribute_type(ProductReviews.FiveStar, :v_sub)", { ":v_sub": "L" }, 1],
  ["begins_with(Pictures.FrontView, :v_sub)", { ":v_sub": "http://" }, 0],
  ["contains(Color, :c)", { ":c": "Red" }, 1],
  ["size(RelatedItems) >= :n", { ":n": 3 }, 1],
  ["attribute_type(QuantityOnHand, :null)", { ":null": "NULL" }, 1],
])("filters of AWS's docs: %s", async (filter, values, expected) => {
  const { count } = await openCatalog()
  expect(await count(filter, values)).toBe(expected)
})

/** Parameters as ElectroDB makes them for an entity. */
async function openEntity() {
  const { client, TableName } = await openTable()
  const documents = DynamoDBDocumentClient.from(client)
  const Key = { pk: "$app#org_acme", sk: "$member_1#id_1" }
  const create = () =>
    documents.send(
      new PutCommand({
        TableName,
        Item: {
          ...Key,
          org: "acme",
          id: "1",
          tags: new Set(["a"]),
          __edb_e__: "member",
          __edb_v__: "1",
        },
        ExpressionAttributeNames: { "#pk": "pk", "#sk": "sk" },
        ConditionExpression: "attribute_not_exists(#pk) AND attribute_not_exists(#sk)",
      }),
    )
  return { documents, TableName, Key, create }
}

test("an entity is created once, patched where it is, and upserted", async () => {
  const { documents, TableName, Key, create } = await openEntity()
  await create()
  await expect(create()).rejects.toBeInstanceOf(ConditionalCheckFailedException)
  const patch = (key: object) =>
    documents.send(
      new UpdateCommand({
        TableName,
        Key: key,
        UpdateExpression:
          "SET #name = :name_u0, #log = list_append(if_not_exists(#log, :log_default_value_u0), :log_u0), #count = (if_not_exists(#count, :count_default_value_u0) + :count_u0), #org = :org_u0, #__edb_e__ = :__edb_e___u0 REMOVE #gone ADD #visits :visits_u0 DELETE #tags :tags_u0",
        ExpressionAttributeNames: {
          "#pk": "pk",
          "#sk": "sk",
          "#name": "name",
          "#log": "log",
          "#count": "count",
          "#org": "org",
          "#gone": "gone",
          "#visits": "visits",
          "#tags": "tags",
          "#__edb_e__": "__edb_e__",
        },
        ExpressionAttributeValues: {
          ":name_u0": "Ann",
          ":log_default_value_u0": [],
          ":log_u0": ["joined"],
          ":count_default_value_u0": 0,
          ":count_u0": 2,
          ":org_u0": "acme",
          ":__edb_e___u0": "member",
          ":visits_u0": 1,
          ":tags_u0": new Set(["a"]),
        },
        ConditionExpression: "attribute_exists(#pk) AND attribute_exists(#sk)",
        ReturnValues: "ALL_NEW",
      }),
    )
  const { Attributes } = await patch(Key)
  expect(Attributes).toEqual({
    ...Key,
    org: "acme",
    id: "1",
    name: "Ann",
    log: ["joined"],
    count: 2,
    visits: 1,
    __edb_e__: "member",
    __edb_v__: "1",
  })
  expect(await refusalOf(patch({ ...Key, sk: "nobody" }))).toMatch(
    /^ConditionalCheckFailedException/,
  )
})

test("entities are queried by their keys and filtered", async () => {
  const { documents, TableName, create } = await openEntity()
  await create()
  const { Items } = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "#pk = :pk and begins_with(#sk1, :sk1)",
      FilterExpression:
        "(#__edb_e__ = :__edb_e___0) AND #__edb_v__ = :__edb_v___0 AND (contains(#tags, :tags0) OR attribute_exists(#name))",
      ExpressionAttributeNames: {
        "#pk": "pk",
        "#sk1": "sk",
        "#__edb_e__": "__edb_e__",
        "#__edb_v__": "__edb_v__",
        "#tags": "tags",
        "#name": "name",
        "#id": "id",
      },
      ExpressionAttributeValues: {
        ":pk": "$app#org_acme",
        ":sk1": "$member_1#",
        ":__edb_e___0": "member",
        ":__edb_v___0": "1",
        ":tags0": "a",
      },
      ProjectionExpression: "#id, #tags",
    }),
  )
  expect(Items).toEqual([{ id: "1", tags: new Set(["a"]) }])
})
