import { ListQueueTagsCommand, TagQueueCommand, UntagQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue } from "../testing/open-queue.ts"

test("a queue's tags are listed, and no tags are no member", async () => {
  const { client, QueueUrl } = await openQueue()
  const list = () => client.send(new ListQueueTagsCommand({ QueueUrl }))
  expect(await list()).not.toHaveProperty("Tags")
  await client.send(new TagQueueCommand({ QueueUrl, Tags: { a: "1" } }))
  expect((await list()).Tags).toEqual({ a: "1" })
  await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ["a"] }))
  expect(await list()).not.toHaveProperty("Tags")
})
