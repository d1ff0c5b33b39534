import { CreateRoleCommand, IAMClient, TagUserCommand } from "@aws-sdk/client-iam"
import {
  AddPermissionCommand,
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs"
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts"
import { expect, test } from "vitest"
import { newUser, policyOf } from "../../gateway/testing/identity.ts"
import type { InProcessCloud } from "../../index.ts"
import { openPair } from "./testing/dead-letter-pair.ts"
import { openQueue, refusalOf, type TestQueue } from "./testing/open-queue.ts"
import { query, UNSIGNED } from "./testing/query.ts"

const STRANGER = "111111111111"
const strange = { credentials: { accessKeyId: STRANGER, secretAccessKey: "test" } }
/** Sends what the SDK made without a signature. */
const unsigned = { signer: { sign: (request: unknown) => Promise.resolve(request) } }

const sendTo = (client: SQSClient, { QueueUrl }: TestQueue): Promise<unknown> =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))

/** Gives the queue a policy with this statement, for all of the queue unless it says otherwise. */
async function setPolicy(queue: TestQueue, ...said: Record<string, unknown>[]): Promise<void> {
  const Statement = said.map((one) => ({
    Effect: "Allow",
    Principal: "*",
    Action: "sqs:SendMessage",
    Resource: queue.arn,
    ...one,
  }))
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement })
  const input = { QueueUrl: queue.QueueUrl, Attributes: { Policy } }
  await queue.client.send(new SetQueueAttributesCommand(input))
}

/** A client with the keys of a session of the queue's own account. */
async function sessionClient(cloud: InProcessCloud): Promise<SQSClient> {
  const RoleArn = "arn:aws:iam::000000000000:role/worker"
  const { Credentials: keys } = await cloud
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "run" }))
  return cloud.client(SQSClient, {
    credentials: {
      accessKeyId: keys?.AccessKeyId,
      secretAccessKey: keys?.SecretAccessKey,
      sessionToken: keys?.SessionToken,
    },
  })
}

test("SQS-11 another account is denied what no queue policy gives it", async () => {
  const queue = await openQueue()
  const send = sendTo(queue.cloud.client(SQSClient, strange), queue)
  expect(await refusalOf(send)).toBe(
    `AccessDenied: User: arn:aws:iam::${STRANGER}:root is not authorized to perform: sqs:sendmessage on resource: ${queue.arn} because no resource-based policy allows the sqs:sendmessage action`,
  )
  expect(await queue.bodies()).toEqual([])
})

test("SQS-11 another account gets in through the queue policy, to what it allows", async () => {
  const queue = await openQueue()
  const stranger = queue.cloud.client(SQSClient, strange)
  await setPolicy(queue, { Principal: { AWS: STRANGER } })
  await sendTo(stranger, queue)
  expect(await queue.bodies()).toEqual(["x"])
  const receive = stranger.send(new ReceiveMessageCommand({ QueueUrl: queue.QueueUrl }))
  expect(await refusalOf(receive)).toMatch(/^AccessDenied/)
  await setPolicy(queue, { Principal: { AWS: "222222222222" } })
  expect(await refusalOf(sendTo(stranger, queue))).toMatch(/^AccessDenied/)
})

test("SQS-11 AddPermission lets another account in", async () => {
  const queue = await openQueue()
  const grant = { Label: "send", AWSAccountIds: [STRANGER], Actions: ["SendMessage"] }
  await queue.client.send(new AddPermissionCommand({ QueueUrl: queue.QueueUrl, ...grant }))
  await sendTo(queue.cloud.client(SQSClient, strange), queue)
  expect(await queue.bodies()).toEqual(["x"])
})

test("SQS-11 what only an owner may do no policy gives away", async () => {
  const { cloud, client, QueueUrl } = await openQueue()
  const grant = { QueueUrl, Label: "all", AWSAccountIds: [STRANGER], Actions: ["*"] }
  await client.send(new AddPermissionCommand(grant))
  const stranger = cloud.client(SQSClient, strange)
  const add = stranger.send(new AddPermissionCommand({ ...grant, Label: "more" }))
  expect(await refusalOf(add)).toMatch(/^AccessDenied/)
  const get = client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }))
  expect(JSON.parse((await get).Attributes?.Policy ?? "").Statement).toHaveLength(1)
})

