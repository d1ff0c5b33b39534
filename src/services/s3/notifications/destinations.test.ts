import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketNotificationConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  RestoreObjectCommand,
  S3Client,
  type NotificationConfiguration,
} from "@aws-sdk/client-s3"
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openCloud } from "../../../gateway/testing/open-cloud.ts"
import { plugIn } from "../../../gateway/testing/plug-in.ts"
import { gatewayConfig } from "../../../gateway/testing/sdk-config.ts"
import { deliveries } from "../../../kernel/later/later-rows.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { unchecked } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import type { Operation } from "../../../registry/operation.ts"
import { refusalOf } from "../testing/open-bucket.ts"

const TOPIC = "arn:aws:sns:us-east-1:000000000000:news"
const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:thumbnail"
const Bucket = "photos"

interface Called {
  readonly input: Record<string, unknown>
  readonly by: string
  readonly for: string | undefined
}

/** An operation of a test: what it was called with, until it is told to fail. */
function openTarget(name: string) {
  const target = { calls: [] as Called[], fault: undefined as AwsError | undefined }
  const operation: Operation = {
    ...{ kind: "action", name },
    authorize: unchecked("a service of a test"),
    async run(_ctx: unknown, input: Record<string, unknown>, call: Call) {
      if (target.fault) throw target.fault
      const by = call.principal.type === "service" ? call.principal.name : call.principal.type
      target.calls.push({ input, by, for: call.source?.arn })
      return {}
    },
  }
  return { target, operation }
}

/** A cloud with a topic, a function and a bus that take what S3 sends, and a bucket. */
async function openDestinations() {
  const cloud = await openCloud()
  const topic = openTarget("Publish")
  const lambda = openTarget("Invoke")
  const bus = openTarget("PutEvents")
  plugIn(cloud, "sns", { Publish: topic.operation })
  plugIn(cloud, "lambda", { Invoke: lambda.operation })
  plugIn(cloud, "events", { PutEvents: bus.operation })
  const client = await openClient(cloud)
  return { cloud, client, topic: topic.target, lambda: lambda.target, bus: bus.target }
}

async function openClient(cloud: Awaited<ReturnType<typeof openCloud>>): Promise<S3Client> {
  const client = new S3Client({
    ...gatewayConfig(cloud),
    maxAttempts: 1,
  })
  await client.send(new CreateBucketCommand({ Bucket }))
  return client
}

const configure = (
  client: S3Client,
  NotificationConfiguration: NotificationConfiguration,
  SkipDestinationValidation?: boolean,
) =>
  client.send(
    new PutBucketNotificationConfigurationCommand({
      ...{ Bucket, NotificationConfiguration, SkipDestinationValidation },
    }),
  )

const onTopic: NotificationConfiguration = {
  TopicConfigurations: [{ Id: "t", TopicArn: TOPIC, Events: ["s3:ObjectCreated:*"] }],
}
const onFunction: NotificationConfiguration = {
  LambdaFunctionConfigurations: [
    { Id: "f", LambdaFunctionArn: FUNCTION, Events: ["s3:ObjectRemoved:*"] },
  ],
}

const json = (text: unknown): { Records: Record<string, unknown>[] } & Record<string, unknown> =>
  JSON.parse(Buffer.from(text as string).toString())

test("a topic gets a test message, and then S3's records with its subject", async () => {
  const { cloud, client, topic } = await openDestinations()
  await configure(client, onTopic)
  await client.send(new PutObjectCommand({ Bucket, Key: "cat.jpg", Body: "meow" }))
  await cloud.settle()
  expect(topic.calls.map(({ by, for: source }) => [by, source])).toEqual([
    ["s3.amazonaws.com", "arn:aws:s3:::photos"],
    ["s3.amazonaws.com", "arn:aws:s3:::photos"],
  ])
  const [tested, told] = topic.calls.map(({ input }) => input)
  expect(json(tested?.["Message"])).toMatchObject({ Event: "s3:TestEvent", Bucket })
  expect(told).toMatchObject({ TopicArn: TOPIC, Subject: "Amazon S3 Notification" })
  expect(json(told?.["Message"]).Records).toMatchObject([
    { eventName: "ObjectCreated:Put", s3: { configurationId: "t", object: { key: "cat.jpg" } } },
  ])
})

