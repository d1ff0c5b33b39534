import { SendMessageBatchCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const open = (attributes: Record<string, string>): Promise<TestQueue> =>
  openQueue({ ContentBasedDeduplication: "true", ...attributes }, { name: "jobs.fifo" })

const sendMany = (queue: TestQueue, count: number): Promise<unknown> =>
  Promise.all(Array.from({ length: count }, (_, i) => queue.send(`${i}`, { MessageGroupId: "g" })))

const once = { maxAttempts: 1 }

test("SQS-4 a FIFO queue takes 300 calls of an action a second", async () => {
  const opened = await open({})
  const { SQSClient, SendMessageCommand } = await import("@aws-sdk/client-sqs")
  const client = opened.cloud.client(SQSClient, once)
  await sendMany(opened, 300)
  const { QueueUrl } = opened
  const input = { QueueUrl, MessageBody: "x", MessageGroupId: "g" }
  expect(await refusalOf(client.send(new SendMessageCommand(input)))).toBe(
    "RequestThrottled: Request is throttled.",
  )
  // Another action has its own count.
  expect(await opened.bodies()).toHaveLength(10)
  await opened.cloud.advance("1s")
  await client.send(new SendMessageCommand(input))
})

test("SQS-4 in batches of ten that is 3,000 messages", async () => {
  const { client, QueueUrl, attribute } = await open({})
  const batch = (b: number) =>
    client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: Array.from({ length: 10 }, (_, i) => ({
          Id: String(i),
          MessageBody: `${b}-${i}`,
          MessageGroupId: "g",
        })),
      }),
    )
  await Promise.all(Array.from({ length: 300 }, (_, b) => batch(b)))
  expect(await attribute("ApproximateNumberOfMessages")).toBe("3000")
})

test("SQS-4 with high throughput, and in a standard queue, there is no such limit", async () => {
  const queue = await open({
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
  })
  await sendMany(queue, 400)
  const standard = await openQueue({}, { cloud: queue.cloud })
  await sendMany(standard, 400)
  expect(await standard.attribute("ApproximateNumberOfMessages")).toBe("400")
})
