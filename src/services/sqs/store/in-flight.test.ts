import { expect, test } from "vitest"
import type { World } from "../../../kernel/world.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { DeleteMessage } from "../ops/DeleteMessage.ts"
import { ReceiveMessage } from "../ops/ReceiveMessage.ts"
import { SendMessage } from "../ops/SendMessage.ts"
import type { Queue } from "../queue.ts"
import { refusalOf } from "../testing/open-queue.ts"
import { CALL, createQueue, openWorld, run } from "../testing/open-world.ts"
import { arrivals, depths } from "./depth.ts"
import { closeStore, openStore } from "./open-store.ts"
import { takeMessages } from "./receive.ts"

const send = (world: World, queue: Queue, group?: string): Promise<unknown> =>
  world.write((tx) => {
    const input = { QueueUrl: queue.name, MessageBody: "x", MessageGroupId: group }
    return run(SendMessage)(tx, input, CALL)
  })

/** Books messages in flight that are not there: to receive so many would take long. */
const book = (world: World, queue: Queue, count: number): Promise<void> =>
  world.write((tx) => {
    const depth = tx.get(depths, [queue.store])
    if (depth) tx.put(depths, { ...depth, inFlight: count, total: depth.total + count })
  })

const receive = (
  world: World,
  input: object,
  more: object = {},
): Promise<{ Messages?: readonly unknown[] }> => {
  const context = {
    write: (work: (tx: WriteTx) => unknown) => world.write(work),
    now: () => world.clock.now(),
    changed: () => Promise.resolve(false),
    signal: new AbortController().signal,
    ...more,
  }
  return run(ReceiveMessage)(
    context,
    { MaxNumberOfMessages: 10, ...input },
    CALL,
  ) as Promise<object>
}

test("a standard queue has 120,000 messages in flight at most; a short poll is told so", async () => {
  const { world } = openWorld()
  const queue = await createQueue(world, "jobs")
  for (let i = 0; i < 5; i += 1) await send(world, queue)
  await book(world, queue, 119_998)
  expect((await receive(world, { QueueUrl: "jobs" })).Messages).toHaveLength(2)
  expect(await refusalOf(receive(world, { QueueUrl: "jobs" }))).toMatch(/^OverLimit: /)
  expect(await receive(world, { QueueUrl: "jobs", WaitTimeSeconds: 20 })).toEqual({})
})

test("what is deleted from a full queue wakes the long polls that wait for room", async () => {
  const { world } = openWorld()
  const queue = await createQueue(world, "jobs")
  for (let i = 0; i < 4; i += 1) await send(world, queue)
  const answer = await receive(world, { QueueUrl: "jobs", MaxNumberOfMessages: 3 })
  const [first, second] = answer.Messages as { ReceiptHandle: string }[]
  const rings = (handle: string | undefined): Promise<boolean> =>
    world.write((tx) => {
      const before = tx.get(arrivals, [queue.store])
      if (before) tx.remove(arrivals, before)
      run(DeleteMessage)(tx, { QueueUrl: "jobs", ReceiptHandle: handle }, CALL)
      return tx.get(arrivals, [queue.store]) !== undefined
    })
  await book(world, queue, 120_000)
  expect(await rings(first?.ReceiptHandle)).toBe(true)
  expect(await rings(second?.ReceiptHandle)).toBe(false)
})

test("a full FIFO queue gives nothing and no error", async () => {
  const { world } = openWorld()
  const more = { FifoQueue: "true", ContentBasedDeduplication: "true" }
  const queue = await createQueue(world, "jobs.fifo", more)
  await send(world, queue, "g")
  await book(world, queue, 120_000)
  expect(await receive(world, { QueueUrl: "jobs.fifo" })).toEqual({})
})

test("what comes when the caller has gone is not received", async () => {
  const { world } = openWorld()
  const queue = await createQueue(world, "jobs")
  const caller = new AbortController()
  const changed = async (): Promise<boolean> => {
    await send(world, queue)
    caller.abort()
    return false
  }
  const input = { QueueUrl: "jobs", WaitTimeSeconds: 20 }
  expect(await receive(world, input, { changed, signal: caller.signal })).toEqual({})
  expect((await receive(world, input)).Messages).toHaveLength(1)
})

/** The same transaction, so much later. */
const later = (tx: WriteTx, ms: number): WriteTx =>
  new Proxy(tx, {
    get(target, name) {
      if (name === "now") return target.now + ms
      const value: unknown = Reflect.get(target, name)
      return typeof value === "function" ? value.bind(target) : value
    },
  })

test.each([undefined, "tenant"])(
  "a receive that comes before the job finds what has come back (group %s)",
  async (group) => {
    const { world } = openWorld()
    const queue = await createQueue(world, "jobs")
    await send(world, queue, group)
    const take = (tx: WriteTx): number => {
      const open = openStore(tx, queue)
      const taken = takeMessages(open, 10, 30_000)
      closeStore(open)
      return taken.length
    }
    expect(await world.write(take)).toBe(1)
    expect(await world.write((tx) => take(later(tx, 29_999)))).toBe(0)
    expect(await world.write((tx) => take(later(tx, 30_000)))).toBe(1)
  },
)
