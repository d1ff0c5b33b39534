import { clockRows } from "../../../src/kernel/cloud-clock.ts"
import type { Job, LaterCode, Receiver } from "../../../src/kernel/later/later.ts"
import { deadWork, deliveries, timers } from "../../../src/kernel/later/later-rows.ts"
import { createMemoryBlobs } from "../../../src/kernel/sim/memory-blobs.ts"
import { checkStore } from "../../../src/kernel/testing/check-store.ts"
import { decodeRow } from "../../../src/kernel/table.ts"
import type { WriteTx } from "../../../src/kernel/transaction.ts"
import { StoreUnavailable } from "../../../src/kernel/store-errors.ts"
import { World } from "../../../src/kernel/world.ts"
import type { Dice } from "../dice.ts"
import { fateOf, type Attempted } from "../fates.ts"
import { Violation } from "../moments.ts"
import type { Boot, Simulation, System } from "../simulation.ts"
import * as things from "./things.ts"
import { watchCommits } from "./watch-commits.ts"

export interface WorldSystem extends System {
  readonly world: World
}

const ACTORS = 4
const ACTIONS = 40
const DAY_MS = 86_400_000

/** A world of its own, whose code takes its time and fails by chance. */
export async function bootWorld(boot: Boot): Promise<WorldSystem> {
  const { clock, engine, random, flushEach, dice, report } = boot
  const wrong = (what: string): void => report("order", new Violation(what))
  const { jobs, receivers } = things.thingsToDo(dice, wrong)
  const delayed = async <T>(found: T | undefined): Promise<T> => {
    for (let turns = dice.integer(4); turns > 0; turns -= 1)
      await new Promise<void>((resolve) => clock.defer(resolve))
    if (!found) throw new Error("no such code")
    return found
  }
  const code: LaterCode = {
    job: (name) => delayed<Job<object>>(jobs.find((one) => one.name === name)),
    receiver: (name) =>
      delayed<Receiver<object>>(receivers.find((one) => one.effect.name === name)),
  }
  const world = new World({
    ...{ engine, clock, code, report, flushEach },
    blobs: createMemoryBlobs(),
    random: random(),
    startClock: { mode: "running", offsetMs: 0 },
  })
  world.register(things.tables)
  world.start()
  return { world, now: () => world.clock.now() }
}

/** What an actor did to one thing; `refused` when the store said so and nothing was done. */
interface Deed {
  readonly kind: "change" | "alarm" | "cancel" | "cancel in time" | "word" | "sight"
  readonly name: string
  readonly dueMs?: number
  /** What was seen must not be undone either. */
  readonly version?: number
  readonly attempt: Attempted
}

/** Rows, timers and effects under several hands, then what must be true of all of them. */
export async function playKernel(sim: Simulation<WorldSystem>): Promise<void> {
  const deeds: Deed[] = []
  const commits = watchCommits(sim)
  sim.onStart(({ world }) => commits.follow(world))
  sim.onCrash(() => {
    checkDisk(sim)
    checkSights(sim, deeds)
  })
  await sim.run(
    Array.from({ length: ACTORS }, (_, index) => () => act(sim, `actor ${index}`, deeds)),
  )
  await sim.runCalmly(async () => {
    await (await sim.system()).world.resume()
    // Whatever is left must go on by itself.
    await sim.restart()
    if (sim.seed % 2 === 0) await sim.pause(DAY_MS)
    else await (await sim.system()).world.advance(DAY_MS)
    await (await sim.system()).world.settle()
  })
  checkDisk(sim)
  await sim.runCalmly(async () => checkDeeds(sim, deeds, (await sim.system()).world))
}

function checkDisk(sim: Simulation<WorldSystem>): void {
  const wrong = checkStore(sim.disk.dump(), [
    ...things.tables,
    ...[timers, deliveries, deadWork, clockRows],
  ])
  if (wrong.length > 0) throw new Violation(wrong.join("\n"))
}

/** What somebody was shown is not undone either, as far as acknowledgements go. */
function checkSights(sim: Simulation<WorldSystem>, deeds: readonly Deed[]): void {
  const now = new Map<string, number>()
  for (const [key, value] of sim.disk.dump()) {
    if (!key.startsWith(things.kept.prefix)) continue
    const { id, version } = decodeRow(things.kept, value)
    now.set(id, version)
  }
  for (const { kind, name, version = 0, attempt } of deeds) {
    if (kind !== "sight" || fateOf(attempt, sim) !== "done") continue
    if ((now.get(name) ?? 0) < version)
      throw new Violation(`${name} was seen with version ${version}, which is gone`, attempt)
  }
}

