import type { Simulation } from "../simulation.ts"
import type { CloudSystem } from "../cloud-system.ts"
import type { Got, Ledger } from "./ledger.ts"
import { deliver, playSqs } from "./play.ts"
import type { User } from "./user.ts"

const ACTIONS = 25
const FOUR_DAYS_MS = 345_600_000

/** A standard queue; by seed a fair one, one whose messages expire soon, one that is purged. */
export async function playStandard(sim: Simulation<CloudSystem>): Promise<void> {
  const dice = sim.diceFor("plan")
  const retentionMs = dice.chance(0.2) ? 60_000 : FOUR_DAYS_MS
  const plan: Plan = { fair: dice.chance(0.3), purged: dice.chance(0.15) }
  const attributes = { MessageRetentionPeriod: String(retentionMs / 1000) }
  await playSqs(sim, {
    queues: [{ name: "jobs", attributes }],
    rules: { retentionMs },
    users: dice.between(2, 5),
    use: (user, context) => use(user, context, plan),
  })
}

interface Plan {
  readonly fair: boolean
  readonly purged: boolean
}

const QUEUE = "jobs"

async function use(
  user: User,
  context: { sim: Simulation<CloudSystem>; ledger: Ledger },
  { fair, purged }: Plan,
): Promise<void> {
  const { dice } = user
  const held: Got[] = []
  const letter = (number: number) => ({
    body: `${user.name}/${number} ${dice.chance(0.05) ? "x".repeat(5_000) : ""}`,
    group: fair ? dice.pick(["red", "blue", "green", undefined]) : undefined,
    delayMs: dice.chance(0.15) ? dice.between(1, 30) * 1000 : 0,
  })
  const weights = { send: 4, batch: 2, receive: 5, remove: 3, removeBatch: 1, change: 1 }
  for (let turn = 0; turn < ACTIONS; turn += 1) {
    switch (dice.weighted({ ...weights, deliver: 1, counts: 0.5, purge: purged ? 0.3 : 0 })) {
      case "send":
        await user.send(QUEUE, letter(turn))
        break
      case "batch":
        await user.sendBatch(
          QUEUE,
          Array.from({ length: dice.between(1, 10) }, (_, index) => letter(turn + index / 100)),
        )
        break
      case "receive":
        held.push(...(await user.receive(QUEUE, askOf(user))).got)
        break
      case "remove":
        if (held.length > 0) await user.remove(takeOne(held, user))
        break
      case "removeBatch":
        if (held.length > 0) await user.removeBatch(QUEUE, held.splice(0, dice.between(1, 10)))
        break
      case "change":
        if (held.length > 0)
          await user.changeVisibility(dice.pick(held), dice.pick([0, 5_000, 60_000]))
        break
      case "deliver":
        await deliver(context, QUEUE, letter(turn))
        break
      case "counts":
        await user.counts(QUEUE)
        break
      case "purge":
        await user.purge(QUEUE)
    }
    if (dice.chance(0.3)) await context.sim.pause(dice.between(1, 20_000))
  }
}

export function askOf({ dice }: User): { count: number; visibilityMs: number; waitMs: number } {
  return {
    count: dice.pick([1, 1, 3, 10]),
    visibilityMs: dice.pick([0, 2, 10, 30, 60]) * 1000,
    waitMs: dice.pick([0, 0, 1, 5, 20]) * 1000,
  }
}

/** Mostly forgotten once it was deleted, sometimes deleted again. */
export function takeOne(held: Got[], { dice }: User): Got {
  const at = dice.integer(held.length)
  return (dice.chance(0.9) ? held.splice(at, 1)[0] : held[at]) as Got
}
