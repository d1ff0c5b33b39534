import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingActivitiesCommand,
  ListTagsForResourceCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type RegisterScalableTargetCommandInput,
} from "@aws-sdk/client-application-auto-scaling"
import { DeleteTableCommand, PutResourcePolicyCommand } from "@aws-sdk/client-dynamodb"
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { newUser } from "../../../gateway/testing/identity.ts"
import { openScaling, refusalOf, WRITES } from "../testing/open-scaling.ts"

const ROLE =
  "arn:aws:iam::000000000000:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"

test("a target is registered, told of, changed and deregistered", async () => {
  const table = await openScaling()
  const arn = await table.register()
  expect(arn).toMatch(
    /^arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target\/[0-9a-f]{36}$/,
  )
  const told = {
    ...{ ...WRITES, MinCapacity: 5, MaxCapacity: 10, RoleARN: ROLE, ScalableTargetARN: arn },
    CreationTime: table.cloud.now(),
    SuspendedState: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
  }
  expect(await table.targets()).toEqual([told])
  const SuspendedState = { ScheduledScalingSuspended: true }
  const change = { ...WRITES, MaxCapacity: 20, SuspendedState }
  const answer = await table.scaling.send(new RegisterScalableTargetCommand(change))
  expect(answer.ScalableTargetARN).toBe(arn)
  expect(await table.targets()).toEqual([
    { ...told, MaxCapacity: 20, SuspendedState: { ...told.SuspendedState, ...SuspendedState } },
  ])
  await table.track()
  await table.scaling.send(
    new PutScheduledActionCommand({
      ...{ ...WRITES, ScheduledActionName: "daily", Schedule: "rate(1 day)" },
      ScalableTargetAction: { MinCapacity: 7 },
    }),
  )
  await table.scaling.send(new DeregisterScalableTargetCommand(WRITES))
  expect([await table.targets(), await table.policies()]).toEqual([[], []])
  await table.cloud.advance("2d")
  expect(await table.activities()).toEqual([])
  expect(await refusalOf(table.scaling.send(new DeregisterScalableTargetCommand(WRITES)))).toBe(
    "ObjectNotFoundException: No scalable target registered for service namespace: dynamodb, resource ID: table/things, scalable dimension: dynamodb:table:WriteCapacityUnits",
  )
})

test("the role by which tables are scaled is made with the first target", async () => {
  const table = await openScaling()
  await table.register()
  const RoleName = "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
  const { Role } = await table.cloud.client(IAMClient).send(new GetRoleCommand({ RoleName }))
  expect(Role?.Arn).toBe(ROLE)
})

test("capacity outside of the bounds is changed at once, in the role, one change after another", async () => {
  const table = await openScaling()
  const reads = { ...WRITES, ScalableDimension: "dynamodb:table:ReadCapacityUnits" } as const
  const register = (input: RegisterScalableTargetCommandInput) =>
    table.scaling.send(new RegisterScalableTargetCommand(input))
  await register({ ...WRITES, MinCapacity: 8, MaxCapacity: 10 })
  await register({ ...reads, MinCapacity: 1, MaxCapacity: 3 })
  await table.cloud.advance("5s")
  expect(await table.units()).toEqual([3, 8])
  expect(await table.activities()).toMatchObject([
    {
      Description: "Setting read capacity units to 3.",
      Cause: "maximum capacity was set to 3",
      StatusCode: "Successful",
    },
    {
      Description: "Setting write capacity units to 8.",
      Cause: "minimum capacity was set to 8",
      StatusCode: "Successful",
      StartTime: expect.any(Date) as Date,
      EndTime: expect.any(Date) as Date,
    },
  ])
})

test("what the role may not do fails, with the reason", async () => {
  const table = await openScaling()
  const statement = {
    ...{ Effect: "Deny", Principal: { AWS: "*" }, Action: "dynamodb:UpdateTable", Resource: "*" },
    Condition: { ArnEquals: { "aws:PrincipalArn": ROLE } },
  }
  await table.dynamodb.send(
    new PutResourcePolicyCommand({
      ResourceArn: "arn:aws:dynamodb:us-east-1:000000000000:table/things",
      Policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    }),
  )
  await table.register({ MinCapacity: 8 })
  expect(await table.units()).toEqual([5, 5])
  const [failed] = await table.activities()
  expect(failed?.StatusCode).toBe("Failed")
  expect(failed?.StatusMessage).toMatch(
    /^Failed to set write capacity units to 8\. Reason: .*AWSServiceRoleForApplicationAutoScaling_DynamoDBTable.* is not authorized to perform: dynamodb:UpdateTable/,
  )
})

