import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { clockRows } from "../../src/kernel/cloud-clock.ts"
import { blobLinks } from "../../src/kernel/blobs/blob-links.ts"
import { faultRows } from "../../src/kernel/faults.ts"
import { openLmdbEngine } from "../../src/kernel/host/lmdb-engine.ts"
import { deadWork, deliveries, timers } from "../../src/kernel/later/later-rows.ts"
import { usages } from "../../src/kernel/meter.ts"
import { checkStore } from "../../src/kernel/testing/check-store.ts"
import type { Engine, Key, Value } from "../../src/kernel/engine.ts"
import type { Table } from "../../src/kernel/table.ts"
import { iam } from "../../src/services/iam/service.ts"
import { sqs } from "../../src/services/sqs/service.ts"
import { sts } from "../../src/services/sts/service.ts"
import { createDice, type Dice } from "../simulation/dice.ts"
import { checkMessages } from "../simulation/sqs/check-messages.ts"
import { checkOrder } from "../simulation/sqs/check-order.ts"
import { checkPolls } from "../simulation/sqs/check-polls.ts"
import { checkStructure } from "../simulation/sqs/check-structure.ts"
import { Evidence } from "../simulation/sqs/evidence.ts"
import { createLedger, type Ledger } from "../simulation/sqs/ledger.ts"
import { drain, User } from "../simulation/sqs/user.ts"
import { createHttpWay, type HttpWay } from "./http-way.ts"
import { startLoad } from "./load.ts"
import {
  type Durabilities,
  flagsOf,
  type ServerProcess,
  startInVain,
  startServer,
} from "./server-process.ts"

export interface KillOptions {
  readonly rounds: number
  readonly seed: number
  readonly usersEach?: number
  readonly durabilities?: Durabilities
  /** Told of each series that held. */
  readonly progress?: (line: string) => void
}

export interface KillReport {
  readonly rounds: number
  readonly answered: number
  readonly lost: number
}

/** Deaths of one data folder, and of one set of queues, before all of it is checked. */
const ROUNDS_EACH = 10
const FOUR_DAYS_MS = 345_600_000
const HISTORY_SHOWN = 80

/** Kills a server under load again and again; throws when anything that it promised is gone. */
export async function killRounds(options: KillOptions): Promise<KillReport> {
  let [answered, lost, done] = [0, 0, 0]
  for (let series = 0; done < options.rounds; series += 1) {
    const rounds = Math.min(ROUNDS_EACH, options.rounds - done)
    const way = createHttpWay(`kill ${options.seed}/${series}`)
    const folder = await mkdtemp(join(tmpdir(), "cloudarium-kill-"))
    const ledger = createLedger()
    try {
      await playSeries({ way, ledger, folder, series }, { ...options, rounds })
    } catch (error) {
      const { message, stack } = error as Error
      throw new Error(
        `seed ${options.seed}, series ${series}, ${folder} is kept: ${message}\n${stack}\n` +
          way.history.slice(-HISTORY_SHOWN).join("\n"),
        { cause: error },
      )
    } finally {
      way.close()
    }
    await rm(folder, { recursive: true, force: true })
    done += rounds
    answered += way.answered
    lost += countLost(ledger)
    options.progress?.(`${done} rounds: ${answered} answers, ${lost} lost on the way`)
  }
  return { rounds: done, answered, lost }
}

const countLost = ({ sent, receives, deleted }: Ledger): number =>
  [...sent, ...receives, ...deleted].filter(({ attempt }) => attempt.kind === "lost").length

interface Series {
  readonly way: HttpWay
  readonly ledger: Ledger
  readonly folder: string
  readonly series: number
}

const QUEUES = ["jobs", "jobs.fifo"]

async function playSeries(
  { way, ledger, folder, series }: Series,
  { rounds, seed, usersEach = 3, durabilities = ["process"] }: KillOptions,
): Promise<void> {
  const dice = createDice(`kill ${seed}/${series}/moments`)
  let server = await startServer(folder, flagsOf(durabilities, 0))
  await way.arrive(server.port)
  const user = new User(way, ledger, "maker")
  for (const QueueName of QUEUES) {
    const Attributes = QueueName.endsWith(".fifo") ? { FifoQueue: "true" } : {}
    await user.call("CreateQueue", { QueueName, Attributes })
  }
  // Every third series writes so much that the store makes checkpoints.
  const largest = series % 3 === 2 ? 300_000 : 10_000
  const load = startLoad(way, ledger, { queues: QUEUES, usersEach, largest })
  for (let round = 0; round < rounds; round += 1) {
    await killUnderLoad(way, server, dice)
    if (dice.chance(0.2)) await startInVain(folder, dice.between(0, 400))
    server = await startServer(folder, flagsOf(durabilities, round + 1))
    await way.arrive(server.port)
  }
  await load.stop()
  await rest(way, ledger)
  await server.stop()
  if (server.complaints !== "") throw new Error(`it complained: ${server.complaints}`)
  const evidence = new Evidence({ cuts: [], faults: {} }, ledger, {
    retentionMs: FOUR_DAYS_MS,
    freezes: false,
  })
  for (const check of [checkMessages, checkOrder, checkPolls]) check(evidence)
  await checkFolder(folder)
}

/** Kills at a moment that the requests decide, not the clock. */
async function killUnderLoad(way: HttpWay, server: ServerProcess, dice: Dice): Promise<void> {
  await way.more(dice.pick([0, 1, 10, 50, 100, 200, 400]))
  const killed = server.kill()
  way.leave()
  way.note("killed")
  await killed
  if (server.complaints !== "") throw new Error(`it complained: ${server.complaints}`)
}

/** Ends all invisibility and all delays, then takes what is there. */
async function rest(way: HttpWay, ledger: Ledger): Promise<void> {
  await way.control("clock", { advance: "1h" })
  const user = new User(way, ledger, "drain")
  for (const queue of QUEUES) ledger.counts.set(queue, (await user.counts(queue)) ?? [])
  for (const queue of QUEUES) await drain(user, queue, ledger)
}

/** The store that the server has left behind, as a whole. */
async function checkFolder(folder: string): Promise<void> {
  const engine = await openLmdbEngine(join(folder, "store"), { durability: "process" })
  try {
    const kernel = [timers, deliveries, deadWork, clockRows, faultRows, usages, blobLinks]
    const services = [sqs, sts, iam].flatMap(({ tables }) => tables)
    const wrong = [
      ...checkStore(entriesOf(engine), [...kernel, ...services] as readonly Table<object>[]),
      ...checkStructure(entriesOf(engine), Date.now()),
    ]
    if (wrong.length > 0) throw new Error(wrong.join("\n"))
  } finally {
    await engine.close()
  }
}

const entriesOf = (engine: Engine): Iterable<readonly [Key, Value]> =>
  engine.scan({ start: "\0", end: "\xff\xff" })
