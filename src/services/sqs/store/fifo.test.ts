import { ChangeMessageVisibilityCommand, DeleteMessageCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, type TestQueue } from "../testing/open-queue.ts"

/** The orders are those that recordings of AWS show. */

const open = (attributes: Record<string, string> = {}): Promise<TestQueue> =>
  openQueue({ ContentBasedDeduplication: "true", ...attributes }, { name: "jobs.fifo" })

/** Bodies such as `g1-m2`: the part before the hyphen is the group. */
async function sendAll(queue: TestQueue, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await queue.send(body, { MessageGroupId: body.split("-")[0] })
}

const remove = ({ client, QueueUrl }: TestQueue, handle: string | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle ?? "" }))

const hideFor = ({ client, QueueUrl }: TestQueue, handle: string | undefined, seconds: number) =>
  client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: handle ?? "",
      VisibilityTimeout: seconds,
    }),
  )

test("SQS-3 messages come in order, a group at a time", async () => {
  const queue = await open()
  await sendAll(queue, ["g1-m1", "g2-m1", "g1-m2", "g1-m3"])
  expect(await queue.bodies()).toEqual(["g1-m1", "g1-m2", "g1-m3", "g2-m1"])
})

test("SQS-3 while a message of a group is in flight, the next of the group is withheld", async () => {
  const queue = await open()
  await sendAll(queue, ["g1-m1", "g1-m2", "g2-m1"])
  const [first] = await queue.receive({ MaxNumberOfMessages: 1 })
  expect(first?.Body).toBe("g1-m1")
  expect(await queue.bodies()).toEqual(["g2-m1"])
  expect(await queue.bodies()).toEqual([])
  const poll = queue.bodies({ WaitTimeSeconds: 20 })
  await sendAll(queue, ["g1-m3"])
  await queue.cloud.settle()
  await remove(queue, first?.ReceiptHandle)
  expect(await poll).toEqual(["g1-m2", "g1-m3"])
})

test("SQS-3 messages that were not deleted come again in the same order", async () => {
  const queue = await open({ VisibilityTimeout: "1" })
  await sendAll(queue, ["g-0", "g-1", "g-2"])
  for (let i = 0; i < 3; i += 1) {
    expect(await queue.bodies()).toEqual(["g-0", "g-1", "g-2"])
    await queue.cloud.advance("1s")
  }
})

test("groups take turns: what has waited longest, then what has come back", async () => {
  const queue = await open({ VisibilityTimeout: "1" })
  await sendAll(queue, ["g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1", "g3-m1"])
  expect(await queue.bodies({ MaxNumberOfMessages: 2 })).toEqual(["g1-m1", "g1-m2"])
  expect(await queue.bodies({ MaxNumberOfMessages: 1 })).toEqual(["g2-m1"])
  await queue.cloud.advance("2s")
  const all = ["g3-m1", "g1-m1", "g1-m2", "g1-m3", "g1-m4", "g2-m1"]
  expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(all)
})

test("a group that came back before another was sent goes first", async () => {
  const queue = await open({ VisibilityTimeout: "1" })
  await sendAll(queue, ["g1-m1"])
  await queue.receive()
  await queue.cloud.advance("2s")
  await sendAll(queue, ["g2-m1"])
  expect(await queue.bodies()).toEqual(["g1-m1", "g2-m1"])
})

test("a receive without invisibility puts its groups last", async () => {
  const queue = await open()
  await sendAll(queue, ["g1-m1", "g2-m1", "g2-m2", "g3-m1", "g1-m2"])
  const three = { MaxNumberOfMessages: 3, VisibilityTimeout: 0 }
  expect(await queue.bodies(three)).toEqual(["g1-m1", "g1-m2", "g2-m1"])
  const all = ["g3-m1", "g1-m1", "g1-m2", "g2-m1", "g2-m2"]
  expect(await queue.bodies({ VisibilityTimeout: 0 })).toEqual(all)
})

test.each([0, 1])("the end of one invisibility frees only that message (%i s)", async (seconds) => {
  const queue = await open()
  await sendAll(queue, ["g1-m1", "g1-m2", "g2-m1"])
  const [first] = await queue.receive({ MaxNumberOfMessages: 2 })
  await hideFor(queue, first?.ReceiptHandle, seconds)
  await queue.cloud.advance(`${seconds}s`)
  expect(await queue.bodies({ MaxNumberOfMessages: 3 })).toEqual(["g2-m1", "g1-m1"])
})

test.each([
  [0, []],
  [1, ["g-foo"]],
  [2, ["g-foo", "g-bar"]],
])("a message that stays invisible holds back those behind it (%i)", async (position, visible) => {
  const queue = await open({ VisibilityTimeout: "1" })
  await sendAll(queue, ["g-foo", "g-bar", "g-baz"])
  const messages = await queue.receive()
  await hideFor(queue, messages[position]?.ReceiptHandle, 4)
  await queue.cloud.advance("2500ms")
  expect(await queue.bodies()).toEqual(visible)
})

test("a group is free once all of its messages in flight are deleted", async () => {
  const queue = await open()
  const sent = ["g1-m1", "g2-m1", "g1-m2", "g2-m2", "g1-m3", "g1-m4", "g3-m1"]
  await sendAll(queue, sent)
  const [first, second] = await queue.receive({ MaxNumberOfMessages: 2 })
  await remove(queue, first?.ReceiptHandle)
  await remove(queue, second?.ReceiptHandle)
  expect(await queue.bodies()).toEqual(["g2-m1", "g2-m2", "g1-m3", "g1-m4", "g3-m1"])
})

test("a group is not free while one of its messages is in flight", async () => {
  const queue = await open()
  await sendAll(queue, ["g1-m1", "g2-m1", "g1-m2", "g2-m2", "g1-m3", "g3-m1"])
  const [first] = await queue.receive({ MaxNumberOfMessages: 2 })
  await remove(queue, first?.ReceiptHandle)
  expect(await queue.bodies()).toEqual(["g2-m1", "g2-m2", "g3-m1"])
})

test("a group that was empty works on", async () => {
  const queue = await open()
  await sendAll(queue, ["g-1"])
  const [message] = await queue.receive()
  await remove(queue, message?.ReceiptHandle)
  expect(await queue.bodies()).toEqual([])
  await sendAll(queue, ["g-2"])
  expect(await queue.bodies()).toEqual(["g-2"])
})

test("expired messages do not stand in the way of their group", async () => {
  const queue = await open({ MessageRetentionPeriod: "60" })
  await sendAll(queue, ["g-1", "g-2"])
  await queue.cloud.advance("30s")
  await sendAll(queue, ["g-3"])
  await queue.cloud.advance("30s")
  expect(await queue.bodies()).toEqual(["g-3"])
})
