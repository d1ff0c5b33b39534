import { deadWork, deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import { checkStore } from "../../../src/kernel/testing/check-store.ts"
import { blobLinks } from "../../../src/kernel/blobs/blob-links.ts"
import { clockRows } from "../../../src/kernel/cloud-clock.ts"
import { faultRows } from "../../../src/kernel/faults.ts"
import { usages } from "../../../src/kernel/meter.ts"
import { deliverToQueue } from "../../../src/services/sqs/port.ts"
import { messages } from "../../../src/services/sqs/store/message.ts"
import { watchCommits } from "../kernel/watch-commits.ts"
import { Violation } from "../moments.ts"
import type { Simulation } from "../simulation.ts"
import { checkMessages } from "./check-messages.ts"
import { checkOrder } from "./check-order.ts"
import { checkPolls } from "./check-polls.ts"
import { checkRedrive } from "./check-redrive.ts"
import { checkStructure } from "./check-structure.ts"
import type { CloudSystem } from "../cloud-system.ts"
import { Evidence, type Rules } from "./evidence.ts"
import { createLedger, type Ledger } from "./ledger.ts"
import { arnOf, drain, User, wayInto } from "./user.ts"

/** A queue to begin with. Those that others name come first. */
export interface QueuePlan {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface Play {
  readonly queues: readonly QueuePlan[]
  readonly rules: Omit<Rules, "freezes">
  readonly users: number
  /** What one user does until it has done enough. */
  readonly use: (
    user: User,
    context: { sim: Simulation<CloudSystem>; ledger: Ledger },
  ) => Promise<void>
}

const QUARTER_HOUR_MS = 900_000

/** Users at work on queues, with all that may go wrong; then rest, a drain, and the checks. */
export async function playSqs(sim: Simulation<CloudSystem>, play: Play): Promise<void> {
  const ledger = createLedger()
  const commits = watchCommits(sim, [{ table: messages as never, column: 2 }])
  sim.onStart(({ cloud }) => commits.follow(cloud.world))
  const checkDisk = async (): Promise<void> => {
    const { tables } = await sim.system()
    const wrong = [
      ...checkStore(sim.disk.dump(), [...tables, ...KERNEL_TABLES]),
      ...checkStructure(sim.disk.dump(), sim.moment().cloudMs),
    ]
    if (wrong.length > 0) throw new Violation(wrong.join("\n"))
  }
  await sim.runCalmly(() => createQueues(sim, play, ledger))
  sim.onCrash(() => {
    const wrong = checkStructure(sim.disk.dump(), sim.moment().cloudMs)
    if (wrong.length > 0) sim.fail(new Violation(wrong.join("\n")))
  })
  const users = Array.from({ length: play.users }, (_, index) => {
    const user = new User(wayInto(sim), ledger, `user ${index}`)
    return () => play.use(user, { sim, ledger })
  })
  const freezes = sim.seed % 5 === 0
  await sim.run([...users, () => moveTime(sim, freezes)])
  await sim.runCalmly(() => rest(sim, play, ledger))
  await sim.runCalmly(checkDisk)
  await sim.runCalmly(() => checkNothingStuck(sim))
  const evidence = new Evidence(sim, ledger, { ...play.rules, freezes })
  for (const check of [checkMessages, checkOrder, checkPolls, checkRedrive]) check(evidence)
}

const KERNEL_TABLES = Object.freeze([
  ...[timers, deliveries, deadWork, clockRows, faultRows, usages, blobLinks],
])

/** What `deliver` comes as must be let in. */
const OPEN_TO_SNS = JSON.stringify({
  Version: "2012-10-17",
  Statement: {
    ...{ Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" },
    Principal: { Service: "sns.amazonaws.com" },
  },
})

async function createQueues(
  sim: Simulation<CloudSystem>,
  { queues }: Play,
  ledger: Ledger,
): Promise<void> {
  await sim.system()
  const maker = new User(wayInto(sim), ledger, "maker")
  for (const { name, attributes } of queues) {
    const { output, code } = await maker.call("CreateQueue", {
      QueueName: name,
      Attributes: { ...attributes, Policy: OPEN_TO_SNS },
    })
    if (!output) throw new Violation(`${name} could not be made: ${code}`)
  }
  // By then a power cut does not take them any more.
  await sim.pause(2_000)
}

/** Cloud time jumps, stands still and goes on. */
async function moveTime(sim: Simulation<CloudSystem>, freezes: boolean): Promise<void> {
  const dice = sim.diceFor("time")
  for (let turns = dice.integer(12); turns > 0; turns -= 1) {
    await sim.pause(dice.between(1, 20_000))
    const how = dice.weighted({ advance: 6, freeze: freezes ? 2 : 0, resume: 2 })
    const ms = dice.between(1, 90_000)
    sim.note(`${how} ${ms}`)
    await sim.attempt(async ({ cloud }) => {
      const moved = how === "advance" ? cloud.advance(ms) : cloud[how]()
      await moved.catch(() => undefined)
    })
  }
  await sim.attempt(async ({ cloud }) => cloud.resume().catch(() => undefined))
}

/** A message that another service sends: delivered after the commit that asked for it. */
export async function deliver(
  { sim, ledger }: { sim: Simulation<CloudSystem>; ledger: Ledger },
  queue: string,
  letter: { body: string; group?: string | undefined; deduplicationId?: string | undefined },
): Promise<void> {
  const { body, group, deduplicationId } = letter
  const attempt = await sim.attempt(async ({ cloud }) => {
    const payload = {
      queueArn: arnOf(queue),
      body,
      ...(group !== undefined && { groupId: group }),
      ...(deduplicationId !== undefined && { deduplicationId }),
    }
    return cloud.world
      .write((tx) => tx.emit(deliverToQueue, payload, { as: "sns.amazonaws.com", orderKey: queue }))
      .then(
        () => true,
        () => false,
      )
  })
  const { sent, ended } = attempt
  const refused = attempt.kind === "answered" && !attempt.value
  const kind = refused ? (sim.faults.flushFailure ? "lost" : "refused") : attempt.kind
  ledger.sent.push({
    ...{ queue, body, group, deduplicationId, delayMs: 0, asEffect: true },
    attempt: { kind, sent, ended },
  })
}

/** Lets all invisibility and all delays end by themselves, then takes what is there. */
async function rest(sim: Simulation<CloudSystem>, play: Play, ledger: Ledger): Promise<void> {
  const { cloud } = await sim.system()
  await cloud.resume()
  await sim.restart()
  if (sim.seed % 2 === 0) await sim.pause(QUARTER_HOUR_MS)
  else await (await sim.system()).cloud.advance(QUARTER_HOUR_MS)
  await (await sim.system()).cloud.settle()
  const user = new User(wayInto(sim), ledger, "drain")
  for (const { name } of play.queues) ledger.counts.set(name, (await user.counts(name)) ?? [])
  if (play.rules.redrive) {
    const url = `http://localhost:4566/000000000000/${play.rules.redrive.from}`
    const attributes = { QueueUrl: url, Attributes: { RedrivePolicy: "" } }
    await user.call("SetQueueAttributes", attributes)
  }
  for (const { name } of play.queues) await drain(user, name, ledger)
  for (const { name } of play.queues) {
    const counts = await user.counts(name)
    if (counts?.join() !== "0,0,0") throw new Violation(`${name} is drained and tells of ${counts}`)
  }
  await (await sim.system()).cloud.settle()
}

async function checkNothingStuck(sim: Simulation<CloudSystem>): Promise<void> {
  const { cloud } = await sim.system()
  cloud.world.peek((tx) => {
    if (tx.first(deliveries, {})) throw new Violation("a delivery is stuck")
    if (tx.first(timers, { to: [cloud.world.clock.now()] })) throw new Violation("a timer is stuck")
    const dead = tx.first(deadWork, {})
    if (dead) throw new Violation(`given up: ${JSON.stringify(dead)}`)
  })
}
