import { ChangeMessageVisibilityCommand, DeleteMessageCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const change = ({ client, QueueUrl }: TestQueue, handle: string | undefined, seconds: number) =>
  client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: handle ?? "",
      VisibilityTimeout: seconds,
    }),
  )

test("SQS-6 the timeout counts anew from the change, and is not kept for the next receive", async () => {
  const queue = await openQueue({ VisibilityTimeout: "2" })
  await queue.send("test")
  const [message] = await queue.receive()
  for (let i = 0; i < 4; i += 1) {
    await queue.cloud.advance("1s")
    await change(queue, message?.ReceiptHandle, 2)
    expect(await queue.receive()).toEqual([])
  }
  await queue.cloud.advance("2s")
  expect(await queue.bodies()).toEqual(["test"])
  await queue.cloud.advance("2s")
  expect(await queue.bodies()).toEqual(["test"])
})

test("a timeout of 0 makes the message visible at once", async () => {
  const queue = await openQueue()
  await queue.send("test")
  const [message] = await queue.receive()
  const poll = queue.bodies({ WaitTimeSeconds: 20 })
  await queue.cloud.settle()
  await change(queue, message?.ReceiptHandle, 0)
  expect(await poll).toEqual(["test"])
  expect(await countsOf(queue)).toEqual([0, 1, 0])
})

test("a standard queue takes handles whose time is over", async () => {
  const queue = await openQueue({ VisibilityTimeout: "1" })
  await queue.send("test")
  const [message] = await queue.receive()
  await queue.cloud.advance("2s")
  await change(queue, message?.ReceiptHandle, 2)
  expect(await queue.receive()).toEqual([])
  await queue.cloud.advance("2s")
  await queue.receive({ VisibilityTimeout: 30 })
  await change(queue, message?.ReceiptHandle, 0)
  expect(await queue.bodies()).toEqual(["test"])
})

test("a deleted message's visibility cannot be changed", async () => {
  const queue = await openQueue()
  await queue.send("foo")
  const [message] = await queue.receive()
  const { QueueUrl } = queue
  const handle = message?.ReceiptHandle
  await queue.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: handle ?? "" }))
  expect(await refusalOf(change(queue, handle, 42))).toBe(
    `InvalidParameterValue: Value ${handle} for parameter ReceiptHandle is invalid. Reason: ` +
      "Message does not exist or is not available for visibility timeout change.",
  )
  expect(await refusalOf(change(queue, "INVALID", 60))).toMatch(/^ReceiptHandleIsInvalid: /)
})

test("SQS-6 a message is invisible for at most twelve hours in all", async () => {
  const queue = await openQueue()
  await queue.send("test")
  const [message] = await queue.receive()
  for (const seconds of [-10, 43_201]) {
    expect(await refusalOf(change(queue, message?.ReceiptHandle, seconds))).toBe(
      `InvalidParameterValue: Value ${seconds} for parameter VisibilityTimeout is invalid. ` +
        "Reason: VisibilityTimeout must be an integer between 0 and 43200.",
    )
  }
  await queue.cloud.advance("1s")
  expect(await refusalOf(change(queue, message?.ReceiptHandle, 43_200))).toBe(
    "InvalidParameterValue: Value 43200 for parameter VisibilityTimeout is invalid. Reason: " +
      "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
  )
  await change(queue, message?.ReceiptHandle, 43_199)
})
