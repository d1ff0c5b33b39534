import {
  DeleteScalingPolicyCommand,
  DescribeScalingActivitiesCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling"
import { expect, test } from "vitest"
import type { Cloud } from "../../../gateway/cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { ActionOperation } from "../../../registry/operation.ts"
import { alarmAction } from "../port.ts"
import { createTable, openGateway } from "../testing/open-gateway.ts"
import { refusalOf, WRITES } from "../testing/open-scaling.ts"

interface Heard {
  readonly name: string
  readonly by: string
  readonly input: Record<string, unknown>
}

/** A CloudWatch that only listens. */
function plugInAlarms(cloud: Cloud): readonly Heard[] {
  const heard: Heard[] = []
  const listen = (name: string): ActionOperation<object, object> => ({
    ...{ kind: "action", name, authorize: unchecked("a CloudWatch of a test") },
    run(_ctx, input, { principal }) {
      const by = "roleName" in principal ? principal.roleName : principal.type
      heard.push({ name, by, input: { ...input } })
      return Promise.resolve({})
    },
  })
  const names = ["PutMetricAlarm", "DeleteAlarms"]
  plugIn(cloud, "cloudwatch", Object.fromEntries(names.map((name) => [name, listen(name)])))
  return heard
}

async function openTarget() {
  const gateway = await openGateway()
  await createTable(gateway)
  const bounds = { MinCapacity: 5, MaxCapacity: 40 }
  await gateway.scaling.send(new RegisterScalableTargetCommand({ ...WRITES, ...bounds }))
  return gateway
}

const put = new PutScalingPolicyCommand({
  ...{ ...WRITES, PolicyName: "queue", PolicyType: "TargetTrackingScaling" },
  TargetTrackingScalingPolicyConfiguration: {
    TargetValue: 200,
    CustomizedMetricSpecification: {
      ...{ MetricName: "Waiting", Namespace: "Shop", Statistic: "Average" },
      Dimensions: [{ Name: "Queue", Value: "orders" }],
    },
  },
})

test("without CloudWatch there is no policy on a customized metric", async () => {
  const { scaling } = await openTarget()
  expect(await refusalOf(scaling.send(put))).toBe(
    "FailedResourceAccessException: Unable to put the alarms of the scaling policy: Cloudarium does not implement cloudwatch PutMetricAlarm yet.",
  )
  const list = new DescribeScalingPoliciesCommand({ ServiceNamespace: "dynamodb" })
  expect((await scaling.send(list)).ScalingPolicies).toEqual([])
})

test("CloudWatch is given two alarms, by the target's role, and loses them with the policy", async () => {
  const { cloud, scaling } = await openTarget()
  const heard = plugInAlarms(cloud)
  const { PolicyARN = "", Alarms = [] } = await scaling.send(put)
  const names = Alarms.map(({ AlarmName }) => AlarmName)
  const action = expect.stringMatching(/:policyName\/queue:createdBy\/[0-9a-f-]{36}$/) as string
  const shared = {
    ...{ MetricName: "Waiting", Namespace: "Shop", Statistic: "Average", Period: 60 },
    ...{ Dimensions: [{ Name: "Queue", Value: "orders" }], AlarmActions: [action] },
  }
  const by = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
  expect(heard).toMatchObject([
    {
      ...{ name: "PutMetricAlarm", by },
      input: {
        ...{ ...shared, AlarmName: names[0], Threshold: 200, EvaluationPeriods: 3 },
        ComparisonOperator: "GreaterThanThreshold",
        AlarmDescription: expect.stringContaining(
          `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${PolicyARN}`,
        ) as string,
      },
    },
    {
      ...{ name: "PutMetricAlarm", by },
      input: {
        ...{ ...shared, AlarmName: names[1], Threshold: 180, EvaluationPeriods: 15 },
        ComparisonOperator: "LessThanThreshold",
      },
    },
  ])
  await scaling.send(new DeleteScalingPolicyCommand({ ...WRITES, PolicyName: "queue" }))
  await cloud.settle()
  expect(heard[2]).toEqual({ name: "DeleteAlarms", by, input: { AlarmNames: names } })
})

test("what CloudWatch's alarms say scales in proportion to the metric", async () => {
  const { cloud, scaling } = await openTarget()
  plugInAlarms(cloud)
  const { PolicyARN = "", Alarms = [] } = await scaling.send(put)
  const ring = async (kind: string, value: number): Promise<void> => {
    const alarm = Alarms.find(({ AlarmName }) => AlarmName?.includes(kind))?.AlarmName ?? ""
    const payload = { action: `${PolicyARN}:createdBy/x`, alarm, value }
    await cloud.world.write((tx) => tx.emit(alarmAction, payload))
    await cloud.settle()
  }
  await ring("AlarmHigh", 500)
  await ring("AlarmLow", 100)
  const list = new DescribeScalingActivitiesCommand({ ServiceNamespace: "dynamodb" })
  const { ScalingActivities } = await scaling.send(list)
  expect(ScalingActivities).toMatchObject([
    { Description: "Setting write capacity units to 7.", StatusCode: "Successful" },
    {
      Description: "Setting write capacity units to 13.",
      Cause: `monitor alarm ${Alarms[0]?.AlarmName} in state ALARM triggered policy queue`,
      StatusCode: "Successful",
    },
  ])
})
