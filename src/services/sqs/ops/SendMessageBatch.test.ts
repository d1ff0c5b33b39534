import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const sendBatch = (
  { client, QueueUrl }: TestQueue,
  Entries: Partial<SendMessageBatchRequestEntry>[],
) =>
  client.send(
    new SendMessageBatchCommand({ QueueUrl, Entries: Entries as SendMessageBatchRequestEntry[] }),
  )

const numbered = (count: number): SendMessageBatchRequestEntry[] =>
  Array.from({ length: count }, (_, i) => ({ Id: `id-${i}`, MessageBody: `body-${i}` }))

test("up to ten messages go together and keep their order", async () => {
  const queue = await openQueue()
  const { Successful = [], Failed } = await sendBatch(queue, numbered(10))
  expect(Failed).toBeUndefined()
  expect(Successful.map(({ Id }) => Id)).toEqual(numbered(10).map(({ Id }) => Id))
  const received = await queue.receive()
  expect(received.map(({ Body }) => Body)).toEqual(numbered(10).map((one) => one.MessageBody))
  expect(received.map(({ MessageId }) => MessageId)).toEqual(
    Successful.map(({ MessageId }) => MessageId),
  )
})

test("one entry's fault fails that entry", async () => {
  const queue = await openQueue({ MaximumMessageSize: "1024" })
  const { Successful, Failed } = await sendBatch(queue, [
    { Id: "fits", MessageBody: "a".repeat(1024) },
    { Id: "long", MessageBody: "a".repeat(1025) },
    { Id: "sign", MessageBody: "\x01" },
    { Id: "none", MessageBody: "" },
    { Id: "late", MessageBody: "a", DelaySeconds: 901 },
  ])
  expect(Successful).toEqual([
    expect.objectContaining({ Id: "fits", MD5OfMessageBody: "c9a34cfc85d982698c6ac89f76071abd" }),
  ])
  expect(Failed).toEqual([
    {
      Id: "long",
      SenderFault: true,
      Code: "InvalidParameterValue",
      Message:
        "One or more parameters cannot be validated. " +
        "Reason: Message must be shorter than 1024 bytes.",
    },
    expect.objectContaining({ Id: "sign", SenderFault: true, Code: "InvalidMessageContents" }),
    expect.objectContaining({ Id: "none", SenderFault: true, Code: "MissingParameter" }),
    expect.objectContaining({ Id: "late", SenderFault: true, Code: "InvalidParameterValue" }),
  ])
  expect(await countsOf(queue)).toEqual([1, 0, 0])
})

test("SQS-5 a batch is at most 1 MiB, whatever the queue's limit for one message", async () => {
  const queue = await openQueue()
  const MessageAttributes = { k: { DataType: "String", StringValue: "x" } }
  const body = "a".repeat(1_048_576 - 8)
  const tooLong = sendBatch(queue, [
    { Id: "1", MessageBody: body, MessageAttributes },
    { Id: "2", MessageBody: "a" },
  ])
  expect(await refusalOf(tooLong)).toBe(
    "BatchRequestTooLong: Batch requests cannot be longer than 1048576 bytes. " +
      "You have sent 1048577 bytes.",
  )
  const small = await openQueue({ MaximumMessageSize: "2048" }, { name: "s", cloud: queue.cloud })
  const { Successful, Failed } = await sendBatch(small, [
    { Id: "1", MessageBody: "a".repeat(2048 - 8), MessageAttributes },
    { Id: "2", MessageBody: "a" },
  ])
  expect(Failed).toBeUndefined()
  expect(Successful?.[0]).toMatchObject({
    MD5OfMessageAttributes: "a45daa70926828a2f0a1db3418e6feb4",
    MD5OfMessageBody: "f44facf5a7ee0af446ecf3e0f854441e",
  })
})

test("what is wrong with a batch as a whole", async () => {
  const queue = await openQueue()
  expect(await refusalOf(sendBatch(queue, []))).toBe(
    "EmptyBatchRequest: There should be at least one SendMessageBatchRequestEntry in the request.",
  )
  expect(await refusalOf(sendBatch(queue, numbered(20)))).toBe(
    "TooManyEntriesInBatchRequest: Maximum number of entries per request are 10. You have sent 20.",
  )
  expect(await refusalOf(sendBatch(queue, [{ Id: "a:b", MessageBody: "x" }]))).toMatch(
    /^InvalidBatchEntryId: /,
  )
  const twice = [...numbered(2), ...numbered(2)]
  expect(await refusalOf(sendBatch(queue, twice))).toBe(
    "BatchEntryIdsNotDistinct: Id id-0 repeated.",
  )
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})

test("a FIFO batch without a group or a deduplication id fails whole", async () => {
  const queue = await openQueue({}, { name: "jobs.fifo" })
  const whole = { Id: "1", MessageBody: "x", MessageGroupId: "g", MessageDeduplicationId: "1" }
  const { MessageGroupId: _group, ...noGroup } = { ...whole, Id: "2" }
  const { MessageDeduplicationId: _id, ...noId } = { ...whole, Id: "2" }
  expect(await refusalOf(sendBatch(queue, [whole, noGroup]))).toBe(
    "InvalidParameterValue: The request must contain the parameter MessageGroupId.",
  )
  expect(await refusalOf(sendBatch(queue, [whole, noId]))).toBe(
    "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or " +
      "MessageDeduplicationId provided explicitly",
  )
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})
