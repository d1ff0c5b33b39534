import {
  BatchExecuteStatementCommand,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"
import { userWith } from "../testing/user.ts"

const TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/things"

const run = (client: DynamoDBClient, Statement: string): Promise<string> =>
  refusalOf(client.send(new ExecuteStatementCommand({ Statement })))

test("each kind of statement is an action of its own", async () => {
  const { cloud } = await openTable(keys("pk"))
  const user = await userWith(cloud, {
    Action: ["dynamodb:PartiQLSelect", "dynamodb:PartiQLInsert"],
    Resource: TABLE,
  })
  expect(await run(user, "INSERT INTO things VALUE {'pk': 'a'}")).toBe("no refusal")
  expect(await run(user, "SELECT * FROM things WHERE pk = 'a'")).toBe("no refusal")
  expect(await run(user, "UPDATE things SET a = 1 WHERE pk = 'a'")).toBe(
    "AccessDeniedException: User: arn:aws:iam::000000000000:user/reader is not authorized to " +
      `perform: dynamodb:PartiQLUpdate on resource: ${TABLE} because no identity-based policy ` +
      "allows the dynamodb:PartiQLUpdate action",
  )
  expect(await run(user, "DELETE FROM things WHERE pk = 'a'")).toMatch(/dynamodb:PartiQLDelete/)
  expect(await run(user, "SELECT * FROM things.idx WHERE pk = 'a'")).toMatch(
    /table\/things\/index\/idx/,
  )
})

test("what several statements want is asked of each", async () => {
  const { cloud } = await openTable(keys("pk"))
  const user = await userWith(cloud, { Action: "dynamodb:PartiQLInsert", Resource: TABLE })
  const Statements = [
    "INSERT INTO things VALUE {'pk': 'a'}",
    "DELETE FROM things WHERE pk = 'b'",
  ].map((Statement) => ({ Statement }))
  expect(await refusalOf(user.send(new BatchExecuteStatementCommand({ Statements })))).toMatch(
    /dynamodb:PartiQLDelete/,
  )
  const transaction = new ExecuteTransactionCommand({ TransactStatements: Statements })
  expect(await refusalOf(user.send(transaction))).toMatch(/dynamodb:PartiQLDelete/)
})

test("a statement within others says so", async () => {
  const { cloud } = await openTable(keys("pk"))
  const within = (operation: string) => ({
    Action: "dynamodb:PartiQLInsert",
    Resource: TABLE,
    Condition: { StringEquals: { "dynamodb:EnclosingOperation": operation } },
  })
  const user = await userWith(cloud, within("ExecuteTransaction"))
  const Statement = "INSERT INTO things VALUE {'pk': 'a'}"
  await user.send(new ExecuteTransactionCommand({ TransactStatements: [{ Statement }] }))
  expect(await run(user, Statement)).toMatch(/^AccessDeniedException: /)
})

test("full scans and foreign partitions can be denied, as AWS's docs show it", async () => {
  const { cloud } = await openTable(keys("pk", "sk"))
  const user = await userWith(
    cloud,
    { Action: "dynamodb:PartiQL*", Resource: TABLE },
    {
      Effect: "Deny",
      Action: "dynamodb:PartiQLSelect",
      Resource: TABLE,
      Condition: { Bool: { "dynamodb:FullTableScan": ["true"] } },
    },
    {
      Effect: "Deny",
      Action: "dynamodb:PartiQL*",
      Resource: TABLE,
      Condition: { "ForAnyValue:StringEquals": { "dynamodb:LeadingKeys": ["secret"] } },
    },
  )
  expect(await run(user, "SELECT * FROM things WHERE pk = 'a'")).toBe("no refusal")
  expect(await run(user, "SELECT * FROM things")).toMatch(/explicit deny/)
  expect(await run(user, "SELECT * FROM things WHERE sk = 'a'")).toMatch(/explicit deny/)
  expect(await run(user, "SELECT * FROM things WHERE pk = 'secret'")).toMatch(/explicit deny/)
  expect(await run(user, "INSERT INTO things VALUE {'pk': 'secret', 'sk': 'a'}")).toMatch(
    /explicit deny/,
  )
  expect(await run(user, "DELETE FROM things WHERE pk = 'secret' AND sk = 'a'")).toMatch(
    /explicit deny/,
  )
})

test("attributes that a statement names can be allowed one by one", async () => {
  const { cloud, put } = await openTable(keys("pk"))
  await put({ pk: { S: "a" }, score: { N: "1" }, secret: { S: "x" } })
  const user = await userWith(cloud, {
    Action: "dynamodb:PartiQL*",
    Resource: TABLE,
    Condition: {
      "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "score"] },
      StringEqualsIfExists: { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    },
  })
  expect(await run(user, "SELECT score FROM things WHERE pk = 'a'")).toBe("no refusal")
  expect(await run(user, "UPDATE things SET score = 2 WHERE pk = 'a'")).toBe("no refusal")
  const denied = /^AccessDeniedException: /
  expect(await run(user, "SELECT * FROM things WHERE pk = 'a'")).toMatch(denied)
  expect(await run(user, "SELECT score, secret FROM things WHERE pk = 'a'")).toMatch(denied)
  expect(await run(user, "SELECT score FROM things WHERE secret = 'x'")).toMatch(denied)
  expect(await run(user, "UPDATE things SET score = secret WHERE pk = 'a'")).toMatch(denied)
})
