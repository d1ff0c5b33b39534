import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf, type TestTable } from "../testing/open-table.ts"

type Attributes = Record<string, AttributeValue>

const KEY = { pk: { S: "a" } }

const open = (): Promise<TestTable> => openTable(keys("pk"))

/** What each operation says to one command after another, without the name of the error. */
async function refusals(calls: readonly Promise<unknown>[]): Promise<string[]> {
  const told: string[] = []
  for (const call of calls) told.push((await refusalOf(call)).replace("ValidationException: ", ""))
  return told
}

const enveloped = (texts: readonly string[]): string[] =>
  texts.map((text) => `1 validation error detected: ${text}`)

const INVALID = "One or more parameter values were invalid: "
const NOT_NUMERIC = "The parameter cannot be converted to a numeric value"

/** Values that nobody takes, with what the newer and the older way say. */
const WRONG: readonly (readonly [AttributeValue, string, string])[] = [
  [{ N: "one" }, `${NOT_NUMERIC}: one`, `${NOT_NUMERIC}: one`],
  [{ N: "" }, `${NOT_NUMERIC}: `, NOT_NUMERIC],
  [
    { SS: [] },
    `${INVALID}An string set  may not be empty`,
    `${INVALID}An string set  may not be empty`,
  ],
  [
    { SS: ["y", "x", "z", "y", "w"] },
    `${INVALID}Input collection ["x", "y", "z", "y", "w"] contains duplicates.`,
    `${INVALID}Input collection [y, x, z, y, w] contains duplicates.`,
  ],
  [
    { BS: [Buffer.from([200]), Buffer.from([1]), Buffer.from([200])] },
    `${INVALID}Input collection ["AQ==","yA==","yA=="]of type BS contains duplicates.`,
    `${INVALID}Input collection [yA==, AQ==, yA==]of type BS contains duplicates.`,
  ],
  [
    { NS: ["3", "3.0"] },
    `${INVALID}Input collection contains duplicates.`,
    "Input collection contains duplicates",
  ],
  [
    { L: [{ NULL: false }] },
    `${INVALID}Null attribute value types must have the value of true`,
    `${INVALID}Null attribute value types must have the value of true`,
  ],
]
const VALUES = WRONG.map(([value]) => value)
const NEWER = WRONG.map(([, newer]) => newer)
const OLDER = WRONG.map(([, , older]) => older)

/** As the value that an expression compares with. */
const compared = (value: AttributeValue) => ({
  ConditionExpression: "v = :v",
  ExpressionAttributeValues: { ":v": value },
})

test("puts, updates and deletes refuse values in an envelope, wherever those stand", async () => {
  const { client, TableName } = await open()
  const all = (call: (value: AttributeValue) => Promise<unknown>) => refusals(VALUES.map(call))
  const put = (more: object) => client.send(new PutItemCommand({ TableName, Item: KEY, ...more }))
  const update = (more: object) =>
    client.send(new UpdateItemCommand({ TableName, Key: KEY, ...more }))
  const remove = (more: object) =>
    client.send(new DeleteItemCommand({ TableName, Key: KEY, ...more }))
  const told = [
    await all((v) => put({ Item: { ...KEY, v } })),
    await all((v) => put(compared(v))),
    await all((v) => put({ Expected: { v: { Value: v } } })),
    await all((v) => update({ Key: { pk: v } })),
    await all((v) => update({ UpdateExpression: "SET w = v", ...compared(v) })),
    await all((v) => update({ AttributeUpdates: { v: { Action: "PUT", Value: v } } })),
    await all((v) => remove({ Key: { pk: v } })),
    await all((v) => remove(compared(v))),
  ]
  for (const texts of told) expect(texts).toEqual(enveloped(NEWER))
})

test("reads of keys and queries refuse values in the newer words, without an envelope", async () => {
  const { client, TableName } = await open()
  const all = (call: (value: AttributeValue) => Promise<unknown>) => refusals(VALUES.map(call))
  const filtered = (v: AttributeValue) => ({
    TableName,
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "v = :v",
    ExpressionAttributeValues: { ":pk": { S: "a" }, ":v": v },
  })
  const told = [
    await all((v) => client.send(new GetItemCommand({ TableName, Key: { pk: v } }))),
    await all((v) =>
      client.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [{ pk: v }] } } }),
      ),
    ),
    await all((v) => client.send(new QueryCommand(filtered(v)))),
  ]
  for (const texts of told) expect(texts).toEqual(NEWER)
})

