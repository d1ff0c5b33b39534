import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SQSClient,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf } from "../testing/open-queue.ts"

test("SQS-6 a received message is hidden for 30 seconds and comes back", async () => {
  const queue = await openQueue()
  await queue.send("a")
  const [first] = await queue.receive()
  expect(await queue.receive()).toEqual([])
  expect(await countsOf(queue)).toEqual([0, 1, 0])
  await queue.cloud.advance("29s")
  expect(await queue.receive()).toEqual([])
  await queue.cloud.advance("1s")
  expect(await countsOf(queue)).toEqual([1, 0, 0])
  const [second] = await queue.receive()
  expect(second?.Body).toBe("a")
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle)
})

test("SQS-6 the visibility timeout is the request's, else the queue's", async () => {
  const queue = await openQueue({ VisibilityTimeout: "5" })
  await queue.send("a")
  await queue.receive({ VisibilityTimeout: 43_200 })
  await queue.cloud.advance("43199s")
  expect(await queue.receive()).toEqual([])
  await queue.cloud.advance("1s")
  expect(await queue.bodies()).toEqual(["a"])
  await queue.cloud.advance("5s")
  expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(["a"])
  expect(await queue.bodies()).toEqual(["a"])
  expect(await queue.bodies()).toEqual([])
})

test("a message that comes back goes before younger ones", async () => {
  const queue = await openQueue()
  await queue.send("old")
  await queue.receive({ VisibilityTimeout: 3 })
  await queue.cloud.advance("1500ms")
  await queue.send("young")
  await queue.cloud.advance("3s")
  expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(["old"])
})

test("an answer has at most as many messages as were asked for, by default one", async () => {
  const queue = await openQueue()
  for (const body of ["a", "b", "c"]) await queue.send(body)
  expect(await queue.bodies({ MaxNumberOfMessages: undefined })).toEqual(["a"])
  expect(await queue.bodies({ MaxNumberOfMessages: 10 })).toEqual(["b", "c"])
})

test("parameters out of range are refused", async () => {
  const queue = await openQueue()
  const refused = async (input: Record<string, number>): Promise<string> =>
    (await refusalOf(queue.receive(input))).replace("InvalidParameterValue: ", "")
  expect(await refused({ MaxNumberOfMessages: 11 })).toBe(
    "Value 11 for parameter MaxNumberOfMessages is invalid. " +
      "Reason: Must be between 1 and 10, if provided.",
  )
  for (const seconds of [21, -1]) {
    expect(await refused({ WaitTimeSeconds: seconds })).toBe(
      `Value ${seconds} for parameter WaitTimeSeconds is invalid. ` +
        "Reason: Must be >= 0 and <= 20, if provided.",
    )
  }
  expect(await refused({ VisibilityTimeout: 43_201 })).toBe(
    "Value 43201 for parameter VisibilityTimeout is invalid. " +
      "Reason: Must be >= 0 and <= 43200, if provided.",
  )
})

test("SQS-8 a long poll is woken by a message", async () => {
  const queue = await openQueue()
  const polls = [1, 2].map(() => queue.bodies({ WaitTimeSeconds: 20, MaxNumberOfMessages: 1 }))
  await queue.cloud.settle()
  await queue.send("one")
  await queue.cloud.settle()
  await queue.send("two")
  expect((await Promise.all(polls)).flat()).toEqual(expect.arrayContaining(["one", "two"]))
})

test("SQS-8 a long poll ends at its time with nothing, a short one at once", async () => {
  const queue = await openQueue({ ReceiveMessageWaitTimeSeconds: "20" })
  expect(await queue.receive({ WaitTimeSeconds: 0 })).toEqual([])
  let ended = false
  const poll = queue.receive().then((messages) => {
    ended = true
    return messages
  })
  await queue.cloud.advance("19s")
  expect(ended).toBe(false)
  await queue.cloud.advance("1s")
  expect(await poll).toEqual([])
})

