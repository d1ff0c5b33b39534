import {
  DeleteScalingPolicyCommand,
  DescribeScalingPoliciesCommand,
  GetPredictiveScalingForecastCommand,
  PutScalingPolicyCommand,
  type PutScalingPolicyCommandInput,
  type TargetTrackingScalingPolicyConfiguration,
} from "@aws-sdk/client-application-auto-scaling"
import { expect, test } from "vitest"
import { openScaling, refusalOf, WRITES } from "../testing/open-scaling.ts"

const KINDS = ["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow"]

test("a policy has an ARN and four alarms; put again it keeps them", async () => {
  const table = await openScaling()
  await table.register()
  const answer = await table.track({ ScaleInCooldown: -1, DisableScaleIn: true })
  expect(answer.PolicyARN).toMatch(
    /^arn:aws:autoscaling:us-east-1:000000000000:scalingPolicy:[0-9a-f-]{36}:resource\/dynamodb\/table\/things:policyName\/half$/,
  )
  const alarm = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:TargetTracking-table/things"
  const [policy] = await table.policies()
  expect(policy).toEqual({
    ...{ ...WRITES, PolicyName: "half", PolicyType: "TargetTrackingScaling" },
    PolicyARN: answer.PolicyARN,
    TargetTrackingScalingPolicyConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBWriteCapacityUtilization" },
      ...{ TargetValue: 50, ScaleInCooldown: -1, DisableScaleIn: true },
    },
    Alarms: KINDS.map((kind) => ({
      AlarmName: expect.stringMatching(
        new RegExp(`^TargetTracking-table/things-${kind}-[0-9a-f-]{36}$`),
      ) as string,
      AlarmARN: expect.stringMatching(new RegExp(`^${alarm}-${kind}-[0-9a-f-]{36}$`)) as string,
    })),
    CreationTime: table.cloud.now(),
  })
  expect(answer).toMatchObject({ Alarms: policy?.Alarms })
  await table.cloud.advance("1h")
  await table.track({ TargetValue: 70 })
  expect((await table.policies())[0]).toMatchObject({
    ...{ PolicyARN: answer.PolicyARN, Alarms: policy?.Alarms },
    CreationTime: policy?.CreationTime,
    TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
  })
  const named = new DescribeScalingPoliciesCommand({
    ...{ ...WRITES, PolicyNames: ["other"] },
  })
  expect((await table.scaling.send(named)).ScalingPolicies).toEqual([])
})

test.each<[string, Partial<TargetTrackingScalingPolicyConfiguration>, string]>([
  [
    "a target of 0",
    { TargetValue: 0 },
    "For target tracking scaling, target value must be between '8.51592E-109' and '1.174271E108', but was '0.0'.",
  ],
  [
    "a target above 90 percent",
    { TargetValue: 90.1 },
    "For predefined metric type DynamoDBWriteCapacityUtilization, target value must be between '10.0' and '90.0', but was '90.1'.",
  ],
  [
    "a target of 100 percent",
    { TargetValue: 100 },
    "For predefined metric type DynamoDBWriteCapacityUtilization, target value must be between '10.0' and '90.0', but was '100.0'.",
  ],
  [
    "the other capacity's metric",
    {
      PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
    },
    "The predefined metric type DynamoDBReadCapacityUtilization is not supported for the scalable dimension.",
  ],
  [
    "no metric",
    { PredefinedMetricSpecification: undefined },
    "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified.",
  ],
])("%s is refused", async (_what, tracking, message) => {
  const table = await openScaling()
  await table.register()
  expect(await refusalOf(table.track(tracking))).toBe(`ValidationException: ${message}`)
  expect(await table.policies()).toEqual([])
})

test("a metric has one policy; other types of policy are not DynamoDB's", async () => {
  const table = await openScaling()
  expect(await refusalOf(table.track())).toMatch(/^ObjectNotFoundException: No scalable target/)
  await table.register()
  await table.track()
  expect(await refusalOf(table.track({}, { PolicyName: "other" }))).toBe(
    "ValidationException: Only one TargetTrackingScaling policy for a given metric specification is allowed.",
  )
  const put = (more: Partial<PutScalingPolicyCommandInput>) =>
    table.scaling.send(new PutScalingPolicyCommand({ ...WRITES, PolicyName: "steps", ...more }))
  for (const PolicyType of ["StepScaling", "PredictiveScaling"] as const)
    expect(await refusalOf(put({ PolicyType }))).toBe(
      `ValidationException: The policy type ${PolicyType} is not supported for the service namespace dynamodb.`,
    )
  expect(await refusalOf(put({}))).toMatch(/^ValidationException: PolicyType must be specified/)
})

test("a policy that is not there cannot be deleted", async () => {
  const table = await openScaling()
  const remove = new DeleteScalingPolicyCommand({ ...WRITES, PolicyName: "half" })
  expect(await refusalOf(table.scaling.send(remove))).toBe(
    "ObjectNotFoundException: No scaling policy found for service namespace: dynamodb, resource ID: table/things, scalable dimension: dynamodb:table:WriteCapacityUnits, policy name: half",
  )
})

test("there are no forecasts for tables", async () => {
  const table = await openScaling()
  const [StartTime, EndTime] = [table.cloud.now(), table.cloud.now()]
  const forecast = new GetPredictiveScalingForecastCommand({
    ...{ ...WRITES, PolicyName: "half", StartTime, EndTime },
  })
  expect(await refusalOf(table.scaling.send(forecast))).toBe(
    "AccessDeniedException: GetPredictiveScalingForecast is not supported.",
  )
})
