import {
  CreateGlobalTableCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeGlobalTableCommand,
  DescribeGlobalTableSettingsCommand,
  DynamoDBClient,
  GetItemCommand,
  ListGlobalTablesCommand,
  PutItemCommand,
  UpdateGlobalTableCommand,
  UpdateGlobalTableSettingsCommand,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from "@aws-sdk/client-application-auto-scaling"
import { expect, test } from "vitest"
import { keys, openCloud, refusalOf } from "../../testing/open-table.ts"

const [EAST, WEST, IRELAND] = ["us-east-1", "us-west-2", "eu-west-1"] as const
const TableName = "things"
const Key = { pk: { S: "a" }, sk: { S: "1" } }
const StreamSpecification = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const

/** Tables of one name in three Regions, with streams, of which the first two are put together. */
async function openLegacy(more: Partial<CreateTableCommandInput> = {}) {
  const cloud = await openCloud()
  const clients = new Map(
    [EAST, WEST, IRELAND].map(
      (region) => [region, cloud.client(DynamoDBClient, { region, maxAttempts: 1 })] as const,
    ),
  )
  const client = (region: string): DynamoDBClient => clients.get(region as never) as DynamoDBClient
  const BillingMode = more.ProvisionedThroughput ? "PROVISIONED" : "PAY_PER_REQUEST"
  const table = {
    TableName,
    BillingMode,
    ...keys("pk", "sk"),
    StreamSpecification,
    ...more,
  } as const
  for (const region of [EAST, WEST, IRELAND])
    await client(region).send(new CreateTableCommand(table))
  await cloud.settle()
  const create = (...regions: string[]) =>
    client(EAST).send(
      new CreateGlobalTableCommand({
        GlobalTableName: TableName,
        ReplicationGroup: regions.map((RegionName) => ({ RegionName })),
      }),
    )
  const answer = await create(EAST, WEST)
  await cloud.settle()
  return {
    ...{ cloud, client, create, answer },
    write: (region: string, v: string) =>
      client(region).send(new PutItemCommand({ TableName, Item: { ...Key, v: { S: v } } })),
    read: async (region: string) =>
      (await client(region).send(new GetItemCommand({ TableName, Key }))).Item,
  }
}

const describe = new DescribeGlobalTableCommand({ GlobalTableName: TableName })
const update = (Create: readonly string[], Delete: readonly string[] = []) =>
  new UpdateGlobalTableCommand({
    GlobalTableName: TableName,
    ReplicaUpdates: [
      ...Create.map((RegionName) => ({ Create: { RegionName } })),
      ...Delete.map((RegionName) => ({ Delete: { RegionName } })),
    ],
  })

test("tables that are there are put together; items say when and where they were written", async () => {
  const table = await openLegacy()
  const group = [{ RegionName: EAST }, { RegionName: WEST }]
  expect(table.answer.GlobalTableDescription).toMatchObject({
    GlobalTableArn: "arn:aws:dynamodb::000000000000:global-table/things",
    GlobalTableName: TableName,
    GlobalTableStatus: "CREATING",
    ReplicationGroup: group,
  })
  expect((await table.client(WEST).send(describe)).GlobalTableDescription).toMatchObject({
    GlobalTableStatus: "ACTIVE",
  })
  const list = await table.client(WEST).send(new ListGlobalTablesCommand({}))
  expect(list.GlobalTables).toEqual([{ GlobalTableName: TableName, ReplicationGroup: group }])
  const none = await table.client(WEST).send(new ListGlobalTablesCommand({ RegionName: IRELAND }))
  expect(none.GlobalTables).toEqual([])
  const seconds = table.cloud.now().getTime() / 1_000
  await table.write(WEST, "1")
  await table.cloud.advance("1s")
  for (const region of [EAST, WEST])
    expect(await table.read(region)).toEqual({
      ...{ ...Key, v: { S: "1" } },
      "aws:rep:deleting": { BOOL: false },
      "aws:rep:updateregion": { S: WEST },
      "aws:rep:updatetime": { N: String(seconds) },
    })
  expect(await table.read(IRELAND)).toBeUndefined()
})

test("of two writes of an item the later wins", async () => {
  const table = await openLegacy()
  await table.write(EAST, "1")
  await table.write(WEST, "2")
  await table.cloud.advance("1s")
  for (const region of [EAST, WEST]) expect((await table.read(region))?.["v"]).toEqual({ S: "2" })
})

test("replicas come and go, with tables of their owner's", async () => {
  const { cloud, client, ...table } = await openLegacy()
  await client(EAST).send(update([IRELAND]))
  await table.write(IRELAND, "1")
  await cloud.advance("1s")
  expect((await table.read(EAST))?.["v"]).toEqual({ S: "1" })
  expect(await refusalOf(client(EAST).send(update([IRELAND])))).toMatch(/^ReplicaAlreadyExists/)
  await client(EAST).send(update([], [IRELAND]))
  await table.write(EAST, "2")
  await cloud.advance("1s")
  expect((await table.read(IRELAND))?.["v"]).toEqual({ S: "1" })
  expect(await refusalOf(client(EAST).send(update([], [IRELAND])))).toMatch(/^ReplicaNotFound/)
  expect(await refusalOf(client(EAST).send(update([IRELAND])))).toContain("must be empty")
  await client(WEST).send(new DeleteTableCommand({ TableName }))
  await cloud.settle()
  const { GlobalTableDescription } = await client(EAST).send(describe)
  expect(GlobalTableDescription?.ReplicationGroup).toMatchObject([{ RegionName: EAST }])
  await client(EAST).send(update([], [EAST]))
  expect(await refusalOf(client(EAST).send(describe))).toBe(
    "GlobalTableNotFoundException: Global table not found: Global table with name: 'things' does not exist.",
  )
})

test("tables that are not alike, or not there, are not put together", async () => {
  const table = await openLegacy()
  expect(await refusalOf(table.create(EAST))).toBe(
    "GlobalTableAlreadyExistsException: Global table with name: 'things' already exists.",
  )
  const other = (name: string, ...regions: string[]) =>
    refusalOf(
      table.client(EAST).send(
        new CreateGlobalTableCommand({
          GlobalTableName: name,
          ReplicationGroup: regions.map((RegionName) => ({ RegionName })),
        }),
      ),
    )
  expect(await other("none", EAST)).toMatch(/^TableNotFoundException/)
  const make = (region: string, input: Partial<CreateTableCommandInput>) =>
    table.client(region).send(
      new CreateTableCommand({
        ...{ TableName: "other", BillingMode: "PAY_PER_REQUEST", ...keys("pk") },
        ...input,
      }),
    )
  await make(EAST, {})
  await make(WEST, { StreamSpecification, ...keys("id") })
  await make(IRELAND, { StreamSpecification })
  await table.cloud.settle()
  expect(await other("other", EAST, WEST)).toContain("must have a stream")
  expect(await other("other", IRELAND, WEST)).toContain("must have the keys and indexes")
})

test("write capacity is the same in all replicas, read capacity each one's own", async () => {
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  const { cloud, client } = await openLegacy({ ProvisionedThroughput })
  await client(EAST).send(
    new UpdateGlobalTableSettingsCommand({
      GlobalTableName: TableName,
      GlobalTableProvisionedWriteCapacityUnits: 7,
      ReplicaSettingsUpdate: [{ RegionName: WEST, ReplicaProvisionedReadCapacityUnits: 9 }],
    }),
  )
  await cloud.settle()
  const asked = new DescribeGlobalTableSettingsCommand({ GlobalTableName: TableName })
  expect((await client(EAST).send(asked)).ReplicaSettings).toMatchObject([
    {
      ...{ RegionName: EAST, ReplicaStatus: "ACTIVE" },
      ...{ ReplicaProvisionedReadCapacityUnits: 5, ReplicaProvisionedWriteCapacityUnits: 7 },
    },
    {
      ...{ RegionName: WEST, ReplicaStatus: "ACTIVE" },
      ...{ ReplicaProvisionedReadCapacityUnits: 9, ReplicaProvisionedWriteCapacityUnits: 7 },
    },
  ])
  const missing = new UpdateGlobalTableSettingsCommand({
    GlobalTableName: TableName,
    ReplicaSettingsUpdate: [{ RegionName: IRELAND, ReplicaProvisionedReadCapacityUnits: 9 }],
  })
  expect(await refusalOf(client(EAST).send(missing))).toMatch(/^ReplicaNotFoundException/)
})

test("auto scaling is set for writes of all replicas and for reads of each", async () => {
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  const { cloud, client } = await openLegacy({ ProvisionedThroughput })
  const scaled = (MinimumUnits: number) => ({
    ...{ MinimumUnits, MaximumUnits: 20 },
    ScalingPolicyUpdate: { TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 } },
  })
  const set = async (writes: object, reads: object) => {
    const answer = await client(EAST).send(
      new UpdateGlobalTableSettingsCommand({
        GlobalTableName: TableName,
        GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate: writes,
        ReplicaSettingsUpdate: [
          {
            RegionName: WEST,
            ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate: reads,
          },
        ],
      }),
    )
    await cloud.advance("5s")
    return answer
  }
  await set(scaled(6), scaled(1))
  const asked = new DescribeGlobalTableSettingsCommand({ GlobalTableName: TableName })
  const off = { AutoScalingDisabled: true, ScalingPolicies: [] }
  expect((await client(EAST).send(asked)).ReplicaSettings).toMatchObject([
    {
      ...{ RegionName: EAST, ReplicaProvisionedWriteCapacityUnits: 6 },
      ReplicaProvisionedWriteCapacityAutoScalingSettings: { MinimumUnits: 6, MaximumUnits: 20 },
      ReplicaProvisionedReadCapacityAutoScalingSettings: off,
    },
    {
      ...{ RegionName: WEST, ReplicaProvisionedWriteCapacityUnits: 6 },
      ReplicaProvisionedWriteCapacityAutoScalingSettings: { MinimumUnits: 6, MaximumUnits: 20 },
      ReplicaProvisionedReadCapacityAutoScalingSettings: { MinimumUnits: 1, MaximumUnits: 20 },
    },
  ])
  expect(await refusalOf(set({ MinimumUnits: 1 }, scaled(1)))).toBe(
    "ValidationException: Failed to update settings for global table with name: ‘things’: Parameters 'MaximumUnits', 'ScalingPolicyUpdate' are required unless auto scaling is being disabled.",
  )
  await set({ AutoScalingDisabled: true }, { AutoScalingDisabled: true })
  for (const region of [EAST, WEST]) {
    const scaling = cloud.client(ApplicationAutoScalingClient, { region })
    const list = new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" })
    expect((await scaling.send(list)).ScalableTargets).toEqual([])
  }
})