async function act(sim: Simulation<WorldSystem>, name: string, deeds: Deed[]): Promise<void> {
  const dice = sim.diceFor(name)
  const alarms: string[] = []
  for (let count = 0; count < ACTIONS; count += 1) {
    const thing = `${name}/${count}`
    switch (dice.weighted({ change: 4, look: 4, alarm: 3, cancel: 1, word: 3, time: 1 })) {
      case "change":
        await change(sim, dice, deeds)
        break
      case "look":
        await look(sim, deeds)
        break
      case "alarm":
        await setAlarm(sim, { dice, thing, deeds })
        alarms.push(thing)
        break
      case "cancel":
        if (alarms.length > 0) await cancel(sim, dice.pick(alarms.slice(-3)), deeds)
        break
      case "word":
        await speak(sim, dice, deeds)
        break
      case "time":
        await moveTime(sim, dice)
    }
    if (dice.chance(0.2)) await sim.pause(dice.between(1, 5_000))
  }
}

/** Writes in one transaction; undefined when it was refused. */
async function write<T>(
  sim: Simulation<WorldSystem>,
  fn: (tx: WriteTx) => T,
): Promise<{ attempt: Attempted; value?: T } | undefined> {
  const attempt = await sim.attempt(async ({ world }) => {
    try {
      return { value: await world.write(fn) }
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof Refused) return undefined
      throw error
    }
  })
  if (attempt.kind !== "answered") return { attempt }
  if (attempt.value) return { attempt, value: attempt.value.value }
  // A flush that failed leaves the commit in place: the caller cannot know.
  return sim.faults.flushFailure ? { attempt: { ...attempt, kind: "lost" } } : undefined
}

class Refused extends Error {}

async function change(sim: Simulation<WorldSystem>, dice: Dice, deeds: Deed[]): Promise<void> {
  const of = dice.chance(0.5) ? things.items : things.kept
  const ids = [dice.integer(8), dice.integer(8)].map(String)
  const [group, rank] = [dice.pick(["g", "h", undefined]), dice.integer(6)]
  const how = dice.pick(["put", "replace", "recreate"] as const)
  const fails = dice.chance(0.15)
  const done = await write(sim, (tx) => {
    for (const id of ids) {
      const before = tx.get(of, [id])
      const row = { id, version: (before?.version ?? 0) + 1, group, rank }
      if (before && how === "replace") tx.replace(of, before, row)
      else if (before && how === "recreate") {
        tx.remove(of, before)
        tx.insert(of, row)
      } else tx.put(of, row)
    }
    if (!things.indexesAgree(tx, of)) throw new Violation(`${of.name}: an index disagrees`)
    if (fails) throw new Refused()
  })
  if (!done || fails) return
  for (const id of ids) deeds.push({ kind: "change", name: `${of.name} ${id}`, ...done })
}

async function look(sim: Simulation<WorldSystem>, deeds: Deed[]): Promise<void> {
  const attempt = await sim.attempt(async ({ world }) => {
    const seen = await world
      .read((tx) => {
        for (const of of [things.items, things.kept])
          if (!things.indexesAgree(tx, of)) throw new Violation(`${of.name}: an index disagrees`)
        return tx.scan(things.kept, { limit: 100 }).rows
      })
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailable)) throw error
      })
    return seen ?? []
  })
  const seen = attempt.kind === "answered" ? attempt.value : []
  for (const { id, version } of seen) deeds.push({ kind: "sight", name: id, version, attempt })
}

async function setAlarm(
  sim: Simulation<WorldSystem>,
  { dice, thing, deeds }: { dice: Dice; thing: string; deeds: Deed[] },
): Promise<void> {
  const waitMs = dice.pick([0, 10, 5_000, 600_000])
  const job = dice.pick([things.ring, things.ringOutside])
  let dueMs = 0
  const done = await write(sim, (tx) => {
    dueMs = tx.now + waitMs
    const timer = tx.schedule(job, { name: thing, dueMs }, dueMs)
    tx.put(things.items, { id: `timer ${thing}`, version: timer.serial, rank: timer.at })
  })
  if (done) deeds.push({ kind: "alarm", name: thing, dueMs, ...done })
}

