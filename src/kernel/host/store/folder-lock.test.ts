import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir, uptime } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, test } from "vitest"
import { StoreInUseError } from "../../store-errors.ts"
import { openLmdbEngine } from "../lmdb-engine.ts"
import { lockFolder, restartedSince } from "./folder-lock.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-lock-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => mkdtempSync(join(root, `${(folders += 1)}-`))
const program = fileURLToPath(new URL("../../testing/commit-forever.ts", import.meta.url))

/** Puts a lock of somebody else into the folder, last beaten `silentMs` ago. */
async function foreignLock(folder: string, silentMs: number, change: object): Promise<string> {
  const lock = await lockFolder(folder)
  const path = join(folder, "lock")
  const owner = JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), ...change })
  lock.release()
  writeFileSync(path, owner)
  const beaten = new Date(Date.now() - silentMs)
  utimesSync(path, beaten, beaten)
  return path
}

test("a folder has one user at a time", async () => {
  const folder = newFolder()
  const lock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toThrow(StoreInUseError)
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`)
  lock.release()
  expect(readdirSync(folder)).toEqual([])
  const next = await lockFolder(folder)
  lock.release()
  await expect(lockFolder(folder)).rejects.toThrow(StoreInUseError)
  next.release()
})

test("another process is refused while the owner lives, and let in once it was killed", async () => {
  const folder = newFolder()
  const child = spawn(process.execPath, [program, folder], { stdio: ["ignore", "pipe", "inherit"] })
  await once(child.stdout, "data")
  const opening = openLmdbEngine(folder, { durability: "process" })
  await expect(opening).rejects.toThrow(`in use by process ${child.pid}`)
  child.kill("SIGKILL")
  await once(child, "close")
  const engine = await openLmdbEngine(folder, { durability: "process" })
  expect(Number(engine.get("row 0"))).toBeGreaterThan(0)
  await engine.close()
})

test("a lock of a dead process is taken over at once, also when its id was given again", async () => {
  const folder = newFolder()
  await foreignLock(folder, 0, { startedAt: "1" })
  const lock = await lockFolder(folder)
  expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid })
  lock.release()
})

test("where nobody can tell a process's start, one that beat last before the boot is dead", async () => {
  const folder = newFolder()
  await foreignLock(folder, 0, { startedAt: "" })
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`)
  const before = newFolder()
  await foreignLock(before, uptime() * 1_000 + 3_600_000, { startedAt: "" })
  const lock = await lockFolder(before)
  lock.release()
})

test("a lock whose owner is still writing its name is that owner's", async () => {
  const folder = newFolder()
  const path = await foreignLock(folder, 0, {})
  const whole = readFileSync(path, "utf8")
  writeFileSync(path, "")
  const trying = lockFolder(folder)
  writeFileSync(path, whole)
  await expect(trying).rejects.toThrow(`in use by process ${process.pid}`)
})

test("what others left who died on the way to a lock goes with the next owner", async () => {
  const folder = newFolder()
  writeFileSync(join(folder, "lock.draft"), '{"pid":')
  const lock = await lockFolder(folder)
  expect(readdirSync(folder)).toEqual(["lock"])
  lock.release()
})

test("an unfinished lock file is taken over", async () => {
  const folder = newFolder()
  writeFileSync(join(folder, "lock"), '{"pid":')
  const lock = await lockFolder(folder)
  lock.release()
})

test("heirs that were killed while they took a dead owner's lock over hold nobody up", async () => {
  const folder = newFolder()
  const path = await foreignLock(folder, 0, { startedAt: "1" })
  const heirOf = (text: string) =>
    join(folder, `lock.after-${createHash("sha256").update(text).digest("hex").slice(0, 32)}`)
  const owner = readFileSync(path, "utf8")
  const heir = JSON.stringify({ ...JSON.parse(owner), startedAt: "2" })
  writeFileSync(heirOf(owner), heir)
  writeFileSync(heirOf(heir), JSON.stringify({ ...JSON.parse(owner), startedAt: "3" }))
  writeFileSync(join(folder, "lock.draft"), "{}")
  const tries = Array.from({ length: 20 }, () => lockFolder(folder))
  const results = await Promise.allSettled(tries)
  const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []))
  expect(locks).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(["lock"])
  locks[0]?.release()
  expect(readdirSync(folder)).toEqual([])
})

