import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openCloud } from "../../gateway/testing/open-cloud.ts"
import { gatewayConfig } from "../../gateway/testing/sdk-config.ts"
import { usageOf } from "../../kernel/meter.ts"

const KB = 1024

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
  expect(await counted()).toEqual({ "sqs:fifo-requests jobs.fifo": 1 })
})
