import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type PutScalingPolicyCommandInput,
  type RegisterScalableTargetCommandInput,
  type ScalableTarget,
  type ScalingActivity,
  type ScalingPolicy,
  type TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling"
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type CreateTableCommandInput,
} from "@aws-sdk/client-dynamodb"
import type { InProcessCloud } from "../../../index.ts"
import { openInProcess } from "../../../gateway/testing/in-process.ts"

export { refusalOf } from "../../../gateway/testing/refusal.ts"

/** The write capacity of the table `things`, unless a test says else. */
export const WRITES = {
  ServiceNamespace: "dynamodb",
  ResourceId: "table/things",
  ScalableDimension: "dynamodb:table:WriteCapacityUnits",
} as const

/** A cloud with a table of 5 and 5 units, and clients. */
export interface TestScaling {
  readonly cloud: InProcessCloud
  readonly scaling: ApplicationAutoScalingClient
  readonly dynamodb: DynamoDBClient
  register(more?: Partial<RegisterScalableTargetCommandInput>): Promise<string | undefined>
  /** A policy of 50 percent of the write capacity. */
  track(
    tracking?: Partial<TargetTrackingScalingPolicyConfiguration>,
    more?: Partial<PutScalingPolicyCommandInput>,
  ): Promise<{ readonly PolicyARN?: string | undefined }>
  targets(): Promise<readonly ScalableTarget[]>
  policies(): Promise<readonly ScalingPolicy[]>
  activities(IncludeNotScaledActivities?: boolean): Promise<readonly ScalingActivity[]>
  /** Read and write units of the table. */
  units(): Promise<readonly (number | undefined)[]>
}

export async function openScaling(
  more: Partial<CreateTableCommandInput> = {},
): Promise<TestScaling> {
  const cloud = await openInProcess()
  // Full minutes, which alarms look at, begin with the test.
  await cloud.advance(60_000 - (cloud.now().getTime() % 60_000))
  const dynamodb = cloud.client(DynamoDBClient, { maxAttempts: 1 })
  const scaling = cloud.client(ApplicationAutoScalingClient, { maxAttempts: 1 })
  const TableName = "things"
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      ...(more.BillingMode !== "PAY_PER_REQUEST" && {
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 },
      }),
      ...more,
    }),
  )
  await cloud.settle()
  const { ServiceNamespace } = WRITES
  return {
    ...{ cloud, scaling, dynamodb },
    async register(input = {}) {
      const bounds = { MinCapacity: 5, MaxCapacity: 10 }
      const asked = { ...WRITES, ...bounds, ...input }
      const answer = await scaling.send(new RegisterScalableTargetCommand(asked))
      await cloud.settle()
      return answer.ScalableTargetARN
    },
    track: (tracking = {}, input = {}) =>
      scaling.send(
        new PutScalingPolicyCommand({
          ...WRITES,
          ...{ PolicyName: "half", PolicyType: "TargetTrackingScaling" },
          TargetTrackingScalingPolicyConfiguration: {
            PredefinedMetricSpecification: {
              PredefinedMetricType: "DynamoDBWriteCapacityUtilization",
            },
            TargetValue: 50,
            ...tracking,
          },
          ...input,
        }),
      ),
    targets: async () =>
      (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace })))
        .ScalableTargets ?? [],
    policies: async () =>
      (await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace })))
        .ScalingPolicies ?? [],
    activities: async (IncludeNotScaledActivities = false) =>
      (
        await scaling.send(
          new DescribeScalingActivitiesCommand({ ServiceNamespace, IncludeNotScaledActivities }),
        )
      ).ScalingActivities ?? [],
    async units() {
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
      const { ReadCapacityUnits, WriteCapacityUnits } = Table?.ProvisionedThroughput ?? {}
      return [ReadCapacityUnits, WriteCapacityUnits]
    },
  }
}
