import { DeleteMessageBatchCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, type TestQueue } from "../testing/open-queue.ts"

const SENT = Array.from({ length: 60 }, (_, i) => `message ${String(i).padStart(2, "0")}`)

/** Receives and deletes until nothing comes any more; the bodies as they came. */
async function drain(queue: TestQueue): Promise<string[]> {
  const came: string[] = []
  for (let empty = 0; empty < 2;) {
    const received = await queue.receive({ MaxNumberOfMessages: 10 })
    came.push(...received.map(({ Body = "" }) => Body))
    empty = received.length === 0 ? empty + 1 : 0
    if (received.length === 0) continue
    const { QueueUrl } = queue
    const Entries = received.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle }))
    // A worker whose deletes reach half of what it took: the other half comes again in time.
    await queue.client.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: Entries.filter((_, i) => i % 2 === 0) }),
    )
    await queue.cloud.advance("31s")
  }
  return came
}

test("SQS-2 a standard queue delivers at least once, in no strict order, and never not at all", async () => {
  const queue = await openQueue()
  await queue.cloud.redeliver(0.2)
  for (const body of SENT) await queue.send(body)
  const first = await queue.bodies({ MaxNumberOfMessages: 10 })
  expect(first).not.toEqual(SENT.slice(0, 10))
  const came = [...first.map(String), ...(await drain(queue))]
  expect([...new Set(came)].sort()).toEqual(SENT)
  expect(came.length).toBeGreaterThan(SENT.length)
})

test("a copy that stayed visible is received at once, with a handle of its own", async () => {
  const queue = await openQueue()
  await queue.cloud.redeliver(1)
  await queue.send("a")
  const [first] = await queue.receive()
  const [second] = await queue.receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] })
  expect(second).toMatchObject({ MessageId: first?.MessageId, Body: "a" })
  expect(second?.Attributes).toEqual({ ApproximateReceiveCount: "2" })
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle)
  await queue.cloud.redeliver(0)
  await queue.receive()
  expect(await queue.receive()).toEqual([])
})

test("a FIFO queue delivers once and in order, whatever other deliveries do", async () => {
  const queue = await openQueue({ ContentBasedDeduplication: "true" }, { name: "q.fifo" })
  await queue.cloud.redeliver(1)
  for (const body of SENT.slice(0, 5)) await queue.send(body, { MessageGroupId: "g" })
  expect(await queue.bodies()).toEqual(SENT.slice(0, 5))
  expect(await queue.bodies()).toEqual([])
})

test("only the Region that was told to delivers again", async () => {
  const queue = await openQueue()
  await queue.cloud.redeliver(1, "eu-west-1")
  await queue.send("a")
  expect(await queue.bodies()).toEqual(["a"])
  expect(await queue.bodies()).toEqual([])
})