test("a move task needs the rights to take, at the dead letters, and to send, where they go", async () => {
  const { queue, dead } = await openPair()
  const { cloud } = queue
  const other = await openQueue({}, { name: "other", cloud })
  const user = await newUser(cloud.client(IAMClient), "ann")
  const client = cloud.client(SQSClient, { credentials: user.credentials })
  const SourceArn = dead.arn
  const at = (Resource: string, ...Action: string[]) => ({ Action, Resource })
  const list = () => refusalOf(client.send(new ListMessageMoveTasksCommand({ SourceArn })))
  const start = (more: { DestinationArn?: string } = {}) =>
    refusalOf(client.send(new StartMessageMoveTaskCommand({ SourceArn, ...more })))
  const TAKE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
  const START = "sqs:StartMessageMoveTask"
  await user.may(at(dead.arn, START, "sqs:ListMessageMoveTasks"), at(queue.arn, "sqs:SendMessage"))
  expect(await list()).toMatch(/perform: sqs:receivemessage on resource: .*:dead /)
  expect(await start()).toMatch(/perform: sqs:receivemessage on resource: .*:dead /)
  await user.may(at(dead.arn, START, ...TAKE))
  expect(await list()).toMatch(/perform: sqs:listmessagemovetasks /)
  expect(await start()).toMatch(/perform: sqs:sendmessage on resource: .*:jobs /)
  await user.may(at(dead.arn, START, ...TAKE), at(queue.arn, "sqs:SendMessage"))
  expect(await start({ DestinationArn: other.arn })).toMatch(
    /perform: sqs:sendmessage on resource: .*:other /,
  )
  expect(await start()).toBe("no refusal")
})

test("IAM-44 an explicit Deny in the queue policy holds the owner's root and sessions", async () => {
  const queue = await openQueue()
  const session = await sessionClient(queue.cloud)
  await sendTo(session, queue)
  await setPolicy(queue, {}, { Effect: "Deny", Action: "sqs:*" })
  const refusal = await refusalOf(sendTo(queue.client, queue))
  expect(refusal).toMatch(/^AccessDenied.*with an explicit deny in a resource-based policy$/)
  const remove = session.send(new DeleteQueueCommand({ QueueUrl: queue.QueueUrl }))
  expect(await refusalOf(remove)).toMatch(
    /assumed-role\/worker\/run is not authorized to perform: sqs:deletequeue on resource: .* with an explicit deny in a resource-based policy$/,
  )
  // Root can always take the policy away.
  await setPolicy(queue, {})
  await sendTo(queue.client, queue)
})

test("a Deny for one role does not hold root", async () => {
  const queue = await openQueue()
  const AssumeRolePolicyDocument = policyOf({
    ...{ Principal: { AWS: "000000000000" }, Action: "sts:AssumeRole" },
  })
  const role = new CreateRoleCommand({ RoleName: "worker", AssumeRolePolicyDocument })
  await queue.cloud.client(IAMClient).send(role)
  const session = await sessionClient(queue.cloud)
  const Principal = { AWS: "arn:aws:iam::000000000000:role/worker" }
  await setPolicy(queue, { Effect: "Deny", Principal })
  expect(await refusalOf(sendTo(session, queue))).toMatch(/explicit deny/)
  await sendTo(queue.client, queue)
})

test("IAM-51 conditions of a queue policy: address, transport, Region, caller, time", async () => {
  const queue = await openQueue()
  const stranger = queue.cloud.client(SQSClient, strange)
  const holds = async (Condition: Record<string, unknown>): Promise<boolean> => {
    await setPolicy(queue, { Condition })
    return (await refusalOf(sendTo(stranger, queue))) === "no refusal"
  }
  expect(await holds({ IpAddress: { "aws:SourceIp": "127.0.0.0/8" } })).toBe(true)
  expect(await holds({ IpAddress: { "aws:SourceIp": "203.0.113.0/24" } })).toBe(false)
  expect(await holds({ StringEquals: { "aws:RequestedRegion": "us-east-1" } })).toBe(true)
  expect(await holds({ StringEquals: { "aws:RequestedRegion": "eu-west-1" } })).toBe(false)
  expect(await holds({ Null: { "aws:SecureTransport": "false" } })).toBe(true)
  expect(await holds({ StringEquals: { "aws:PrincipalAccount": STRANGER } })).toBe(true)
  expect(await holds({ StringEquals: { "aws:PrincipalAccount": "222222222222" } })).toBe(false)
  const later = new Date(queue.cloud.now().getTime() + 60_000).toISOString()
  expect(await holds({ DateGreaterThan: { "aws:CurrentTime": later } })).toBe(false)
  await queue.cloud.advance("2m")
  await sendTo(stranger, queue)
})

