import type { Dice } from "../dice.ts"
import type { Simulation } from "../simulation.ts"
import type { CloudSystem } from "../cloud-system.ts"
import type { Got, Ledger } from "./ledger.ts"
import { deliver, playSqs } from "./play.ts"
import { askOf, takeOne } from "./standard.ts"
import type { User } from "./user.ts"

const ACTIONS = 25
const FOUR_DAYS_MS = 345_600_000
const QUEUE = "jobs.fifo"

/** A FIFO queue; by seed with a delay, with content-based deduplication, with purges. */
export async function playFifo(sim: Simulation<CloudSystem>): Promise<void> {
  const dice = sim.diceFor("plan")
  const retentionMs = dice.chance(0.15) ? 60_000 : FOUR_DAYS_MS
  const plan: Plan = {
    byContent: dice.chance(0.4),
    purged: dice.chance(0.1),
    delayMs: dice.chance(0.2) ? 7_000 : 0,
    groups: dice.between(1, 4),
  }
  const attributes = {
    FifoQueue: "true",
    MessageRetentionPeriod: String(retentionMs / 1000),
    ContentBasedDeduplication: String(plan.byContent),
    DelaySeconds: String(plan.delayMs / 1000),
  }
  await playSqs(sim, {
    queues: [{ name: QUEUE, attributes }],
    rules: { retentionMs },
    users: dice.between(2, 5),
    use: (user, context) => use(user, context, plan),
  })
}

interface Plan {
  readonly byContent: boolean
  readonly purged: boolean
  readonly delayMs: number
  readonly groups: number
}

type Letter = ReturnType<typeof letterOf>

const letterOf = (body: string, dice: Dice, { byContent, delayMs, groups }: Plan) => ({
  body,
  group: `group ${dice.integer(groups)}`.replace(" ", "-"),
  deduplicationId: byContent ? undefined : body.replaceAll(" ", "-"),
  delayMs,
})

async function use(
  user: User,
  context: { sim: Simulation<CloudSystem>; ledger: Ledger },
  plan: Plan,
): Promise<void> {
  const { dice } = user
  const { sim, ledger } = context
  const held: Got[] = []
  const letters: Letter[] = []
  const letter = (number: number): Letter => {
    const made = letterOf(`${user.name}/${number}`, dice, plan)
    letters.push(made)
    return made
  }
  const weights = { send: 4, again: 1, batch: 2, receive: 5, remove: 4, removeBatch: 2, change: 1 }
  for (let turn = 0; turn < ACTIONS; turn += 1) {
    switch (dice.weighted({ ...weights, deliver: 0.5, purge: plan.purged ? 0.3 : 0 })) {
      case "send":
        await user.send(QUEUE, letter(turn))
        // As a client does that got no answer.
        if (ledger.sent.at(-1)?.attempt.kind === "lost")
          await user.send(QUEUE, letters.at(-1) as Letter)
        break
      case "again":
        if (letters.length > 0) await user.send(QUEUE, dice.pick(letters))
        break
      case "batch":
        await user.sendBatch(
          QUEUE,
          Array.from({ length: dice.between(1, 10) }, (_, index) => letter(turn + index / 100)),
        )
        break
      case "receive":
        held.push(...(await receive(user, turn)))
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
      case "deliver": {
        const { body, group, deduplicationId } = letter(turn)
        await deliver(context, QUEUE, { body, group, deduplicationId })
        break
      }
      case "purge":
        await user.purge(QUEUE)
    }
    if (dice.chance(0.3)) await sim.pause(dice.between(1, 20_000))
  }
}

/** Sometimes with an attempt id, by which an answer that was lost is asked for again. */
async function receive(user: User, turn: number): Promise<readonly Got[]> {
  const asked = askOf(user)
  if (user.dice.chance(0.6)) return (await user.receive(QUEUE, asked)).got
  const attemptId = `${user.name}/${turn}`.replaceAll(" ", "-")
  const first = await user.receive(QUEUE, { ...asked, attemptId })
  if (first.attempt.kind !== "lost") return first.got
  return (await user.receive(QUEUE, { ...asked, attemptId })).got
}
