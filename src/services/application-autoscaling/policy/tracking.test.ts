import { GetItemCommand, PutItemCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb"
import {
  DeleteScalingPolicyCommand,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-application-auto-scaling"
import { expect, test } from "vitest"
import { openScaling, WRITES, type TestScaling } from "../testing/open-scaling.ts"

/** Writes so many units in the present minute and goes to the next, `minutes` times. */
async function load(
  { cloud, dynamodb }: TestScaling,
  units: number,
  minutes: number,
): Promise<void> {
  for (let i = 0; i < minutes; i += 1) {
    if (units > 0) {
      const Item = { pk: { S: "a" }, v: { S: "x".repeat(units * 1024 - 20) } }
      await dynamodb.send(new PutItemCommand({ TableName: "things", Item }))
    }
    await cloud.advance("1m")
  }
}

const alarmNamed = (kind: string): unknown =>
  expect.stringMatching(
    new RegExp(
      `^monitor alarm TargetTracking-table/things-${kind}-[0-9a-f-]{36} in state ALARM triggered policy half$`,
    ),
  )

const provision = (read: number, write: number) =>
  new UpdateTableCommand({
    TableName: "things",
    ProvisionedThroughput: { ReadCapacityUnits: read, WriteCapacityUnits: write },
  })

test("capacity follows the load out and in again, between its bounds", async () => {
  const table = await openScaling()
  await table.register()
  await table.track()
  await load(table, 240, 1)
  expect(await table.units()).toEqual([5, 5])
  // 240 units in a minute are 4 a second: half of 8.
  await load(table, 240, 1)
  expect(await table.units()).toEqual([5, 8])
  expect(await table.activities()).toMatchObject([
    {
      Description: "Setting write capacity units to 8.",
      Cause: alarmNamed("AlarmHigh"),
      StatusCode: "Successful",
      StatusMessage:
        "Successfully set write capacity units to 8. Change successfully fulfilled by dynamodb.",
    },
  ])
  await load(table, 390, 2)
  expect(await table.units()).toEqual([5, 10])
  await load(table, 0, 14)
  expect(await table.units()).toEqual([5, 10])
  await load(table, 0, 1)
  expect(await table.units()).toEqual([5, 5])
  expect((await table.activities())[0]).toMatchObject({
    Description: "Setting write capacity units to 5.",
    Cause: alarmNamed("AlarmLow"),
  })
})

test("DDB-37 read and write capacity follow reads and writes, each between its own bounds", async () => {
  const table = await openScaling()
  const reads = { ...WRITES, ScalableDimension: "dynamodb:table:ReadCapacityUnits" } as const
  await table.register({ MinCapacity: 3, MaxCapacity: 8 })
  await table.register({ ...reads, MinCapacity: 4, MaxCapacity: 9 })
  const PredefinedMetricType = "DynamoDBReadCapacityUtilization"
  await table.track()
  await table.track({ PredefinedMetricSpecification: { PredefinedMetricType } }, reads)
  await load(table, 300, 2)
  // 5 units a second are half of 10.
  expect(await table.units()).toEqual([5, 8])
  const read = new GetItemCommand({
    ...{ TableName: "things", Key: { pk: { S: "a" } }, ConsistentRead: true },
  })
  for (let i = 0; i < 2; i += 1) {
    for (let j = 0; j < 4; j += 1) await table.dynamodb.send(read)
    await table.cloud.advance("1m")
  }
  // 4 times 300 KB are 300 units: half of 10, too.
  expect(await table.units()).toEqual([9, 8])
  await load(table, 0, 20)
  expect(await table.units()).toEqual([4, 3])
})

test("between the alarms nothing changes: at the target, and up to 20 points below", async () => {
  const table = await openScaling()
  await table.register({ MinCapacity: 1 })
  await table.track()
  await load(table, 150, 20)
  await load(table, 90, 20)
  expect(await table.activities()).toEqual([])
  // The first write replaces an item of 90 units.
  await load(table, 89, 16)
  expect(await table.units()).toEqual([5, 3])
})

test("scaling in waits for the busiest of fifteen minutes", async () => {
  const table = await openScaling()
  await table.register({ MinCapacity: 1 })
  await table.track()
  await load(table, 0, 5)
  await load(table, 60, 1)
  await load(table, 0, 9)
  expect(await table.units()).toEqual([5, 2])
})

test("a policy without scale in, and what is suspended, does not scale", async () => {
  const table = await openScaling()
  await table.register({ MinCapacity: 1 })
  await table.track({ DisableScaleIn: true })
  await load(table, 0, 20)
  expect(await table.units()).toEqual([5, 5])
  await table.track()
  await table.register({ MinCapacity: 1, SuspendedState: { DynamicScalingInSuspended: true } })
  await load(table, 0, 5)
  expect(await table.units()).toEqual([5, 5])
  await table.register({ MinCapacity: 1, SuspendedState: { DynamicScalingOutSuspended: true } })
  await load(table, 300, 3)
  expect(await table.units()).toEqual([5, 5])
  await table.register({
    MinCapacity: 1,
    SuspendedState: { DynamicScalingOutSuspended: false, DynamicScalingInSuspended: false },
  })
  await load(table, 300, 1)
  expect(await table.units()).toEqual([5, 10])
})

test("while capacity cools only more of it is added, and none taken away", async () => {
  const table = await openScaling()
  await table.register({ MaxCapacity: 100, MinCapacity: 1 })
  await table.track({ ScaleOutCooldown: 600, ScaleInCooldown: 1_200 })
  await load(table, 240, 2)
  expect(await table.units()).toEqual([5, 8])
  await table.dynamodb.send(provision(5, 6))
  await table.cloud.settle()
  // The alarm goes on, but half of 8 is no more than the last time.
  await load(table, 241, 1)
  expect(await table.units()).toEqual([5, 6])
  await load(table, 390, 2)
  expect(await table.units()).toEqual([5, 13])
  await load(table, 0, 15)
  expect(await table.units()).toEqual([5, 1])
  await table.dynamodb.send(provision(5, 20))
  await table.cloud.settle()
  await load(table, 0, 15)
  expect(await table.units()).toEqual([5, 20])
  await load(table, 0, 6)
  expect(await table.units()).toEqual([5, 1])
})

test("alarms learn of capacity that others changed after fifteen minutes", async () => {
  const table = await openScaling()
  await table.register({ MaxCapacity: 100, MinCapacity: 1 })
  await table.track()
  await table.dynamodb.send(provision(5, 20))
  await table.cloud.settle()
  // Far below half of 20, not below that of 5 that the alarms are made for.
  await load(table, 100, 15)
  expect(await table.units()).toEqual([5, 20])
  await load(table, 100, 1)
  expect(await table.units()).toEqual([5, 4])
})

test("DynamoDB's limit of decreases holds: what it refuses is told, and tried again", async () => {
  const table = await openScaling()
  await table.register({ MaxCapacity: 100, MinCapacity: 1 })
  const untilMidnight = 86_400_000 - (table.cloud.now().getTime() % 86_400_000)
  await table.cloud.advance(untilMidnight)
  for (const units of [4, 3, 2]) await table.dynamodb.send(provision(5, units)).then(settled)
  async function settled(): Promise<void> {
    await table.cloud.settle()
  }
  await table.dynamodb.send(provision(4, 9)).then(settled)
  await table.track()
  await load(table, 0, 1)
  const [refused] = await table.activities()
  expect(refused).toMatchObject({
    StatusCode: "Failed",
    Description: "Setting write capacity units to 1.",
    StatusMessage: expect.stringContaining(
      "Failed to set write capacity units to 1. Reason: Subscriber limit exceeded: Provisioned throughput decreases are limited",
    ) as string,
  })
  await load(table, 0, 58)
  expect(await table.units()).toEqual([4, 9])
  await load(table, 0, 1)
  expect(await table.units()).toEqual([4, 1])
})

test("at its bounds an alarm changes nothing, and says why to who asks", async () => {
  const table = await openScaling()
  await table.register({ MaxCapacity: 5 })
  await table.track()
  await load(table, 300, 4)
  expect(await table.activities()).toEqual([])
  expect(await table.activities(true)).toMatchObject([
    {
      Description: "Attempting to scale due to alarm triggered",
      Cause: alarmNamed("AlarmHigh"),
      StatusCode: "Failed",
      NotScaledReasons: [{ Code: "AlreadyAtMaxCapacity", MaxCapacity: 5 }],
    },
  ])
  await load(table, 0, 15)
  expect((await table.activities(true))[0]?.NotScaledReasons).toEqual([
    { Code: "AlreadyAtMinCapacity", MinCapacity: 5 },
  ])
})

test("a policy that is deleted, and a table on demand, scale no more", async () => {
  const table = await openScaling()
  await table.register()
  await table.track()
  await table.dynamodb.send(
    new UpdateTableCommand({ TableName: "things", BillingMode: "PAY_PER_REQUEST" }),
  )
  await load(table, 300, 3)
  await table.scaling.send(new DeleteScalingPolicyCommand({ ...WRITES, PolicyName: "half" }))
  await table.dynamodb.send(
    new UpdateTableCommand({
      ...{ TableName: "things", BillingMode: "PROVISIONED" },
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
    }),
  )
  await table.cloud.settle()
  await load(table, 300, 3)
  expect(await table.activities(true)).toEqual([])
})

test("a global index is scaled by what it uses itself", async () => {
  const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  const table = await openScaling({
    AttributeDefinitions: ["pk", "gk"].map((AttributeName) => ({
      ...{ AttributeName, AttributeType: "S" },
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-gk",
        KeySchema: [{ AttributeName: "gk", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
        ProvisionedThroughput: units,
      },
    ],
  })
  const index = {
    ...{ ...WRITES, ResourceId: "table/things/index/by-gk" },
    ScalableDimension: "dynamodb:index:WriteCapacityUnits",
  } as const
  await table.register({ ...index, MaxCapacity: 20 })
  await table.track({}, index)
  for (let i = 0; i < 2; i += 1) {
    const Item = { pk: { S: `${i}` }, gk: { S: "g" }, v: { S: "x".repeat(299 * 1024) } }
    await table.dynamodb.send(new PutItemCommand({ TableName: "things", Item }))
    await table.cloud.advance("1m")
  }
  expect(await table.units()).toEqual([5, 5])
  const { ScalingActivities } = await table.scaling.send(
    new DescribeScalingActivitiesCommand({
      ServiceNamespace: "dynamodb",
      ResourceId: index.ResourceId,
    }),
  )
  expect(ScalingActivities).toMatchObject([
    { Description: "Setting write capacity units to 10.", StatusCode: "Successful" },
  ])
})
