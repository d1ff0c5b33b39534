import {
  AddPermissionCommand,
  CancelMessageMoveTaskCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openCloud } from "../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../kernel/meter.ts"

const KB = 1024
const TWO = ["a", "b"].map((Id) => ({ Id, MessageBody: Id }))

async function openUsage() {
  const cloud = await openCloud()
  const client = new SQSClient(gatewayConfig(cloud))
  const create = async (QueueName: string, Attributes = {}) =>
    (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? ""
  let before: Record<string, number> = {}
  return {
    ...{ cloud, client, create },
    /** Requests that were counted since the last time, by kind and queue. */
    async counted(): Promise<Record<string, number>> {
      const rows = await cloud.world.read((tx) =>
        usageOf(tx, "000000000000", { from: 0, to: tx.now + 1, limit: 100 }),
      )
      const all = rows
        .filter(({ usageType }) => usageType.startsWith("sqs:"))
        .map(({ usageType, resource, quantity }) => [
          `${usageType} ${resource?.split(":").at(-1)}`,
          quantity,
        ])
      const now = Object.fromEntries(all) as Record<string, number>
      const since = Object.entries(now).map(
        ([key, sum]) => [key, sum - (before[key] ?? 0)] as const,
      )
      before = now
      return Object.fromEntries(since.filter(([, sum]) => sum > 0))
    },
  }
}

test("SQS-9 what is billed are requests: one has 1 to 10 messages of 64 KB in all, and 256 KB are four", async () => {
  const { client, create, counted } = await openUsage()
  const QueueUrl = await create("jobs")
  const send = async (...sizes: number[]) => {
    const Entries = sizes.map((size, at) => ({ Id: `m${at}`, MessageBody: "x".repeat(size) }))
    const { Successful } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    expect(Successful).toHaveLength(sizes.length)
  }
  const take = async () => {
    const asked = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 })
    return (await client.send(asked)).Messages ?? []
  }
  const ten = (size: number): number[] => Array.from({ length: 10 }, () => size)
  await counted()
  const request = (quantity: number) => ({ "sqs:requests jobs": quantity })
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))
  expect(await counted()).toEqual(request(1))
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(64 * KB + 1) }))
  expect(await counted()).toEqual(request(2))
  await client.send(new PurgeQueueCommand({ QueueUrl }))
  await counted()

  await send(...ten(6_553))
  expect(await counted()).toEqual(request(1))
  expect(await take()).toHaveLength(10)
  expect(await counted()).toEqual(request(1))
  await send(...ten(26_214))
  expect(await counted()).toEqual(request(4))
  const messages = await take()
  expect(messages).toHaveLength(10)
  expect(await counted()).toEqual(request(4))
  const Entries = messages.map(({ ReceiptHandle }, at) => ({ Id: `m${at}`, ReceiptHandle }))
  await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
  expect(await counted()).toEqual(request(1))
  expect(await take()).toEqual([])
  expect(await counted()).toEqual(request(1))
})

test("every action is a request, of its queue or, where it has none, of its account", async () => {
  const { client, create, counted } = await openUsage()
  const QueueUrl = await create("jobs")
  expect(await counted()).toEqual({ "sqs:requests jobs": 1 })
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  )
  const SourceArn = Attributes?.QueueArn ?? ""
  const deadLetterTargetArn = SourceArn
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1 })
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }))
  const grant = { Label: "one", AWSAccountIds: ["111111111111"], Actions: ["SendMessage"] }
  await client.send(new AddPermissionCommand({ QueueUrl, ...grant }))
  await client.send(new RemovePermissionCommand({ QueueUrl, Label: "one" }))
  await client.send(new TagQueueCommand({ QueueUrl, Tags: { a: "b" } }))
  await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["a"] }))
  await client.send(new ListQueueTagsCommand({ QueueUrl }))
  await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }))
  await client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }))
  await client.send(new PurgeQueueCommand({ QueueUrl }))
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))
  await client.send(new ListMessageMoveTasksCommand({ SourceArn }))
  expect(await counted()).toEqual({ "sqs:requests jobs": 12 })
  const DestinationArn = SourceArn.replace(/jobs$/, "target")
  await create("target")
  await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: TWO }))
  await counted()
  const rate = { MaxNumberOfMessagesPerSecond: 1 }
  const started = new StartMessageMoveTaskCommand({ SourceArn, DestinationArn, ...rate })
  const { TaskHandle } = await client.send(started)
  await client.send(new CancelMessageMoveTaskCommand({ TaskHandle }))
  expect(await counted()).toEqual({ "sqs:requests jobs": 2 })
  await client.send(new ListQueuesCommand({}))
  await create("jobs")
  expect(await counted()).toEqual({ "sqs:requests undefined": 1, "sqs:requests jobs": 1 })
  await client.send(new DeleteQueueCommand({ QueueUrl }))
  expect(await counted()).toEqual({ "sqs:requests jobs": 1 })
  await expect(client.send(new DeleteQueueCommand({ QueueUrl }))).rejects.toThrow("does not exist")
  expect(await counted()).toEqual({})
})

test("a long poll is one request however long it waits, and FIFO requests are counted apart", async () => {
  const { client, create, counted } = await openUsage()
  const QueueUrl = await create("jobs")
  await counted()
  const poll = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
  await new Promise((resolve) => setImmediate(resolve))
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "x".repeat(65 * KB) }))
  expect((await poll).Messages).toHaveLength(1)
  // Two of the message that was sent, two of it when it came.
  expect(await counted()).toEqual({ "sqs:requests jobs": 4 })
  const fifo = await create("jobs.fifo", { FifoQueue: "true", ContentBasedDeduplication: "true" })
  const letter = { QueueUrl: fifo, MessageBody: "x", MessageGroupId: "g" }
  await client.send(new SendMessageCommand(letter))
  expect(await counted()).toEqual({ "sqs:fifo-requests jobs.fifo": 2 })
})
