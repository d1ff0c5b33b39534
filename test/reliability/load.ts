import type { Got, Ledger } from "../simulation/sqs/ledger.ts"
import { User } from "../simulation/sqs/user.ts"
import type { HttpWay } from "./http-way.ts"

/** Short, so that messages come back while the load goes on. */
const VISIBILITY_MS = [0, 1_000, 2_000, 30_000]

export interface Load {
  /** Resolves when all users have ended what they were at. */
  stop(): Promise<void>
}

interface Work {
  readonly way: HttpWay
  readonly ledger: Ledger
  readonly queue: string
  readonly largest: number
  stopped: boolean
}

export interface LoadOptions {
  readonly queues: readonly string[]
  readonly usersEach: number
  /** Characters of a large body; one in ten is. */
  readonly largest: number
}

/** Users who send, receive and delete without a pause, through all deaths of the server. */
export function startLoad(
  way: HttpWay,
  ledger: Ledger,
  { queues, usersEach, largest }: LoadOptions,
): Load {
  const works: Work[] = []
  const users: Promise<void>[] = []
  for (const queue of queues)
    for (let index = 0; index < usersEach; index += 1) {
      const work = { way, ledger, queue, largest, stopped: false }
      works.push(work)
      users.push(use(work, new User(way, ledger, `${queue} user ${index}`)))
    }
  return {
    async stop() {
      for (const work of works) work.stopped = true
      await Promise.all(users)
    },
  }
}

async function use(work: Work, user: User): Promise<void> {
  const { way, queue } = work
  const { dice } = user
  const held: Got[] = []
  for (let turn = 0; !work.stopped; turn += 1) {
    await way.present()
    switch (dice.weighted({ send: 4, batch: 1, receive: 4, remove: 4, change: 0.5 })) {
      case "send":
        await user.send(queue, letterOf(user, work, turn))
        break
      case "batch":
        await user.sendBatch(
          queue,
          [0, 1, 2, 3].map((index) => letterOf(user, work, turn + index / 10)),
        )
        break
      case "receive":
        held.push(...(await receive(user, queue)))
        break
      case "remove":
        if (held.length > 3) await user.removeBatch(queue, held.splice(0, 10))
        else if (held.length > 0) await user.remove(held.shift() as Got)
        break
      case "change":
        if (held.length > 0) await user.changeVisibility(held[0] as Got, dice.pick(VISIBILITY_MS))
    }
  }
}

function letterOf({ name, dice }: User, { queue, largest }: Work, turn: number) {
  const body = `${name}/${turn} ${dice.chance(0.1) ? "x".repeat(largest) : ""}`
  if (!queue.endsWith(".fifo")) return { body, delayMs: dice.chance(0.1) ? 1_000 : 0 }
  const deduplicationId = `${name}/${turn}`.replaceAll(" ", "-")
  return { body, delayMs: 0, group: dice.pick(["a", "b", "c"]), deduplicationId }
}

async function receive(user: User, queue: string): Promise<readonly Got[]> {
  const { dice } = user
  const { got } = await user.receive(queue, {
    count: dice.pick([1, 5, 10]),
    visibilityMs: dice.pick(VISIBILITY_MS),
    waitMs: dice.pick([0, 0, 1_000]),
  })
  return got
}
