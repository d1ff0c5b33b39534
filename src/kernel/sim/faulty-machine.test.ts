import { describe, expect, test } from "vitest"
import { BlobCorruptError, BlobNotFoundError } from "../blobs/blobs.ts"
import type { Engine, Value } from "../engine.ts"
import type { Store } from "../storage.ts"
import { pattern, read, testBlobs } from "../testing/blob-suite.ts"
import { testEngine } from "../testing/engine-suite.ts"
import { createFaultyMachine, SimulatedCrashError } from "./faulty-machine.ts"
import { createSeededRandom } from "./seeded-random.ts"

const clock = { now: () => 1_000_000_000 }
const machineOf = (seed: number, options: { crashChance?: number; powerShare?: number } = {}) =>
  createFaultyMachine({ random: createSeededRandom(seed), clock, ...options })

testEngine("machine without faults", async () => machineOf(1).boot().engine)
testBlobs("machine without faults", async () => machineOf(1).boot().blobs)

function write(engine: Engine, n: number): void {
  const rows = new Map<string, Value>([["left", String(n)]])
  engine.commit(rows.set(`row ${n % 10}`, String(n)).set("right", String(n)))
}

/** The number of the last commit that is there; throws when one is there in part. */
function lastOf(engine: Engine): number {
  const last = Number(engine.get("left") ?? 0)
  expect(Number(engine.get("right") ?? 0)).toBe(last)
  for (let n = Math.max(1, last - 9); n <= last; n += 1) {
    expect(engine.get(`row ${n % 10}`)).toBe(String(n))
  }
  return last
}

test("a kill loses nothing; what crashed is crashed until it is started again", async () => {
  const machine = machineOf(1)
  const { engine, blobs } = machine.boot()
  expect(() => machine.boot()).toThrow("running")
  for (let n = 1; n <= 20; n += 1) write(engine, n)
  const { id } = await blobs.stage(pattern(10))
  machine.crash("process")
  expect(machine.running).toBe(false)
  expect(() => engine.get("left")).toThrow(SimulatedCrashError)
  expect(() => write(engine, 21)).toThrow(SimulatedCrashError)
  await expect(engine.flush()).rejects.toThrow(SimulatedCrashError)
  await expect(blobs.stage(pattern(1))).rejects.toThrow(SimulatedCrashError)
  const next = machine.boot()
  expect(lastOf(next.engine)).toBe(20)
  expect(await read(next.blobs.open(id))).toEqual(pattern(10))
  expect(() => engine.get("left")).toThrow(SimulatedCrashError)
  expect(machine.crashes).toEqual(["process"])
})

test("a power cut takes commits from the end only, and none that was flushed", async () => {
  const lasts = new Set<number>()
  for (let seed = 1; seed <= 60; seed += 1) {
    const machine = machineOf(seed)
    const { engine } = machine.boot()
    for (let n = 1; n <= 10; n += 1) write(engine, n)
    await engine.flush()
    for (let n = 11; n <= 20; n += 1) write(engine, n)
    machine.crash("power")
    const last = lastOf(machine.boot().engine)
    expect(last).toBeGreaterThanOrEqual(10)
    lasts.add(last)
  }
  expect(lasts.size).toBe(11)
})

test("a flush that is under way when the power goes promises nothing", async () => {
  const machine = machineOf(1)
  const { engine } = machine.boot()
  write(engine, 1)
  const flushing = engine.flush()
  machine.crash("power")
  await expect(flushing).rejects.toThrow(SimulatedCrashError)
})

test("a power cut leaves blobs whole, torn or not at all, but whole where a row knows them", async () => {
  const fates = { whole: 0, torn: 0, lost: 0 }
  for (let seed = 1; seed <= 60; seed += 1) {
    const machine = machineOf(seed)
    const { engine, blobs } = machine.boot()
    const ids: string[] = []
    for (let n = 1; n <= 6; n += 1) {
      const { id } = await blobs.stage(pattern(n))
      ids.push(id)
      engine.commit(new Map([[`blob ${n}`, id]]))
      if (n === 2) await engine.flush()
    }
    machine.crash("power")
    const rest = machine.boot()
    for (const [i, id] of ids.entries()) {
      const fate = await fateOf(rest, id)
      if (i < 2 || rest.engine.get(`blob ${i + 1}`)) expect(fate).toBe("whole")
      else fates[fate] += 1
    }
  }
  for (const count of Object.values(fates)) expect(count).toBeGreaterThan(20)
})

async function fateOf({ blobs }: Store, id: string): Promise<"whole" | "torn" | "lost"> {
  try {
    await read(blobs.open(id))
    return "whole"
  } catch (error) {
    if (error instanceof BlobNotFoundError) return "lost"
    expect(error).toBeInstanceOf(BlobCorruptError)
    return "torn"
  }
}

test("a blob that is being staged when the program dies is nowhere", async () => {
  const machine = machineOf(1)
  const { blobs } = machine.boot()
  const half = async function* (): AsyncGenerator<Uint8Array> {
    yield pattern(10)
    machine.crash("process")
    yield pattern(10)
  }
  await expect(blobs.stage(half())).rejects.toThrow(SimulatedCrashError)
  expect(await machine.boot().blobs.usage()).toEqual({ count: 0, sizeBytes: 0 })
})

describe.each([0, 0.5, 1])("crashes at commits, power in %d of them", (powerShare) => {
  test("leave the last acknowledged commit, the one under way, or what was flushed", () => {
    const seen = { lost: 0, kept: 0, unanswered: 0 }
    for (let seed = 1; seed <= 40; seed += 1) {
      const machine = machineOf(seed, { crashChance: 0.05, powerShare })
      let acknowledged = 0
      for (let boot = 0; boot < 20; boot += 1) {
        const { engine } = machine.boot()
        const last = lastOf(engine)
        const kind = machine.crashes.at(-1)
        if (kind === "process") expect(last).toBeGreaterThanOrEqual(acknowledged)
        expect(last).toBeGreaterThanOrEqual(acknowledged - 50)
        expect(last).toBeLessThanOrEqual(acknowledged + 1)
        if (last > acknowledged) seen.unanswered += 1
        else if (last < acknowledged) seen.lost += 1
        else seen.kept += 1
        acknowledged = last
        try {
          for (;;) {
            write(engine, acknowledged + 1)
            acknowledged += 1
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SimulatedCrashError)
        }
      }
    }
    expect(seen.unanswered).toBeGreaterThan(20)
    expect(seen.kept).toBeGreaterThan(20)
    expect(seen.lost > 20).toBe(powerShare > 0)
  })
})

test("the same seed crashes in the same way", () => {
  const story = () => {
    const machine = machineOf(7, { crashChance: 0.1 })
    const lasts: number[] = []
    for (let boot = 0; boot < 20; boot += 1) {
      const { engine } = machine.boot()
      lasts.push(lastOf(engine))
      for (let n = lastOf(engine) + 1; machine.running; n += 1) {
        try {
          write(engine, n)
        } catch {}
      }
    }
    return { lasts, crashes: machine.crashes }
  }
  expect(story()).toEqual(story())
})
