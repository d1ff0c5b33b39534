import fs, {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { StoreFailedError } from "../../store-errors.ts"
import { openLmdbEngine, type LmdbEngine } from "../lmdb-engine.ts"
import { CommitLog, LOG_START, type Recovery } from "./commit-log.ts"
import { readStored } from "./commit-record.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-ahead-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => mkdtempSync(join(root, `${(folders += 1)}-`))
const segmentFile = (number: number) => `commits-${String(number).padStart(10, "0")}.log`
const ROOM_AT_LEAST = 100_000

interface Opened {
  readonly log: CommitLog
  readonly recovery: Recovery
  /** The values of "n", in the order of the commits. */
  readonly found: number[]
}

async function open(folder: string, ahead = true): Promise<Opened> {
  const found: number[] = []
  const opened = await CommitLog.open({
    place: { folder, ahead },
    after: LOG_START,
    rebooted: true,
    onCommit: (entries) => {
      for (const [, stored] of entries) if (stored) found.push(Number(readStored(stored)))
    },
  })
  return { ...opened, found }
}

function append(log: CommitLog, from: number, to: number): void {
  for (let n = from; n <= to; n += 1) log.append(new Map([["n", String(n)]]))
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

type Sync = (fd: number) => void

/** Puts another disk beneath what `run` does: one that syncs like this, in the thread or beside. */
async function onDisk(sync: Sync, run: () => Promise<void>): Promise<void> {
  const { fdatasync, fdatasyncSync } = fs
  const beside = (fd: number, done: (error: unknown) => void): void => {
    try {
      sync(fd)
    } catch (error) {
      done(error)
      return
    }
    done(null)
  }
  Object.assign(fs, { fdatasyncSync: sync, fdatasync: beside })
  syncBuiltinESMExports()
  try {
    await run()
  } finally {
    Object.assign(fs, { fdatasync, fdatasyncSync })
    syncBuiltinESMExports()
  }
}

test("room that was made ahead of the records is none of them, however the writer ended", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 3)
  const end = log.activeBytes
  const written = readFileSync(join(folder, segmentFile(1)))
  expect(written.length).toBeGreaterThan(end + ROOM_AT_LEAST)
  expect(written.subarray(end).every((byte) => byte === 0)).toBe(true)
  for (const torn of [0, 5]) {
    const left = newFolder()
    writeFileSync(join(left, segmentFile(1)), Buffer.from(written).fill(0, end - torn))
    const again = await open(left)
    expect(again.found).toEqual(range(1, torn ? 2 : 3))
    expect(again.recovery.discardedBytes > 0).toBe(torn > 0)
    append(again.log, torn ? 3 : 4, 5)
    again.log.rotate()
    append(again.log, 6, 2_000)
    await again.log.close()
    const last = await open(left, false)
    expect(last.found).toEqual(range(1, 2_000))
    await last.log.close()
  }
  await log.close()
  expect(readFileSync(join(folder, segmentFile(1)))).toHaveLength(end)
})

test("each of several segments may end in room: none behind it is given up", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  const images: Buffer[] = []
  for (const [from, to] of [
    [1, 3],
    [4, 4],
    [5, 9],
  ] as const) {
    append(log, from, to)
    images.push(readFileSync(join(folder, segmentFile(images.length + 1))))
    log.rotate()
  }
  await log.close()
  for (const ahead of [true, false]) {
    const left = newFolder()
    for (const [i, image] of images.entries()) writeFileSync(join(left, segmentFile(i + 1)), image)
    // The power took all of it but the room.
    writeFileSync(join(left, segmentFile(4)), Buffer.alloc(ROOM_AT_LEAST))
    const again = await open(left, ahead)
    expect(again.found).toEqual(range(1, 9))
    expect(again.recovery.discardedBytes).toBe(0)
    expect(readdirSync(left)).toEqual([1, 2, 3].map(segmentFile))
    append(again.log, 10, 10)
    again.log.rotate()
    append(again.log, 11, 11)
    await again.log.close()
    const last = await open(left, !ahead)
    expect(last.found).toEqual(range(1, 11))
    await last.log.close()
  }
})

test("a copy holds the records and no room", async () => {
  const [folder, copy] = [newFolder(), newFolder()]
  const { log } = await open(folder)
  append(log, 1, 3)
  log.rotate()
  append(log, 4, 5)
  const sizes = [1, 2].map((n) => statSync(join(folder, segmentFile(n))).size)
  expect(sizes[1]).toBeGreaterThan(log.activeBytes + ROOM_AT_LEAST)
  await log.copyTo(copy, async () => append(log, 6, 6))
  const end = log.activeBytes
  expect(statSync(join(copy, segmentFile(2))).size).toBe(end)
  await log.close()
  const again = await open(copy)
  expect(again.found).toEqual(range(1, 6))
  await again.log.close()
})

test("a sync at once is tried where syncs are quick, and holds what the other one holds", async () => {
  await onDisk(
    () => {},
    async () => {
      const { log } = await open(newFolder())
      append(log, 1, 1)
      expect(log.syncAtOnce()).toBe(false)
      await log.sync()
      // A machine that is busy may find the quickest sync slow, but not each of them.
      let synced = 0
      for (let n = 2; synced < 3; n += 1) {
        append(log, n, n)
        expect(log.durable).toBe(false)
        if (log.syncAtOnce()) synced += 1
        else await log.sync()
        expect(log.durable).toBe(true)
      }
      log.rotate()
      append(log, 1_000_000, 1_000_000)
      // The new file's name is not durable yet.
      expect(log.syncAtOnce()).toBe(false)
      await log.close()
      expect(log.syncAtOnce()).toBe(false)
    },
  )
})

/** Commits until one is synced at once, by a disk that can no more; returns its number. */
async function failAtOnce(engine: LmdbEngine, disk: { refuses: boolean }): Promise<number> {
  for (let n = 1; ; n += 1) {
    disk.refuses = true
    engine.commit(new Map([["n", String(n)]]))
    if (!disk.refuses) return n
    disk.refuses = false
    await engine.flush()
  }
}

test("a sync that is refused in the thread fails whoever waits for it, and all after it", async () => {
  const folder = newFolder()
  const reported: string[] = []
  const report = (what: string, error: unknown): void =>
    void reported.push(`${what}: ${(error as Error).message}`)
  const disk = { refuses: false }
  const refuse = Object.assign(new Error("EIO: i/o error, fdatasync"), { syscall: "fdatasync" })
  const { fdatasyncSync } = fs
  const sync = (): void => {
    if (!disk.refuses) return
    // The kernel says so once.
    disk.refuses = false
    throw refuse
  }
  await onDisk(sync, async () => {
    const engine = await openLmdbEngine(folder, { durability: "power", report })
    const last = await failAtOnce(engine, disk)
    expect(last).toBeGreaterThan(1)
    await expect(engine.flush()).rejects.toThrow(StoreFailedError)
    await expect(engine.flush()).rejects.toThrow("the disk refused a sync: EIO")
    expect(() => engine.commit(new Map([["n", "more"]]))).toThrow(StoreFailedError)
    expect(engine.get("n")).toBe(String(last))
    await expect(engine.checkpoint()).rejects.toThrow("the disk refused a sync: EIO")
    await expect(engine.close()).rejects.toThrow("the disk refused a sync: EIO")
    expect(reported).toEqual(["sync: the disk refused a sync: EIO: i/o error, fdatasync"])
  })
  expect(fs.fdatasyncSync).toBe(fdatasyncSync)
})