test("SQS-8 a long poll is woken by time: the end of a delay and of an invisibility", async () => {
  const queue = await openQueue()
  await queue.send("delayed", { DelaySeconds: 5 })
  const first = queue.bodies({ WaitTimeSeconds: 20, VisibilityTimeout: 3 })
  await queue.cloud.advance("5s")
  expect(await first).toEqual(["delayed"])
  const second = queue.bodies({ WaitTimeSeconds: 20 })
  await queue.cloud.advance("3s")
  expect(await second).toEqual(["delayed"])
})

test("a long poll hears of a message that came while others were past their retention", async () => {
  const queue = await openQueue({ MessageRetentionPeriod: "60" })
  await queue.send("first")
  await queue.cloud.advance("500ms")
  await queue.send("second")
  expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(["first", "second"])
  await queue.cloud.advance("60100ms")
  let came: unknown
  const poll = queue.bodies({ WaitTimeSeconds: 20 }).then((bodies) => (came = bodies))
  await queue.cloud.settle()
  await queue.send("third")
  await queue.cloud.advance("1s")
  expect(came).toEqual(["third"])
  await queue.cloud.advance("20s")
  await poll
})

test("a long poll outlives a purge", async () => {
  const queue = await openQueue()
  const poll = queue.bodies({ WaitTimeSeconds: 20 })
  await queue.cloud.settle()
  await queue.client.send(new PurgeQueueCommand({ QueueUrl: queue.QueueUrl }))
  await queue.cloud.settle()
  await queue.send("after")
  expect(await poll).toEqual(["after"])
})

test("a Region that is down delivers nothing, to long polls and other Regions' callers neither", async () => {
  const queue = await openQueue()
  await queue.send("a")
  await queue.receive({ VisibilityTimeout: 5 })
  const poll = refusalOf(queue.receive({ WaitTimeSeconds: 20 }))
  await queue.cloud.settle()
  const there = queue.cloud.client(SQSClient, { region: "eu-west-1" })
  const QueueUrl = queue.QueueUrl.replace(/\/\/[^/]*/, "//sqs.us-east-1.amazonaws.com")
  const attributes = () => there.send(new GetQueueAttributesCommand({ QueueUrl }))
  await attributes()
  await queue.cloud.fail({ region: "us-east-1" })
  const down = "ServiceUnavailable: The Region us-east-1 is unavailable."
  expect(await refusalOf(attributes())).toBe(down)
  await queue.cloud.advance("5s")
  expect(await poll).toBe(down)
  await queue.cloud.heal({ region: "us-east-1" })
  expect(await queue.bodies()).toEqual(["a"])
})

test("a poller that has gone takes nothing with it", async () => {
  const queue = await openQueue()
  const leaving = new AbortController()
  const { ReceiveMessageCommand } = await import("@aws-sdk/client-sqs")
  const poll = queue.client.send(
    new ReceiveMessageCommand({ QueueUrl: queue.QueueUrl, WaitTimeSeconds: 20 }),
    { abortSignal: leaving.signal },
  )
  await queue.cloud.settle()
  leaving.abort()
  await expect(poll).rejects.toThrow()
  await queue.send("a")
  await queue.cloud.settle()
  expect(await countsOf(queue)).toEqual([1, 0, 0])
})

const ATTRIBUTES = {
  "Help.Me": { DataType: "String", StringValue: "Me" },
  Hello: { DataType: "String", StringValue: "There" },
  General: { DataType: "String", StringValue: "Kenobi" },
}

test("the digest of attributes is of those that are returned", async () => {
  const queue = await openQueue({ VisibilityTimeout: "0" })
  await queue.send("msg", { MessageAttributes: ATTRIBUTES })
  const digest = async (names: string[]): Promise<string | undefined> =>
    (await queue.receive({ MessageAttributeNames: names }))[0]?.MD5OfMessageAttributes
  expect(await digest([])).toBeUndefined()
  for (const all of ["All", "*", ".*"]) {
    expect(await digest([all])).toBe("4c360f3fdafd970e05fae2f149d997f5")
  }
  expect(await digest(["Foo", "Help"])).toBeUndefined()
  expect(await digest(["Hello", "General"])).toBe("fca026605781cb4126a1e9044df24232")
  expect(await digest(["Foo", "Hello"])).toBe("a311262e065454b75da111d535b8dacd")
  expect(await digest(["Hel.*"])).toBe("83fee93c1bcd8b9a5a923ffacdc636c7")
})

