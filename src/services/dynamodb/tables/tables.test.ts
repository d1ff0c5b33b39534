import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import {
  definitions,
  index,
  keys,
  openCloud,
  openTable,
  refusalOf,
  THINGS,
} from "../testing/open-table.ts"

// Recorded.
test("what a table defines and projects is told in order, its indexes as they were given", async () => {
  const { client } = await openTable({
    ...keys("pk", "sk"),
    AttributeDefinitions: definitions("sk", "owner", "pk"),
    GlobalSecondaryIndexes: [
      {
        ...index("z-index", "owner"),
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["zz", "aa", "mm"] },
      },
      index("a-index", "sk"),
    ],
  })
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "things" }))
  expect(Table?.AttributeDefinitions).toEqual(definitions("owner", "pk", "sk"))
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([
    { IndexName: "z-index", Projection: { NonKeyAttributes: ["aa", "mm", "zz"] } },
    { IndexName: "a-index" },
  ])
})

// Recorded.
test("a table is in use while it is made", async () => {
  const client = (await openCloud()).client(DynamoDBClient, { maxAttempts: 1 })
  const create = () => client.send(new CreateTableCommand(THINGS))
  const [first, second] = await Promise.all([create(), refusalOf(create())])
  expect(first.TableDescription?.TableStatus).toBe("CREATING")
  expect(second).toBe(
    "ResourceInUseException: Attempt to change a resource which is still in use: Table is being created: things",
  )
})

test("ListTables goes by pages, in order", async () => {
  const { cloud, client } = await openTable({ TableName: "ccc" })
  for (const TableName of ["aaa", "bbb"]) await openTable({ TableName }, cloud)
  const first = await client.send(new ListTablesCommand({ Limit: 2 }))
  expect(first).toMatchObject({ TableNames: ["aaa", "bbb"], LastEvaluatedTableName: "bbb" })
  const ExclusiveStartTableName = first.LastEvaluatedTableName
  const next = await client.send(new ListTablesCommand({ Limit: 2, ExclusiveStartTableName }))
  expect(next.TableNames).toEqual(["ccc"])
  expect(next.LastEvaluatedTableName).toBeUndefined()
})

test("a protected table stays", async () => {
  const { client, TableName } = await openTable({ DeletionProtectionEnabled: true })
  expect(await refusalOf(client.send(new DeleteTableCommand({ TableName })))).toBe(
    "ValidationException: Resource cannot be deleted as it is currently protected against " +
      "deletion. Disable deletion protection first.",
  )
})
