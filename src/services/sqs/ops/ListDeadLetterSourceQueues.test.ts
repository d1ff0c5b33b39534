import { ListDeadLetterSourceQueuesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue } from "../testing/open-queue.ts"

test("SQS-7 a dead-letter queue knows its sources, page by page", async () => {
  const dead = await openQueue({}, { name: "dead" })
  const { client, QueueUrl, cloud } = dead
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 50 })
  const sources: string[] = []
  for (const name of ["a", "b", "c"]) {
    sources.push((await openQueue({ RedrivePolicy }, { name, cloud })).QueueUrl)
  }
  const list = (input: object = {}) =>
    client.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl, ...input }))
  expect((await list()).queueUrls).toEqual(sources)
  const first = await list({ MaxResults: 2 })
  expect(first.queueUrls).toEqual(sources.slice(0, 2))
  const rest = await list({ MaxResults: 2, NextToken: first.NextToken })
  expect(rest.queueUrls).toEqual(sources.slice(2))
  expect(rest.NextToken).toBeUndefined()
  await client.send(
    new SetQueueAttributesCommand({ QueueUrl: sources[1], Attributes: { RedrivePolicy: "" } }),
  )
  expect((await list()).queueUrls).toEqual([sources[0], sources[2]])
  const none = { QueueUrl: sources[0] }
  expect((await client.send(new ListDeadLetterSourceQueuesCommand(none))).queueUrls).toEqual([])
})
