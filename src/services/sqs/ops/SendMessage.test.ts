import { SendMessageCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openCloud, openQueue, refusalOf } from "../testing/open-queue.ts"

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

test("SQS-1 a message that was sent can be received", async () => {
  const queue = await openQueue()
  const sent = await queue.send("message")
  expect(sent).toMatchObject({ MD5OfMessageBody: "78e731027d8fd50ed642340b7c9a63b3" })
  expect(sent.SequenceNumber).toBeUndefined()
  const [message] = await queue.receive()
  expect(message).toMatchObject({
    Body: "message",
    MessageId: sent.MessageId,
    MD5OfBody: "78e731027d8fd50ed642340b7c9a63b3",
  })
})

test("each queue has its own messages", async () => {
  const first = await openQueue()
  const second = await openQueue({}, { name: "other", cloud: first.cloud })
  await first.send("one")
  await second.send("two")
  expect(await first.bodies()).toEqual(["one"])
  expect(await second.bodies()).toEqual(["two"])
})

test("bodies come back to the character", async () => {
  const queue = await openQueue()
  for (const body of ['"&quot;&quot;\r', "{\r\n}", "\t😀\u{10ffff}", "a".repeat(5_000)]) {
    await queue.send(body)
    expect(await queue.bodies()).toEqual([body])
  }
})

test("a message needs a body of allowed characters", async () => {
  const queue = await openQueue()
  expect(await refusalOf(queue.send(""))).toBe(
    "MissingParameter: The request must contain the parameter MessageBody.",
  )
  expect(await refusalOf(queue.send("Invalid-\0-\b"))).toMatch(/^InvalidMessageContents: /)
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})

test("attributes travel with the message, and their digests tell what was sent", async () => {
  const queue = await openQueue()
  const MessageAttributes = {
    text: { DataType: "String", StringValue: "test1" },
    number: { DataType: "Number", StringValue: "1614717034367" },
    bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 1, 255) },
  }
  const sent = await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.QueueUrl,
      MessageBody: "test",
      MessageAttributes,
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: TRACE } },
    }),
  )
  expect(sent.MD5OfMessageSystemAttributes).toBe("5ae4d5d7636402d80f4eb6d213245a88")
  const [message] = await queue.receive({
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["AWSTraceHeader"],
  })
  expect(message?.MessageAttributes).toEqual(MessageAttributes)
  expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes)
  expect(message?.Attributes).toEqual({ AWSTraceHeader: TRACE })
})

test("attributes that SQS refuses keep a message out", async () => {
  const queue = await openQueue()
  const MessageAttributes = { ErrorDetails: { DataType: "String", StringValue: "" } }
  expect(await refusalOf(queue.send("test", { MessageAttributes }))).toBe(
    "InvalidParameterValue: Message (user) attribute 'ErrorDetails' must contain a non-empty " +
      "value of type 'String'.",
  )
})

test("the trace of a request goes with the message when that has none", async () => {
  const queue = await openQueue()
  queue.client.middlewareStack.add(
    (next) => (args) => {
      const { headers } = args.request as { headers: Record<string, string> }
      headers["X-Amzn-Trace-Id"] = TRACE
      return next(args)
    },
    { step: "build" },
  )
  const sent = await queue.send("traced")
  expect(sent).not.toHaveProperty("MD5OfMessageSystemAttributes")
  const [message] = await queue.receive({ MessageSystemAttributeNames: ["All"] })
  expect(message?.Attributes?.["AWSTraceHeader"]).toBe(TRACE)
})

test("SQS-5 a message of 1 MiB passes and one byte more is refused", async () => {
  const queue = await openQueue()
  const attributes = { MessageAttributes: { k: { DataType: "String", StringValue: "x" } } }
  const sizeOfAttributes = "k".length + "String".length + "x".length
  await queue.send("a".repeat(1_048_576 - sizeOfAttributes), attributes)
  expect((await queue.receive())[0]?.Body).toHaveLength(1_048_576 - sizeOfAttributes)
  const tooLong = queue.send("a".repeat(1_048_576 - sizeOfAttributes + 1), attributes)
  expect(await refusalOf(tooLong)).toBe(
    "InvalidParameterValue: One or more parameters are invalid. " +
      "Reason: Message must be shorter than 1048576 bytes.",
  )
})

test("SQS-5 a queue can take less: bytes count, not characters", async () => {
  const queue = await openQueue({ MaximumMessageSize: "1024" })
  await queue.send("é".repeat(512))
  expect(await refusalOf(queue.send("é".repeat(512) + "a"))).toMatch(/shorter than 1024 bytes/)
})

test("a delayed message is not visible before its time", async () => {
  const queue = await openQueue()
  await queue.send("later", { DelaySeconds: 900 })
  expect(await countsOf(queue)).toEqual([0, 0, 1])
  await queue.cloud.advance("899s")
  expect(await queue.bodies()).toEqual([])
  await queue.cloud.advance("1s")
  expect(await countsOf(queue)).toEqual([1, 0, 0])
  expect(await queue.bodies()).toEqual(["later"])
})

