import { CreateQueueCommand, ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs"
import { expect, test } from "vitest"
import { openCloud, refusalOf } from "../testing/open-queue.ts"

async function open(names: readonly string[]) {
  const cloud = await openCloud()
  const client = cloud.client(SQSClient)
  for (const QueueName of names) await client.send(new CreateQueueCommand({ QueueName }))
  const list = async (input: ConstructorParameters<typeof ListQueuesCommand>[0] = {}) => {
    const { QueueUrls, NextToken } = await client.send(new ListQueuesCommand(input))
    return { names: QueueUrls?.map((url) => url.split("/").at(-1)), NextToken }
  }
  return { cloud, client, list }
}

test("queues are listed by prefix, and an empty list is left out", async () => {
  const { list } = await open(["b-1", "a-2", "a-1", "A-1", "a_"])
  expect((await list()).names).toEqual(["A-1", "a-1", "a-2", "a_", "b-1"])
  expect((await list({ QueueNamePrefix: "a-" })).names).toEqual(["a-1", "a-2"])
  expect(await list({ QueueNamePrefix: "none" })).toEqual({ names: undefined })
})

test("a page ends where MaxResults says, and the token goes on from there", async () => {
  const names = Array.from({ length: 10 }, (_, i) => `q-${i}`)
  const { list, client } = await open([...names, "other"])
  expect((await list({ QueueNamePrefix: "q-" })).NextToken).toBeUndefined()
  const first = await list({ QueueNamePrefix: "q-", MaxResults: 2 })
  expect(first.names).toEqual(["q-0", "q-1"])
  const { NextToken } = first
  const rest = await list({ QueueNamePrefix: "q-", MaxResults: 10, NextToken })
  expect(rest.names).toEqual(names.slice(2))
  expect(rest.NextToken).toBeUndefined()
  expect(await refusalOf(client.send(new ListQueuesCommand({ NextToken: "x" })))).toBe(
    "InvalidParameterValue: Invalid or expired next token.",
  )
  expect(await refusalOf(list({ QueueNamePrefix: "other", MaxResults: 2, NextToken }))).toMatch(
    /Invalid or expired next token/,
  )
  for (const MaxResults of [0, 1001]) {
    expect(await refusalOf(client.send(new ListQueuesCommand({ MaxResults })))).toMatch(
      /MaxResults must be an integer between 1 and 1000\.$/,
    )
  }
})

test("the queues of other Regions and accounts are not listed", async () => {
  const { cloud } = await open(["jobs"])
  const others = [
    { region: "eu-west-1" },
    { credentials: { accessKeyId: "111111111111", secretAccessKey: "test" } },
  ]
  for (const config of others) {
    const { QueueUrls } = await cloud.client(SQSClient, config).send(new ListQueuesCommand({}))
    expect(QueueUrls).toBeUndefined()
  }
})
