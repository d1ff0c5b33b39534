import { CreateTableCommand, PutItemCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { usageOf } from "../../../kernel/meter.ts"
import { openKinesis } from "../testing/open-kinesis.ts"
import { keys } from "../testing/open-table.ts"

test("a write costs as many replicated units in each Region, index writes in others", async () => {
  const { cloud, client } = await openKinesis(true)
  const TableName = "global"
  const { KeySchema, AttributeDefinitions } = keys("pk", "v")
  const index = { IndexName: "by-v", KeySchema: keys("v").KeySchema }
  await client.send(
    new CreateTableCommand({
      ...{ TableName, BillingMode: "PAY_PER_REQUEST", AttributeDefinitions },
      KeySchema: KeySchema?.slice(0, 1),
      GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: "KEYS_ONLY" } }],
    }),
  )
  await cloud.settle()
  const ReplicaUpdates = [{ Create: { RegionName: "us-west-2" } }]
  await client.send(new UpdateTableCommand({ TableName, ReplicaUpdates }))
  await cloud.settle()
  const Item = { pk: { S: "a" }, v: { S: "1" }, long: { S: "x".repeat(1_500) } }
  await client.send(new PutItemCommand({ TableName, Item }))
  await cloud.advance(1_000)
  const counted = await cloud.world.read((tx) =>
    [...usageOf(tx, "000000000000", { from: 0, to: tx.now + 1, limit: 100 })]
      .filter(({ usageType }) => usageType.includes("write"))
      .map(({ usageType, region, quantity }) => `${region} ${usageType} ${quantity}`),
  )
  expect(counted.toSorted()).toEqual([
    "us-east-1 dynamodb:replicated-write-request-units 2",
    "us-east-1 dynamodb:write-request-units 1",
    "us-west-2 dynamodb:replicated-write-request-units 2",
    "us-west-2 dynamodb:write-request-units 1",
  ])
})
