import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as fc from "fast-check"
import { afterAll, expect, test } from "vitest"
import type { Key, Value } from "../../engine.ts"
import { StoreCorruptError } from "../../store-errors.ts"
import {
  CommitLog,
  LOG_START,
  type LogPosition,
  type Recovery,
  type UnsyncedBlobs,
} from "./commit-log.ts"
import {
  CommitRecords,
  readRecord,
  readStored,
  storedOf,
  type StoredEntry,
} from "./commit-record.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-log-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => mkdtempSync(join(root, `${(folders += 1)}-`))
const segmentFile = (number: number) => `commits-${String(number).padStart(10, "0")}.log`

type Entries = readonly (readonly [Key, Value | undefined])[]
interface Opened {
  readonly log: CommitLog
  readonly recovery: Recovery
  readonly found: Entries[]
}

async function open(
  folder: string,
  after: LogPosition = LOG_START,
  rest: { rebooted?: boolean; blobs?: UnsyncedBlobs } = {},
): Promise<Opened> {
  const place = { folder }
  const found: Entries[] = []
  const onCommit = (entries: readonly StoredEntry[]) =>
    void found.push(entries.map(([key, stored]) => [key, stored && readStored(stored)]))
  return { ...(await CommitLog.open({ place, after, onCommit, rebooted: true, ...rest })), found }
}

const commit = (n: number): Entries => [
  [`key ${n}`, `value ${n}`],
  ["last", String(n)],
]

function append(log: CommitLog, from: number, to: number): void {
  for (let n = from; n <= to; n += 1) log.append(new Map(commit(n)))
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => commit(from + i))

test("a batch reads back as it was, from any place in a buffer", () => {
  // Megabytes are read and compared slowly: some of them are enough.
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 5, arbitrary: fc.string({ unit: "grapheme" }) },
    { weight: 5, arbitrary: fc.string({ unit: "binary-ascii" }) },
    { weight: 5, arbitrary: fc.uint8Array() },
    { weight: 1, arbitrary: fc.nat(3_000_000).map((n) => "é".repeat(n)) },
  )
  const key = fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString("latin1"))
  const batches = fc.array(fc.tuple(key, value), { maxLength: 5 }).map((list) => new Map(list))
  const records = new CommitRecords()
  fc.assert(
    fc.property(batches, fc.nat(50), fc.nat(1000), (batch, at, segment) => {
      const bytes = Buffer.concat([
        Buffer.alloc(at, 7),
        records.encode(batch, { commit: 123, covered: 120, segment }),
      ])
      const read = readRecord(bytes, { at, segment })
      const entries = read?.entries.map(([k, stored]) => [k, stored && readStored(stored)])
      expect({ ...read, entries }).toEqual({
        commit: 123,
        covered: 120,
        entries: [...batch],
        at,
        end: bytes.length,
      })
      for (const [k, stored] of read?.entries ?? []) {
        const value = batch.get(k)
        expect(stored).toEqual(value === undefined ? undefined : storedOf(value))
      }
      expect(readRecord(bytes, { at, segment: segment + 1 })).toBeUndefined()
    }),
    { numRuns: 60 },
  )
})

test("commits come back in order, over several segments", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 10)
  expect(log.rotate()).toEqual({ segment: 1, commit: 10 })
  append(log, 11, 15)
  await log.close()
  const again = await open(folder)
  expect(again.found).toEqual(range(1, 15))
  expect(again.recovery).toEqual({ commits: 15, discardedBytes: 0 })
  append(again.log, 16, 17)
  await again.log.close()
  const after = await open(folder, { segment: 1, commit: 10 })
  expect(after.found).toEqual(range(11, 17))
  expect(readdirSync(folder)).toEqual([segmentFile(2)])
  await after.log.close()
})

test("cut anywhere, the log gives the commits that are whole, and goes on from there", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  const ends = [log.activeBytes]
  for (let n = 1; n <= 4; n += 1) {
    append(log, n, n)
    ends.push(log.activeBytes)
  }
  await log.close()
  const whole = readFileSync(join(folder, segmentFile(1)))
  for (let size = 0; size <= whole.length; size += 1) {
    const cut = newFolder()
    writeFileSync(join(cut, segmentFile(1)), whole.subarray(0, size))
    const { log: rest, found, recovery } = await open(cut)
    const commits = ends.filter((end) => end <= size).length - 1
    expect(found).toEqual(commits > 0 ? range(1, commits) : [])
    // Zeros at the end may be room for more.
    const torn = whole.toString("latin1", ends[commits] ?? 0, size).replace(/\0+$/, "")
    if (commits >= 0) expect(recovery.discardedBytes).toBe(torn.length)
    append(rest, Math.max(0, commits) + 1, Math.max(0, commits) + 1)
    await rest.close()
    const again = await open(cut)
    expect(again.found).toEqual(range(1, Math.max(0, commits) + 1))
    expect(again.recovery.discardedBytes).toBe(0)
    await again.log.close()
  }
})

