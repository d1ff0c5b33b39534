import type { Simulation } from "../simulation.ts"
import type { CloudSystem } from "../cloud-system.ts"
import type { Got, Ledger } from "./ledger.ts"
import { playSqs } from "./play.ts"
import { askOf, takeOne } from "./standard.ts"
import { arnOf, type User } from "./user.ts"

const ACTIONS = 30
const FOUR_DAYS_MS = 345_600_000

/** A queue, standard or FIFO by seed, whose messages mostly fail, and its dead-letter queue. */
export async function playDeadLetters(sim: Simulation<CloudSystem>): Promise<void> {
  const dice = sim.diceFor("plan")
  const suffix = dice.chance(0.5) ? ".fifo" : ""
  const [from, to] = [`jobs${suffix}`, `dead${suffix}`]
  const maxReceives = dice.between(1, 3)
  const kind: Record<string, string> = suffix === "" ? {} : { FifoQueue: "true" }
  const policy = JSON.stringify({ deadLetterTargetArn: arnOf(to), maxReceiveCount: maxReceives })
  const groups = dice.chance(0.5) ? ["a", "b"] : undefined
  await playSqs(sim, {
    queues: [
      { name: to, attributes: kind },
      { name: from, attributes: { ...kind, RedrivePolicy: policy } },
    ],
    rules: { retentionMs: FOUR_DAYS_MS, redrive: { from, to, maxReceives } },
    users: dice.between(2, 4),
    use: (user, context) => use(user, context, { from, to, groups }),
  })
}

interface Plan {
  readonly from: string
  readonly to: string
  readonly groups: readonly string[] | undefined
}

async function use(
  user: User,
  { sim, ledger }: { sim: Simulation<CloudSystem>; ledger: Ledger },
  { from, to, groups }: Plan,
): Promise<void> {
  const { dice } = user
  const fifo = from.endsWith(".fifo")
  const held: Got[] = []
  const letter = (number: number) => {
    const body = `${user.name}/${number}`
    const group = groups ? dice.pick(groups) : fifo ? "only" : undefined
    return { body, group, delayMs: 0, ...(fifo && { deduplicationId: body.replaceAll(" ", "-") }) }
  }
  for (let turn = 0; turn < ACTIONS; turn += 1) {
    switch (
      dice.weighted({ send: 3, batch: 1, fail: 8, dead: 3, remove: 2, move: 1, cancel: 0.3 })
    ) {
      case "send":
        await user.send(from, letter(turn))
        break
      case "batch":
        await user.sendBatch(
          from,
          Array.from({ length: 5 }, (_, index) => letter(turn + index / 100)),
        )
        break
      case "fail":
        held.push(...(await user.receive(from, askOf(user))).got)
        break
      case "dead":
        held.push(...(await user.receive(to, askOf(user))).got)
        break
      case "remove":
        if (held.length > 0) await user.remove(takeOne(held, user))
        break
      case "move":
        await move(user, ledger, { from, to })
        break
      case "cancel":
        await cancel(user, to)
    }
    if (dice.chance(0.4)) await sim.pause(dice.between(1, 20_000))
  }
}

/** Back to where the messages came from, said or not, all at once or so many a second. */
async function move(user: User, ledger: Ledger, { from, to }: Omit<Plan, "groups">): Promise<void> {
  const { dice } = user
  const { attempt } = await user.call("StartMessageMoveTask", {
    SourceArn: arnOf(to),
    ...(dice.chance(0.5) && { DestinationArn: arnOf(from) }),
    ...(dice.chance(0.5) && { MaxNumberOfMessagesPerSecond: dice.between(1, 5) }),
  })
  ledger.moves.push({ queue: to, attempt })
}

async function cancel(user: User, queue: string): Promise<void> {
  const { output } = await user.call("ListMessageMoveTasks", { SourceArn: arnOf(queue) })
  const [task] = (output?.["Results"] ?? []) as { TaskHandle?: string }[]
  if (task?.TaskHandle !== undefined)
    await user.call("CancelMessageMoveTask", { TaskHandle: task.TaskHandle })
}
