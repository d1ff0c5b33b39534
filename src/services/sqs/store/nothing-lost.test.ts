import { expect, test } from "vitest"
import { RandomStream } from "../../../kernel/random.ts"
import { createSeededRandom } from "../../../kernel/sim/seeded-random.ts"
import type { World } from "../../../kernel/world.ts"
import { ChangeMessageVisibility } from "../ops/ChangeMessageVisibility.ts"
import { DeleteMessage } from "../ops/DeleteMessage.ts"
import { SendMessage } from "../ops/SendMessage.ts"
import { countsOf } from "../queues/counts.ts"
import type { Queue } from "../queue.ts"
import { CALL, createQueue, openWorld, run } from "../testing/open-world.ts"
import { closeStore, openStore } from "./open-store.ts"
import { shownMessage, takeMessages } from "./receive.ts"

const KINDS = {
  standard: {},
  "standard with groups": {},
  "standard with a delay": { DelaySeconds: "2" },
  fifo: { FifoQueue: "true", ContentBasedDeduplication: "true" },
  "fifo with a delay": {
    FifoQueue: "true",
    ContentBasedDeduplication: "true",
    DelaySeconds: "2",
  },
} as const

type Kind = keyof typeof KINDS

interface Received {
  readonly body: string
  readonly handle: string
}

const receive = (world: World, queue: Queue, count: number): Promise<Received[]> =>
  world.write((tx) => {
    const open = openStore(tx, queue)
    const taken = takeMessages(open, count, 5_000).map((message) => {
      const shown = shownMessage(open, message, { system: [], own: undefined })
      return { body: shown.Body, handle: shown.ReceiptHandle }
    })
    closeStore(open)
    return taken
  })

/** Works on a queue at random, then gives everything back and empties it. */
async function workOn(kind: Kind, seed: number): Promise<void> {
  const { world, reports } = openWorld()
  const QueueUrl = kind.startsWith("fifo") ? "jobs.fifo" : "jobs"
  const queue = await createQueue(world, QueueUrl, KINDS[kind])
  const dice = new RandomStream(createSeededRandom(seed), "test")
  const there = new Set<string>()
  const inFlight = new Map<string, string>()
  let sent = 0

  async function send(): Promise<void> {
    const body = `${(sent += 1)}`
    const grouped = kind !== "standard" && kind !== "standard with a delay"
    const input = {
      QueueUrl,
      MessageBody: body,
      ...(grouped &&
        (queue.fifo || dice.integer(3) > 0) && { MessageGroupId: `g${dice.integer(4)}` }),
      ...(kind === "standard" && dice.integer(3) === 0 && { DelaySeconds: dice.integer(4) }),
    }
    await world.write((tx) => run(SendMessage)(tx, input, CALL))
    there.add(body)
  }

  async function take(): Promise<void> {
    for (const { body, handle } of await receive(world, queue, 1 + dice.integer(10))) {
      expect(there).toContain(body)
      inFlight.set(body, handle)
    }
  }

  const drawn = (): readonly [body: string, handle: string] | readonly [] =>
    inFlight.size > 0 ? ([...inFlight][dice.integer(inFlight.size)] ?? []) : []

  async function giveBack(): Promise<void> {
    const [body, ReceiptHandle] = drawn()
    if (body === undefined) return
    const input = { QueueUrl, ReceiptHandle, VisibilityTimeout: dice.integer(3) }
    await world.write((tx) => run(ChangeMessageVisibility)(tx, input, CALL)).catch(() => undefined)
    inFlight.delete(body)
  }

  async function remove(): Promise<void> {
    const [body, ReceiptHandle] = drawn()
    if (body === undefined) return
    inFlight.delete(body)
    const deleted = await world
      .write((tx) => run(DeleteMessage)(tx, { QueueUrl, ReceiptHandle }, CALL))
      .then(
        () => true,
        () => false,
      )
    if (deleted) there.delete(body)
  }

  const pass = (): Promise<void> => world.advance(dice.integer(3) * 700)
  const acts = [send, send, send, take, take, giveBack, remove, remove, pass]
  for (let i = 0; i < 150; i += 1) await acts[dice.integer(acts.length)]?.()

  await world.advance(10_000)
  expect(await world.read((tx) => countsOf(tx, queue))).toEqual({
    visible: there.size,
    inFlight: 0,
    delayed: 0,
  })
  const left = new Set<string>()
  for (let found = await receive(world, queue, 10); found.length > 0;) {
    for (const { body, handle } of found) {
      left.add(body)
      await world.write((tx) => run(DeleteMessage)(tx, { QueueUrl, ReceiptHandle: handle }, CALL))
    }
    found = await receive(world, queue, 10)
  }
  expect(left).toEqual(there)
  expect(reports).toEqual([])
}

test.each(Object.keys(KINDS) as Kind[])(
  "SQS-2 whatever is done, each message that was not deleted can be received: %s",
  async (kind) => {
    for (let seed = 1; seed <= 12; seed += 1) await workOn(kind, seed)
  },
)
