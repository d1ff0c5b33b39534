import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb"
import { IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../gateway/testing/condition.ts"
import { newUser } from "../../gateway/testing/identity.ts"
import { openTable, refusalOf } from "./testing/open-table.ts"
import { userWith } from "./testing/user.ts"

const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/things"
const TableName = "things"
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: "1" } })

test("DDB-2 who may do what is IAM's to say, in AWS's words", async () => {
  const { cloud, client } = await openTable()
  await client.send(new PutItemCommand({ TableName, Item: key("a") }))
  const user = await userWith(cloud, { Action: "dynamodb:GetItem", Resource: TABLE })
  expect((await user.send(new GetItemCommand({ TableName, Key: key("a") }))).Item).toEqual(key("a"))
  expect(await refusalOf(user.send(new PutItemCommand({ TableName, Item: key("b") })))).toBe(
    "AccessDeniedException: User: arn:aws:iam::000000000000:user/reader is not authorized to " +
      `perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows ` +
      "the dynamodb:PutItem action",
  )
  // Who may not know whether a table is there is not told.
  const other = user.send(new GetItemCommand({ TableName: "other", Key: key("a") }))
  expect(await refusalOf(other)).toMatch(/^AccessDeniedException: /)
})

test("an index is a resource of its own", async () => {
  const { cloud } = await openTable({
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-sort",
        KeySchema: [{ AttributeName: "sk", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  })
  const user = await userWith(cloud, { Action: "dynamodb:Scan", Resource: `${TABLE}/index/*` })
  await user.send(new ScanCommand({ TableName, IndexName: "by-sort" }))
  expect(await refusalOf(user.send(new ScanCommand({ TableName })))).toMatch(
    /is not authorized to perform: dynamodb:Scan on resource: \S+:table\/things because/,
  )
})

test("fine-grained access: only items whose partition key is the caller's", async () => {
  const { cloud } = await openTable()
  const user = await userWith(cloud, {
    Action: "dynamodb:*",
    Resource: TABLE,
    Condition: { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["${aws:username}"] } },
  })
  const put = (pk: string) => new PutItemCommand({ TableName, Item: key(pk) })
  await user.send(put("reader"))
  const denied = /^AccessDeniedException: /
  expect(await refusalOf(user.send(put("other")))).toMatch(denied)
  const query = (pk: string) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: pk } },
    })
  expect((await user.send(query("reader"))).Count).toBe(1)
  expect(await refusalOf(user.send(query("other")))).toMatch(denied)
  const batch = (...pks: string[]) =>
    new BatchWriteItemCommand({
      RequestItems: { things: pks.map((pk) => ({ PutRequest: { Item: key(pk) } })) },
    })
  await user.send(batch("reader"))
  expect(await refusalOf(user.send(batch("reader", "other")))).toMatch(denied)
})

test("a transaction asks for each of its actions", async () => {
  const { cloud } = await openTable()
  const user = await userWith(
    cloud,
    { Action: "dynamodb:PutItem", Resource: TABLE },
    {
      Action: "dynamodb:DeleteItem",
      Resource: TABLE,
      Condition: { StringEquals: { "dynamodb:EnclosingOperation": "TransactWriteItems" } },
    },
  )
  const Put = { TableName, Item: key("a") }
  const Delete = { TableName, Key: key("b") }
  const Update = { TableName, Key: key("c"), UpdateExpression: "REMOVE x" }
  await user.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Delete }] }))
  const call = user.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { Update }] }))
  expect(await refusalOf(call)).toMatch(/not authorized to perform: dynamodb:UpdateItem/)
})

test("fine-grained access: only some attributes, whichever parameter names them", async () => {
  const { cloud, put } = await openTable()
  await put({ ...key("a"), score: { N: "1" }, secret: { S: "x" } })
  const user = await userWith(cloud, {
    Action: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    Resource: TABLE,
    Condition: {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "score"] },
      StringEqualsIfExists: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    },
  })
  const denied = /^AccessDeniedException: /
  const get = (ProjectionExpression: string) =>
    user.send(new GetItemCommand({ TableName, Key: key("a"), ProjectionExpression }))
  expect((await get("pk, score")).Item).toEqual({ pk: { S: "a" }, score: { N: "1" } })
  expect(await refusalOf(get("score, secret.part"))).toMatch(denied)
  const query = (more: object) =>
    new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "a" } },
      Select: "SPECIFIC_ATTRIBUTES",
      ProjectionExpression: "score",
      ...more,
    })
  expect((await user.send(query({}))).Items).toEqual([{ score: { N: "1" } }])
  expect(
    await refusalOf(user.send(query({ FilterExpression: "attribute_exists(secret)" }))),
  ).toMatch(denied)
  expect(await refusalOf(user.send(query({ Select: "ALL_ATTRIBUTES" })))).toMatch(denied)
  const update = (UpdateExpression: string, more: object = {}) =>
    user.send(new UpdateItemCommand({ TableName, Key: key("a"), UpdateExpression, ...more }))
  await update("SET score = score + score")
  expect(await refusalOf(update("SET score = secret"))).toMatch(denied)
  expect(await refusalOf(update("REMOVE secret"))).toMatch(denied)
  const conditional = { ConditionExpression: "attribute_exists(secret)" }
  expect(await refusalOf(update("SET score = score", conditional))).toMatch(denied)
})

