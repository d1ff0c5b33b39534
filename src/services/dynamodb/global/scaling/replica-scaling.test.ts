import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling"
import {
  DescribeTableReplicaAutoScalingCommand,
  PutItemCommand,
  UpdateTableReplicaAutoScalingCommand,
  type AutoScalingSettingsUpdate,
  type UpdateTableReplicaAutoScalingCommandInput,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import { openGlobal, type TestGlobal } from "../../testing/open-global.ts"
import { openCloud, refusalOf } from "../../testing/open-table.ts"

const [EAST, WEST] = ["us-east-1", "us-west-2"] as const
const ROLE =
  "arn:aws:iam::000000000000:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
const WRITES = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/things",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
} as const
const OFF = { AutoScalingDisabled: true, ScalingPolicies: [] }
const create = (RegionName: string) => ({ ReplicaUpdates: [{ Create: { RegionName } }] })

const settings = (TargetValue = 70, PolicyName?: string): AutoScalingSettingsUpdate => ({
  ...{ MinimumUnits: 1, MaximumUnits: 10 },
  ScalingPolicyUpdate: {
    ...(PolicyName !== undefined && { PolicyName }),
    TargetTrackingScalingPolicyConfiguration: { TargetValue },
  },
})

interface TestScaled extends TestGlobal {
  scaling(region: string): ApplicationAutoScalingClient
  /** Bounds by what is scaled in a Region. */
  targets(region: string): Promise<Record<string, readonly (number | undefined)[]>>
  set(input: Partial<UpdateTableReplicaAutoScalingCommandInput>): Promise<unknown>
  replicas(): Promise<readonly object[] | undefined>
}

/** A table of 5 and 5 units in us-east-1 whose writes are scaled, and its replica in us-west-2. */
async function openScaled(): Promise<TestScaled> {
  const cloud = await openCloud()
  await cloud.advance(60_000 - (cloud.now().getTime() % 60_000))
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  const table = await openGlobal([], { cloud, ProvisionedThroughput })
  const scaling = (region: string) =>
    cloud.client(ApplicationAutoScalingClient, { region, maxAttempts: 1 })
  await scaling(EAST).send(
    new RegisterScalableTargetCommand({ ...WRITES, MinCapacity: 1, MaxCapacity: 10 }),
  )
  const PredefinedMetricType = "DynamoDBWriteCapacityUtilization"
  await scaling(EAST).send(
    new PutScalingPolicyCommand({
      ...{ ...WRITES, PolicyName: "half", PolicyType: "TargetTrackingScaling" },
      TargetTrackingScalingPolicyConfiguration: {
        ...{ PredefinedMetricSpecification: { PredefinedMetricType }, TargetValue: 50 },
      },
    }),
  )
  await table.update(EAST, create(WEST))
  return {
    ...table,
    scaling,
    async targets(region) {
      const list = new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" })
      const { ScalableTargets = [] } = await scaling(region).send(list)
      return Object.fromEntries(
        ScalableTargets.map((one) => [
          `${one.ResourceId} ${one.ScalableDimension?.split(":")[2]}`,
          [one.MinCapacity, one.MaxCapacity],
        ]),
      )
    },
    async set(input) {
      const update = { TableName: "things", ...input }
      const answer = await table.client.send(new UpdateTableReplicaAutoScalingCommand(update))
      await cloud.settle()
      return answer.TableAutoScalingDescription
    },
    replicas: async () =>
      (
        await table
          .in(WEST)
          .send(new DescribeTableReplicaAutoScalingCommand({ TableName: "things" }))
      ).TableAutoScalingDescription?.Replicas,
  }
}

const read = (update: AutoScalingSettingsUpdate, RegionName: string = EAST) => ({
  ReplicaUpdates: [{ RegionName, ReplicaProvisionedReadCapacityAutoScalingUpdate: update }],
})

test("provisioned capacity gets replicas once its writes are scaled, and they are scaled alike", async () => {
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  const alone = await openGlobal([], { ProvisionedThroughput })
  const refused =
    "ValidationException: Table write capacity should either be Pay-Per-Request or AutoScaled."
  expect(await refusalOf(alone.update(EAST, create(WEST)))).toBe(refused)
  const scaling = alone.cloud.client(ApplicationAutoScalingClient)
  const bounds = { MinCapacity: 1, MaxCapacity: 10 }
  await scaling.send(new RegisterScalableTargetCommand({ ...WRITES, ...bounds }))
  expect(await refusalOf(alone.update(EAST, create(WEST)))).toBe(refused)
  const table = await openScaled()
  expect(await table.targets(WEST)).toEqual({ "table/things WriteCapacityUnits": [1, 10] })
  const scaled = {
    ...{ MinimumUnits: 1, MaximumUnits: 10, AutoScalingRoleArn: ROLE },
    ScalingPolicies: [
      { PolicyName: "half", TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 } },
    ],
  }
  expect(await table.replicas()).toEqual(
    [EAST, WEST].map((RegionName) => ({
      ...{ RegionName, ReplicaStatus: "ACTIVE", GlobalSecondaryIndexes: [] },
      ReplicaProvisionedReadCapacityAutoScalingSettings: OFF,
      ReplicaProvisionedWriteCapacityAutoScalingSettings: scaled,
    })),
  )
})

