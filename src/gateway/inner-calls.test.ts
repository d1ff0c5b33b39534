import { expect, test } from "vitest"
import { resourcePolicyDecider } from "../iam/resource-policy-decider.ts"
import type { ServiceCall } from "../kernel/service-call.ts"
import type { Call } from "../registry/call.ts"
import { deliverToQueue } from "../services/sqs/port.ts"
import type { Cloud } from "./cloud.ts"
import { InnerCalls } from "./inner-calls.ts"
import { answerOf, formRequest, openCloud, signed, sqs } from "./testing/open-cloud.ts"

const ARN = "arn:aws:sqs:us-east-1:000000000000:jobs"
const SOURCE = "arn:aws:s3:::bucket"
const ROLE = "arn:aws:iam::000000000000:role/sender"
const QueueUrl = "http://localhost:4566/000000000000/jobs"

const policy = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] })

/** A queue that takes messages from S3 on behalf of one bucket. */
async function openQueue(reports?: string[]): Promise<Cloud> {
  const cloud = await openCloud(reports && { reports })
  const Policy = policy({
    Principal: { Service: "s3.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: ARN,
    Condition: { ArnEquals: { "aws:SourceArn": SOURCE } },
  })
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs", Attributes: { Policy } }])
  return cloud
}

async function iam(cloud: Cloud, Action: string, input: Record<string, string>): Promise<void> {
  const form = formRequest({ Action, Version: "2010-05-08", ...input })
  const { status, text } = await answerOf(cloud.handle(signed(form, { service: "iam" })))
  if (status !== 200) throw new Error(text)
}

async function makeRole(cloud: Cloud, service: string, allow: string): Promise<void> {
  const trust = policy({ Principal: { Service: service }, Action: "sts:AssumeRole" })
  await iam(cloud, "CreateRole", { RoleName: "sender", AssumeRolePolicyDocument: trust })
  const PolicyDocument = policy({ Action: allow, Resource: "*" })
  await iam(cloud, "PutRolePolicy", { RoleName: "sender", PolicyName: "p", PolicyDocument })
}

const send = (cloud: Cloud, facts: Partial<ServiceCall>): Promise<object> =>
  cloud.world.context().call({
    ...{ service: "sqs", operation: "SendMessage", input: { QueueUrl, MessageBody: "hello" } },
    ...{ account: "000000000000", region: "us-east-1", as: "s3.amazonaws.com" },
    ...facts,
  })

const received = async (cloud: Cloud): Promise<unknown[]> => {
  const { body } = await sqs(cloud, ["ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10 }])
  return ((body["Messages"] ?? []) as { Body: string }[]).map((message) => message.Body)
}

test("a service acts under its own name, for the resource that it acts for", async () => {
  const cloud = await openQueue()
  await expect(send(cloud, {})).rejects.toThrow(
    "User: s3.amazonaws.com is not authorized to perform: sqs:sendmessage",
  )
  await expect(send(cloud, { as: "sns.amazonaws.com", sourceArn: SOURCE })).rejects.toThrow()
  expect(await send(cloud, { sourceArn: SOURCE })).toHaveProperty("MessageId")
  expect(await received(cloud)).toEqual(["hello"])
})

test("a service acts in a role that trusts it, and no further than the role may", async () => {
  const cloud = await openQueue()
  const call = { as: "lambda.amazonaws.com", role: ROLE }
  await expect(send(cloud, call)).rejects.toThrow("perform: sts:AssumeRole")
  await makeRole(cloud, "lambda.amazonaws.com", "sqs:SendMessage")
  expect(await send(cloud, call)).toHaveProperty("MessageId")
  await expect(send(cloud, { ...call, as: "ec2.amazonaws.com" })).rejects.toThrow("sts:AssumeRole")
  await expect(
    send(cloud, { ...call, operation: "PurgeQueue", input: { QueueUrl } }),
  ).rejects.toThrow("assumed-role/sender/lambda is not authorized to perform: sqs:purgequeue")
})

test("a service goes on for a caller with the rights that the caller has now", async () => {
  const cloud = await openQueue()
  const root = { type: "root", account: "000000000000", accessKeyId: "test" }
  await send(cloud, { caller: root })
  expect(await received(cloud)).toEqual(["hello"])
  const user = { ...root, type: "user", userName: "ann", userId: "AIDAGONE", path: "/" }
  await expect(send(cloud, { caller: user })).rejects.toThrow("user/ann is not authorized")
  const session = { ...root, accessKeyId: "ASIAFORGOTTEN" }
  await expect(send(cloud, { caller: session })).rejects.toThrow("The provided token has expired.")
})

test("what does not exist is refused by name, and the list of requests tells it", async () => {
  const cloud = await openQueue()
  await expect(send(cloud, { service: "nothing" })).rejects.toThrow("nothing SendMessage")
  await expect(send(cloud, { operation: "Sing" })).rejects.toThrow("sqs Sing")
  const [told] = cloud.requests({ denied: false, limit: 1 })
  expect(told).toMatchObject({
    ...{ service: "sqs", operation: "Sing", caller: "s3.amazonaws.com" },
    error: { code: "NotImplemented", message: "Cloudarium does not implement sqs Sing yet." },
  })
})

test("what a service does for a caller is done with the caller's rights, in its transaction", async () => {
  const cloud = await openQueue()
  const inner = { service: "sqs", operation: "SendMessage", input: { QueueUrl, MessageBody: "x" } }
  const calls = new InnerCalls({
    ...{ world: cloud.world, catalog: cloud.catalog, decide: resourcePolicyDecider() },
    report: () => {},
  })
  const caller = { type: "root", account: "000000000000", accessKeyId: "test" } as const
  const call = { principal: caller, account: caller.account, region: "us-east-1" }
  const outer = { ...call, service: "s3", operation: "PutObject", partition: "aws" } as Call
  await cloud.world.write((tx) => calls.within(tx, outer, inner))
  const failing = cloud.world.write((tx) => {
    calls.within(tx, outer, inner)
    throw new Error("later")
  })
  await expect(failing).rejects.toThrow("later")
  const stranger = { ...outer, principal: { ...caller, account: "111111111111" } }
  await expect(cloud.world.write((tx) => calls.within(tx, stranger, inner))).rejects.toThrow(
    "arn:aws:iam::111111111111:root is not authorized to perform: sqs:sendmessage",
  )
  expect(await received(cloud)).toEqual(["x"])
})

test("a delivery is refused where its receiver's policy does not let the sender in", async () => {
  const reports: string[] = []
  const cloud = await openQueue(reports)
  const as = "s3.amazonaws.com"
  await cloud.world.write((tx) => {
    tx.emit(deliverToQueue, { queueArn: ARN, body: "let in" }, { as, sourceArn: SOURCE })
    tx.emit(deliverToQueue, { queueArn: ARN, body: "kept out" }, { as, sourceArn: `${SOURCE}2` })
  })
  await cloud.advance(60_000)
  expect(await received(cloud)).toEqual(["let in"])
  expect(reports).toEqual([expect.stringContaining("no resource-based policy allows")])
})

test("a service that another uses is loaded by the first call of it, which waits and is made once", async () => {
  const cloud = await openCloud()
  await sqs(cloud, ["CreateQueue", { QueueName: "jobs" }])
  expect(cloud.catalog.loaded("kms")).toBeUndefined()
  const Attributes = { KmsMasterKeyId: "alias/aws/sqs" }
  expect((await sqs(cloud, ["SetQueueAttributes", { QueueUrl, Attributes }])).status).toBe(200)
  const { status } = await sqs(cloud, ["SendMessage", { QueueUrl, MessageBody: "secret" }])
  expect(status).toBe(200)
  expect(cloud.catalog.loaded("kms")?.id).toBe("kms")
  const [sent] = cloud.requests({ denied: false, limit: 1 })
  const { decisions, inner } = cloud.explain(sent?.requestId ?? "")
  expect(decisions.map(({ action }) => action)).toEqual(["sqs:SendMessage"])
  expect(inner.map(({ operation }) => operation)).toEqual(["GenerateDataKey"])
})
