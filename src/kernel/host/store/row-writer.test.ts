import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { openLmdbEngine } from "../lmdb-engine.ts"
import { loadLmdb } from "./lmdb.ts"
import { dataPath, lmdbOptions, openData, PAGE_BYTES } from "./lmdb-files.ts"
import { roomFor, writeRows, type StoredRow } from "./row-writer.ts"

const { open } = loadLmdb()

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-rows-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const SMALL = 16
const LARGE = 16
const rowOf = (key: string, size: number): StoredRow => ({ key, bytes: Buffer.alloc(size, "v") })
const after = (letter: string, n: number): string => letter + String.fromCharCode(n)

/** A page of small rows with large ones behind them, and one more large one that falls between. */
const full = (size: number): StoredRow[] => [
  ...Array.from({ length: SMALL }, (_, n) => rowOf(after("a", n + 1), 1)),
  ...Array.from({ length: LARGE }, (_, n) => rowOf(after("b", 2 * n + 1), size)),
]
const between = (size: number): StoredRow => rowOf(after("b", 2), size)

const SIZES = Array.from({ length: 30 }, (_, n) => 440 + 2 * n)

test("LMDB refuses rows that it has room for: what this file is for", async () => {
  let refused = 0
  for (const size of SIZES) {
    const root = open(lmdbOptions(newFolder()))
    const data = openData<Buffer>(root, { encoding: "binary" })
    writeRows(root, data, full(size))
    const { key, bytes } = between(size)
    try {
      root.transactionSync(() => data.putSync(key, bytes as Buffer))
    } catch (error) {
      expect(String(error)).toContain("MDB_PAGE_FULL")
      refused += 1
    }
    await root.close()
  }
  expect(refused).toBeGreaterThan(0)
})

test("such rows are written all the same, and nothing else is lost", async () => {
  for (const size of SIZES) {
    const root = open(lmdbOptions(newFolder()))
    const data = openData<Buffer>(root, { encoding: "binary" })
    writeRows(root, data, full(size))
    const removed: StoredRow = { key: after("a", 3), bytes: undefined }
    writeRows(root, data, [removed, between(size), rowOf("c", 7)])
    const expected = [...full(size), between(size), rowOf("c", 7)]
      .filter(({ key }) => key !== removed.key)
      .map(({ key, bytes }) => [key, bytes?.length])
    const found = Array.from(data.getRange({ start: "\0" }), ({ key, value }) => [
      ...[key, value.length],
    ])
    expect(found).toEqual(expected.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)))
    await root.close()
  }
})

test("rows take no more room than is asked for before, and a few ask for a few pages", async () => {
  const folder = newFolder()
  const root = open(lmdbOptions(folder))
  const data = openData<Buffer>(root, { encoding: "binary" })
  const keyOf = (n: number): string => String((n * 7_919) % 30_000).padStart(900, "k")
  let most = 0
  for (const size of [10, 900, 5_000, 9_000]) {
    const keys = Array.from({ length: 1_000 }, (_, n) => keyOf(n + size)).toSorted()
    const rows = keys.map((key) => rowOf(key, size))
    const room = roomFor(data, rows)
    const before = statSync(dataPath(folder)).size
    writeRows(root, data, rows)
    most = Math.max(most, (statSync(dataPath(folder)).size - before) / room)
  }
  expect(most).toBeGreaterThan(0.5)
  expect(most).toBeLessThanOrEqual(1)
  const { treeBranchPageCount } = data.getStats() as unknown as { treeBranchPageCount: number }
  expect(treeBranchPageCount).toBeGreaterThan(100)
  expect(roomFor(data, [rowOf("k", 1)])).toBeLessThan(100 * PAGE_BYTES)
  await root.close()
})

test("a checkpoint of such rows is one as any other", async () => {
  const reports: unknown[] = []
  const options = {
    durability: "process" as const,
    report: (...all: unknown[]) => reports.push(all),
  }
  for (const size of SIZES.filter((n) => n % 10 === 0)) {
    const folder = newFolder()
    const engine = await openLmdbEngine(folder, options)
    const commit = (rows: readonly StoredRow[]): Promise<void> => {
      engine.commit(new Map(rows.map(({ key, bytes }) => [key, bytes?.toString()])))
      return engine.checkpoint()
    }
    await commit(full(size))
    await commit([between(size)])
    await engine.close()
    const again = await openLmdbEngine(folder, options)
    const rows = again.scan({ start: "a", end: "c" })
    expect([...rows]).toHaveLength(SMALL + LARGE + 1)
    await again.close()
  }
  expect(reports).toEqual([])
})