test("a damaged byte ends the log before its commit", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 2)
  const begin = log.activeBytes
  append(log, 3, 3)
  const end = log.activeBytes
  append(log, 4, 6)
  await log.close()
  const whole = readFileSync(join(folder, segmentFile(1)))
  for (let at = begin; at < end; at += 1) {
    const copy = newFolder()
    const bytes = Buffer.from(whole)
    bytes[at] = (bytes[at] ?? 0) ^ 0x10
    writeFileSync(join(copy, segmentFile(1)), bytes)
    const damaged = await open(copy)
    expect(damaged.found).toEqual(range(1, 2))
    await damaged.log.close()
  }
})

test("what follows a torn segment is set aside, and never comes back", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 5)
  log.rotate()
  append(log, 6, 8)
  await log.close()
  const first = join(folder, segmentFile(1))
  const torn = readFileSync(first).subarray(0, -3)
  writeFileSync(first, torn)
  const again = await open(folder)
  expect(again.found).toEqual(range(1, 4))
  expect(again.recovery.discardedBytes).toBeGreaterThan(0)
  append(again.log, 5, 5)
  expect(again.log.rotate()).toEqual({ segment: 1, commit: 5 })
  append(again.log, 6, 6)
  await again.log.close()
  const last = await open(folder)
  expect(last.found).toEqual(range(1, 6))
  await last.log.close()
})

test("a segment of another place, or of another format, is not read", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 5)
  await log.close()
  copyFileSync(join(folder, segmentFile(1)), join(folder, segmentFile(2)))
  const again = await open(folder)
  expect(again.found).toEqual(range(1, 5))
  await again.log.close()
  const alone = newFolder()
  copyFileSync(join(folder, segmentFile(1)), join(alone, segmentFile(2)))
  await expect(open(alone)).rejects.toThrow(StoreCorruptError)
  const bytes = readFileSync(join(folder, segmentFile(1)))
  bytes.writeUInt32LE(2, 8)
  writeFileSync(join(folder, segmentFile(1)), bytes)
  await expect(open(folder)).rejects.toThrow("format 2")
})

/** Blobs of which one is always on its way, until `release` ends the flush that is waiting. */
function blobsOnTheirWay(order: string[]): UnsyncedBlobs & { unsynced: boolean; release(): void } {
  return {
    unsynced: true,
    flush() {
      order.push("flush")
      return new Promise((resolve) => (this.release = resolve))
    },
    release() {},
  }
}

test("a sync covers what was appended before it, and waits for its blobs", async () => {
  const order: string[] = []
  const blobs = blobsOnTheirWay(order)
  const { log } = await open(newFolder(), LOG_START, { blobs })
  append(log, 1, 1)
  const first = log.sync().then(() => order.push(`first ${log.durable}`))
  await expect.poll(() => order).toEqual(["flush"])
  append(log, 2, 2)
  const second = log.sync().then(() => order.push(`second ${log.durable}`))
  const third = log.sync().then(() => order.push("third"))
  blobs.release()
  await expect.poll(() => order).toEqual(["flush", "first false", "flush"])
  blobs.release()
  await Promise.all([first, second, third])
  expect(order).toEqual(["flush", "first false", "flush", "second true", "third"])
  await log.sync()
  expect(order).toHaveLength(5)
  await log.close()
})

test("after a power cut, commits whose blobs were on their way are not kept", async () => {
  const folder = newFolder()
  const order: string[] = []
  const blobs = blobsOnTheirWay(order)
  blobs.unsynced = false
  const { log } = await open(folder, LOG_START, { blobs })
  append(log, 1, 2)
  blobs.unsynced = true
  append(log, 3, 4)
  const sync = log.sync()
  await expect.poll(() => order).toEqual(["flush"])
  append(log, 5, 6)
  blobs.release()
  await sync
  append(log, 7, 7)
  // The sync has put an empty commit of its own into the log, behind the sixth.
  const kill = newFolder()
  copyFileSync(join(folder, segmentFile(1)), join(kill, segmentFile(1)))
  const killed = await open(kill, LOG_START, { rebooted: false })
  expect(killed.found).toEqual([...range(1, 6), [], ...range(7, 7)])
  await killed.log.close()
  const cut = newFolder()
  copyFileSync(join(folder, segmentFile(1)), join(cut, segmentFile(1)))
  const rest = await open(cut)
  expect(rest.found).toEqual(range(1, 4))
  expect(rest.recovery.discardedBytes).toBeGreaterThan(0)
  append(rest.log, 5, 5)
  await rest.log.close()
  const again = await open(cut)
  expect(again.found).toEqual(range(1, 5))
  await again.log.close()
  blobs.flush = () => Promise.resolve()
  await log.close()
  const closed = await open(folder)
  expect(closed.found).toEqual([...range(1, 6), [], ...range(7, 7), []])
  await closed.log.close()
})

