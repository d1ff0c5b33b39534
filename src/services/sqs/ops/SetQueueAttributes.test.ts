import { SetQueueAttributesCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const set = ({ client, QueueUrl }: TestQueue, Attributes: Record<string, string>) =>
  client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }))

test("attributes change and the others stay", async () => {
  const queue = await openQueue({ ReceiveMessageWaitTimeSeconds: "10" })
  const createdAt = await queue.attribute("CreatedTimestamp")
  await queue.cloud.advance("10s")
  await set(queue, { MaximumMessageSize: "2048", VisibilityTimeout: "69", DelaySeconds: "420" })
  expect(await queue.attribute("VisibilityTimeout")).toBe("69")
  expect(await queue.attribute("ReceiveMessageWaitTimeSeconds")).toBe("10")
  expect(await queue.attribute("CreatedTimestamp")).toBe(createdAt)
  expect(await queue.attribute("LastModifiedTimestamp")).toBe(String(Number(createdAt) + 10))
})

test("a refused attribute keeps all the others from changing", async () => {
  const queue = await openQueue()
  expect(await refusalOf(set(queue, { DelaySeconds: "1", FifoQueue: "true" }))).toBe(
    "InvalidAttributeName: Unknown Attribute FifoQueue.",
  )
  expect(await queue.attribute("DelaySeconds")).toBe("0")
  expect(await refusalOf(set(queue, {}))).toMatch(/^MissingParameter/)
})

test("a queue's kind stays", async () => {
  const queue = await openQueue({}, { name: "jobs.fifo" })
  await set(queue, { FifoQueue: "true" })
  expect(await refusalOf(set(queue, { FifoQueue: "false" }))).toBe(
    "InvalidAttributeValue: Invalid value for the parameter FifoQueue. " +
      "Reason: Modifying queue type is not supported.",
  )
})

test("policies are set and removed", async () => {
  const queue = await openQueue()
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: "*" }, Action: "sqs:SendMessage", Resource: queue.arn },
    ],
  })
  await set(queue, { Policy })
  expect(await queue.attribute("Policy")).toBe(Policy)
  await set(queue, { Policy: "" })
  expect(await queue.attribute("Policy")).toBeUndefined()
  expect(await refusalOf(set(queue, { Policy: "x" }))).toBe(
    "InvalidAttributeValue: Invalid value for the parameter Policy.",
  )
})

test("SQS-7 a dead-letter queue can refuse a source", async () => {
  const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "denyAll" })
  const dead = await openQueue({ RedriveAllowPolicy }, { name: "dead" })
  const queue = await openQueue({}, { cloud: dead.cloud })
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: "7" })
  expect(await refusalOf(set(queue, { RedrivePolicy }))).toMatch(/does not allow this source queue/)
  await set(dead, {
    RedriveAllowPolicy: JSON.stringify({
      redrivePermission: "byQueue",
      sourceQueueArns: [queue.arn],
    }),
  })
  await set(queue, { RedrivePolicy })
  expect(JSON.parse((await queue.attribute("RedrivePolicy")) ?? "")).toEqual({
    deadLetterTargetArn: dead.arn,
    maxReceiveCount: 7,
  })
})

test("SQS-15 a shorter retention takes messages that are older", async () => {
  const queue = await openQueue()
  await queue.send("old")
  await queue.cloud.advance("100s")
  await queue.send("young")
  await set(queue, { MessageRetentionPeriod: "60" })
  expect(await countsOf(queue)).toEqual([1, 0, 0])
  expect(await queue.bodies()).toEqual(["young"])
})

test("a longer retention also keeps what was not removed yet", async () => {
  const queue = await openQueue({ MessageRetentionPeriod: "60" })
  await queue.send("first")
  await queue.cloud.advance("500ms")
  await queue.send("second")
  await queue.cloud.advance("10s")
  await queue.send("third")
  // Received once and come back: a receive passes by those that have expired, and leaves them.
  expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(["first", "second", "third"])
  await queue.cloud.advance("50s")
  expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(["third"])
  await set(queue, { MessageRetentionPeriod: "120" })
  expect(await queue.bodies()).toEqual(["second", "third"])
})

test("a longer retention keeps messages that would have gone", async () => {
  const queue = await openQueue({ MessageRetentionPeriod: "60" })
  await queue.send("a")
  await set(queue, { MessageRetentionPeriod: "120" })
  await queue.cloud.advance("119s")
  expect(await countsOf(queue)).toEqual([1, 0, 0])
  await queue.cloud.advance("1s")
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})

test("a FIFO queue's new delay holds for messages that wait, a standard queue's does not", async () => {
  const fifo = await openQueue(
    { DelaySeconds: "10", ContentBasedDeduplication: "true" },
    { name: "jobs.fifo" },
  )
  const standard = await openQueue({ DelaySeconds: "10" }, { cloud: fifo.cloud })
  await fifo.send("a", { MessageGroupId: "g" })
  await standard.send("a")
  for (const queue of [fifo, standard]) await set(queue, { DelaySeconds: "2" })
  await fifo.cloud.advance("2s")
  expect(await countsOf(fifo)).toEqual([1, 0, 0])
  expect(await fifo.bodies()).toEqual(["a"])
  expect(await standard.bodies()).toEqual([])
  await fifo.cloud.advance("8s")
  expect(await standard.bodies()).toEqual(["a"])
})
