import { expect, test } from "vitest"
import { timers } from "../../kernel/later/later-rows.ts"
import type { Table } from "../../kernel/table.ts"
import type { World } from "../../kernel/world.ts"
import { DeleteQueue } from "./ops/DeleteQueue.ts"
import { PurgeQueue } from "./ops/PurgeQueue.ts"
import { SendMessage } from "./ops/SendMessage.ts"
import type { Queue } from "./queue.ts"
import { sqs } from "./service.ts"
import { depths } from "./store/depth.ts"
import { closeStore, openStore } from "./store/open-store.ts"
import { takeMessages } from "./store/receive.ts"
import { CALL, createQueue, openWorld, run } from "./testing/open-world.ts"

async function fill(world: World, queue: Queue, count: number): Promise<void> {
  const QueueUrl = queue.name
  await world.write((tx) => {
    for (let i = 0; i < count; i += 1) {
      const MessageBody = i % 100 === 0 ? "x".repeat(5_000) : `${i}`
      const ids = queue.fifo ? { MessageGroupId: `g${i % 7}`, MessageDeduplicationId: `${i}` } : {}
      run(SendMessage)(tx, { QueueUrl, MessageBody, ...ids }, CALL)
    }
  })
}

const take = (world: World, queue: Queue, count: number): Promise<number> =>
  world.write((tx) => {
    const open = openStore(tx, queue)
    const taken = takeMessages(open, count, 30_000)
    closeStore(open)
    return taken.length
  })

/** How many rows of SQS's tables there are, and how much is planned. */
const left = (world: World): Promise<Record<string, number>> =>
  world.read((tx) => {
    const counts = [...sqs.tables, timers as unknown as Table<object>].map(
      (table) => [table.name, tx.scan(table, { limit: 10_000 }).rows.length] as const,
    )
    return Object.fromEntries(counts.filter(([, count]) => count > 0))
  })

test.each(["jobs", "jobs.fifo"])("nothing is left of a deleted queue: %s", async (name) => {
  const { world, reports } = openWorld()
  const queue = await createQueue(world, name, {
    ...(name.endsWith(".fifo") && {
      FifoQueue: "true",
      DeduplicationScope: "messageGroup",
      FifoThroughputLimit: "perMessageGroupId",
    }),
  })
  await fill(world, queue, 1_500)
  await take(world, queue, 10)
  await world.write((tx) => run(DeleteQueue)(tx, { QueueUrl: name }, CALL))
  await world.settle()
  expect(Object.keys(await left(world)).filter((one) => one !== "kernel/timer")).toEqual([
    "sqs/deleted-queue",
  ])
  await world.advance(900_000)
  expect(await left(world)).toEqual({})
  expect(reports).toEqual([])
})

test("a purged store is swept while the queue goes on", async () => {
  const { world } = openWorld()
  const queue = await createQueue(world, "jobs")
  await fill(world, queue, 700)
  await world.write((tx) => run(PurgeQueue)(tx, { QueueUrl: "jobs" }, CALL))
  await fill(world, queue, 3)
  await world.settle()
  expect(await left(world)).toMatchObject({ "sqs/message": 3, "sqs/depth": 1 })
})

test("SQS-15 everything expires in the end, of queues with and without groups", async () => {
  const { world, reports } = openWorld()
  const retention = { MessageRetentionPeriod: "60" }
  const standard = await createQueue(world, "jobs", retention)
  const fifo = await createQueue(world, "jobs.fifo", {
    ...retention,
    FifoQueue: "true",
    DeduplicationScope: "messageGroup",
    FifoThroughputLimit: "perMessageGroupId",
  })
  for (const queue of [standard, fifo]) {
    await fill(world, queue, 900)
    expect(await take(world, queue, 10)).toBe(10)
  }
  await world.write((tx) => {
    for (let i = 0; i < 500; i += 1) {
      const input = { QueueUrl: "jobs", MessageBody: "x", MessageGroupId: `tenant-${i % 90}` }
      run(SendMessage)(tx, input, CALL)
    }
  })
  await world.advance(1_000_000)
  expect(await left(world)).toEqual({
    "sqs/queue": 2,
    "sqs/depth": 2,
    "sqs/arrival": 2,
  })
  const rows = await world.read((tx) => tx.scan(depths, { limit: 10 }).rows)
  for (const { total, inFlight, delayed, tenants } of rows) {
    expect([total, inFlight, delayed, tenants]).toEqual([0, 0, 0, 0])
  }
  expect(reports).toEqual([])
})

test("one timer per queue watches over what is in flight, however much that is", async () => {
  const { world } = openWorld()
  const queue = await createQueue(world, "jobs")
  await fill(world, queue, 400)
  for (let i = 0; i < 20; i += 1) {
    await take(world, queue, 10)
    await world.advance(100)
  }
  expect((await left(world))["kernel/timer"]).toBe(2)
  await world.advance(60_000)
  const [depth] = await world.read((tx) => tx.scan(depths, { limit: 1 }).rows)
  expect(depth).toMatchObject({ total: 400, inFlight: 0 })
})
