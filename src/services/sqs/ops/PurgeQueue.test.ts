import { DeleteMessageCommand, PurgeQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const purge = ({ client, QueueUrl }: TestQueue) => client.send(new PurgeQueueCommand({ QueueUrl }))

test("a purge takes what waits, what is in flight and what is delayed, and nothing after", async () => {
  const queue = await openQueue()
  for (const body of ["a", "b"]) await queue.send(body)
  const [inFlight] = await queue.receive({ MaxNumberOfMessages: 1, VisibilityTimeout: 3 })
  await queue.send("later", { DelaySeconds: 2 })
  await purge(queue)
  expect(await countsOf(queue)).toEqual([0, 0, 0])
  await queue.send("new")
  await queue.cloud.advance("10s")
  expect(await queue.bodies()).toEqual(["new"])
  const { QueueUrl } = queue
  const ReceiptHandle = inFlight?.ReceiptHandle ?? ""
  await queue.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))
  expect(await countsOf(queue)).toEqual([0, 1, 0])
})

test("a queue is purged at most once a minute", async () => {
  const queue = await openQueue()
  await purge(queue)
  await queue.cloud.advance("59s")
  const refused = purge(queue)
  expect(await refusalOf(refused)).toBe(
    "PurgeQueueInProgress: Only one PurgeQueue operation on jobs is allowed every 60 seconds.",
  )
  await expect(refused).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
  await queue.cloud.advance("1s")
  await purge(queue)
})

test("a purge forgets deduplication ids", async () => {
  const queue = await openQueue({}, { name: "jobs.fifo" })
  const ids = { MessageGroupId: "g", MessageDeduplicationId: "1" }
  await queue.send("message-1", ids)
  await purge(queue)
  await queue.send("message-2", ids)
  expect(await queue.bodies()).toEqual(["message-2"])
})
