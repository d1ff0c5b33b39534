import { CreateQueueCommand, ListQueueTagsCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import type { InProcessCloud } from "../../../index.ts"
import { openCloud, openQueue, refusalOf } from "../testing/open-queue.ts"

const create = async (
  cloud: InProcessCloud,
  QueueName: string | undefined,
  Attributes?: Record<string, string>,
): Promise<string | undefined> =>
  (await cloud.client(SQSClient).send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl

test("a queue has its caller's address", async () => {
  const cloud = await openCloud({ account: "123456789012", region: "eu-west-1" })
  const queue = await openQueue({}, { cloud })
  expect(queue.QueueUrl).toBe("http://localhost:4566/123456789012/jobs")
  expect(queue.arn).toBe("arn:aws:sqs:eu-west-1:123456789012:jobs")
})

test("creating again with the same or no attributes gives the same queue", async () => {
  const cloud = await openCloud()
  const attributes = { VisibilityTimeout: "69", DelaySeconds: "1" }
  const url = await create(cloud, "jobs", attributes)
  expect(await create(cloud, "jobs", attributes)).toBe(url)
  expect(await create(cloud, "jobs", { DelaySeconds: "1" })).toBe(url)
  expect(await create(cloud, "jobs")).toBe(url)
  const fifo = { FifoQueue: "True" }
  expect(await create(cloud, "jobs.fifo", fifo)).toBe(await create(cloud, "jobs.fifo", fifo))
})

test("creating again with other attributes is refused", async () => {
  const cloud = await openCloud()
  await create(cloud, "jobs", { ReceiveMessageWaitTimeSeconds: "1", DelaySeconds: "1" })
  const other = { ReceiveMessageWaitTimeSeconds: "1", DelaySeconds: "2" }
  expect(await refusalOf(create(cloud, "jobs", other))).toBe(
    "QueueNameExists: A queue already exists with the same name and a different value for " +
      "attribute DelaySeconds",
  )
})

test("the same name is another queue in another Region and account", async () => {
  const queue = await openQueue()
  const west = queue.cloud.client(SQSClient, { region: "eu-west-1" })
  const other = queue.cloud.client(SQSClient, {
    credentials: { accessKeyId: "111111111111", secretAccessKey: "test" },
  })
  for (const client of [west, other]) {
    await client.send(
      new CreateQueueCommand({ QueueName: "jobs", Attributes: { DelaySeconds: "9" } }),
    )
  }
  expect(await queue.attribute("DelaySeconds")).toBe("0")
})

test("SQS-16 names and kinds agree", async () => {
  const cloud = await openCloud()
  const plain =
    "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
  for (const name of ["jobs.fifo", "my/jobs", "ünd", "a".repeat(81)]) {
    expect(await refusalOf(create(cloud, name))).toBe(`InvalidParameterValue: ${plain}`)
  }
  expect(await refusalOf(create(cloud, "jobs", { FifoQueue: "true" }))).toMatch(
    /^InvalidParameterValue: The name of a FIFO queue .* must end with \.fifo suffix/,
  )
  expect(await refusalOf(create(cloud, "jobs", { FifoQueue: "false" }))).toBe(
    "InvalidAttributeName: Unknown Attribute FifoQueue.",
  )
  expect(await refusalOf(create(cloud, undefined))).toBe(
    "InvalidParameterValue: Value for parameter QueueName is invalid. " +
      "Reason: Must specify a queue name.",
  )
})

test("attributes that SQS refuses make no queue", async () => {
  const cloud = await openCloud()
  expect(await refusalOf(create(cloud, "jobs", { VisibilityTimeout: "43201" }))).toBe(
    "InvalidAttributeValue: Invalid value for the parameter VisibilityTimeout.",
  )
  expect(await refusalOf(create(cloud, "jobs", { ContentBasedDeduplication: "true" }))).toBe(
    "InvalidAttributeName: Unknown Attribute ContentBasedDeduplication.",
  )
  expect(await create(cloud, "jobs", { VisibilityTimeout: "1" })).toBeDefined()
})

test("SQS-7 a dead-letter queue has to be there and of the same kind", async () => {
  const dead = await openQueue({}, { name: "dead" })
  const policy = (arn: string): Record<string, string> => ({
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: 5 }),
  })
  const refused = (arn: string, name: string, more = {}): Promise<string> =>
    refusalOf(create(dead.cloud, name, { ...policy(arn), ...more }))
  expect(await refused(`${dead.arn}2`, "jobs")).toMatch(/Dead letter target does not exist\.$/)
  expect(await refused(dead.arn, "jobs.fifo", { FifoQueue: "true" })).toMatch(/same type of queue/)
  expect(await refused(dead.arn, "jobs")).toBe("no refusal")
})

test("tags can come with the queue", async () => {
  const cloud = await openCloud()
  const client = cloud.client(SQSClient)
  const tags = { tag1: "value1", tag2: "" }
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "jobs", tags }))
  const { Tags } = await client.send(new ListQueueTagsCommand({ QueueUrl }))
  expect(Tags).toEqual(tags)
})