test("writes are scaled in all replicas, for writes that are replicated are writes too", async () => {
  const table = await openScaled()
  const load = async (minutes: number): Promise<void> => {
    for (let i = 0; i < minutes; i += 1) {
      const Item = { pk: { S: "a" }, sk: { S: "1" }, v: { S: "x".repeat(239 * 1024) } }
      await table.client.send(new PutItemCommand({ TableName: "things", Item }))
      await table.cloud.advance("1m")
    }
    await table.cloud.advance("10s")
  }
  const units = async (region: string) =>
    (await table.describe(region))?.ProvisionedThroughput?.WriteCapacityUnits
  await load(2)
  expect([await units(EAST), await units(WEST)]).toEqual([8, 8])
  await load(20)
  expect([await units(EAST), await units(WEST)]).toEqual([8, 8])
  await table.cloud.advance("17m")
  expect([await units(EAST), await units(WEST)]).toEqual([1, 1])
})

test("reads are scaled in the Region that is told; the others keep theirs", async () => {
  const table = await openScaled()
  await table.set(read({ ...settings(), MinimumUnits: 8 }))
  await table.cloud.advance("5s")
  const units = async (region: string) =>
    (await table.describe(region))?.ProvisionedThroughput?.ReadCapacityUnits
  expect([await units(EAST), await units(WEST)]).toEqual([8, 5])
  expect((await table.describe(EAST))?.Replicas).toMatchObject([
    { RegionName: WEST, ProvisionedThroughputOverride: { ReadCapacityUnits: 5 } },
  ])
  const name = "DynamoDBReadCapacityUtilization:table/things"
  expect(await table.replicas()).toMatchObject([
    {
      RegionName: EAST,
      ReplicaProvisionedReadCapacityAutoScalingSettings: {
        ...{ MinimumUnits: 8, AutoScalingRoleArn: ROLE },
        ScalingPolicies: [
          { PolicyName: name, TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 } },
        ],
      },
    },
    { RegionName: WEST, ReplicaProvisionedReadCapacityAutoScalingSettings: OFF },
  ])
  expect(Object.keys(await table.targets(WEST))).toEqual(["table/things WriteCapacityUnits"])
})

test("a policy of another name takes the place of the one before; switched off all goes", async () => {
  const table = await openScaled()
  await table.set({ ProvisionedWriteCapacityAutoScalingUpdate: settings(40, "other") })
  for (const region of [EAST, WEST]) {
    const list = new DescribeScalingPoliciesCommand({ ServiceNamespace: "dynamodb" })
    const { ScalingPolicies } = await table.scaling(region).send(list)
    expect(ScalingPolicies).toMatchObject([
      { PolicyName: "other", TargetTrackingScalingPolicyConfiguration: { TargetValue: 40 } },
    ])
  }
  const off = { AutoScalingDisabled: true }
  await table.set({ ProvisionedWriteCapacityAutoScalingUpdate: off })
  await table.set({ ProvisionedWriteCapacityAutoScalingUpdate: off })
  expect([await table.targets(EAST), await table.targets(WEST)]).toEqual([{}, {}])
})

test("a new index is scaled in all replicas by itself, if the others are", async () => {
  const table = await openScaled()
  const index = (name: string) => ({
    AttributeDefinitions: ["pk", "sk", name].map((AttributeName) => ({
      ...{ AttributeName, AttributeType: "S" as const },
    })),
    GlobalSecondaryIndexUpdates: [
      {
        Create: {
          IndexName: `by-${name}`,
          KeySchema: [{ AttributeName: name, KeyType: "HASH" as const }],
          Projection: { ProjectionType: "KEYS_ONLY" as const },
          ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
        },
      },
    ],
  })
  await table.update(EAST, index("one"))
  await table.cloud.advance("1m")
  for (const region of [EAST, WEST])
    expect(await table.targets(region)).toMatchObject({
      "table/things/index/by-one WriteCapacityUnits": [1, 10],
    })
  const name = "DynamoDBWriteCapacityUtilization:table/things/index/by-one"
  expect(await table.replicas()).toMatchObject(
    [EAST, WEST].map((RegionName) => ({
      RegionName,
      GlobalSecondaryIndexes: [
        {
          ...{ IndexName: "by-one", IndexStatus: "ACTIVE" },
          ProvisionedReadCapacityAutoScalingSettings: OFF,
          ProvisionedWriteCapacityAutoScalingSettings: { ScalingPolicies: [{ PolicyName: name }] },
        },
      ],
    })),
  )
  const IndexName = "by-one"
  await table.set({
    GlobalSecondaryIndexUpdates: [
      { IndexName, ProvisionedWriteCapacityAutoScalingUpdate: { AutoScalingDisabled: true } },
    ],
    ReplicaUpdates: [
      {
        RegionName: WEST,
        ReplicaGlobalSecondaryIndexUpdates: [
          { IndexName, ProvisionedReadCapacityAutoScalingUpdate: settings() },
        ],
      },
    ],
  })
  expect(await table.targets(WEST)).toMatchObject({
    "table/things/index/by-one ReadCapacityUnits": [1, 10],
  })
  expect(await refusalOf(table.update(EAST, index("two")))).toBe(
    "ValidationException: GSI write capacity should either be Pay-Per-Request or AutoScaled.",
  )
})

