import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  IAMClient,
  ListPoliciesGrantingServiceAccessCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam"
import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { OBEYED, outcomesBy } from "../../../gateway/testing/condition.ts"
import { newUser } from "../../../gateway/testing/identity.ts"
import { policy, statement } from "../testing/documents.ts"
import { ACCOUNT, openIam, refusalOf } from "../testing/open-iam.ts"
import { newKeys, openUser } from "../testing/open-user.ts"

const USER = `arn:aws:iam::${ACCOUNT}:user/bob`

const generate = async (client: IAMClient, Arn = USER, Granularity?: "ACTION_LEVEL") =>
  (await client.send(new GenerateServiceLastAccessedDetailsCommand({ Arn, Granularity }))).JobId ??
  ""

const get = (client: IAMClient, JobId: string, paging: object = {}) =>
  client.send(new GetServiceLastAccessedDetailsCommand({ JobId, ...paging }))

test("IAM-56 the services that a user may use, and when it last did", async () => {
  const { client, cloud, may, listsQueues } = await openUser()
  await may(statement("Allow", "sqs:*", "dynamodb:Get*"))
  await listsQueues()
  const used = Math.floor(cloud.now().getTime() / 1_000) * 1_000
  await cloud.advance("2h")
  const answer = await get(client, await generate(client))
  expect(answer).toMatchObject({ JobStatus: "COMPLETED", JobType: "SERVICE_LEVEL" })
  expect(answer.JobCompletionDate?.getTime()).toBe(cloud.now().getTime())
  expect(answer.ServicesLastAccessed).toEqual([
    {
      ...{ ServiceName: "Amazon DynamoDB", ServiceNamespace: "dynamodb" },
      TotalAuthenticatedEntities: 0,
    },
    {
      ...{ ServiceName: "Amazon SQS", ServiceNamespace: "sqs", TotalAuthenticatedEntities: 1 },
      ...{ LastAuthenticated: new Date(used), LastAuthenticatedEntity: USER },
      LastAuthenticatedRegion: "us-east-1",
    },
  ])
})

test("actions are told one by one, used or not, also where they were denied", async () => {
  const { client, cloud, may, keys, listsQueues } = await openUser()
  await may(statement("Allow", "sqs:ListQueues"))
  await listsQueues()
  const call = cloud.client(SQSClient, { credentials: keys })
  await call.send(new GetQueueUrlCommand({ QueueName: "none" })).catch(() => undefined)
  const { ServicesLastAccessed } = await get(client, await generate(client, USER, "ACTION_LEVEL"))
  const actions = ServicesLastAccessed?.[0]?.TrackedActionsLastAccessed ?? []
  const used = actions.filter(({ LastAccessedTime }) => LastAccessedTime)
  expect(used.map(({ ActionName }) => ActionName)).toEqual(["GetQueueUrl", "ListQueues"])
  expect(used[0]).toMatchObject({ LastAccessedEntity: USER, LastAccessedRegion: "us-east-1" })
  expect(actions.map(({ ActionName }) => ActionName)).toContain("SendMessage")
})

test("a report stays as it was; uses of more than 400 days ago are not told", async () => {
  const { client, cloud, may, listsQueues } = await openUser()
  await may(statement("Allow", "sqs:*"))
  const before = await generate(client)
  await listsQueues()
  const [first] = (await get(client, before)).ServicesLastAccessed ?? []
  expect(first?.LastAuthenticated).toBeUndefined()
  await cloud.advance("400d")
  const [late] = (await get(client, await generate(client))).ServicesLastAccessed ?? []
  expect(late?.TotalAuthenticatedEntities).toBe(0)
  expect(await refusalOf(get(client, before))).toMatch(/^404 NoSuchEntity/)
})

