import { expect, test } from "vitest"
import type { World } from "../../../kernel/world.ts"
import { SendMessage } from "../ops/SendMessage.ts"
import type { Queue } from "../queue.ts"
import { CALL, createQueue, openWorld, run } from "../testing/open-world.ts"
import { depths } from "./depth.ts"
import { messages } from "./message.ts"
import { closeStore, openStore } from "./open-store.ts"
import { takeMessages } from "./receive.ts"

async function openJobs(attributes: Record<string, string> = {}) {
  const { world } = openWorld()
  const queue = await createQueue(world, "jobs", attributes)
  return { world, queue }
}

const send = (world: World, bodies: readonly string[], more: object = {}): Promise<void> =>
  world.write((tx) => {
    for (const MessageBody of bodies)
      run(SendMessage)(tx, { QueueUrl: "jobs", MessageBody, ...more }, CALL)
  })

const receive = (world: World, queue: Queue, count = 10): Promise<(string | undefined)[]> =>
  world.write((tx) => {
    const open = openStore(tx, queue)
    const taken = takeMessages(open, count, 1_000_000)
    closeStore(open)
    return taken.map(({ body }) => body)
  })

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${i}`)

test("what waits for its first receive has no place in an index, what comes back has one", async () => {
  const { world, queue } = await openJobs({ VisibilityTimeout: "5" })
  const indexed = (): Promise<(string | undefined)[]> =>
    world.read((tx) =>
      tx
        .scan(messages, { index: "byTurn", prefix: [queue.store, "r"], limit: 10 })
        .rows.map(({ body }) => body),
    )
  await send(world, ["a", "b"])
  expect(await indexed()).toEqual([])
  await world.write((tx) => {
    const open = openStore(tx, queue)
    takeMessages(open, 1, 0)
    closeStore(open)
  })
  expect(await indexed()).toEqual(["a"])
  expect(await receive(world, queue)).toEqual(["a", "b"])
})

test("first receives find their way past any number of messages that are not to be had", async () => {
  const { world, queue } = await openJobs()
  await send(world, ["first"])
  await send(world, names("late", 2_500), { DelaySeconds: 900 })
  await send(world, ["while others are delayed"])
  await world.advance(900_000)
  await send(world, ["last"])
  const came: (string | undefined)[] = []
  for (let i = 0; i < 260; i += 1) came.push(...(await receive(world, queue)))
  const early = ["first", ...names("late", 2_500), "while others are delayed"]
  expect(came).toEqual([...early, "last"])
})

test("what has expired is not received, though the job that removes it has not been there", async () => {
  const { world, queue } = await openJobs({ MessageRetentionPeriod: "60" })
  await send(world, names("old", 25))
  await world.advance(30_000)
  await send(world, ["new"])
  const settled = await world.write((tx) => {
    const depth = tx.get(depths, [queue.store])
    if (depth?.expiry) tx.cancel(depth.expiry)
    return depth?.expiry !== undefined
  })
  expect(settled).toBe(true)
  await world.advance(30_000)
  expect(await receive(world, queue)).toEqual(["new"])
})

test("a queue that an older version left goes on in order", async () => {
  const { world, queue } = await openJobs()
  await send(world, ["a", "b"])
  await world.write((tx) => {
    const { rows } = tx.scan(messages, { prefix: [queue.store], limit: 10 })
    for (const row of rows) tx.replace(messages, row, { ...row, state: "ready" })
    const { sent: _sent, sentFrom: _from, ...depth } = tx.get(depths, [queue.store]) ?? {}
    tx.put(depths, depth as never)
  })
  await send(world, ["c"])
  expect(await receive(world, queue, 2)).toEqual(["a", "b"])
  expect(await receive(world, queue, 2)).toEqual(["c"])
})