test("an heir that lives is waited for by nobody: the others are refused", async () => {
  const folder = newFolder()
  const path = await foreignLock(folder, 0, { startedAt: "1" })
  const owner = readFileSync(path, "utf8")
  const name = createHash("sha256").update(owner).digest("hex").slice(0, 32)
  const living = newFolder()
  const lock = await lockFolder(living)
  writeFileSync(join(folder, `lock.after-${name}`), readFileSync(join(living, "lock")))
  await expect(lockFolder(folder)).rejects.toThrow(`in use by process ${process.pid}`)
  expect(readFileSync(path, "utf8")).toBe(owner)
  lock.release()
})

test("of a machine that cannot be asked, silence tells", async () => {
  const folder = newFolder()
  await foreignLock(folder, 60_000, { host: "elsewhere", boot: "another" })
  const lock = await lockFolder(folder)
  lock.release()
})

test("of a machine that cannot be asked, a beat tells", async () => {
  const folder = newFolder()
  // By a clock that runs ahead: this one's owner is not silent, however long we take to look.
  const path = await foreignLock(folder, -60_000, { host: "elsewhere", boot: "another" })
  const beating = setInterval(() => utimesSync(path, new Date(), new Date()), 20)
  const told: string[] = []
  const options = { silenceMs: 300, onWait: (text: string) => told.push(text) }
  await expect(lockFolder(folder, options)).rejects.toThrow("on elsewhere")
  clearInterval(beating)
  const waited = `process ${process.pid} on elsewhere had this folder`
  expect(told).toEqual([expect.stringContaining(waited)])
  const lock = await lockFolder(folder, options)
  expect(lock.rebooted).toBe(true)
  lock.release()
})

test("a power cut is one until somebody has recovered from it", async () => {
  const folder = newFolder()
  const path = await foreignLock(folder, 60_000, { boot: "another" })
  const first = await lockFolder(folder)
  expect(first.rebooted).toBe(true)
  // It dies on the way.
  const text = readFileSync(path, "utf8")
  first.release()
  writeFileSync(path, JSON.stringify({ ...JSON.parse(text), startedAt: "1" }))
  const second = await lockFolder(folder)
  expect(second.rebooted).toBe(true)
  // It fails.
  second.release()
  const third = await lockFolder(folder)
  expect(third.rebooted).toBe(true)
  third.recovered()
  third.release()
  expect(readdirSync(folder)).toEqual([])
  await foreignLock(folder, 0, { startedAt: "1" })
  const killed = await lockFolder(folder)
  expect(killed.rebooted).toBe(false)
  killed.release()
})

test("of many that find a dead owner, one gets the folder", async () => {
  const folder = newFolder()
  await foreignLock(folder, 60_000, { host: "elsewhere" })
  const tries = Array.from({ length: 20 }, () => lockFolder(folder))
  const results = await Promise.allSettled(tries)
  expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1)
})

test("a lock whose text the power took tells of the cut", async () => {
  for (const left of ["", "\0".repeat(200)]) {
    const folder = newFolder()
    writeFileSync(join(folder, "lock"), left)
    const lock = await lockFolder(folder)
    expect(lock.rebooted).toBe(true)
    lock.recovered()
    lock.release()
    const next = await lockFolder(folder)
    expect(next.rebooted).toBe(false)
    next.release()
  }
})

test("where boots have no names, the last beat tells whether the power was cut since", () => {
  const now = { boot: "", bootedMs: 1_000 }
  expect(restartedSince({ boot: "", lastBeatMs: 999 }, now)).toBe(true)
  expect(restartedSince({ boot: "", lastBeatMs: undefined }, now)).toBe(true)
  expect(restartedSince({ boot: "", lastBeatMs: 1_001 }, now)).toBe(false)
  // The folder came from another machine, or a sandbox hides the names.
  expect(restartedSince({ boot: "a", lastBeatMs: 1_001 }, now)).toBe(true)
  expect(restartedSince({ boot: "a", lastBeatMs: 0 }, { ...now, boot: "a" })).toBe(false)
  expect(restartedSince({ boot: "b", lastBeatMs: 1_001 }, { ...now, boot: "a" })).toBe(true)
})
