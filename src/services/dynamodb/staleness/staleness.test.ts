import {
  BatchGetItemCommand,
  DeleteItemCommand,
  ExecuteStatementCommand,
  GetItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { keys, openTable, type TestTable } from "../testing/open-table.ts"
import { query, scan, sorts } from "../testing/read-table.ts"

const byState = {
  IndexName: "by-state",
  KeySchema: [{ AttributeName: "state", KeyType: "HASH" as const }],
  Projection: { ProjectionType: "ALL" as const },
}
const withIndex = {
  AttributeDefinitions: keys("pk", "sk", "state").AttributeDefinitions,
  GlobalSecondaryIndexes: [byState],
}

const item = (sk: string, state = "new") => ({ pk: { S: "a" }, sk: { S: sk }, state: { S: state } })
const key = (sk: string) => ({ pk: { S: "a" }, sk: { S: sk } })

async function stateOf(table: TestTable, sk: string, ConsistentRead = false) {
  const { client, TableName } = table
  const get = new GetItemCommand({ TableName, Key: key(sk), ConsistentRead })
  return (await client.send(get)).Item?.["state"]?.S
}

async function inState({ client, TableName }: TestTable, state: string) {
  const { Items } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "by-state",
      KeyConditionExpression: "#s = :s",
      ExpressionAttributeNames: { "#s": "state" },
      ExpressionAttributeValues: { ":s": { S: state } },
    }),
  )
  return sorts(Items)
}

test("DDB-53 reads that need not see the latest may see what was, for as long as a Region lags", async () => {
  const table = await openTable()
  const { client, cloud, TableName } = table
  await table.put(item("1"))
  await cloud.lag("2s")
  await table.put(item("1", "paid"))
  expect(await stateOf(table, "1")).toBe("new")
  expect(await stateOf(table, "1", true)).toBe("paid")
  const Keys = [key("1")]
  const batch = new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } })
  expect((await client.send(batch)).Responses?.[TableName]).toEqual([item("1")])
  const Statement = "SELECT * FROM things WHERE pk = 'a' AND sk = '1'"
  expect((await client.send(new ExecuteStatementCommand({ Statement }))).Items).toEqual([item("1")])
  await cloud.advance("1900ms")
  expect(await stateOf(table, "1")).toBe("new")
  await cloud.advance("100ms")
  expect(await stateOf(table, "1")).toBe("paid")
  await table.put(item("1", "sent"))
  await cloud.lag(0)
  expect(await stateOf(table, "1")).toBe("sent")
})

test("queries and scans see what was changed, deleted and made as it was, page by page", async () => {
  const table = await openTable()
  const { client, cloud, TableName } = table
  for (const sk of ["1", "2", "3", "4", "5"]) await table.put(item(sk))
  await cloud.lag("2s")
  await table.put(item("0"))
  await table.put(item("3", "paid"))
  for (const sk of ["2", "5"]) await client.send(new DeleteItemCommand({ TableName, Key: key(sk) }))
  const all = ["1", "2", "3", "4", "5"]
  const late = (await query(table)).Items ?? []
  expect(sorts(late)).toEqual(all)
  expect(late.map(({ state }) => state?.S)).not.toContain("paid")
  expect(sorts((await query(table, { ScanIndexForward: false })).Items)).toEqual(all.toReversed())
  expect(sorts((await query(table, { ConsistentRead: true })).Items)).toEqual(["0", "1", "3", "4"])
  for (const Limit of [1, 2, 3]) {
    const seen: (string | undefined)[] = []
    let ExclusiveStartKey: Awaited<ReturnType<typeof scan>>["LastEvaluatedKey"]
    do {
      const page = await scan(table, { Limit, ExclusiveStartKey })
      seen.push(...sorts(page.Items))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
    expect(seen).toEqual(all)
  }
  await cloud.advance("2s")
  expect(sorts((await query(table)).Items)).toEqual(["0", "1", "3", "4"])
})

test("a global index follows its table, at once or as late as the Region lags", async () => {
  const table = await openTable(withIndex)
  await table.put(item("1"))
  expect(await inState(table, "new")).toEqual(["1"])
  await table.cloud.lag("1s")
  await table.put(item("1", "paid"))
  expect([await inState(table, "new"), await inState(table, "paid")]).toEqual([["1"], []])
  await table.cloud.advance("1s")
  expect([await inState(table, "new"), await inState(table, "paid")]).toEqual([[], ["1"]])
})
