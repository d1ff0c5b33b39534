import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import type { Store } from "../storage.ts"
import { StoreInUseError } from "../store-errors.ts"
import { createHostStorage, privateFiles } from "./data-folder.ts"
import { hostClock } from "./host-clock.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-data-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const storageIn = (folder: string, durability: "process" | "power" = "process") =>
  createHostStorage(folder, { durability, clock: hostClock, report: () => {} })

async function bytesOf(store: Store, id: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of store.blobs.open(id)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function closeStore({ engine, blobs }: Store): Promise<void> {
  await blobs.close()
  await engine.close()
}

const back = "a snapshot brings rows and blobs back, whatever happened since"
test.each(["process", "power"] as const)(`${back} (%s)`, async (durability) => {
  const storage = storageIn(join(root, `back ${durability}`), durability)
  let store = await storage.open()
  const { id } = await store.blobs.stage(Buffer.from("bytes"))
  store.engine.commit(new Map([["\x30key\0", "before"]]))
  await storage.saveSnapshot("one", store)
  store.engine.commit(new Map([["\x30key\0", "after"]]))
  await store.blobs.remove(id)
  await closeStore(store)
  expect(await storage.loadSnapshot("none")).toBe(false)
  expect(await storage.loadSnapshot("one")).toBe(true)
  store = await storage.open()
  expect(store.engine.get("\x30key\0")).toBe("before")
  expect(await bytesOf(store, id)).toBe("bytes")
  await closeStore(store)
})

test("a snapshot's name may end in anything, and what was not saved whole is none", async () => {
  const folder = join(root, "names")
  const storage = storageIn(folder)
  const store = await storage.open()
  await storage.saveSnapshot("one.saving", store)
  await storage.saveSnapshot("one", store)
  await storage.saveSnapshot("one", store)
  expect((await storage.listSnapshots()).map((info) => info.name)).toEqual(["one.saving", "one"])
  await closeStore(store)
  expect(await storage.deleteSnapshot("one.saving")).toBe(true)
  expect(await storage.deleteSnapshot("one.saving")).toBe(false)
  expect(existsSync(join(folder, "saving"))).toBe(false)
})

test("a crash between an old snapshot and the new one of its name leaves the old one", async () => {
  const folder = join(root, "replaced")
  const storage = storageIn(folder)
  const store = await storage.open()
  await storage.saveSnapshot("one", store)
  await closeStore(store)
  mkdirSync(join(folder, "replaced"), { recursive: true })
  renameSync(join(folder, "snapshots", "one"), join(folder, "replaced", "one"))
  await storage.close()
  const resumed = storageIn(folder)
  await closeStore(await resumed.open())
  expect((await resumed.listSnapshots()).map(({ name }) => name)).toEqual(["one"])
  expect(existsSync(join(folder, "replaced"))).toBe(false)
})

test("a snapshot that was being put in place is in place after the next start", async () => {
  const folder = join(root, "cut")
  const storage = storageIn(folder)
  const store = await storage.open()
  store.engine.commit(new Map([["\x30key\0", "before"]]))
  await storage.saveSnapshot("one", store)
  store.engine.commit(new Map([["\x30key\0", "after"]]))
  await closeStore(store)
  await storage.loadSnapshot("one")
  // As a crash leaves it: the copy is whole, the old store is gone, the new one not there yet.
  mkdirSync(join(folder, "loaded"))
  renameSync(join(folder, "store"), join(folder, "loaded", "store"))
  await storage.close()
  const resumed = await storageIn(folder).open()
  expect(resumed.engine.get("\x30key\0")).toBe("before")
  expect(existsSync(join(folder, "loaded"))).toBe(false)
  await closeStore(resumed)
})

test("a copy that was not whole at a crash is not taken for a store", async () => {
  const folder = join(root, "half")
  const storage = storageIn(folder)
  const store = await storage.open()
  store.engine.commit(new Map([["\x30key\0", "kept"]]))
  await closeStore(store)
  mkdirSync(join(folder, "loading", "store"), { recursive: true })
  writeFileSync(join(folder, "loading", "store", "data.mdb"), "half")
  await storage.close()
  const resumed = await storageIn(folder).open()
  expect(resumed.engine.get("\x30key\0")).toBe("kept")
  await closeStore(resumed)
})

test("the root key is its owner's file, stays, and is no part of a snapshot", async () => {
  const folder = join(root, "key")
  const storage = storageIn(folder)
  const store = await storage.open()
  await storage.saveSnapshot("one", store)
  await closeStore(store)
  expect(statSync(join(folder, "root.key")).mode & 0o777).toBe(0o600)
  expect(existsSync(join(folder, "snapshots", "one", "root.key"))).toBe(false)
  await storage.wipe()
  await storage.close()
  const again = await storageIn(folder).open()
  expect(again.rootKey).toEqual(store.rootKey)
  expect(store.rootKey).toHaveLength(32)
  await closeStore(again)
})

test("a folder is its user's while it is reset or loaded, and let go at the end", async () => {
  const folder = join(root, "held")
  const storage = storageIn(folder)
  const another = storageIn(folder)
  const store = await storage.open()
  await storage.saveSnapshot("one", store)
  await closeStore(store)
  await expect(another.open()).rejects.toThrow(StoreInUseError)
  await storage.wipe()
  await expect(another.open()).rejects.toThrow(`${folder} is in use by process ${process.pid}`)
  // As a load that is on its way leaves it: another process must not finish it.
  mkdirSync(join(folder, "loaded", "store"), { recursive: true })
  await expect(another.open()).rejects.toThrow(StoreInUseError)
  expect(existsSync(join(folder, "loaded", "store"))).toBe(true)
  await closeStore(await storage.open())
  await storage.close()
  await closeStore(await another.open())
  await another.close()
  expect(readdirSync(folder)).not.toContain("lock")
})

test("a folder that cannot be opened is nobody's", async () => {
  const folder = join(root, "unopened")
  mkdirSync(folder)
  writeFileSync(join(folder, "store"), "a file")
  await expect(storageIn(folder).open()).rejects.toThrow("EEXIST")
  expect(readdirSync(folder)).toEqual(["store"])
})

test("a reset that a death cut short is whole after the next start, or has not begun", async () => {
  const folder = join(root, "reset")
  const storage = storageIn(folder)
  const store = await storage.open()
  const { id } = await store.blobs.stage(Buffer.from("bytes"))
  store.engine.commit(new Map([["\x30key\0", "kept"]]))
  await closeStore(store)
  await storage.close()
  // As a death leaves it before the reset is decided, and after that in the middle of a removal.
  for (const part of ["store", "blobs"])
    mkdirSync(join(folder, "loading", part), { recursive: true })
  const before = await storage.open()
  expect(before.engine.get("\x30key\0")).toBe("kept")
  expect(existsSync(join(folder, "loading"))).toBe(false)
  await closeStore(before)
  await storage.close()
  for (const part of ["store", "blobs"])
    mkdirSync(join(folder, "loaded", part), { recursive: true })
  rmSync(join(folder, "blobs"), { recursive: true })
  const after = await storage.open()
  expect(after.engine.get("\x30key\0")).toBeUndefined()
  await expect(bytesOf(after, id)).rejects.toThrow("there is no blob")
  expect(readdirSync(folder).toSorted()).toEqual(["blobs", "lock", "root.key", "store"])
  await closeStore(after)
  await storage.close()
})

test("a folder that cannot be looked at is not taken for one that is not there", async () => {
  const folder = join(root, "looked-at")
  const storage = storageIn(folder)
  await closeStore(await storage.open())
  await storage.close()
  mkdirSync(join(folder, "loaded"))
  symlinkSync("store", join(folder, "loaded", "store"))
  await expect(storage.open()).rejects.toThrow("ELOOP")
  expect(readdirSync(join(folder, "loaded"))).toEqual(["store"])
})

test("what a death left of a snapshot's removal, or of a new one, is gone after the start", async () => {
  const folder = join(root, "scrap")
  const storage = storageIn(folder)
  const store = await storage.open()
  await storage.saveSnapshot("one", store)
  await closeStore(store)
  await storage.close()
  renameSync(join(folder, "snapshots", "one"), join(folder, "removed"))
  mkdirSync(join(folder, "saving", "blobs"), { recursive: true })
  await closeStore(await storage.open())
  expect(readdirSync(folder).toSorted()).toEqual([
    ...["blobs", "lock", "root.key", "snapshots", "store"],
  ])
  expect(await storage.listSnapshots()).toEqual([])
  await storage.close()
})

test("what a death left and nobody can remove is told, and in nobody's way", async () => {
  const folder = join(root, "stuck")
  mkdirSync(folder)
  symlinkSync("replaced", join(folder, "replaced"))
  const told: string[] = []
  const report = (what: string, error: unknown): void => void told.push(`${what}: ${String(error)}`)
  const storage = createHostStorage(folder, { durability: "process", clock: hostClock, report })
  await closeStore(await storage.open())
  await storage.close()
  expect(told).toEqual([expect.stringMatching(/^scrap: Error: ELOOP/)])
})

test("a snapshot that cannot be saved leaves the old one and no links", async () => {
  const folder = join(root, "unsaved")
  const storage = storageIn(folder)
  const store = await storage.open()
  await store.blobs.stage(Buffer.from("bytes"))
  await storage.saveSnapshot("one", store)
  const full = { ...store.engine, backup: () => Promise.reject(new Error("the disk is full")) }
  const saving = storage.saveSnapshot("one", { ...store, engine: full })
  await expect(saving).rejects.toThrow("the disk is full")
  expect(existsSync(join(folder, "saving"))).toBe(false)
  expect((await storage.listSnapshots()).map(({ name }) => name)).toEqual(["one"])
  // One that failed between its two renames is in the way of none that come after it.
  mkdirSync(join(folder, "replaced"), { recursive: true })
  renameSync(join(folder, "snapshots", "one"), join(folder, "replaced", "one"))
  await storage.saveSnapshot("one", store)
  expect((await storage.listSnapshots()).map(({ name }) => name)).toEqual(["one"])
  expect(existsSync(join(folder, "replaced"))).toBe(false)
  await closeStore(store)
  await storage.close()
})

test("the draft of a private file that a death left is the next one's", async () => {
  const folder = join(root, "drafts")
  mkdirSync(folder)
  writeFileSync(join(folder, "name.new"), "half of a much longer one", { mode: 0o600 })
  const files = privateFiles(folder)
  await Promise.all([files.write("name", "first"), files.write("name", "second")])
  expect(await files.read("name")).toBe("second")
  mkdirSync(join(folder, "folder", "full"), { recursive: true })
  await expect(files.write("folder", "cannot be")).rejects.toThrow()
  expect(readdirSync(folder).toSorted()).toEqual(["folder", "name"])
})

test("a folder whose machine lost its power opens again, and says so no more", async () => {
  const folder = join(root, "power-cut")
  const storage = storageIn(folder)
  const store = await storage.open()
  const locks = [join(folder, "lock"), join(folder, "store", "lock")]
  const texts = locks.map((path) => readFileSync(path, "utf8"))
  await closeStore(store)
  await storage.close()
  const longAgo = new Date(Date.now() - 60_000)
  for (const [at, path] of locks.entries()) {
    writeFileSync(path, JSON.stringify({ ...JSON.parse(texts[at] as string), boot: "another" }))
    utimesSync(path, longAgo, longAgo)
  }
  await closeStore(await storage.open())
  for (const path of [folder, join(folder, "store")])
    expect(readdirSync(path)).not.toContain("power-cut")
  await storage.close()
})
