import { expect, test } from "vitest"
import type { Engine } from "../../../kernel/engine.ts"
import { createMemoryEngine } from "../../../kernel/sim/memory-engine.ts"
import type { World } from "../../../kernel/world.ts"
import { DeleteMessage } from "../ops/DeleteMessage.ts"
import { SendMessage } from "../ops/SendMessage.ts"
import type { Queue } from "../queue.ts"
import { CALL, createQueue, openWorld, run } from "../testing/open-world.ts"
import { closeStore, openStore } from "./open-store.ts"
import { shownMessage, takeMessages } from "./receive.ts"

/** How many rows an engine has read, or stepped over, and written. */
interface Work {
  read: number
  written: number
}

const GONE = ""

/** An engine in which deleted rows stay in the way of scans, as they do in the store on disk. */
function countingEngine(): { engine: Engine; work: Work } {
  const inner = createMemoryEngine()
  const work = { read: 0, written: 0 }
  const engine: Engine = {
    ...inner,
    get(key) {
      work.read += 1
      return inner.get(key) || undefined
    },
    *scan({ limit = Number.POSITIVE_INFINITY, ...range }) {
      let left = limit
      for (const entry of inner.scan(range)) {
        if (left === 0) return
        work.read += 1
        if (entry[1] === GONE) continue
        left -= 1
        yield entry
      }
    },
    commit(batch) {
      work.written += batch.size
      inner.commit(new Map([...batch].map(([key, value]) => [key, value ?? GONE])))
    },
  }
  return { engine, work }
}

/** Which queue, and what its n-th message has beside its body. */
const KINDS: Readonly<Record<"standard" | "fair" | "fifo", Kind>> = {
  standard: { name: "jobs", ids: () => ({}) },
  fair: { name: "jobs", ids: (i: number) => ({ MessageGroupId: `t${i % 20}` }) },
  fifo: {
    name: "jobs.fifo",
    ids: (i: number) => ({ MessageGroupId: `g${i % 20}`, MessageDeduplicationId: `${i}` }),
  },
}

interface Kind {
  readonly name: string
  readonly ids: (n: number) => object
}

const HIGH_THROUGHPUT = {
  FifoQueue: "true",
  DeduplicationScope: "messageGroup",
  FifoThroughputLimit: "perMessageGroupId",
}

async function openKind({ name, ids }: Kind) {
  const { engine, work } = countingEngine()
  const { world } = openWorld(engine)
  const queue = await createQueue(world, name, name === "jobs" ? {} : HIGH_THROUGHPUT)
  let sent = 0
  const send = (count: number): Promise<void> =>
    world.write((tx) => {
      for (let i = 0; i < count; i += 1) {
        const input = { QueueUrl: name, MessageBody: "x", ...ids(sent) }
        run(SendMessage)(tx, input, CALL)
        sent += 1
      }
    })
  return { world, queue, send, work }
}

const receive = (world: World, queue: Queue): Promise<readonly string[]> =>
  world.write((tx) => {
    const open = openStore(tx, queue)
    const shown = { system: [], own: undefined }
    const taken = takeMessages(open, 10, 30_000)
    closeStore(open)
    return taken.map((message) => shownMessage(open, message, shown).ReceiptHandle)
  })

async function during(work: Work, act: () => Promise<unknown>): Promise<Work> {
  const before = { ...work }
  await act()
  return { read: work.read - before.read, written: work.written - before.written }
}

const remove = (
  world: World,
  QueueUrl: string,
  ReceiptHandle: string | undefined,
): Promise<unknown> =>
  world.write((tx) => run(DeleteMessage)(tx, { QueueUrl, ReceiptHandle }, CALL))

/** What one call of each kind costs with so many messages in the queue after so many others. */
async function costs(
  kind: keyof typeof KINDS,
  { depth, past = 0 }: { depth: number; past?: number },
): Promise<Record<"send" | "receive" | "remove", Work>> {
  const { world, queue, send, work } = await openKind(KINDS[kind])
  await send(past)
  for (let left = past; left > 0; left -= 10) {
    for (const handle of await receive(world, queue)) await remove(world, queue.name, handle)
  }
  await send(depth)
  await receive(world, queue)
  const sending = await during(work, () => send(1))
  let handles: readonly string[] = []
  const receiving = await during(work, async () => (handles = await receive(world, queue)))
  expect(handles).toHaveLength(10)
  const removing = await during(work, () => remove(world, queue.name, handles[0]))
  return { send: sending, receive: receiving, remove: removing }
}

const kinds = ["standard", "fair", "fifo"] as const

test.each(kinds)("what a message costs does not depend on how many there are: %s", async (kind) => {
  expect(await costs(kind, { depth: 20_000 })).toEqual(await costs(kind, { depth: 1_000 }))
})

test.each(kinds)("nor on how many there have been: %s", async (kind) => {
  const few = await costs(kind, { depth: 1_000, past: 100 })
  const many = await costs(kind, { depth: 1_000, past: 5_000 })
  for (const call of ["send", "receive", "remove"] as const) {
    expect(many[call].read).toBeLessThan(few[call].read + 50)
  }
})

test("a call writes the message, its place in the queue, and few rows beside them", async () => {
  const { send, receive: received, remove: removed } = await costs("standard", { depth: 100 })
  expect(send.written).toBeLessThanOrEqual(5)
  expect(received.written).toBeLessThanOrEqual(10 * 3 + 3)
  expect(removed.written).toBeLessThanOrEqual(5)
})
