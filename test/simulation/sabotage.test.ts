import { expect, test } from "vitest"
import type { Batch, Engine } from "../../src/kernel/engine.ts"
import { encodeKey } from "../../src/kernel/key.ts"
import { createDice } from "./dice.ts"
import { DYNAMODB, playTransactions } from "./dynamodb/transactions.ts"
import { bootWorld, playKernel } from "./kernel/kernel-simulation.ts"
import { playSeed, type Scenario } from "./simulate.ts"
import type { Faults } from "./faults.ts"
import type { Boot, System } from "./simulation.ts"
import { createCloudBoot } from "./cloud-system.ts"
import { playFifo } from "./sqs/fifo.ts"
import { playStandard } from "./sqs/standard.ts"

/** Plays seeds on a broken engine until one notices; gives back what it says. */
async function noticed<S extends System>(
  { boot, play }: { boot: (boot: Boot) => Promise<S>; play: Scenario<S> },
  faults: Faults,
): Promise<string> {
  for (let seed = 1; seed <= 30; seed += 1) {
    try {
      await playSeed("sabotage", seed, { faults: () => faults, boot }, play)
    } catch (error) {
      return (error as Error).message
    }
  }
  return "nothing was noticed"
}

type Sabotage = (engine: Engine) => Engine

const changed =
  (commit: (engine: Engine, batch: Batch) => void): Sabotage =>
  (engine) => ({
    get: (key) => engine.get(key),
    scan: (range) => engine.scan(range),
    commit: (batch) => commit(engine, batch),
    flush: () => engine.flush(),
    backup: (folder) => engine.backup(folder),
    size: () => engine.size(),
    close: () => engine.close(),
  })

/** Leaves keys out of every batch. */
const without = (drop: (key: string, deleted: boolean) => boolean): Sabotage =>
  changed((engine, batch) =>
    engine.commit(new Map([...batch].filter(([key, value]) => !drop(key, value === undefined)))),
  )

const cloud = { boot: createCloudBoot() }
const standard = { ...cloud, play: playStandard }
const fifo = { ...cloud, play: playFifo }
const dynamodb = { boot: createCloudBoot(DYNAMODB), play: playTransactions }
const kernel = { boot: bootWorld, play: playKernel }

test("it notices a lost commit", async () => {
  const dice = createDice("sabotage")
  const sabotage = changed((engine, batch) => {
    if (!dice.chance(0.02)) engine.commit(batch)
  })
  expect(await noticed(standard, { sabotage })).toMatch(/^seed \d+, step \d+: /)
  expect(await noticed(kernel, { sabotage })).toMatch(/^seed \d+, step \d+: /)
})

test("it notices index entries that are left behind", async () => {
  const prefix = encodeKey(["sqs/message#byTurn"])
  const sabotage = without((key, deleted) => deleted && key.startsWith(prefix))
  expect(await noticed(standard, { sabotage })).toMatch(/seed 1, .*index/s)
})

test("it notices commits that come after their answers", async () => {
  // The last batch stays in memory until the next one comes: a crash loses it.
  const sabotage = (engine: Engine): Engine => {
    let late: Batch = new Map()
    const seen = (key: string) => (late.has(key) ? late.get(key) : engine.get(key))
    return {
      ...changed((inner, batch) => {
        inner.commit(late)
        late = new Map(batch)
      })(engine),
      get: seen,
      *scan(range) {
        engine.commit(late)
        late = new Map()
        yield* engine.scan(range)
      },
    }
  }
  expect(await noticed(kernel, { crash: 0.01, sabotage })).toMatch(/^seed \d+, step \d+: /)
})

test("it notices deletions that do not last", async () => {
  const prefix = encodeKey(["sqs/message"])
  const dice = createDice("sabotage")
  const sabotage = without((key, deleted) => deleted && key.startsWith(prefix) && dice.chance(0.05))
  expect(await noticed(fifo, { sabotage })).toMatch(/^seed \d+, step \d+: /)
})

test("it notices answers that do not wait for the flush", async () => {
  const sabotage = (engine: Engine): Engine => ({
    ...changed((inner, batch) => inner.commit(batch))(engine),
    flush: () => Promise.resolve(),
  })
  const faults = { flushEach: true, crash: 0.005, powerCut: 1, sabotage }
  expect(await noticed(standard, faults)).toMatch(/^seed \d+, step \d+: /)
})

test("it notices transactions of which an item is lost", async () => {
  const prefix = encodeKey(["dynamodb/item"])
  const dice = createDice("sabotage")
  const there = new Set<string>()
  const sabotage = without((key, deleted) => {
    if (deleted || !key.startsWith(prefix)) return false
    // What is new stays: the count of a table's items would tell before any history does.
    if (there.has(key)) return dice.chance(0.05)
    there.add(key)
    return false
  })
  expect(await noticed(dynamodb, { sabotage })).toMatch(/^seed \d+, step \d+: (G|incompatible)/)
})

test("it notices transactions that are made twice under one token", async () => {
  const prefix = encodeKey(["dynamodb/transaction-token"])
  const sabotage = without((key) => key.startsWith(prefix))
  const faults = { commitCrash: 0.1, sabotage }
  expect(await noticed(dynamodb, faults)).toMatch(/^seed \d+, step \d+: .* twice in /)
})

test("it notices reads of what a power cut then takes", async () => {
  const sabotage = (engine: Engine): Engine => ({
    ...changed((inner, batch) => inner.commit(batch))(engine),
    flush: () => Promise.resolve(),
  })
  const faults = { flushEach: true, crash: 0.02, powerCut: 1, sabotage }
  expect(await noticed(dynamodb, faults)).toMatch(/^seed \d+, step \d+: (G|garb|incomp|reported)/)
})