test("system attributes are shown as asked for", async () => {
  const queue = await openQueue({ VisibilityTimeout: "0" })
  const sentAt = String(queue.cloud.now().getTime())
  await queue.send("msg")
  await queue.cloud.advance("5s")
  const firstAt = String(queue.cloud.now().getTime())
  const [bare] = await queue.receive()
  expect(bare).not.toHaveProperty("Attributes")
  await queue.cloud.advance("5s")
  const [all] = await queue.receive({ MessageSystemAttributeNames: ["All"] })
  expect(all?.Attributes).toEqual({
    ApproximateFirstReceiveTimestamp: firstAt,
    ApproximateReceiveCount: "2",
    SenderId: "000000000000",
    SentTimestamp: sentAt,
  })
  const AttributeNames = ["SenderId", "SequenceNumber"] as never
  const [some] = await queue.receive({ AttributeNames })
  expect(some?.Attributes).toEqual({ SenderId: "000000000000" })
  const [both] = await queue.receive({
    MessageSystemAttributeNames: ["All"],
    AttributeNames: ["SenderId"],
  } as never)
  expect(Object.keys(both?.Attributes ?? {})).toHaveLength(4)
  expect(await refusalOf(queue.receive({ AttributeNames: ["Foobar" as "All"] }))).toBe(
    "InvalidAttributeName: Unknown Attribute Foobar.",
  )
})

test("FIFO messages show what makes them so", async () => {
  const queue = await openQueue({}, { name: "jobs.fifo" })
  const ids = { MessageGroupId: "group-1", MessageDeduplicationId: "dedup-1" }
  const { SequenceNumber } = await queue.send("body", ids)
  const [message] = await queue.receive({ MessageSystemAttributeNames: ["All"] })
  expect(message?.Attributes).toMatchObject({ ...ids, SequenceNumber })
})

test("SQS-15 messages expire, also while they are in flight", async () => {
  const queue = await openQueue({ MessageRetentionPeriod: "60", VisibilityTimeout: "60" })
  await queue.send("in flight")
  await queue.cloud.advance("5s")
  const [{ ReceiptHandle } = {}] = await queue.receive()
  await queue.send("waiting")
  await queue.cloud.advance("59999ms")
  expect(await countsOf(queue)).toEqual([1, 1, 0])
  await queue.cloud.advance("1ms")
  expect(await queue.receive()).toEqual([])
  await queue.cloud.advance("1s")
  expect(await countsOf(queue)).toEqual([0, 0, 0])
  expect(await queue.receive()).toEqual([])
  const { QueueUrl } = queue
  await queue.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
})

test("a receive with the same attempt id gives the same messages and handles again", async () => {
  const queue = await openQueue({ ContentBasedDeduplication: "true" }, { name: "jobs.fifo" })
  for (const body of ["a", "b", "c"]) await queue.send(body, { MessageGroupId: "g" })
  const input = { ReceiveRequestAttemptId: "try-1", MaxNumberOfMessages: 2, VisibilityTimeout: 30 }
  const first = await queue.receive(input)
  expect(first.map(({ Body }) => Body)).toEqual(["a", "b"])
  await queue.cloud.advance("20s")
  expect(await queue.receive(input)).toEqual(first)
  // The repetition has made them invisible anew.
  await queue.cloud.advance("20s")
  expect(await queue.receive({ VisibilityTimeout: 30 })).toEqual([])
  await queue.cloud.advance("10s")
  const later = await queue.receive({ ...input, ReceiveRequestAttemptId: "try-2" })
  expect(later.map(({ Body }) => Body)).toEqual(["a", "b"])
  expect(later[0]?.ReceiptHandle).not.toBe(first[0]?.ReceiptHandle)
})

test("attempt ids are for FIFO queues", async () => {
  const queue = await openQueue()
  expect(await refusalOf(queue.receive({ ReceiveRequestAttemptId: "1" }))).toMatch(
    /not valid for this queue type/,
  )
})
