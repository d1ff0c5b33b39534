import { DeleteQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openPair } from "../testing/dead-letter-pair.ts"
import { countsOf, openQueue } from "../testing/open-queue.ts"

const ALL = { MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] } as const
const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"

test("SQS-7 a message that was received maxReceiveCount times moves on the next receive", async () => {
  const dead = await openQueue({}, { name: "dead" })
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 5 })
  const queue = await openQueue({ RedrivePolicy, VisibilityTimeout: "0" }, { cloud: dead.cloud })
  await queue.send("a")
  for (let i = 0; i < 5; i += 1) expect(await queue.bodies()).toEqual(["a"])
  expect(await countsOf(dead)).toEqual([0, 0, 0])
  expect(await queue.bodies()).toEqual([])
  expect(await countsOf(queue)).toEqual([0, 0, 0])
  expect(await dead.bodies()).toEqual(["a"])
})

test("a dead letter keeps its id, attributes and count, and says where it comes from", async () => {
  const { queue, dead } = await openPair()
  const sent = await queue.send("message-1", {
    MessageAttributes: { MyAttribute: { DataType: "String", StringValue: "foobar" } },
    MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: TRACE } },
  })
  const [before] = await queue.receive({ VisibilityTimeout: 0, ...ALL } as never)
  await queue.receive()
  const [after] = await dead.receive(ALL as never)
  expect(after?.MessageId).toBe(sent.MessageId)
  expect(after?.MessageAttributes).toEqual(before?.MessageAttributes)
  expect(after?.MD5OfMessageAttributes).toBe("adb59cd4678ea5a855436b949cd07ab6")
  expect(after?.Attributes).toEqual({
    ...before?.Attributes,
    ApproximateReceiveCount: "2",
    DeadLetterQueueSourceArn: queue.arn,
  })
})

test("a dead letter begins anew in a queue that has dead letters itself", async () => {
  const { queue: second } = await openPair()
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: second.arn, maxReceiveCount: 2 })
  const first = await openQueue({ RedrivePolicy }, { name: "first", cloud: second.cloud })
  await first.send("a")
  for (let i = 0; i < 3; i += 1) await first.receive({ VisibilityTimeout: 0 })
  const system = { MessageSystemAttributeNames: ["ApproximateReceiveCount"] } as const
  const [letter] = await second.receive(system as never)
  expect(letter?.Body).toBe("a")
  expect(letter?.Attributes).toEqual({ ApproximateReceiveCount: "3" })
})

test("a receive passes over dead letters to what can be received", async () => {
  const { queue, dead } = await openPair()
  for (let i = 0; i < 15; i += 1) await queue.send(`old-${i}`)
  await queue.receive({ VisibilityTimeout: 0 })
  await queue.receive({ VisibilityTimeout: 0 })
  await queue.receive({ VisibilityTimeout: 0 })
  await queue.send("new")
  expect(await queue.bodies({ VisibilityTimeout: 30 })).toEqual(["new"])
  expect(await countsOf(dead)).toEqual([15, 0, 0])
})

test("a poll of the dead-letter queue is woken", async () => {
  const { queue, dead } = await openPair()
  await queue.send("a")
  await queue.receive({ VisibilityTimeout: 0 })
  const poll = dead.bodies({ WaitTimeSeconds: 20 })
  await dead.cloud.settle()
  await queue.receive()
  expect(await poll).toEqual(["a"])
})

test("while the dead-letter queue is missing messages stay", async () => {
  const { queue, dead } = await openPair()
  await queue.send("a")
  await queue.receive({ VisibilityTimeout: 0 })
  await dead.client.send(new DeleteQueueCommand({ QueueUrl: dead.QueueUrl }))
  expect(await queue.bodies()).toEqual(["a"])
})

test("SQS-15 a standard queue's dead letter is as old as the message, a FIFO queue's is new", async () => {
  for (const [suffix, left] of [
    ["", "1d"],
    [".fifo", "4d"],
  ] as const) {
    const { queue, dead } = await openPair(suffix)
    await queue.send("a", suffix === "" ? {} : { MessageGroupId: "g" })
    await queue.cloud.advance("3d")
    await queue.receive({ VisibilityTimeout: 0 })
    await queue.receive()
    expect(await countsOf(dead)).toEqual([1, 0, 0])
    await queue.cloud.advance(left)
    await queue.cloud.advance("1s")
    expect(await countsOf(dead), suffix).toEqual([0, 0, 0])
  }
})

test("SQS-7 a FIFO group goes on behind its dead letter, which other messages do not repeat", async () => {
  const { queue, dead } = await openPair(".fifo")
  const grouped = { MessageGroupId: "1" }
  const { MessageId } = await queue.send("foobar", grouped)
  await queue.send("foobar2", grouped)
  await queue.receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 0 })
  expect(await queue.bodies()).toEqual(["foobar2"])
  await dead.send("foobar", grouped)
  const letters = await dead.receive(ALL as never)
  expect(letters.map(({ Body }) => Body)).toEqual(["foobar", "foobar"])
  expect(letters[0]?.Attributes).toMatchObject({
    MessageGroupId: "1",
    MessageDeduplicationId: MessageId,
  })
})

test("a long poll works its way through any number of dead letters", async () => {
  const { queue, dead } = await openPair()
  for (let i = 0; i < 250; i += 1) await queue.send(`old-${i}`)
  for (let i = 0; i < 25; i += 1) await queue.receive({ VisibilityTimeout: 5 })
  await queue.cloud.advance(5_000)
  await queue.send("new")
  const asked = { MaxNumberOfMessages: 1, WaitTimeSeconds: 20 }
  expect(await queue.bodies(asked)).toEqual(["new"])
  expect(await countsOf(dead)).toEqual([250, 0, 0])
})
