import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling"
import {
  DescribeTableReplicaAutoScalingCommand,
  UpdateTableReplicaAutoScalingCommand,
} from "@aws-sdk/client-dynamodb"
import { expect, test } from "vitest"
import {
  OHIO,
  openPair,
  openShared,
  policyOf,
  VIRGINIA,
  type Place,
  type TestShared,
} from "../../testing/open-shared.ts"

const ResourceId = "table/MusicTable"
const TableName = "MusicTable"
const MEMBERS = [OHIO, VIRGINIA]

const scalingAt = ({ cloud }: TestShared, { account, region }: Place) =>
  cloud.client(ApplicationAutoScalingClient, {
    region,
    credentials: { accessKeyId: account, secretAccessKey: "test" },
  })

async function scale(shared: TestShared, kind: "Read" | "Write") {
  const target = {
    ServiceNamespace: "dynamodb",
    ResourceId,
    ScalableDimension: `dynamodb:table:${kind}CapacityUnits`,
  } as const
  const client = scalingAt(shared, OHIO)
  await client.send(
    new RegisterScalableTargetCommand({ ...target, MinCapacity: 1, MaxCapacity: 9 }),
  )
  const PredefinedMetricType = `DynamoDB${kind}CapacityUtilization` as const
  const PredefinedMetricSpecification = { PredefinedMetricType }
  await client.send(
    new PutScalingPolicyCommand({
      ...target,
      ...{ PolicyName: "half", PolicyType: "TargetTrackingScaling" },
      TargetTrackingScalingPolicyConfiguration: { PredefinedMetricSpecification, TargetValue: 50 },
    }),
  )
}

async function targets(shared: TestShared, place: Place) {
  const list = new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" })
  const { ScalableTargets = [] } = await scalingAt(shared, place).send(list)
  return Object.fromEntries(
    ScalableTargets.map((one) => [
      one.ScalableDimension?.split(":")[2],
      [one.MinCapacity, one.MaxCapacity],
    ]),
  )
}

test("capacity of a replica is scaled as its source's, reads too, and by one account for all", async () => {
  const shared = await openShared()
  await shared.source(OHIO, {
    ...{ ResourcePolicy: policyOf(OHIO, MEMBERS, { joining: [VIRGINIA] }) },
    ...{ BillingMode: "PROVISIONED" },
    ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
  })
  await scale(shared, "Write")
  await scale(shared, "Read")
  await shared.replica(VIRGINIA, { ResourcePolicy: policyOf(VIRGINIA, MEMBERS) })
  const both = { WriteCapacityUnits: [1, 9], ReadCapacityUnits: [1, 9] }
  expect(await targets(shared, VIRGINIA)).toEqual(both)
  await shared.at(VIRGINIA).send(
    new UpdateTableReplicaAutoScalingCommand({
      TableName,
      ProvisionedWriteCapacityAutoScalingUpdate: {
        ...{ MinimumUnits: 2, MaximumUnits: 20 },
        ScalingPolicyUpdate: {
          PolicyName: "other",
          TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 },
        },
      },
    }),
  )
  for (const place of MEMBERS)
    expect(await targets(shared, place)).toEqual({ ...both, WriteCapacityUnits: [2, 20] })
  const off = { AutoScalingDisabled: true }
  await shared.at(VIRGINIA).send(
    new UpdateTableReplicaAutoScalingCommand({
      TableName,
      ReplicaUpdates: [
        {
          RegionName: OHIO.region,
          ReplicaProvisionedReadCapacityAutoScalingUpdate: off,
        },
      ],
    }),
  )
  expect(await targets(shared, OHIO)).toEqual({ WriteCapacityUnits: [2, 20] })
  const asked = new DescribeTableReplicaAutoScalingCommand({ TableName })
  const { TableAutoScalingDescription: told } = await shared.at(OHIO).send(asked)
  expect(told?.Replicas?.map(({ RegionName }) => RegionName)).toEqual(["us-east-1", "us-east-2"])
})

test("a replica that goes to provisioned capacity with the others is scaled as they are", async () => {
  const shared = await openPair()
  await scale(shared, "Write")
  const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  await shared.update(OHIO, { BillingMode: "PROVISIONED", ProvisionedThroughput })
  expect((await shared.describe(VIRGINIA))?.ProvisionedThroughput).toMatchObject(
    ProvisionedThroughput,
  )
  expect(await targets(shared, VIRGINIA)).toEqual({ WriteCapacityUnits: [1, 9] })
})
