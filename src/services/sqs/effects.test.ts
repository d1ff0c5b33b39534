import { expect, test } from "vitest"
import { deadWork } from "../../kernel/later/later-rows.ts"
import { countsOf } from "./queues/counts.ts"
import { deliverToQueue } from "./port.ts"
import { messages } from "./store/message.ts"
import { createQueue, openWorld } from "./testing/open-world.ts"

const ARN = "arn:aws:sqs:us-east-1:000000000000:"

test("another service's message arrives after its commit, in that service's name", async () => {
  const { world, reports } = openWorld()
  const queue = await createQueue(world, "jobs")
  const attributes = { a: { DataType: "Binary", base64: "AAH/" } }
  await world.write((tx) =>
    tx.emit(
      deliverToQueue,
      { queueArn: `${ARN}jobs`, body: "event", attributes, trace: "Root=1" },
      { as: "s3.amazonaws.com" },
    ),
  )
  await world.settle()
  const { rows } = await world.read((tx) => tx.scan(messages, { prefix: [queue.store], limit: 10 }))
  expect(rows).toEqual([
    expect.objectContaining({
      body: "event",
      attributes,
      trace: "Root=1",
      senderId: "s3.amazonaws.com",
    }),
  ])
  expect(reports).toEqual([])
})

test("what a queue refuses is tried again and then kept among the dead work", async () => {
  const { world } = openWorld()
  await createQueue(world, "jobs")
  await world.write((tx) => {
    tx.emit(deliverToQueue, { queueArn: `${ARN}none`, body: "event" })
    tx.emit(deliverToQueue, { queueArn: `${ARN}jobs`, body: "\0" })
  })
  await world.advance(36_000)
  const dead = await world.read((tx) => tx.scan(deadWork, { limit: 10 }).rows)
  expect(dead.map(({ reason }) => reason.slice(0, 20)).sort()).toEqual([
    "Invalid characters f",
    "The specified queue ",
  ])
})

test("a queue that is made in time still gets its message", async () => {
  const { world } = openWorld()
  await world.write((tx) => tx.emit(deliverToQueue, { queueArn: `${ARN}late`, body: "event" }))
  await world.settle()
  const queue = await createQueue(world, "late")
  await world.advance(1_000)
  expect((await world.read((tx) => countsOf(tx, queue))).visible).toBe(1)
})
