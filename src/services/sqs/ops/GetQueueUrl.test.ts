import { GetQueueUrlCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf } from "../testing/open-queue.ts"

test("a queue's URL is found by its name", async () => {
  const { client, QueueUrl } = await openQueue()
  expect((await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl).toBe(QueueUrl)
  expect(await refusalOf(client.send(new GetQueueUrlCommand({ QueueName: "other" })))).toBe(
    "QueueDoesNotExist: The specified queue does not exist.",
  )
  expect(await refusalOf(client.send(new GetQueueUrlCommand({ QueueName: "" })))).toMatch(
    /Must specify a queue name\.$/,
  )
})

test("queues of the caller's account and Region count, or of the owner that is named", async () => {
  const { cloud, client } = await openQueue()
  const west = cloud.client(SQSClient, { region: "eu-west-1" })
  expect(await refusalOf(west.send(new GetQueueUrlCommand({ QueueName: "jobs" })))).toMatch(
    /^QueueDoesNotExist/,
  )
  const input = { QueueName: "jobs", QueueOwnerAWSAccountId: "111111111111" }
  expect(await refusalOf(client.send(new GetQueueUrlCommand(input)))).toMatch(/^QueueDoesNotExist/)
})