test("settings stay when a table goes on demand, as switched off", async () => {
  const table = await openScaled()
  await table.update(EAST, { BillingMode: "PAY_PER_REQUEST" })
  await table.cloud.advance("10s")
  expect(await table.replicas()).toMatchObject([
    {
      ReplicaProvisionedWriteCapacityAutoScalingSettings: {
        ...{ MinimumUnits: 1, MaximumUnits: 10, AutoScalingDisabled: true },
        ScalingPolicies: [{ PolicyName: "half" }],
      },
    },
    {},
  ])
  const update = { ProvisionedWriteCapacityAutoScalingUpdate: settings() }
  expect(await refusalOf(table.set(update))).toBe(
    "ValidationException: Failed to update global table with name ‘things‘. Replicas 'US-EAST-1', 'US-WEST-2' BillingMode is PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: 'GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate'.",
  )
})

const NAMED = "Failed to update settings for global table with name: ‘things’"
const REQUIRED = "are required unless auto scaling is being disabled."

test.each<[string, AutoScalingSettingsUpdate, string]>([
  [
    "nothing",
    {},
    `${NAMED}: Parameters 'MaximumUnits', 'ScalingPolicyUpdate', 'MinimumUnits' ${REQUIRED}`,
  ],
  [
    "bounds without a policy",
    { MinimumUnits: 1, MaximumUnits: 2 },
    `${NAMED}: Parameters 'ScalingPolicyUpdate' ${REQUIRED}`,
  ],
  [
    "bounds that are switched off",
    { AutoScalingDisabled: true, MinimumUnits: 1, MaximumUnits: 2 },
    "Failed to update settings for global table with name ‘things’: Parameters 'MaximumUnits', 'MinimumUnits' must be left blank when disabling auto scaling.",
  ],
  [
    "bounds the wrong way round",
    { ...settings(), MinimumUnits: 11 },
    "Maximum capacity cannot be less than minimum capacity (Service: AWSApplicationAutoScaling; Status Code: 400; Error Code: ValidationException)",
  ],
  [
    "a target of 100",
    settings(100),
    "For predefined metric type DynamoDBReadCapacityUtilization, target value must be between '10.0' and '90.0', but was '100.0'. (Service: AWSApplicationAutoScaling; Status Code: 400; Error Code: ValidationException)",
  ],
])("%s is refused", async (_what, update, message) => {
  const table = await openScaled()
  expect(await refusalOf(table.set(read(update)))).toBe(`ValidationException: ${message}`)
})

test("what is not there is refused: tables, replicas, indexes, roles of others", async () => {
  const alone = await openGlobal([])
  const describe = new DescribeTableReplicaAutoScalingCommand({ TableName: "things" })
  expect(await refusalOf(alone.client.send(describe))).toBe(
    "ResourceNotFoundException: Global table with name: 'things' does not exist.",
  )
  const table = await openScaled()
  expect(await refusalOf(table.set(read(settings(), "eu-west-1")))).toMatch(
    /^ResourceNotFoundException/,
  )
  const index = { IndexName: "nope", ProvisionedWriteCapacityAutoScalingUpdate: settings() }
  expect(await refusalOf(table.set({ GlobalSecondaryIndexUpdates: [index] }))).toBe(
    `ResourceNotFoundException: ${NAMED} because the global secondary indexes with names: ‘[nope]’ do not exist.`,
  )
  expect(await refusalOf(table.set({ ReplicaUpdates: [{ RegionName: WEST }] }))).toBe(
    `ValidationException: ${NAMED} because at least one update parameter must be specified for region: ‘us-west-2’.`,
  )
  const AutoScalingRoleArn = "arn:aws:iam::000000000000:role/own"
  expect(await refusalOf(table.set(read({ ...settings(), AutoScalingRoleArn })))).toMatch(
    /^ValidationException: User: arn:aws:sts::000000000000:assumed-role\/AWSServiceRoleForDynamoDBReplication\/.* is not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role\/own/,
  )
})