test("after a failed sync nothing is accepted any more", async () => {
  const blobs = { unsynced: true, flush: () => Promise.reject(new Error("EIO")) }
  const { log } = await open(newFolder(), LOG_START, { blobs })
  append(log, 1, 1)
  await expect(log.sync()).rejects.toThrow("refused a sync: EIO")
  expect(() => append(log, 2, 2)).toThrow("refused a sync: EIO")
  await expect(log.sync()).rejects.toThrow("EIO")
  await expect(log.close()).rejects.toThrow("EIO")
})

test("who waits for the sync after a failed one hears of it, too, though its own might succeed", async () => {
  let fail: ((error: Error) => void) | undefined
  const flush = () => new Promise<void>((_resolve, reject) => (fail = reject))
  const blobs = { unsynced: true, flush }
  const { log } = await open(newFolder(), LOG_START, { blobs })
  append(log, 1, 1)
  const first = log.sync()
  await expect.poll(() => fail).toBeDefined()
  blobs.unsynced = false
  append(log, 2, 2)
  const second = log.sync()
  fail?.(new Error("EIO"))
  await expect(first).rejects.toThrow("refused a sync: EIO")
  await expect(second).rejects.toThrow("refused a sync: EIO")
  await expect(log.close()).rejects.toThrow("EIO")
})

test("names that cannot be looked at for a sync are no failed sync", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 1)
  renameSync(folder, `${folder} elsewhere`)
  await expect(log.syncNames()).rejects.toThrow("ENOENT")
  await expect(log.sync()).rejects.toThrow("ENOENT")
  renameSync(`${folder} elsewhere`, folder)
  await log.syncNames()
  await log.sync()
  expect(log.durable).toBe(true)
  await log.close()
})

test("a sync that could not begin is not one that failed: it is tried again", async () => {
  const error = Object.assign(new Error("EMFILE"), { code: "EMFILE", syscall: "open" })
  const blobs = { unsynced: true, flush: () => Promise.reject(error) }
  const folder = newFolder()
  const { log } = await open(folder, LOG_START, { blobs })
  append(log, 1, 1)
  await expect(log.sync()).rejects.toThrow("EMFILE")
  expect(log.failed).toBe(false)
  append(log, 2, 2)
  expect(log.durable).toBe(false)
  blobs.flush = () => Promise.resolve() as Promise<never>
  await log.sync()
  expect(log.durable).toBe(true)
  await log.close()
})

test("a segment whose writer died before its first commit leaves nothing", async () => {
  const folder = newFolder()
  const { log } = await open(folder)
  append(log, 1, 2)
  await log.close()
  for (const head of [Buffer.alloc(0), Buffer.from("cldr")]) {
    writeFileSync(join(folder, segmentFile(2)), head)
    const again = await open(folder)
    expect(again.found).toEqual(range(1, 2))
    await again.log.close()
    expect(readdirSync(folder)).toEqual([segmentFile(1)])
  }
})

test("a copy holds files that were dropped meanwhile; nothing is read from them again", async () => {
  const folder = newFolder()
  const copy = newFolder()
  const { log } = await open(folder)
  append(log, 1, 2)
  await log.sync()
  const first = log.rotate()
  append(log, 3, 4)
  await log.sync()
  const second = log.rotate()
  await log.copyTo(copy, () => log.dropThrough(first.segment))
  expect(readdirSync(copy)).toContain(segmentFile(1))
  expect(readdirSync(folder)).not.toContain(segmentFile(1))
  await log.copyTo(newFolder(), async () => {
    await log.dropThrough(second.segment)
    append(log, 5, 6)
    expect(readdirSync(folder)).toContain(segmentFile(2))
    expect(log.numbersThrough(3)).toEqual([3])
  })
  await log.close()
})