test("a target of a table that is gone stays, and works for the next of its name", async () => {
  const table = await openScaling()
  await table.register()
  await table.track()
  await table.dynamodb.send(new DeleteTableCommand({ TableName: "things" }))
  await table.cloud.advance("30m")
  expect(await table.targets()).toHaveLength(1)
  expect(await table.activities()).toEqual([])
  expect(await refusalOf(table.register({ MinCapacity: 6 }))).toBe(
    "ValidationException: DynamoDB table does not exist: table/things",
  )
})

test.each<[string, object, string]>([
  [
    "an index that is not there",
    {
      ResourceId: "table/things/index/nope",
      ScalableDimension: "dynamodb:index:ReadCapacityUnits",
    },
    "DynamoDB index does not exist: table/things/index/nope",
  ],
  [
    "bounds the wrong way round",
    { MinCapacity: 11 },
    "Maximum capacity cannot be less than minimum capacity",
  ],
  ["less than one unit", { MinCapacity: 0 }, "Minimum capacity cannot be less than 1"],
  [
    "a table's ID with an index's dimension",
    { ScalableDimension: "dynamodb:index:ReadCapacityUnits" },
    "Unsupported service namespace, resource type or scalable dimension",
  ],
  [
    "a dimension of another namespace",
    { ScalableDimension: "ecs:service:DesiredCount" },
    "Unsupported service namespace, resource type or scalable dimension",
  ],
  [
    "what no service here offers",
    {
      ServiceNamespace: "ecs",
      ResourceId: "service/default/web",
      ScalableDimension: "ecs:service:DesiredCount",
    },
    "The resource does not exist: service/default/web",
  ],
  [
    "a target without bounds",
    { MaxCapacity: undefined },
    "MinCapacity and MaxCapacity must be specified when registering a new scalable target.",
  ],
])("%s is refused", async (_what, input, message) => {
  const table = await openScaling()
  expect(await refusalOf(table.register(input))).toBe(`ValidationException: ${message}`)
})

test("an unknown namespace is refused by the model", async () => {
  const table = await openScaling()
  const refused = table.register({ ServiceNamespace: "mars" as "dynamodb" })
  expect(await refusalOf(refused)).toMatch(
    /^ValidationException: 1 validation error detected: Value 'mars' at 'serviceNamespace' failed to satisfy constraint: Member must satisfy enum value set: /,
  )
})

test("lists are filtered and come in pages", async () => {
  const table = await openScaling()
  await table.register()
  await table.register({ ScalableDimension: "dynamodb:table:ReadCapacityUnits" })
  const list = (more: object) =>
    table.scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb", ...more }),
    )
  const first = await list({ MaxResults: 1 })
  expect(first.ScalableTargets).toHaveLength(1)
  const second = await list({ MaxResults: 1, NextToken: first.NextToken })
  expect(second.ScalableTargets?.[0]?.ScalableDimension).toBe("dynamodb:table:WriteCapacityUnits")
  expect(second.NextToken).toBeUndefined()
  const { ScalableDimension } = WRITES
  const own = await list({ ResourceIds: ["table/things"], ScalableDimension })
  expect(own.ScalableTargets).toHaveLength(1)
  expect((await list({ ResourceIds: ["table/other"] })).ScalableTargets).toEqual([])
  expect(await refusalOf(list({ ScalableDimension }))).toMatch(/^ValidationException/)
  expect(await refusalOf(list({ NextToken: "x" }))).toMatch(/^InvalidNextTokenException/)
  const other = table.cloud.client(ApplicationAutoScalingClient, { region: "eu-west-1" })
  const elsewhere = new DescribeScalableTargetsCommand({ ServiceNamespace: "dynamodb" })
  expect((await other.send(elsewhere)).ScalableTargets).toEqual([])
})

