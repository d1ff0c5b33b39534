import { DeleteMessageCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, type TestQueue } from "../testing/open-queue.ts"

const GROUP_SCOPE = { DeduplicationScope: "messageGroup" }
const HIGH_THROUGHPUT = { ...GROUP_SCOPE, FifoThroughputLimit: "perMessageGroupId" }

const open = (attributes: Record<string, string> = {}): Promise<TestQueue> =>
  openQueue(attributes, { name: "jobs.fifo" })

/** Receives and deletes all there is. */
async function drain({ client, QueueUrl, receive }: TestQueue): Promise<(string | undefined)[]> {
  const messages = await receive()
  for (const { ReceiptHandle } of messages) {
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  }
  return messages.map(({ Body }) => Body)
}

const ids = (group: string, id: string) => ({ MessageGroupId: group, MessageDeduplicationId: id })

test("SQS-3 SQS-16 the same id within five minutes is accepted and delivered once", async () => {
  const queue = await open()
  const first = await queue.send("one", ids("g", "same"))
  await queue.cloud.advance("299s")
  const second = await queue.send("two", ids("g", "same"))
  expect(second).toMatchObject({
    MessageId: first.MessageId,
    SequenceNumber: first.SequenceNumber,
  })
  expect(await drain(queue)).toEqual(["one"])
  await queue.cloud.advance("1s")
  await queue.send("three", ids("g", "same"))
  expect(await drain(queue)).toEqual(["three"])
})

test("an id is remembered when its message is gone", async () => {
  const queue = await open()
  await queue.send("one", ids("g", "same"))
  expect(await drain(queue)).toEqual(["one"])
  await queue.send("two", ids("g", "same"))
  expect(await drain(queue)).toEqual([])
})

test("without an id the body tells", async () => {
  const queue = await open({ ContentBasedDeduplication: "true" })
  const grouped = { MessageGroupId: "g" }
  await queue.send("same", grouped)
  await queue.send("same", {
    ...grouped,
    MessageAttributes: { a: { DataType: "String", StringValue: "other" } },
  })
  await queue.send("other", grouped)
  await queue.send("same", ids("g", "own"))
  expect(await drain(queue)).toEqual(["same", "other", "same"])
})

test("the id of content is its SHA-256, which others can give too", async () => {
  const queue = await open({ ContentBasedDeduplication: "true" })
  await queue.send("body", { MessageGroupId: "g" })
  const [message] = await queue.receive({ MessageSystemAttributeNames: ["MessageDeduplicationId"] })
  const id = "230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5"
  expect(message?.Attributes?.["MessageDeduplicationId"]).toBe(id)
  await queue.send("another body", ids("h", id))
  expect(await drain(queue)).toEqual([])
})

test.each([
  [{}, ["Test1"]],
  [GROUP_SCOPE, ["Test1", "Test2"]],
  [HIGH_THROUGHPUT, ["Test1", "Test2"]],
])("the scope is the queue or the group: %o", async (attributes, delivered) => {
  const queue = await open(attributes)
  await queue.send("Test1", ids("group1", "same"))
  await queue.send("Test2", ids("group2", "same"))
  expect(await drain(queue)).toEqual(delivered)
})

test("a changed scope acts after a minute", async () => {
  const queue = await open()
  const { client, QueueUrl } = queue
  await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: HIGH_THROUGHPUT }))
  expect(await queue.attribute("DeduplicationScope")).toBe("messageGroup")
  await queue.send("Test4", ids("group4", "dedup_2"))
  await queue.send("Test5", ids("group5", "dedup_2"))
  expect(await drain(queue)).toEqual(["Test4"])
  await queue.cloud.advance("60s")
  await queue.send("Test6", ids("group4", "dedup_3"))
  await queue.send("Test7", ids("group5", "dedup_3"))
  expect(await drain(queue)).toEqual(["Test6", "Test7"])
})