test("of a group and of a policy, who used a service is told one by one", async () => {
  const { client, listsQueues } = await openUser()
  await client.send(new CreateUserCommand({ UserName: "alice" }))
  const { Group } = await client.send(new CreateGroupCommand({ GroupName: "staff" }))
  const { Policy } = await client.send(
    new CreatePolicyCommand({ PolicyName: "queues", PolicyDocument: statement("Allow", "sqs:*") }),
  )
  const PolicyArn = Policy?.Arn ?? ""
  await client.send(new AttachGroupPolicyCommand({ GroupName: "staff", PolicyArn }))
  for (const UserName of ["alice", "bob"])
    await client.send(new AddUserToGroupCommand({ GroupName: "staff", UserName }))
  await client.send(new AttachUserPolicyCommand({ UserName: "alice", PolicyArn }))
  expect(await listsQueues()).toBe("yes")
  expect(await listsQueues(await newKeys(client, "alice"))).toBe("yes")
  const entities = async (Arn: string) => {
    const JobId = await generate(client, Arn)
    const answer = await client.send(
      new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: "sqs" }),
    )
    return answer.EntityDetailsList?.map(({ EntityInfo, LastAuthenticated }) => [
      ...[EntityInfo?.Type, EntityInfo?.Name, LastAuthenticated !== undefined],
    ])
  }
  expect(await entities(Group?.Arn ?? "")).toEqual([
    ["USER", "alice", true],
    ["USER", "bob", true],
  ])
  expect(await entities(PolicyArn)).toEqual([["USER", "alice", true]])
})

test("a user who may do everything has pages of services", async () => {
  const { client, may } = await openUser()
  await may(policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }))
  const JobId = await generate(client)
  const first = await get(client, JobId)
  expect([first.ServicesLastAccessed?.length, first.IsTruncated]).toEqual([100, true])
  const second = await get(client, JobId, { Marker: first.Marker, MaxItems: 1 })
  const last = first.ServicesLastAccessed?.at(-1)?.ServiceNamespace ?? ""
  expect((second.ServicesLastAccessed?.[0]?.ServiceNamespace ?? "") > last).toBe(true)
})

test("which policies give access to a service", async () => {
  const { client, may } = await openUser()
  await may(statement("Allow", "sqs:*"))
  const PolicyArn = "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"
  await client.send(new AttachUserPolicyCommand({ UserName: "bob", PolicyArn }))
  const { PoliciesGrantingServiceAccess, IsTruncated } = await client.send(
    new ListPoliciesGrantingServiceAccessCommand({ Arn: USER, ServiceNamespaces: ["sqs", "s3"] }),
  )
  expect(IsTruncated).toBe(false)
  expect(PoliciesGrantingServiceAccess).toEqual([
    {
      ServiceNamespace: "sqs",
      Policies: [
        { PolicyName: "own", PolicyType: "INLINE", EntityType: "USER", EntityName: "bob" },
        { PolicyName: "AmazonSQSReadOnlyAccess", PolicyType: "MANAGED", PolicyArn },
      ],
    },
    { ServiceNamespace: "s3", Policies: [] },
  ])
})

test("a report about nobody is refused", async () => {
  const { client } = await openIam()
  expect(await refusalOf(generate(client))).toMatch(/^404 NoSuchEntity: The user with name bob/)
  const nobody = "00000000-0000-0000-0000-000000000000"
  expect(await refusalOf(get(client, nobody))).toMatch(/^404 NoSuchEntity/)
})

test("a report is asked for of a user, whose tags policies can look at", async () => {
  const { client, cloud } = await openIam()
  const user = await newUser(client, "bob")
  await client.send(new TagUserCommand({ UserName: "bob", Tags: [{ Key: "t", Value: "red" }] }))
  const iam = cloud.client(IAMClient, { credentials: user.credentials })
  const action = "iam:GenerateServiceLastAccessedDetails"
  for (const key of ["aws:ResourceTag/t", "iam:ResourceTag/t"])
    expect(await outcomesBy(user, { action, key, value: "red" }, () => generate(iam))).toEqual(
      OBEYED,
    )
})
