import {
  DescribeContributorInsightsCommand,
  ListContributorInsightsCommand,
  UpdateContributorInsightsCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import type { World } from "../../../kernel/world.ts"
import { GetItem } from "../items/get-item.ts"
import { PutItem } from "../items/put-item.ts"
import { keys, openTable, refusalOf } from "../testing/open-table.ts"
import { CALL, createTable, openWorld, run } from "../testing/open-world.ts"
import { contributorsOf, type Rule } from "./contributor.ts"
import { insightsOperations } from "./operations.ts"

const TableName = "things"
const byOther = {
  IndexName: "by-other",
  KeySchema: [{ AttributeName: "other", KeyType: "HASH" as const }],
  Projection: { ProjectionType: "ALL" as const },
}
const withIndex = {
  AttributeDefinitions: keys("pk", "sk", "other").AttributeDefinitions,
  GlobalSecondaryIndexes: [byOther],
}

const change = (client: DynamoDBClient, more: object) =>
  client.send(
    new UpdateContributorInsightsCommand({
      TableName,
      ContributorInsightsAction: "ENABLE",
      ...more,
    }),
  )
const describe = (client: DynamoDBClient, IndexName?: string) =>
  client.send(new DescribeContributorInsightsCommand({ TableName, IndexName }))

test("insights are switched on and off, each rule with its name", async () => {
  const { client, cloud } = await openTable(withIndex)
  const { $metadata: _, ...off } = await describe(client)
  expect(off).toEqual({ TableName, ContributorInsightsStatus: "DISABLED" })
  expect(await change(client, {})).toMatchObject({
    TableName,
    ContributorInsightsStatus: "ENABLING",
    ContributorInsightsMode: "ACCESSED_AND_THROTTLED_KEYS",
  })
  await cloud.settle()
  const on = await describe(client)
  const created = on.LastUpdateDateTime?.getTime()
  expect(on).toMatchObject({
    ContributorInsightsStatus: "ENABLED",
    ContributorInsightsRuleList: ["PKC", "PKT", "SKC", "SKT"].map(
      (rule) => `DynamoDBContributorInsights-${rule}-things-${created}`,
    ),
  })
  await cloud.advance("1h")
  await change(client, { ContributorInsightsMode: "THROTTLED_KEYS" })
  await change(client, { IndexName: "by-other", ContributorInsightsMode: "THROTTLED_KEYS" })
  await cloud.settle()
  expect((await describe(client)).ContributorInsightsRuleList).toEqual([
    `DynamoDBContributorInsights-PKT-things-${created}`,
    `DynamoDBContributorInsights-SKT-things-${created}`,
  ])
  expect((await describe(client, "by-other")).ContributorInsightsRuleList).toHaveLength(1)
  const disabling = await change(client, { ContributorInsightsAction: "DISABLE" })
  expect(disabling.ContributorInsightsStatus).toBe("DISABLING")
  await cloud.settle()
  expect((await describe(client)).ContributorInsightsStatus).toBe("DISABLED")
  expect((await describe(client, "by-other")).ContributorInsightsStatus).toBe("ENABLED")
})

test("insights are listed, of one table and its indexes or of all, page by page", async () => {
  const { client, cloud } = await openTable(withIndex)
  await openTable({ TableName: "zebras" }, cloud)
  await change(client, { IndexName: "by-other" })
  await cloud.settle()
  const list = (more: object) => client.send(new ListContributorInsightsCommand(more))
  const one = await list({ TableName })
  expect(one.ContributorInsightsSummaries).toEqual([
    {
      TableName,
      IndexName: "by-other",
      ContributorInsightsStatus: "ENABLED",
      ContributorInsightsMode: "ACCESSED_AND_THROTTLED_KEYS",
    },
  ])
  expect(one.NextToken).toBeUndefined()
  await change(client, { TableName: "zebras" })
  const first = await list({ MaxResults: 1 })
  const rest = await list({ NextToken: first.NextToken })
  const all = [first, rest].flatMap(({ ContributorInsightsSummaries: some = [] }) =>
    some.map((summary) => summary.IndexName ?? summary.TableName),
  )
  expect(all).toEqual(["by-other", "zebras"])
  expect(await refusalOf(list({ TableName: "nothing" }))).toContain("ResourceNotFoundException")
  expect(await refusalOf(describe(client, "nothing"))).toBe(
    "ResourceNotFoundException: Requested resource not found: Index: nothing not found for table: things",
  )
})

const counted = (world: World, id: number, rule: Rule) =>
  world.read((tx) => {
    const minuteMs = Math.floor(tx.now / 60_000) * 60_000
    return contributorsOf(tx, id, { rule, minuteMs }).map(({ key, value }) => [key, value])
  })

async function openCounted(ContributorInsightsMode: string) {
  const world = openWorld()
  const table = await createTable(world, {
    TableName,
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
    AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  })
  const input = { TableName, ContributorInsightsAction: "ENABLE", ContributorInsightsMode }
  const { UpdateContributorInsights } = insightsOperations
  await world.write((tx) => run(UpdateContributorInsights)(tx, input, CALL))
  await world.settle()
  const put = (pk: string, sk: string, size = 1) => {
    const Item = { pk: { S: pk }, sk: { S: sk }, v: { S: "x".repeat(size * 1024 - 20) } }
    return world.write((tx) => run(PutItem)(tx, { TableName, Item }, CALL))
  }
  const get = (pk: string, sk: string) =>
    world.write((tx) =>
      run(GetItem)(tx, { TableName, Key: { pk: { S: pk }, sk: { S: sk } } }, CALL),
    )
  return { world, table, put, get }
}

test("keys are counted by what they consume, a write three times, and how often they are refused", async () => {
  const { world, table, put, get } = await openCounted("ACCESSED_AND_THROTTLED_KEYS")
  await put("a", "1", 2)
  await put("a", "2")
  await put("b", "1", 297)
  await get("a", "1")
  for (let i = 0; i < 2; i++) await expect(put("c", "1")).rejects.toThrow(/throughput/)
  expect(await counted(world, table.id, "PKC")).toEqual([
    ['["b"]', 891],
    ['["a"]', 9.5],
  ])
  expect(await counted(world, table.id, "SKC")).toEqual([
    ['["b","1"]', 891],
    ['["a","1"]', 6.5],
    ['["a","2"]', 3],
  ])
  expect(await counted(world, table.id, "PKT")).toEqual([['["c"]', 2]])
  expect(await counted(world, table.id, "SKT")).toEqual([['["c","1"]', 2]])
})

test("of throttled keys only refusals are counted, and nothing once it is off", async () => {
  const { world, table, put } = await openCounted("THROTTLED_KEYS")
  await put("a", "1", 300)
  await expect(put("b", "1")).rejects.toThrow(/throughput/)
  expect(await counted(world, table.id, "PKC")).toEqual([])
  expect(await counted(world, table.id, "PKT")).toEqual([['["b"]', 1]])
  const input = { TableName, ContributorInsightsAction: "DISABLE" }
  const { UpdateContributorInsights } = insightsOperations
  await world.write((tx) => run(UpdateContributorInsights)(tx, input, CALL))
  await world.settle()
  await expect(put("b", "1")).rejects.toThrow(/throughput/)
  expect(await counted(world, table.id, "PKT")).toEqual([])
})