test("activities come in pages, the newest first, for six weeks", async () => {
  const table = await openScaling()
  for (const MinCapacity of [6, 7, 8]) await table.register({ MinCapacity })
  const page = (NextToken?: string) =>
    table.scaling.send(
      new DescribeScalingActivitiesCommand({ ...WRITES, MaxResults: 2, NextToken }),
    )
  const first = await page()
  expect(first.ScalingActivities?.map(({ Cause }) => Cause)).toEqual([
    "minimum capacity was set to 8",
    "minimum capacity was set to 7",
  ])
  const second = await page(first.NextToken)
  expect(second.ScalingActivities).toHaveLength(1)
  expect(second.NextToken).toBeUndefined()
  await table.cloud.advance("43d")
  expect(await table.activities()).toEqual([])
})

test("targets have tags", async () => {
  const table = await openScaling()
  const ResourceARN = await table.register({ Tags: { team: "a" } })
  const tags = async () =>
    (await table.scaling.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags
  await table.scaling.send(new TagResourceCommand({ ResourceARN, Tags: { stage: "dev" } }))
  expect(await tags()).toEqual({ team: "a", stage: "dev" })
  await table.scaling.send(new UntagResourceCommand({ ResourceARN, TagKeys: ["team"] }))
  expect(await tags()).toEqual({ stage: "dev" })
  const Tags = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key${i}`, ""]))
  const many = table.scaling.send(new TagResourceCommand({ ResourceARN, Tags }))
  expect(await refusalOf(many)).toMatch(/^TooManyTagsException/)
  const none = `${ResourceARN?.slice(0, -3)}abc`
  const missing = table.scaling.send(new ListTagsForResourceCommand({ ResourceARN: none }))
  expect(await refusalOf(missing)).toMatch(/^ResourceNotFoundException/)
})

test("who registers needs leave for the dimension, and for the role that is not there yet", async () => {
  const table = await openScaling()
  const dimension = "application-autoscaling:scalable-dimension"
  const { credentials } = await newUser(
    table.cloud.client(IAMClient),
    "scaler",
    {
      Action: "application-autoscaling:RegisterScalableTarget",
      Resource: "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/*",
      Condition: { StringEquals: { [dimension]: WRITES.ScalableDimension } },
    },
    {
      ...{ Action: "iam:PassRole", Resource: "arn:aws:iam::000000000000:role/allowed" },
      Condition: {
        StringEquals: { "iam:PassedToService": "application-autoscaling.amazonaws.com" },
      },
    },
  )
  const options = { credentials, maxAttempts: 1 }
  const user = table.cloud.client(ApplicationAutoScalingClient, options)
  const register = (more: object = {}) => {
    const bounds = { MinCapacity: 5, MaxCapacity: 10 }
    return user.send(new RegisterScalableTargetCommand({ ...WRITES, ...bounds, ...more }))
  }
  expect(await refusalOf(register())).toMatch(
    /^AccessDenied.* is not authorized to perform: iam:CreateServiceLinkedRole/,
  )
  await table.register()
  expect(await refusalOf(register({ MaxCapacity: 12 }))).toBe("no refusal")
  const reads = { ScalableDimension: "dynamodb:table:ReadCapacityUnits" }
  expect(await refusalOf(register(reads))).toMatch(
    /^AccessDenied.* is not authorized to perform: application-autoscaling:RegisterScalableTarget/,
  )
  const RoleARN = "arn:aws:iam::000000000000:role/own"
  expect(await refusalOf(register({ RoleARN }))).toMatch(
    /^AccessDenied.* is not authorized to perform: iam:PassRole on resource: arn:aws:iam::000000000000:role\/own/,
  )
  const allowed = "arn:aws:iam::000000000000:role/allowed"
  expect(await refusalOf(register({ RoleARN: allowed }))).toBe("no refusal")
  expect(await refusalOf(register({ RoleARN: "allowed" }))).toBe(
    "ValidationException: Invalid role ARN: allowed",
  )
  // Not even the root hands over a role of somebody else's.
  const foreign = "arn:aws:iam::210987654321:role/own"
  const command = new RegisterScalableTargetCommand({ ...WRITES, RoleARN: foreign })
  expect(await refusalOf(table.scaling.send(command))).toMatch(
    /^AccessDenied.* is not authorized to perform: iam:PassRole/,
  )
})