test("a function is invoked asynchronously, and again where that fails", async () => {
  const { cloud, client, lambda } = await openDestinations()
  await configure(client, onFunction)
  expect(lambda.calls.map(({ input }) => input["InvocationType"])).toEqual(["DryRun"])
  await client.send(new PutObjectCommand({ Bucket, Key: "cat.jpg", Body: "meow" }))
  lambda.fault = new AwsError("TooManyRequestsException", "Rate Exceeded.")
  await client.send(new DeleteObjectCommand({ Bucket, Key: "cat.jpg" }))
  await cloud.settle()
  expect(lambda.calls).toHaveLength(1)
  lambda.fault = undefined
  await cloud.advance(10_000)
  await cloud.settle()
  const [, { input } = { input: {} }] = lambda.calls
  expect(input).toMatchObject({ FunctionName: FUNCTION, InvocationType: "Event" })
  expect(json((input as { Payload?: unknown }).Payload).Records).toMatchObject([
    { eventName: "ObjectRemoved:Delete", s3: { configurationId: "f" } },
  ])
})

test("EventBridge is told of everything, in its own form", async () => {
  const { cloud, client, bus } = await openDestinations()
  await configure(client, { EventBridgeConfiguration: {} })
  const enabled = { Bucket, VersioningConfiguration: { Status: "Enabled" as const } }
  await client.send(new PutBucketVersioningCommand(enabled))
  const stored = { Bucket, Key: "a b.txt", Body: "data", StorageClass: "GLACIER" as const }
  const { VersionId } = await client.send(new PutObjectCommand(stored))
  await client.send(
    new PutObjectTaggingCommand({ Bucket, Key: "a b.txt", Tagging: { TagSet: [] } }),
  )
  const RestoreRequest = { Days: 2, GlacierJobParameters: { Tier: "Expedited" as const } }
  await client.send(new RestoreObjectCommand({ Bucket, Key: "a b.txt", RestoreRequest }))
  await client.send(new DeleteObjectCommand({ Bucket, Key: "a b.txt" }))
  await cloud.settle()
  const entries = bus.calls.map(({ input }) => (input["Entries"] as Record<string, unknown>[])[0])
  expect(entries.map((entry) => entry?.["DetailType"])).toEqual([
    ...["Object Created", "Object Tags Added", "Object Restore Initiated", "Object Deleted"],
  ])
  const [first, , restored, deleted] = entries
  expect(first).toMatchObject({ Source: "aws.s3", Resources: ["arn:aws:s3:::photos"] })
  expect(json(first?.["Detail"])).toEqual({
    version: "0",
    bucket: { name: Bucket },
    object: {
      key: "a b.txt",
      size: 4,
      etag: "8d777f385d3dfec8815d20f7496026dc",
      "version-id": VersionId,
      sequencer: expect.stringMatching(/^[0-9A-F]{18}$/) as string,
    },
    "request-id": expect.any(String) as string,
    requester: "000000000000",
    "source-ip-address": "127.0.0.1",
    reason: "PutObject",
  })
  expect(json(restored?.["Detail"])["source-storage-class"]).toBe("GLACIER")
  expect(json(deleted?.["Detail"])).toMatchObject({
    reason: "DeleteObject",
    "deletion-type": "Delete Marker Created",
    object: { etag: "d41d8cd98f00b204e9800998ecf8427e" },
  })
})

test("topics, functions and EventBridge stand in one configuration; FIFO is refused", async () => {
  const { client } = await openDestinations()
  const given = { ...onTopic, ...onFunction, EventBridgeConfiguration: {} }
  await configure(client, given)
  const { $metadata: _, ...kept } = await client.send(
    new GetBucketNotificationConfigurationCommand({ Bucket }),
  )
  expect(kept).toEqual(given)
  const fifo = { TopicArn: `${TOPIC}.fifo`, Events: ["s3:ObjectCreated:*" as const] }
  expect(await refusalOf(configure(client, { TopicConfigurations: [fifo] }))).toMatch(
    /^InvalidArgument 400: Unable to validate the following destination configurations/,
  )
  const QueueConfigurations = [
    { QueueArn: "arn:aws:sqs:us-east-1:000000000000:q.fifo", Events: fifo.Events },
  ]
  expect(await refusalOf(configure(client, { QueueConfigurations }))).toMatch(/^InvalidArgument/)
})

