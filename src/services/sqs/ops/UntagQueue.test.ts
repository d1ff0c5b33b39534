import { ListQueueTagsCommand, TagQueueCommand, UntagQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf } from "../testing/open-queue.ts"

test("tags are removed by key, and unknown keys are passed over", async () => {
  const { client, QueueUrl } = await openQueue()
  const Tags = { tag1: "value1", tag2: "value2" }
  await client.send(new TagQueueCommand({ QueueUrl, Tags }))
  const untag = (TagKeys: string[]) => client.send(new UntagQueueCommand({ QueueUrl, TagKeys }))
  await untag(["tag1", "tag3"])
  expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({
    tag2: "value2",
  })
  expect(await refusalOf(untag([]))).toBe(
    "InvalidParameterValue: Tag keys must be between 1 and 128 characters in length.",
  )
})