test("a queue's delay holds for messages without one of their own", async () => {
  const queue = await openQueue({ DelaySeconds: "10" })
  await queue.send("later")
  await queue.send("now", { DelaySeconds: 0 })
  expect(await queue.bodies()).toEqual(["now"])
  await queue.cloud.advance("10s")
  expect(await queue.bodies()).toEqual(["later"])
})

test("a delay has its limits", async () => {
  const queue = await openQueue()
  for (const seconds of [-1, 901]) {
    expect(await refusalOf(queue.send("x", { DelaySeconds: seconds }))).toBe(
      `InvalidParameterValue: Value ${seconds} for parameter DelaySeconds is invalid. ` +
        "Reason: DelaySeconds must be >= 0 and <= 900.",
    )
  }
})

test("SQS-16 a FIFO message needs a group, and a deduplication id unless it is made of the body", async () => {
  const queue = await openQueue({}, { name: "jobs.fifo" })
  expect(await refusalOf(queue.send("x", { MessageDeduplicationId: "1" }))).toBe(
    "MissingParameter: The request must contain the parameter MessageGroupId.",
  )
  expect(await refusalOf(queue.send("x", { MessageGroupId: "g" }))).toBe(
    "InvalidParameterValue: The queue should either have ContentBasedDeduplication enabled or " +
      "MessageDeduplicationId provided explicitly",
  )
  const ids = { MessageGroupId: "g", MessageDeduplicationId: "1" }
  expect((await queue.send("x", ids)).SequenceNumber).toMatch(/^\d{20}$/)
})

test("sequence numbers grow", async () => {
  const queue = await openQueue({ ContentBasedDeduplication: "true" }, { name: "jobs.fifo" })
  const numbers: bigint[] = []
  for (const body of ["a", "b", "c"]) {
    const { SequenceNumber = "" } = await queue.send(body, { MessageGroupId: "g" })
    numbers.push(BigInt(SequenceNumber))
  }
  expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)))
  expect(new Set(numbers).size).toBe(3)
})

test("group and deduplication ids have a form", async () => {
  const fifo = await openQueue({ ContentBasedDeduplication: "true" }, { name: "jobs.fifo" })
  const standard = await openQueue({}, { cloud: fifo.cloud })
  const reason = (name: string, value: string): string =>
    `InvalidParameterValue: Value ${value} for parameter ${name} is invalid. Reason: ${name} can ` +
    "only include alphanumeric and punctuation characters. 1 to 128 in length."
  for (const id of ["", "a".repeat(129), "group 123"]) {
    expect(await refusalOf(standard.send("x", { MessageGroupId: id }))).toBe(
      reason("MessageGroupId", id),
    )
    const ids = { MessageGroupId: "g", MessageDeduplicationId: id }
    expect(await refusalOf(fifo.send("x", ids))).toBe(reason("MessageDeduplicationId", id))
  }
  await fifo.send("x", { MessageGroupId: "!~".repeat(64), MessageDeduplicationId: "a".repeat(128) })
})

test("what suits the other kind of queue is refused", async () => {
  const fifo = await openQueue({ ContentBasedDeduplication: "true" }, { name: "jobs.fifo" })
  const standard = await openQueue({}, { cloud: fifo.cloud })
  const reason = "The request include parameter that is not valid for this queue type."
  expect(await refusalOf(fifo.send("x", { MessageGroupId: "1", DelaySeconds: 2 }))).toBe(
    `InvalidParameterValue: Value 2 for parameter DelaySeconds is invalid. Reason: ${reason}`,
  )
  expect(await refusalOf(standard.send("x", { MessageDeduplicationId: "1" }))).toBe(
    `InvalidParameterValue: Value 1 for parameter MessageDeduplicationId is invalid. Reason: ${reason}`,
  )
})

test("a FIFO queue's own delay holds, and a delay of 0 is that one", async () => {
  const queue = await openQueue(
    { ContentBasedDeduplication: "true", DelaySeconds: "2" },
    { name: "jobs.fifo" },
  )
  await queue.send("message-1", { MessageGroupId: "1", DelaySeconds: 0 })
  await queue.send("message-2", { MessageGroupId: "1" })
  expect(await countsOf(queue)).toEqual([0, 0, 2])
  expect(await queue.bodies()).toEqual([])
  await queue.cloud.advance("2s")
  expect(await countsOf(queue)).toEqual([2, 0, 0])
  expect(await queue.bodies()).toEqual(["message-1", "message-2"])
})

test("a queue that is not there is told so", async () => {
  const cloud = await openCloud()
  const queue = await openQueue({}, { cloud })
  for (const QueueUrl of ["http://whatever-incorrect-queue-address", `${queue.QueueUrl}-other`]) {
    expect(await refusalOf(queue.send("x", { QueueUrl }))).toBe(
      "QueueDoesNotExist: The specified queue does not exist.",
    )
  }
})

test("a queue is found by its name and by URLs of other hosts", async () => {
  const queue = await openQueue()
  const account = queue.QueueUrl.split("/").at(-2)
  await queue.send("1", { QueueUrl: "jobs" })
  await queue.send("2", { QueueUrl: `https://sqs.us-east-1.amazonaws.com/${account}/jobs` })
  await queue.send("3", { QueueUrl: `http://localhost:1/queue/us-east-1/${account}/jobs` })
  expect(await queue.bodies()).toEqual(["1", "2", "3"])
})
