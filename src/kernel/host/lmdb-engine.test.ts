import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test, vi } from "vitest"
import type { Batch, Engine, Value } from "../engine.ts"
import { encodeKey, prefixEnd } from "../key.ts"
import { StoreCorruptError, StoreFailedError } from "../store-errors.ts"
import { all, testEngine } from "../testing/engine-suite.ts"
import { openLmdbEngine, type LmdbEngine, type LmdbEngineOptions } from "./lmdb-engine.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-engine-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => join(root, String((folders += 1)))
const row = (n: number) => encodeKey(["row", n])
const rows = { start: encodeKey(["row"]), end: prefixEnd(encodeKey(["row"])) }
const turn = () => new Promise((resolve) => setImmediate(resolve))

function open(folder: string, options: Partial<LmdbEngineOptions> = {}): Promise<LmdbEngine> {
  return openLmdbEngine(folder, {
    durability: "process",
    report: (what, error) => {
      throw new Error(what, { cause: error })
    },
    ...options,
  })
}

function batch(from: number, to: number, value: (n: number) => Value | undefined): Batch {
  return new Map(Array.from({ length: to - from }, (_, i) => [row(from + i), value(from + i)]))
}

testEngine("engine on disk", () => open(newFolder()))
testEngine("engine on disk, power", () => open(newFolder(), { durability: "power" }))

/** Turns of the loop let a checkpoint advance between two commits, by some rows each. */
testEngine(
  "engine on disk, checkpoints under way",
  () => open(newFolder(), { checkpointBytes: 1 }),
  async (engine, choice) => {
    for (let i = choice % 7; i > 0; i -= 1) await turn()
    if (choice % 5 === 0) await engine.checkpoint()
    return engine
  },
)

const home = newFolder()
testEngine(
  "engine on disk, opened again and again",
  () => open(home, { checkpointBytes: 20_000 }),
  async (engine, choice) => {
    if (choice % 4 !== 0) return engine
    if (choice % 8 === 0) await engine.checkpoint()
    await engine.close()
    return open(home, { checkpointBytes: 20_000 })
  },
)

test("a small store is a log only: LMDB is not even made", async () => {
  const folder = newFolder()
  const engine = await open(folder)
  engine.commit(new Map([["a", "1"]]))
  await engine.close()
  expect(readdirSync(folder)).toEqual(["commits-0000000001.log"])
  const again = await open(folder)
  expect(again.recovered).toEqual({ commits: 1, discardedBytes: 0 })
  expect(again.get("a")).toBe("1")
  await again.close()
})

test("the log moves into LMDB as it grows, and is dropped", async () => {
  const folder = newFolder()
  const engine = await open(folder, { checkpointBytes: 100_000 })
  for (let i = 0; i < 200; i += 1) {
    engine.commit(batch(i * 20, i * 20 + 20, (n) => `${n}:`.padEnd(100, "x")))
    if (i % 10 === 0) await turn()
  }
  await engine.checkpoint()
  expect(readdirSync(folder).filter((name) => name.startsWith("commits"))).toHaveLength(1)
  expect(existsSync(join(folder, "data.mdb"))).toBe(true)
  expect(all(engine, rows)).toHaveLength(4_000)
  await engine.close()
  const again = await open(folder)
  expect(again.recovered.commits).toBe(0)
  expect(all(again, rows)).toHaveLength(4_000)
  await again.close()
})

