import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
} from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const remove = ({ client, QueueUrl }: TestQueue, message: Message | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle ?? "" }))

test("SQS-14 a deleted message never comes back", async () => {
  const queue = await openQueue()
  await queue.send("a")
  const [message] = await queue.receive()
  await remove(queue, message)
  expect(await countsOf(queue)).toEqual([0, 0, 0])
  await queue.cloud.advance("1h")
  expect(await queue.receive()).toEqual([])
})

test("deleting again is no error", async () => {
  const queue = await openQueue()
  await queue.send("a")
  const [message] = await queue.receive()
  for (let i = 0; i < 3; i += 1) await remove(queue, message)
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})

test("a standard queue takes a handle whose time is over, and that of an earlier receive", async () => {
  const queue = await openQueue({ VisibilityTimeout: "1" })
  for (const body of ["a", "b"]) await queue.send(body)
  const [a, b] = await queue.receive()
  await queue.cloud.advance("2s")
  await remove(queue, a)
  expect(await countsOf(queue)).toEqual([1, 0, 0])
  expect(await queue.bodies()).toEqual(["b"])
  await remove(queue, b)
  expect(await countsOf(queue)).toEqual([0, 0, 0])
})

test("a FIFO queue takes a handle only while the message is in flight", async () => {
  const queue = await openQueue(
    { VisibilityTimeout: "1", ContentBasedDeduplication: "true" },
    { name: "jobs.fifo" },
  )
  await queue.send("foobar", { MessageGroupId: "1" })
  const [message] = await queue.receive()
  const { QueueUrl } = queue
  const { ReceiptHandle = "" } = message ?? {}
  await queue.client.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 5 }),
  )
  await queue.cloud.advance("4s")
  await remove(queue, message)
  await queue.send("again", { MessageGroupId: "1" })
  const [late] = await queue.receive()
  await queue.cloud.advance("1s")
  expect(await refusalOf(remove(queue, late))).toBe(
    `InvalidParameterValue: Value ${late?.ReceiptHandle} for parameter ReceiptHandle is invalid. ` +
      "Reason: The receipt handle has expired.",
  )
  expect(await queue.bodies()).toEqual(["again"])
})

test("what is no handle of the queue is refused", async () => {
  const queue = await openQueue()
  const other = await openQueue({}, { name: "other", cloud: queue.cloud })
  expect(await refusalOf(remove(queue, { ReceiptHandle: "garbage" }))).toBe(
    'ReceiptHandleIsInvalid: The input receipt handle "garbage" is not a valid receipt handle.',
  )
  await other.send("a")
  const [message] = await other.receive()
  expect(await refusalOf(remove(queue, message))).toMatch(/^ReceiptHandleIsInvalid: /)
  expect(await refusalOf(remove(queue, { ReceiptHandle: "" }))).toBe(
    "MissingParameter: The request must contain the parameter ReceiptHandle.",
  )
})

test("large messages go whole", async () => {
  const queue = await openQueue()
  await queue.send("x".repeat(100_000))
  const [message] = await queue.receive()
  await remove(queue, message)
  await queue.send("after")
  expect(await queue.bodies()).toEqual(["after"])
})
