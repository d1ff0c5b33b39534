import { PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { openNodes } from "../testing/open-nodes.ts"

const TableName = "orders"

/** Writes behind the cluster's back. */
const put = (dynamodb: DynamoDBClient, number: number, total: number) =>
  dynamodb.send(
    new PutItemCommand({
      TableName,
      Item: { customer: { S: "ann" }, number: { N: `${number}` }, total: { N: `${total}` } },
    }),
  )

test("DAX-2 an application that speaks to DynamoDB speaks to DAX as well", async () => {
  const { connect } = await openNodes()
  const client = connect()
  const Key = { customer: "ann", number: 1 }
  const Item = {
    ...{ ...Key, total: 12.5, none: null, yes: true, tags: new Set(["a", "b"]) },
    ...{ large: 123456789012345, primes: new Set([2, 3, 5]), bytes: Buffer.of(1, 2, 3) },
    lines: [{ name: "pen", price: -0.25 }, "free", []],
  }
  await client.put({ TableName, Item })
  const { Item: got } = await client.get({ TableName, Key })
  expect(got).toEqual(Item)
  const part = await client.get({
    ...{ TableName, Key, ProjectionExpression: "#l[0].price, total, nothing" },
    ExpressionAttributeNames: { "#l": "lines" },
  })
  expect(part.Item).toEqual({ lines: [{ price: -0.25 }], total: 12.5 })
  const updated = await client.update({
    ...{ TableName, Key, ReturnValues: "ALL_NEW" },
    UpdateExpression:
      "SET total = total + :more, #l[1] = :line, first = if_not_exists(first, :one) REMOVE none ADD primes :p",
    ConditionExpression:
      "(total BETWEEN :low AND :high OR NOT attribute_exists(yes)) AND customer IN (:ann, :bob) AND begins_with(customer, :a) AND size(tags) >= :two",
    ExpressionAttributeNames: { "#l": "lines" },
    ExpressionAttributeValues: {
      ...{ ":more": 1, ":line": "x", ":one": 1, ":p": new Set([7]), ":low": 12, ":high": 13 },
      ...{ ":ann": "ann", ":bob": "bob", ":a": "a", ":two": 2 },
    },
  })
  expect(updated.Attributes).toMatchObject({ ...Key, total: 13.5, first: 1, lines: [{}, "x", []] })
  expect(updated.Attributes).not.toHaveProperty("none")
  const changed = await client.update({
    ...{ TableName, Key, ReturnValues: "UPDATED_NEW", UpdateExpression: "SET total = :t" },
    ExpressionAttributeValues: { ":t": 2 },
  })
  expect(changed.Attributes).toEqual({ total: 2 })
  const { Attributes } = await client.delete({ TableName, Key, ReturnValues: "ALL_OLD" })
  expect(Attributes).toMatchObject({ ...Key, first: 1 })
  expect((await client.get({ TableName, Key })).Item).toBeUndefined()
})

test("refusals come in DynamoDB's words", async () => {
  const { connect } = await openNodes()
  const client = connect()
  const Item = { customer: "ann", number: 1 }
  await client.put({ TableName, Item })
  const again = client.put({
    ...{ TableName, Item, ConditionExpression: "attribute_not_exists(customer)" },
  })
  await expect(again).rejects.toMatchObject({
    ...{ code: "ConditionalCheckFailedException", statusCode: 400 },
    message: "ConditionalCheckFailedException: The conditional request failed",
  })
  await expect(client.get({ TableName: "none", Key: { id: "1" } })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  })
  await expect(
    client.query({
      TableName,
      KeyConditionExpression: "number = :n",
      ExpressionAttributeValues: { ":n": 1 },
    }),
  ).rejects.toMatchObject({
    code: "ValidationException",
  })
})

test("batches, queries, scans and transactions pass through a node", async () => {
  const { connect, dynamodb } = await openNodes()
  const client = connect()
  const items = [1, 2, -3.5, 40].map((number) => ({ customer: "ann", number, total: number * 10 }))
  const PutRequests = items.map((Item) => ({ PutRequest: { Item } }))
  const wrote = await client.batchWrite({ RequestItems: { orders: PutRequests } })
  expect(wrote.UnprocessedItems).toEqual({})
  const Keys = items.map(({ customer, number }) => ({ customer, number }))
  const { Responses } = await client.batchGet({ RequestItems: { orders: { Keys } } })
  expect(Responses?.["orders"]).toHaveLength(4)
  expect(Responses?.["orders"]).toEqual(expect.arrayContaining(items))
  const asked = {
    ...{ TableName, KeyConditionExpression: "customer = :c AND #n > :n" },
    ...{ ExpressionAttributeNames: { "#n": "number" } },
    ExpressionAttributeValues: { ":c": "ann", ":n": -10 },
  }
  const first = await client.query({ ...asked, Limit: 3, ScanIndexForward: false })
  expect(first.Items?.map(({ number }) => Number(number))).toEqual([40, 2, 1])
  expect(first.LastEvaluatedKey).toEqual({ customer: "ann", number: 1 })
  const rest = await client.query({
    ...{ ...asked, ScanIndexForward: false, ExclusiveStartKey: first.LastEvaluatedKey },
  })
  expect(rest.Items).toEqual([items[2]])
  const counted = await client.scan({
    TableName,
    Select: "COUNT",
    FilterExpression: "total > :t",
    ExpressionAttributeValues: { ":t": 0 },
  })
  expect(counted).toMatchObject({ Count: 3, ScannedCount: 4 })
  const parts = await client.scan({ TableName, ProjectionExpression: "total" })
  expect(parts.Items).toEqual(expect.arrayContaining(items.map(({ total }) => ({ total }))))
  await put(dynamodb, 5, 50)
  await client.transactWrite({
    TransactItems: [
      { Put: { TableName, Item: { customer: "bob", number: 1 } } },
      { Delete: { TableName, Key: Keys[0] } },
      {
        ConditionCheck: { TableName, Key: Keys[1], ConditionExpression: "attribute_exists(total)" },
      },
    ],
  })
  const got = await client.transactGet({
    TransactItems: [
      { Get: { TableName, Key: { customer: "bob", number: 1 } } },
      { Get: { TableName, Key: Keys[0] } },
      { Get: { TableName, Key: Keys[1], ProjectionExpression: "total" } },
    ],
  })
  expect(got.Responses).toEqual([
    ...[{ Item: { customer: "bob", number: 1 } }, {}, { Item: { total: 20 } }],
  ])
  const refused = client.transactWrite({
    TransactItems: [
      { Put: { TableName, Item: { customer: "eve", number: 1 } } },
      {
        ConditionCheck: {
          ...{ TableName, Key: Keys[1], ConditionExpression: "attribute_not_exists(total)" },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        },
      },
    ],
  })
  await expect(refused).rejects.toMatchObject({ code: "TransactionCanceledException" })
})
