import { expect, test } from "vitest"
import { openQueue } from "../testing/open-queue.ts"

const SENT = Array.from({ length: 60 }, (_, i) => `message ${String(i).padStart(2, "0")}`)

test("SQS-2 a standard queue delivers at least once, in no strict order, and never not at all", async () => {
  const queue = await openQueue()
  await queue.cloud.redeliver(0.2)
  for (const body of SENT) await queue.send(body)
  // The clock stands still: only copies that stayed visible come again.
  const came: string[] = []
  for (let bodies = await queue.bodies(); bodies.length > 0; bodies = await queue.bodies())
    came.push(...bodies.map(String))
  expect([...new Set(came)]).not.toEqual(SENT)
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
