import {
  CreateServiceLinkedRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetRoleCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
  type IAMClient,
} from "@aws-sdk/client-iam"
import { expect, test } from "vitest"
import { awsManagedPolicy } from "../managed/policies.ts"
import { ALLOW_ALL, TRUST_EC2 } from "../testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { TEMPLATES } from "./templates.ts"

const create = async (client: IAMClient, AWSServiceName: string, more = {}) =>
  (await client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName, ...more }))).Role

const get = async (client: IAMClient, RoleName: string) =>
  (await client.send(new GetRoleCommand({ RoleName }))).Role

test("a service's role is as recorded", async () => {
  const { client } = await openIam()
  await create(client, "mq.amazonaws.com")
  const RoleName = "AWSServiceRoleForAmazonMQ"
  const { AssumeRolePolicyDocument = "", ...role } = (await get(client, RoleName)) ?? {}
  expect(role).toEqual({
    Arn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/mq.amazonaws.com/${RoleName}`,
    CreateDate: expect.any(Date),
    MaxSessionDuration: 3_600,
    Path: "/aws-service-role/mq.amazonaws.com/",
    RoleId: expect.stringMatching(/^AROA/),
    RoleLastUsed: {},
    RoleName,
  })
  expect(JSON.parse(decodeURIComponent(AssumeRolePolicyDocument))).toEqual({
    Statement: [
      { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "mq.amazonaws.com" } },
    ],
    Version: "2012-10-17",
  })
  const attached = await client.send(new ListAttachedRolePoliciesCommand({ RoleName }))
  expect(attached.AttachedPolicies).toEqual([
    {
      PolicyArn: "arn:aws:iam::aws:policy/aws-service-role/AmazonMQServiceRolePolicy",
      PolicyName: "AmazonMQServiceRolePolicy",
    },
  ])
})

test("some services' roles take a suffix, others none", async () => {
  const { client } = await openIam()
  const CustomSuffix = "mine"
  const role = await create(client, "autoscaling.amazonaws.com", { CustomSuffix })
  expect(role?.RoleName).toBe("AWSServiceRoleForAutoScaling_mine")
  expect(await refusalOf(create(client, "mq.amazonaws.com", { CustomSuffix }))).toBe(
    "400 InvalidInput: Custom suffix is not allowed for mq.amazonaws.com",
  )
})

test("a role is there once, and only for services that have one", async () => {
  const { client } = await openIam()
  await create(client, "batch.amazonaws.com")
  expect(await refusalOf(create(client, "batch.amazonaws.com"))).toBe(
    "400 InvalidInput: Service role name AWSServiceRoleForBatch has been taken in this account, please try a different suffix.",
  )
  expect(await refusalOf(create(client, "nothing.amazonaws.com"))).toBe(
    "400 InvalidInput: Cannot find Service Linked Role template for nothing.amazonaws.com",
  )
})

test("a role takes tags and another description, and nothing else", async () => {
  const { client } = await openIam()
  await create(client, "mq.amazonaws.com")
  const RoleName = "AWSServiceRoleForAmazonMQ"
  const Tags = [{ Key: "team", Value: "blue" }]
  await client.send(new TagRoleCommand({ RoleName, Tags }))
  await client.send(new UpdateRoleCommand({ RoleName, Description: "first" }))
  expect(await get(client, RoleName)).toMatchObject({ Tags, Description: "first" })
  await client.send(new UpdateRoleDescriptionCommand({ RoleName, Description: "second" }))
  await client.send(new UntagRoleCommand({ RoleName, TagKeys: ["team"] }))
  const role = await get(client, RoleName)
  expect([role?.Description, role?.Tags]).toEqual(["second", undefined])
  const refusal = `400 UnmodifiableEntity: Cannot perform the operation on the protected role '${RoleName}' - this role is only modifiable by AWS`
  for (const command of [
    new UpdateRoleCommand({ RoleName, MaxSessionDuration: 7_200 }),
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: TRUST_EC2 }),
    new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: ALLOW_ALL }),
  ])
    expect(await refusalOf(client.send(command as PutRolePolicyCommand))).toBe(refusal)
})

test("a deletion is a task, which has ended well", async () => {
  const { client } = await openIam()
  await create(client, "batch.amazonaws.com")
  const { DeletionTaskId = "" } = await client.send(
    new DeleteServiceLinkedRoleCommand({ RoleName: "AWSServiceRoleForBatch" }),
  )
  expect(DeletionTaskId).toMatch(
    /^task\/aws-service-role\/batch\.amazonaws\.com\/AWSServiceRoleForBatch\/[0-9a-f-]{36}$/,
  )
  const status = (id: string) =>
    client.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId: id }))
  expect(await status(DeletionTaskId)).toMatchObject({ Status: "SUCCEEDED" })
  expect(await refusalOf(status(`${DeletionTaskId}0`))).toMatch(/^404 NoSuchEntity/)
  expect(await refusalOf(get(client, "AWSServiceRoleForBatch"))).toMatch(/^404 NoSuchEntity/)
  await create(client, "batch.amazonaws.com")
})

test.each(Object.entries(TEMPLATES))(
  "the policy of %s's role is one of AWS's",
  (_id, [, policy]) => {
    expect(awsManagedPolicy(`arn:aws:iam::aws:policy/aws-service-role/${policy}`)).toBeDefined()
  },
)