test("S3-145 topics, queues, functions and EventBridge are told; FIFO ones cannot be", async () => {
  const { cloud, client, topic, lambda, bus } = await openDestinations()
  const sqs = new SQSClient({
    ...gatewayConfig(cloud),
    maxAttempts: 1,
  })
  const Statement = { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:*" }
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: { ...Statement, Resource: "*" },
  })
  const make = async (QueueName: string, Attributes = {}) =>
    (await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy, ...Attributes } })))
      .QueueUrl
  const QueueUrl = await make("q")
  await make("q.fifo", { FifoQueue: "true" })
  const Events = ["s3:ObjectCreated:*" as const]
  const below = (Value: string) => ({ Key: { FilterRules: [{ Name: "prefix" as const, Value }] } })
  const QueueArn = "arn:aws:sqs:us-east-1:000000000000:q"
  await configure(client, {
    TopicConfigurations: [{ TopicArn: TOPIC, Events, Filter: below("t/") }],
    QueueConfigurations: [{ QueueArn, Events, Filter: below("q/") }],
    LambdaFunctionConfigurations: [{ LambdaFunctionArn: FUNCTION, Events, Filter: below("f/") }],
    EventBridgeConfiguration: {},
  })
  for (const Key of ["t/cat", "q/cat", "f/cat"])
    await client.send(new PutObjectCommand({ Bucket, Key, Body: "meow" }))
  await cloud.settle()
  const keysIn = (text: unknown) =>
    json(text).Records.map(({ s3 }) => (s3 as { object: { key: string } }).object.key)
  expect(keysIn(topic.calls.at(-1)?.input["Message"])).toEqual(["t/cat"])
  expect(keysIn(lambda.calls.at(-1)?.input["Payload"])).toEqual(["f/cat"])
  const details = bus.calls
    .flatMap(({ input }) => input["Entries"] as { Detail: string }[])
    .map(({ Detail }) => (json(Detail)["object"] as { key: string }).key)
  expect(details.toSorted()).toEqual(["f/cat", "q/cat", "t/cat"])
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  )
  const [tested, event] = Messages.map(({ Body }) => Body)
  expect(json(tested)["Event"]).toBe("s3:TestEvent")
  expect(keysIn(event)).toEqual(["q/cat"])
  const fifos = [
    { TopicConfigurations: [{ TopicArn: `${TOPIC}.fifo`, Events }] },
    { QueueConfigurations: [{ QueueArn: `${QueueArn}.fifo`, Events }] },
  ]
  for (const fifo of fifos)
    expect(await refusalOf(configure(client, fifo))).toMatch(/^InvalidArgument 400: Unable to /)
})

test("a topic or function that does not let S3 in is refused, and nothing changes", async () => {
  const { client, topic, lambda } = await openDestinations()
  topic.fault = new AwsError("AuthorizationError", "no")
  lambda.fault = new AwsError("AccessDeniedException", "no")
  const refused = configure(client, { ...onTopic, ...onFunction }).catch((error: unknown) => error)
  expect(await refused).toMatchObject({
    name: "InvalidArgument",
    message: "Unable to validate the following destination configurations",
    ArgumentName1: TOPIC,
    ArgumentName2: `${FUNCTION}, null`,
    ArgumentValue2: `Not authorized to invoke function [${FUNCTION}]`,
  })
  const parsed = configure(client, {
    TopicConfigurations: [{ TopicArn: "invalid-topic", Events: ["s3:ObjectCreated:*"] }],
  })
  expect(await refusalOf(parsed)).toBe("InvalidArgument 400: The ARN could not be parsed")
  const kept = await client.send(new GetBucketNotificationConfigurationCommand({ Bucket }))
  expect(kept.TopicConfigurations).toBeUndefined()
  await configure(client, onTopic, true)
})

test("where the cloud has no such service it says so; its events are nobody's", async () => {
  const cloud = await openCloud()
  const client = await openClient(cloud)
  expect(await refusalOf(configure(client, onTopic))).toMatch(/^NotImplemented 501: .*sns/i)
  await configure(client, { EventBridgeConfiguration: {} })
  await client.send(new PutObjectCommand({ Bucket, Key: "cat.jpg", Body: "meow" }))
  await cloud.settle()
  expect((await cloud.world.read((tx) => tx.scan(deliveries, { limit: 9 }))).rows).toEqual([])
})
