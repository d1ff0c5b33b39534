import { ListQueueTagsCommand, TagQueueCommand } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openQueue, refusalOf } from "../testing/open-queue.ts"

test("tags are added, and overwrite those of the same key to the letter", async () => {
  const { client, QueueUrl } = await openQueue()
  const tag = (Tags: Record<string, string>) => client.send(new TagQueueCommand({ QueueUrl, Tags }))
  await tag({ tag1: "value1", tag2: "value2", MyTag: "a", mytag: "b" })
  await tag({ tag1: "VALUE1", tag3: "" })
  const { Tags } = await client.send(new ListQueueTagsCommand({ QueueUrl }))
  expect(Tags).toEqual({ tag1: "VALUE1", tag2: "value2", tag3: "", MyTag: "a", mytag: "b" })
})

test("a queue has at most 50 tags", async () => {
  const { client, QueueUrl } = await openQueue()
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`key-${i}`, "x"]))
  const tag = (Tags: Record<string, string>) => client.send(new TagQueueCommand({ QueueUrl, Tags }))
  expect(await refusalOf(tag(many))).toBe(
    "InvalidParameterValue: Too many tags added for queue jobs.",
  )
  expect(await refusalOf(tag({}))).toBe(
    "MissingParameter: The request must contain the parameter Tags.",
  )
  expect(await refusalOf(tag({ ["k".repeat(129)]: "x" }))).toMatch(/between 1 and 128 characters/)
  expect(await client.send(new ListQueueTagsCommand({ QueueUrl }))).not.toHaveProperty("Tags")
})

test("keys and values are of AWS's characters and not of AWS's own prefix", async () => {
  const { client, QueueUrl } = await openQueue()
  const tag = (Tags: Record<string, string>) => client.send(new TagQueueCommand({ QueueUrl, Tags }))
  await tag({ "größe _.:/=+-@": "日本 1", "x-aws:": "" })
  for (const Tags of [{ "aws:x": "y" }, { "AWS:x": "y" }, { x: "aws:y" }])
    expect(await refusalOf(tag(Tags))).toMatch(
      /^InvalidParameterValue: Tag \w+ can't start with aws:/,
    )
  for (const Tags of [{ "k<": "y" }, { k: "y*" }, { "k\n": "" }])
    expect(await refusalOf(tag(Tags))).toMatch(/can only include/)
})