test("fine-grained access: who may have some attributes only must say which, in batches too", async () => {
  const { cloud, put } = await openTable()
  await put({ ...key("a"), score: { N: "1" }, secret: { S: "x" } })
  // "Amazon DynamoDB: Allows access to specific attributes", IAM user guide.
  const user = await userWith(cloud, {
    Action: ["GetItem", "BatchGetItem", "Query", "Scan", "BatchWriteItem"].map(
      (name) => `dynamodb:${name}`,
    ),
    Resource: TABLE,
    Condition: {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "sk", "score"] },
      StringEqualsIfExists: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    },
  })
  const denied = /^AccessDeniedException: /
  const part = { ProjectionExpression: "score" }
  const secret = { ProjectionExpression: "score, secret" }
  const values = { ":pk": { S: "a" } }
  const query = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: values }
  const reads: ((more: object) => Promise<unknown>)[] = [
    (more) => user.send(new GetItemCommand({ TableName, Key: key("a"), ...more })),
    (more) =>
      user.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key("a")], ...more } } }),
      ),
    (more) => user.send(new QueryCommand({ TableName, ...query, ...more })),
    (more) => user.send(new ScanCommand({ TableName, ...more })),
    (more) =>
      user.send(
        new TransactGetItemsCommand({
          TransactItems: [{ Get: { TableName, Key: key("a"), ...more } }],
        }),
      ),
  ]
  for (const read of reads) {
    expect(await refusalOf(read(part))).toBe("no refusal")
    expect(await refusalOf(read(secret))).toMatch(denied)
    expect(await refusalOf(read({}))).toMatch(denied)
  }
  const write = (more: object) => {
    const Put = { PutRequest: { Item: { ...key("b"), ...more } } }
    const Delete = { DeleteRequest: { Key: key("c") } }
    const RequestItems = { [TableName]: [Put, Delete] }
    return refusalOf(user.send(new BatchWriteItemCommand({ RequestItems })))
  }
  expect(await write({ score: { N: "2" } })).toBe("no refusal")
  expect(await write({ secret: { S: "y" } })).toMatch(denied)
})

test("what is to be told of capacity and old values decides, in transactions and statements too", async () => {
  const { cloud, client } = await openTable()
  await client.send(new PutItemCommand({ TableName, Item: key("a") }))
  const user = await newUser(cloud.client(IAMClient), "ann")
  const table = cloud.client(DynamoDBClient, { credentials: user.credentials, maxAttempts: 1 })
  const ReturnConsumedCapacity = "TOTAL"
  const write = new TransactWriteItemsCommand({
    ...{ ReturnConsumedCapacity, TransactItems: [{ Put: { TableName, Item: key("b") } }] },
  })
  const read = new TransactGetItemsCommand({
    ...{ ReturnConsumedCapacity, TransactItems: [{ Get: { TableName, Key: key("a") } }] },
  })
  for (const [name, send] of [
    ["PutItem", () => table.send(write)],
    ["GetItem", () => table.send(read)],
  ] as const) {
    const capacity = { key: "dynamodb:ReturnConsumedCapacity", value: "TOTAL" }
    expect(await outcomesBy(user, { action: `dynamodb:${name}`, ...capacity }, send)).toEqual(
      OBEYED,
    )
  }
  const Statement = `DELETE FROM "things" WHERE pk = 'a' AND sk = '1' RETURNING ALL OLD *`
  const values = { key: "dynamodb:ReturnValues", value: "ALL_OLD" }
  const remove = () => table.send(new ExecuteStatementCommand({ Statement }))
  expect(await outcomesBy(user, { action: "dynamodb:PartiQLDelete", ...values }, remove)).toEqual(
    OBEYED,
  )
})