async function cancel(sim: Simulation<WorldSystem>, name: string, deeds: Deed[]): Promise<void> {
  const done = await write(sim, (tx) => {
    const noted = tx.get(things.items, [`timer ${name}`])
    const timer = noted && tx.get(timers, [noted.rank, noted.version])
    if (timer) tx.cancel(timer)
    return timer?.job
  })
  if (!done) return
  // What is under way outside cannot be called back.
  const inTime = done.value === things.ring.name
  deeds.push({ kind: inTime ? "cancel in time" : "cancel", name, ...done })
}

async function speak(sim: Simulation<WorldSystem>, dice: Dice, deeds: Deed[]): Promise<void> {
  const outside = dice.chance(0.5)
  const ear = `${outside ? "outside" : "inside"} ${dice.integer(3)}`
  const later = dice.chance(0.2) ? dice.between(1, 30_000) : 0
  const done = await write(sim, (tx) => {
    const number = (tx.get(things.said, [ear])?.count ?? 0) + 1
    tx.put(things.said, { ear, count: number })
    tx.emit(
      outside ? things.tellOutside : things.tell,
      { ear, number },
      {
        orderKey: ear,
        at: tx.now + later,
      },
    )
  })
  if (done) deeds.push({ kind: "word", name: ear, ...done })
}

async function moveTime(sim: Simulation<WorldSystem>, dice: Dice): Promise<void> {
  const how = dice.pick(["advance", "freeze", "resume"] as const)
  const ms = dice.between(1, 60_000)
  await sim.attempt(async ({ world }) => {
    const moved = how === "advance" ? world.advance(ms) : world[how]()
    await moved.catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error
    })
  })
}

function checkDeeds(sim: Simulation<WorldSystem>, deeds: readonly Deed[], world: World): void {
  const wrong: string[] = []
  const count = (kind: Deed["kind"], name: string) => {
    const fates = deeds
      .filter((deed) => deed.kind === kind && deed.name === name)
      .map(({ attempt }) => fateOf(attempt, sim))
    const done = fates.filter((fate) => fate === "done").length
    return { done, most: done + fates.filter((fate) => fate === "maybe").length }
  }
  const names = (kind: Deed["kind"]): Set<string> =>
    new Set(deeds.filter((deed) => deed.kind === kind).map(({ name }) => name))
  world.peek((tx) => {
    if (tx.first(deliveries, {})) wrong.push("a delivery is stuck")
    if (tx.first(timers, { to: [tx.now] })) wrong.push("a timer is stuck")
    for (const name of names("change")) {
      const [of, id = ""] = name.split(" ")
      const version = tx.get(of === things.items.name ? things.items : things.kept, [id])?.version
      const { done, most } = count("change", name)
      if ((version ?? 0) < done || (version ?? 0) > most)
        wrong.push(`${name} was changed ${version} times, not ${done} to ${most}`)
    }
    const buried = tx.scan(deadWork, { limit: 10_000 }).rows.map(({ input }) => input)
    const isBuried = (name: string): boolean =>
      buried.some((input) => (input as { name?: string }).name === name)
    for (const name of names("alarm")) {
      const firing = tx.get(things.firings, [name])
      const [set, cancelled] = [count("alarm", name), count("cancel", name)]
      const inTime = count("cancel in time", name)
      if (firing && inTime.done > 0) wrong.push(`${name} rang though it was cancelled`)
      if (firing && firing.times !== 1) wrong.push(`${name} rang ${firing.times} times`)
      if (firing && firing.firedMs < firing.dueMs) wrong.push(`${name} rang early`)
      if (firing && set.most === 0) wrong.push(`${name} rang though it was never set`)
      if (!firing && set.done === 1 && cancelled.most + inTime.most === 0 && !isBuried(name))
        wrong.push(`${name} did not ring`)
    }
    for (const ear of names("word")) {
      const [spoken, got] = [
        tx.get(things.said, [ear])?.count ?? 0,
        tx.get(things.heard, [ear])?.count ?? 0,
      ]
      const { done, most } = count("word", ear)
      if (spoken < done || spoken > most)
        wrong.push(`${ear}: ${spoken} words of ${done} to ${most}`)
      if (got !== spoken) wrong.push(`${ear} heard ${got} of ${spoken} words`)
    }
  })
  if (wrong.length > 0) throw new Violation(wrong.join("\n"))
}