test("nobody in particular gets in where the queue policy lets everyone in", async () => {
  const queue = await openQueue()
  const nobody = queue.cloud.client(SQSClient, unsigned)
  expect(await refusalOf(sendTo(nobody, queue))).toMatch(/^AccessDenied: User: anonymous /)
  await setPolicy(queue, {})
  await sendTo(nobody, queue)
  expect(await queue.bodies()).toEqual(["x"])
  const get = { Action: "SendMessage", MessageBody: "y" }
  const path = new URL(queue.QueueUrl).pathname
  expect((await query(queue.cloud, path, get, UNSIGNED)).status).toBe(200)
  expect(await queue.bodies()).toEqual(["y"])
  const remove = nobody.send(new DeleteQueueCommand({ QueueUrl: queue.QueueUrl }))
  expect(await refusalOf(remove)).toMatch(/^MissingAuthenticationToken/)
})

test("a policy that could not be evaluated is not accepted", async () => {
  const queue = await openQueue()
  const nowhere = { Resource: "arn:nowhere:sqs:*" }
  const wrong = [{ Action: "SendMessage" }, { Principal: { AWS: "bob" } }, nowhere]
  for (const said of wrong)
    expect(await refusalOf(setPolicy(queue, said))).toMatch(/^InvalidAttributeValue/)
})

test("a resource that is no ARN is accepted, and means no queue", async () => {
  const queue = await openQueue()
  const stranger = queue.cloud.client(SQSClient, strange)
  await setPolicy(queue, { Resource: "$queue" })
  expect(await refusalOf(sendTo(stranger, queue))).toMatch(/^AccessDenied/)
  await setPolicy(queue, { Resource: "$queue" }, {})
  await sendTo(stranger, queue)
})

test("tags decide: a user may do what the policy says with the queues of its team", async () => {
  const queue = await openQueue()
  const { cloud, QueueUrl } = queue
  const team = "${aws:PrincipalTag/team}"
  // "Tagging for access control in Amazon SQS".
  const iam = cloud.client(IAMClient)
  const { credentials } = await newUser(iam, "ann", {
    ...{ Action: "sqs:*", Resource: "*" },
    Condition: { StringEquals: { "aws:ResourceTag/team": team } },
  })
  const ann = cloud.client(SQSClient, { credentials })
  const send = () => refusalOf(sendTo(ann, queue))
  const untag = () => refusalOf(ann.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["team"] })))
  const tag = (Tags: Record<string, string>) =>
    queue.client.send(new TagQueueCommand({ QueueUrl, Tags }))
  expect(await send()).toMatch(/^AccessDenied/)
  await iam.send(new TagUserCommand({ UserName: "ann", Tags: [{ Key: "team", Value: "red" }] }))
  expect(await send()).toMatch(/^AccessDenied/)
  await tag({ team: "blue" })
  expect(await send()).toMatch(/^AccessDenied/)
  expect(await untag()).toMatch(/^AccessDenied/)
  await tag({ team: "red", other: "x" })
  expect(await send()).toBe("no refusal")
  const receive = new ReceiveMessageCommand({ QueueUrl })
  expect((await ann.send(receive)).Messages).toHaveLength(1)
  // What is made has no tags yet: those are the request's.
  const make = new CreateQueueCommand({ QueueName: "new", tags: { team: "red" } })
  expect(await refusalOf(ann.send(make))).toMatch(/^AccessDenied/)
  expect(await untag()).toBe("no refusal")
  expect(await send()).toMatch(/^AccessDenied/)
})
