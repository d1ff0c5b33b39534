import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { countsOf, openQueue, refusalOf, type TestQueue } from "../testing/open-queue.ts"

const remove = ({ client, QueueUrl }: TestQueue) =>
  client.send(new DeleteQueueCommand({ QueueUrl }))

const createAgain = ({ client }: TestQueue) =>
  client.send(new CreateQueueCommand({ QueueName: "jobs" }))

test("a deleted queue is gone with its messages", async () => {
  const queue = await openQueue()
  await queue.send("a")
  await remove(queue)
  expect(await refusalOf(queue.send("b"))).toBe(
    "QueueDoesNotExist: The specified queue does not exist.",
  )
  expect(await refusalOf(remove(queue))).toMatch(/^QueueDoesNotExist/)
})

test("its name is free again after a minute, for a new and empty queue", async () => {
  const queue = await openQueue()
  await queue.send("a")
  await remove(queue)
  await queue.cloud.advance("59s")
  expect(await refusalOf(createAgain(queue))).toBe(
    "QueueDeletedRecently: You must wait 60 seconds after deleting a queue before you can create " +
      "another with the same name.",
  )
  await queue.cloud.advance("1s")
  await createAgain(queue)
  expect(await countsOf(queue)).toEqual([0, 0, 0])
  expect(await queue.receive()).toEqual([])
})

test("a long poll learns that its queue is gone", async () => {
  const queue = await openQueue()
  const { client, QueueUrl } = queue
  const poll = refusalOf(client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })))
  await queue.cloud.settle()
  await remove(queue)
  expect(await poll).toMatch(/^QueueDoesNotExist/)
})