test("what a checkpoint moved is what the last writes were, few rows or many", async () => {
  for (const count of [10, 3_000]) {
    const folder = newFolder()
    const engine = await open(folder)
    engine.commit(batch(0, count, (n) => `first ${n}`))
    await engine.checkpoint()
    engine.commit(batch(0, count, (n) => `second ${n}`))
    engine.commit(batch(0, count, (n) => (n % 3 === 0 ? undefined : `zweitens é ${n}`)))
    engine.commit(new Map([[row(1), new Uint8Array([0, 255, 1])]]))
    engine.commit(batch(count, count + 5, () => "short life"))
    engine.commit(batch(count, count + 5, () => undefined))
    const before = all(engine, rows)
    await engine.checkpoint()
    expect(engine.burden.rows).toBe(0)
    expect(all(engine, rows)).toEqual(before)
    expect(before).toHaveLength(count - Math.ceil(count / 3))
    await engine.close()
    const again = await open(folder)
    expect(again.recovered.commits).toBe(0)
    expect(all(again, rows)).toEqual(before)
    await again.close()
  }
})

test("a range that was empty is looked at again after a checkpoint", async () => {
  const engine = await open(newFolder())
  engine.commit(new Map([[row(5), "five"]]))
  await engine.checkpoint()
  const from = (n: number) => all(engine, { ...rows, start: row(n) })
  expect(from(6)).toEqual([])
  expect(from(7)).toEqual([])
  expect(from(5)).toHaveLength(1)
  engine.commit(new Map([[row(8), "eight"]]))
  expect(from(6)).toEqual([[row(8), "eight"]])
  await engine.checkpoint()
  expect(from(7)).toEqual([[row(8), "eight"]])
  expect(from(9)).toEqual([])
  expect(from(2)).toHaveLength(2)
  await engine.close()
})

test("a range that is asked for again and again shows what was written and moved meanwhile", async () => {
  for (const shape of [{}, { limit: 2 }, { limit: 2, reverse: true }]) {
    const engine = await open(newFolder())
    const seen = () => [1, 2, 3].map(() => [...engine.scan({ ...rows, ...shape })])
    const model = new Map<string, string>()
    for (const [i, value] of ["a", undefined, "c", "d"].entries()) {
      for (const n of [i, i + 1, i + 2]) {
        if (value === undefined) model.delete(row(n))
        else model.set(row(n), `${value}${n}`)
      }
      engine.commit(batch(i, i + 3, (n) => value && `${value}${n}`))
      const entries = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1))
      if (shape.reverse) entries.reverse()
      const found = entries.slice(0, shape.limit)
      expect(seen()).toEqual([found, found, found])
      await engine.checkpoint()
      expect(seen()).toEqual([found, found, found])
    }
    await engine.close()
  }
})

test("a log of rows that are rewritten or live shortly may grow longer", async () => {
  const folder = newFolder()
  const engine = await open(folder, { checkpointBytes: 20_000 })
  const segments = (): string[] => readdirSync(folder).filter((name) => name.endsWith(".log"))
  while (engine.size() < 60_000) {
    engine.commit(new Map([[row(1), "x".repeat(1_000)]]))
    await turn()
  }
  expect(segments()).toEqual(["commits-0000000001.log"])
  while (engine.size() < 90_000 && segments().length === 1) {
    engine.commit(new Map([[row(1), "y".repeat(1_000)]]))
    await turn()
  }
  await expect.poll(segments).toEqual(["commits-0000000002.log"])
  await engine.close()
})

test("rows that are born and die between two checkpoints never burden a scan", async () => {
  const engine = await open(newFolder())
  engine.commit(batch(0, 10, String))
  await engine.checkpoint()
  for (let i = 10; i < 5_000; i += 1) {
    engine.commit(new Map([[row(i), "short life"]]))
    engine.commit(new Map([[row(i), undefined]]))
  }
  expect(all(engine, rows)).toHaveLength(10)
  expect(engine.burden).toEqual({ rows: 0, skipped: 0 })
  await engine.close()
})

test("scans that step over many deleted rows bring a checkpoint about", async () => {
  const engine = await open(newFolder())
  engine.commit(batch(0, 1_000, String))
  await engine.checkpoint()
  engine.commit(batch(0, 900, () => undefined))
  expect(engine.burden.rows).toBe(900)
  for (let i = 0; i < 9; i += 1) {
    expect(all(engine, { ...rows, limit: 1 })).toEqual([[row(900), "900"]])
  }
  await expect.poll(() => engine.burden).toEqual({ rows: 0, skipped: 0 })
  expect(all(engine, rows)).toHaveLength(100)
  await engine.close()
})