test("batches of writes, transactions, scans and statements keep the older words", async () => {
  const { client, TableName } = await open()
  const all = (call: (value: AttributeValue) => Promise<unknown>) => refusals(VALUES.map(call))
  const inBatch = (Item: Attributes) =>
    client.send(
      new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }),
    )
  const transact = (one: object) =>
    client.send(new TransactWriteItemsCommand({ TransactItems: [one] }))
  const statement = `INSERT INTO ${TableName} VALUE {'pk': 'a', 'v': ?}`
  const bare = [
    await all((v) => inBatch({ ...KEY, v })),
    await all((v) => transact({ Put: { TableName, Item: { ...KEY, v } } })),
    await all((v) => transact({ Delete: { TableName, Key: { pk: v } } })),
    await all((v) =>
      client.send(
        new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: { pk: v } } }] }),
      ),
    ),
    await all((v) =>
      client.send(new ExecuteStatementCommand({ Statement: statement, Parameters: [v] })),
    ),
  ]
  for (const texts of bare) expect(texts).toEqual(OLDER)
  const filtered = (v: AttributeValue) => ({
    TableName,
    FilterExpression: "v = :v",
    ExpressionAttributeValues: { ":v": v },
  })
  const ofSubstitutes = [
    await all((v) => transact({ Put: { TableName, Item: KEY, ...compared(v) } })),
    await all((v) => client.send(new ScanCommand(filtered(v)))),
  ]
  const older = OLDER.map(
    (text) => `ExpressionAttributeValues contains invalid value: ${text} for key :v`,
  )
  for (const texts of ofSubstitutes) expect(texts).toEqual(older)
})

test("refusals of expressions and of what goes with them are in the envelope, too", async () => {
  const { client, TableName } = await open()
  const put = (more: object) => client.send(new PutItemCommand({ TableName, Item: KEY, ...more }))
  const update = (more: object) =>
    client.send(new UpdateItemCommand({ TableName, Key: KEY, ...more }))
  const remove = (more: object) =>
    client.send(new DeleteItemCommand({ TableName, Key: KEY, ...more }))
  const values = { ExpressionAttributeValues: { ":v": { S: "x" } } }
  const long = `a = b${" ".repeat(4096)}`
  const cases: readonly (readonly [Promise<unknown>, string])[] = [
    [
      update({ UpdateExpression: "" }),
      "Invalid UpdateExpression: The expression can not be empty;",
    ],
    [
      update({ UpdateExpression: "SET a = :v" }),
      "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v",
    ],
    [
      update({ UpdateExpression: "REMOVE a, a" }),
      "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
    ],
    [
      put({ ConditionExpression: long }),
      "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size;",
    ],
    [
      remove({ ConditionExpression: "attribute_exists(v)", ...values }),
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
    ],
    [
      put({ ConditionExpression: "attribute_exists(v)", ExpressionAttributeNames: {} }),
      "ExpressionAttributeNames must not be empty",
    ],
    [put(values), "ExpressionAttributeValues can only be specified when using expressions"],
    [
      put({ Expected: { v: { Exists: false } }, ConditionExpression: "attribute_exists(v)" }),
      "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}",
    ],
    [
      remove({ Expected: { v: { Exists: true } } }),
      `${INVALID}Value must be provided when Exists is true for Attribute: v`,
    ],
    [put({ ReturnValues: "ALL_NEW" }), "ReturnValues can only be ALL_OLD or NONE"],
  ]
  const told = await refusals(cases.map(([call]) => call))
  expect(told).toEqual(enveloped(cases.map(([, text]) => text)))
})

test("what the table has to say, the types of values and sizes stand outside the envelope", async () => {
  const { client, TableName, put } = await open()
  const update = (UpdateExpression: string, value: AttributeValue = { S: "x" }) =>
    client.send(
      new UpdateItemCommand({
        TableName,
        Key: KEY,
        UpdateExpression,
        ExpressionAttributeValues: { ":v": value },
      }),
    )
  await put(KEY)
  const told = await refusals([
    put({ pk: { N: "1" } }),
    put({ pk: { S: "" } }),
    put({ ...KEY, v: {} as never }),
    put({ ...KEY, v: { S: "x", N: "1" } as never }),
    put({ ...KEY, v: { S: "x".repeat(409_600) } }),
    update("SET pk = :v"),
    update("SET v = :v", {} as never),
    update("SET w.x = :v"),
    client.send(new DeleteItemCommand({ TableName, Key: { v: { S: "x" } } })),
  ])
  expect(told).toEqual([
    `${INVALID}Type mismatch for key pk expected: S actual: N`,
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    "Item size has exceeded the maximum allowed size",
    `${INVALID}Cannot update attribute pk. This attribute is part of the key`,
    "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    "The document path provided in the update expression is invalid for update",
    "The provided key element does not match the schema",
  ])
})

test("numbers beyond all exponents are too large or too small, in the newer words", async () => {
  const { client, TableName, put } = await open()
  const far = ["1e2147483648", "-1e99999999999", "1e-99999999999"]
  const magnitude = (which: string, how: string): string =>
    `Number ${which}. Attempting to store a number with magnitude ${how} than supported range`
  expect(await refusals(far.map((N) => put({ ...KEY, n: { N } })))).toEqual(
    enveloped([
      magnitude("overflow", "larger"),
      magnitude("overflow", "larger"),
      magnitude("underflow", "smaller"),
    ]),
  )
  const inBatch = far.map((N) =>
    client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TableName]: [{ PutRequest: { Item: { ...KEY, n: { N } } } }] },
      }),
    ),
  )
  expect(await refusals(inBatch)).toEqual(far.map((N) => `${NOT_NUMERIC}: ${N}`))
})
