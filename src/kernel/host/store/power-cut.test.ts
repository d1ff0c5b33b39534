import { cpSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import type { Value } from "../../engine.ts"
import { all } from "../../testing/engine-suite.ts"
import { openLmdbEngine } from "../lmdb-engine.ts"

// A power cut keeps what was synced and, of what was written since, any part in any order. The
// files are copied at the last sync and at the cut; then each sector is taken from either.

const root = mkdtempSync(join(tmpdir(), "cloudarium-power-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => mkdtempSync(join(root, `${(folders += 1)}-`))
const SECTOR = 512
const PAGE = 8192

/** Small, fast and seeded: a multiply-with-carry step per draw. */
function seeded(seed: number): () => number {
  let state = (seed * 2654435761 + 1) >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
}

/** Commit `n` writes a few rows that depend on `n` alone. */
function rowsOf(n: number): Map<string, Value | undefined> {
  const random = seeded(n)
  const rows = new Map<string, Value | undefined>([["last", String(n)]])
  for (let i = 0; i < 5; i += 1) {
    const key = `row ${Math.floor(random() * 400)}`
    const value = `${n}:`.padEnd(Math.floor(random() * 900), "x")
    rows.set(key, random() < 0.25 ? undefined : value)
  }
  return rows
}

function stateAfter(n: number): Map<string, Value> {
  const state = new Map<string, Value>()
  for (let i = 1; i <= n; i += 1) {
    for (const [key, value] of rowsOf(i)) {
      if (value === undefined) state.delete(key)
      else state.set(key, value)
    }
  }
  return state
}

/** Each unit from the old or the new bytes; beyond the old ones' end it may never have come. */
function torn(
  { before, after }: { before: Buffer; after: Buffer },
  options: { random: () => number; unit: number; keep?: number },
): Buffer {
  const { random, unit, keep = 0 } = options
  const size = random() < 0.5 ? after.length : before.length
  const result = Buffer.alloc(Math.max(size, before.length))
  before.copy(result)
  const share = random()
  for (let at = keep; at < result.length; at += unit) {
    if (random() < share) after.copy(result, at, at, Math.min(at + unit, after.length))
  }
  return result
}

test.each([
  ["process", 40],
  ["power", 40],
  // The records that the cut takes go on beyond the room that was made at first.
  ["power", 130],
] as const)(
  "a cut between two syncs leaves the state of some commit, none before the sync (%s, %i)",
  async (durability, synced) => {
    const folder = newFolder()
    const log = join(folder, "commits-0000000001.log")
    const engine = await openLmdbEngine(folder, { durability })
    for (let n = 1; n <= synced; n += 1) engine.commit(rowsOf(n))
    await engine.flush()
    const before = readFileSync(log)
    for (let n = synced + 1; n <= synced + 60; n += 1) engine.commit(rowsOf(n))
    const after = readFileSync(log)
    expect(after.length > before.length).toBe(durability === "process" || synced > 40)
    await engine.close()
    const ends = new Set<number>()
    for (let seed = 1; seed <= 60; seed += 1) {
      const cut = newFolder()
      const bytes = torn({ before, after }, { random: seeded(seed), unit: SECTOR })
      writeFileSync(join(cut, "commits-0000000001.log"), bytes)
      const rest = await openLmdbEngine(cut, { durability: "process" })
      const last = Number(rest.get("last"))
      ends.add(last)
      expect(last).toBeGreaterThanOrEqual(synced)
      expect(new Map(all(rest, { start: "\0", end: "\xff" }))).toEqual(stateAfter(last))
      await rest.close()
    }
    expect(ends.size).toBeGreaterThan(2)
  },
)

test("a cut while LMDB is written loses nothing", async () => {
  const folder = newFolder()
  const data = join(folder, "data.mdb")
  const engine = await openLmdbEngine(folder, { durability: "process" })
  for (let n = 1; n <= 200; n += 1) engine.commit(rowsOf(n))
  await engine.checkpoint()
  for (let n = 201; n <= 300; n += 1) engine.commit(rowsOf(n))
  await engine.flush()
  const copy = newFolder()
  cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("lock") })
  const before = readFileSync(data)
  // 400 rows at most: one LMDB transaction, whose meta page is written after a sync of all others.
  await engine.checkpoint()
  const after = readFileSync(data)
  expect(after.equals(before)).toBe(false)
  await engine.close()
  for (let seed = 1; seed <= 40; seed += 1) {
    const cut = newFolder()
    cpSync(copy, cut, { recursive: true })
    const bytes = torn({ before, after }, { random: seeded(seed), unit: PAGE, keep: 2 * PAGE })
    writeFileSync(join(cut, "data.mdb"), bytes)
    const rest = await openLmdbEngine(cut, { durability: "process" })
    expect(rest.recovered).toEqual({ commits: 100, discardedBytes: 0 })
    expect(new Map(all(rest, { start: "\0", end: "\xff" }))).toEqual(stateAfter(300))
    await rest.close()
  }
})

test("rows whose blobs were on their way survive a kill, but not a power cut", async () => {
  const folder = newFolder()
  const blobs = { unsynced: false, flush: () => Promise.resolve() }
  const engine = await openLmdbEngine(folder, { durability: "process", blobs })
  engine.commit(rowsOf(1))
  blobs.unsynced = true
  engine.commit(rowsOf(2))
  const [owner, log] = ["lock", "commits-0000000001.log"].map((name) => join(folder, name))
  const [lock, bytes] = [readFileSync(owner ?? "", "utf8"), readFileSync(log ?? "")]
  for (const [boot, last] of [
    ["the same", "2"],
    ["another", "1"],
  ] as const) {
    const left = newFolder()
    const dead = { ...JSON.parse(lock), pid: 2 ** 30, ...(boot === "another" && { boot }) }
    writeFileSync(join(left, "lock"), JSON.stringify(dead))
    utimesSync(join(left, "lock"), 0, 0)
    writeFileSync(join(left, "commits-0000000001.log"), bytes)
    const again = await openLmdbEngine(left, { durability: "process" })
    expect(again.get("last")).toBe(last)
    await again.close()
  }
  await engine.close()
})