const durabilities = ["process", "power"] as const
const backup = "a backup is whole while commits and checkpoints go on"
test.each(durabilities)(`${backup} (%s)`, async (durability) => {
  const engine = await open(newFolder(), { checkpointBytes: 50_000, durability })
  let commits = 0
  const write = (target: Engine) => {
    commits += 1
    // Each commit changes both: a copy that has only one of them is torn.
    const half = new Map([
      ["left", String(commits)],
      [row(commits % 500), "x".repeat(300)],
    ])
    target.commit(half.set("right", String(commits)))
  }
  for (let i = 0; i < 500; i += 1) write(engine)
  for (let round = 0; round < 5; round += 1) {
    const folder = newFolder()
    const begun = commits
    const saving = engine.backup(folder)
    const saved = saving.then(() => "saved")
    while ((await Promise.race([saved, turn()])) !== "saved") {
      for (let i = 0; i < 20; i += 1) write(engine)
    }
    const copy = await open(folder, { durability })
    expect(copy.recovered.discardedBytes).toBe(0)
    expect(Number(copy.get("left"))).toBeGreaterThanOrEqual(begun)
    expect(copy.get("right")).toBe(copy.get("left"))
    expect(all(copy, rows).length).toBe(500)
    copy.commit(new Map([["left", "goes on"]]))
    await copy.close()
  }
  await engine.close()
})

test("what is closed takes no more commits", async () => {
  const engine = await open(newFolder())
  await engine.close()
  await engine.close()
  expect(() => engine.commit(new Map([["a", "1"]]))).toThrow(StoreFailedError)
})

test("a log without the data below it is refused, not taken for an empty store", async () => {
  const folder = newFolder()
  const engine = await open(folder)
  engine.commit(new Map([["a", "1"]]))
  await engine.checkpoint()
  engine.commit(new Map([["b", "1"]]))
  await engine.close()
  rmSync(join(folder, "data.mdb"))
  await expect(open(folder)).rejects.toThrow(StoreCorruptError)
  await expect(open(folder)).rejects.toThrow(StoreCorruptError)
})

test("a data file that a power cut left half made is made again from the log", async () => {
  const folder = newFolder()
  const engine = await open(folder)
  engine.commit(new Map([["a", "1"]]))
  await engine.close()
  cpSync(join(folder, "commits-0000000001.log"), join(folder, "data.mdb"))
  const again = await open(folder)
  expect(again.get("a")).toBe("1")
  await again.checkpoint()
  expect(again.get("a")).toBe("1")
  await again.close()
  cpSync(join(folder, "commits-0000000002.log"), join(folder, "data.mdb"))
  await expect(open(folder)).rejects.toThrow(StoreCorruptError)
})

test("a sync that could not begin is tried again, with no commit to remind of it", async () => {
  const error = Object.assign(new Error("EMFILE"), { code: "EMFILE", syscall: "open" })
  const reported: unknown[] = []
  let asked = 0
  const flush = async (): Promise<void> => {
    asked += 1
    if (asked <= 2) throw error
  }
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] })
  try {
    const engine = await open(newFolder(), {
      blobs: { unsynced: true, flush },
      report: (what, reason) => void reported.push([what, reason]),
    })
    engine.commit(batch(0, 1, () => "kept"))
    for (let tries = 1; tries <= 3; tries += 1) {
      await vi.advanceTimersByTimeAsync(5_000)
      expect(asked).toBe(tries)
    }
    expect(reported).toEqual([
      ["sync", error],
      ["sync", error],
    ])
    await engine.flush()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(asked).toBe(3)
    await engine.close()
  } finally {
    vi.useRealTimers()
  }
})
