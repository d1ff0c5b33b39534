import { randomBytes } from "node:crypto"
import { cp, link, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { BlobStore } from "../blobs/blobs.ts"
import type { HostClock } from "../clock.ts"
import type { RootKey } from "../sealing/sealing.ts"
import type { SnapshotInfo, Storage, Store } from "../storage.ts"
import { openFileBlobs } from "./file-blobs.ts"
import { openLmdbEngine, type LmdbEngineOptions } from "./lmdb-engine.ts"
import { exists, isAbsent, makeFolder, syncFolder } from "./store/disk.ts"
import { lockFolder, type FolderLock } from "./store/folder-lock.ts"

/** Small files that are not the store's: certificates, tokens. */
export interface PrivateFiles {
  /** The file's text, or nothing when there is none. */
  read(name: string): Promise<string | undefined>
  /** Replaces it whole, readable by its owner only. */
  write(name: string, text: string): Promise<void>
  /** Where it lies, for people and their tools. */
  path(name: string): string
}

export function privateFiles(folder: string): PrivateFiles {
  const path = (name: string): string => join(folder, name)
  let last: Promise<unknown> = Promise.resolve()
  const replace = async (name: string, text: string): Promise<void> => {
    await makeFolder(folder)
    const fresh = path(`${name}.new`)
    try {
      await writeFile(fresh, text, { mode: 0o600, flush: true })
      await rename(fresh, path(name))
    } catch (error) {
      await remove(fresh).catch(() => {})
      throw error
    }
    await syncFolder(folder)
  }
  return {
    path,
    async read(name) {
      try {
        return await readFile(path(name), "utf8")
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },
    write(name, text) {
      // One after another: a draft's name is the same each time, so that none is left by a death.
      const done = last.then(() => replace(name, text))
      last = done.catch(() => {})
      return done
    },
  }
}

/** A secret that is made once and kept in a file. */
export async function keptSecret(files: PrivateFiles, name: string): Promise<string> {
  const known = await files.read(name)
  if (known) return known
  const secret = randomBytes(24).toString("hex")
  await files.write(name, secret)
  return secret
}

/** The key that hides keys: its file is its owner's alone, and is no part of snapshots. */
async function keptKey(files: PrivateFiles): Promise<RootKey> {
  const known = await files.read(ROOT_KEY)
  if (known) return Buffer.from(known, "base64")
  const key = randomBytes(32)
  await files.write(ROOT_KEY, key.toString("base64"))
  return key
}

const ROOT_KEY = "root.key"

interface HostStorageOptions {
  readonly durability: LmdbEngineOptions["durability"]
  readonly clock: HostClock
  readonly report: (what: string, error: unknown) => void
}

/**
 * Storage in a folder: `store/` (LMDB), `blobs/`, and `snapshots/<name>/` with a copy of both.
 * Blobs never change, so that a snapshot's are links to the same files. What replaces or removes
 * something whole does it by one rename: a death before it leaves the old, one after it the new,
 * and the next start ends what was begun.
 */
export function createHostStorage(folder: string, options: HostStorageOptions): Storage {
  const storeFolder = join(folder, "store")
  const blobFolder = join(folder, "blobs")
  const snapshotsFolder = join(folder, "snapshots")
  const snapshotFolder = (name: string): string => join(snapshotsFolder, name)
  const replacedFolder = join(folder, "replaced")
  const savingFolder = join(folder, "saving")
  const loadingFolder = join(folder, "loading")
  /** A whole new state: from its name on it is decided that it takes the old one's place. */
  const loadedFolder = join(folder, "loaded")
  const removedFolder = join(folder, "removed")

  /** Puts a decided state in place, from wherever a crash left it. */
  async function finishLoading(): Promise<void> {
    for (const part of PARTS) {
      const fresh = join(loadedFolder, part)
      if (!(await exists(fresh))) continue
      await remove(join(folder, part))
      await rename(fresh, join(folder, part))
      await syncFolder(folder)
    }
    await remove(loadedFolder)
  }

  /** Makes what lies in `loading` the state. */
  async function replaceState(): Promise<void> {
    await syncFolder(loadingFolder)
    // A crash before this line leaves the old state, one after it the new.
    await rename(loadingFolder, loadedFolder)
    await syncFolder(folder)
    await finishLoading()
  }

  /** Brings back what a crash left between an old snapshot and the new one of its name. */
  async function finishSaving(): Promise<void> {
    for (const name of await namesIn(replacedFolder)) {
      if (!(await exists(snapshotFolder(name))))
        await rename(join(replacedFolder, name), snapshotFolder(name))
    }
    await remove(replacedFolder)
  }

  async function save(name: string, { engine, blobs }: Store): Promise<SnapshotInfo> {
    const fresh = savingFolder
    await remove(fresh)
    await makeFolder(join(fresh, "store"))
    // Before and after: what the store links may be swept once it is copied, or be new by then.
    await blobs.flush()
    await linkFiles(blobFolder, join(fresh, "blobs"))
    await engine.backup(join(fresh, "store"))
    await blobs.flush()
    await linkFiles(blobFolder, join(fresh, "blobs"))
    const info: SnapshotInfo = { name, savedAt: options.clock.now(), sizeBytes: engine.size() }
    await writeFile(join(fresh, "info.json"), JSON.stringify(info), { flush: true })
    await syncFolder(fresh)
    // What an earlier one that failed has left.
    await finishSaving()
    for (const parent of [snapshotsFolder, replacedFolder]) await makeFolder(parent)
    await syncFolder(folder)
    // An old one of that name is kept until the new one is in its place.
    const replaced = join(replacedFolder, name)
    if (await exists(snapshotFolder(name))) await rename(snapshotFolder(name), replaced)
    await rename(fresh, snapshotFolder(name))
    await syncFolder(snapshotsFolder)
    await remove(replacedFolder)
    return info
  }

  /** Removes what a death has left that is of no use to anybody. */
  async function tidy(): Promise<void> {
    await finishSaving()
    for (const left of [savingFolder, loadingFolder, removedFolder]) await remove(left)
  }

  async function openStore(): Promise<Store> {
    await finishLoading()
    let blobs: BlobStore | undefined
    // A row must not outlive the blob that it links: the engine asks, and flushes them first.
    const linked = {
      get unsynced() {
        return blobs?.unsynced ?? false
      },
      flush: async () => blobs?.flush(),
    }
    const engine = await openLmdbEngine(storeFolder, { ...options, blobs: linked })
    const { discardedBytes } = engine.recovered
    if (discardedBytes > 0)
      options.report("store", `the last ${discardedBytes} bytes of the log were not whole: dropped`)
    try {
      // What cannot be removed is in the way of nobody.
      await tidy().catch((error: unknown) => options.report("scrap", error))
      blobs = await openFileBlobs(blobFolder, options)
      return { engine, blobs, rootKey: await keptKey(privateFiles(folder)) }
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  // The engine has a lock of its own, which a reset or a load takes away with the engine's folder:
  // this one keeps others out meanwhile, and from finishing what this process is about.
  let lock: FolderLock | undefined
  const release = (): void => {
    lock?.release()
    lock = undefined
  }

  return {
    async open() {
      if (lock) return openStore()
      await makeFolder(folder)
      lock = await lockFolder(folder, { onWait: (text) => options.report("store", text) })
      try {
        const store = await openStore()
        lock.recovered()
        return store
      } catch (error) {
        release()
        throw error
      }
    },
    close: async () => release(),
    async wipe() {
      await finishLoading()
      await remove(loadingFolder)
      for (const part of PARTS) await makeFolder(join(loadingFolder, part))
      await replaceState()
    },
    async saveSnapshot(name, store) {
      try {
        return await save(name, store)
      } catch (error) {
        // Its links would keep the bytes of deleted objects.
        await remove(savingFolder).catch(() => {})
        throw error
      }
    },
    async loadSnapshot(name) {
      const source = snapshotFolder(name)
      if (!(await readInfo(source))) return false
      await finishLoading()
      await remove(loadingFolder)
      await cp(join(source, "store"), join(loadingFolder, "store"), { recursive: true })
      await syncFiles(join(loadingFolder, "store"))
      // The blobs' bytes were durable when they were saved; their names here are new.
      await linkFiles(join(source, "blobs"), join(loadingFolder, "blobs"))
      await replaceState()
      return true
    },
    async listSnapshots() {
      const names = await namesIn(snapshotsFolder)
      const infos = await Promise.all(names.map((name) => readInfo(snapshotFolder(name))))
      return infos.filter((info) => info !== undefined).toSorted((a, b) => a.savedAt - b.savedAt)
    },
    async deleteSnapshot(name) {
      if (!(await readInfo(snapshotFolder(name)))) return false
      await remove(removedFolder)
      await rename(snapshotFolder(name), removedFolder)
      await syncFolder(snapshotsFolder)
      await remove(removedFolder)
      return true
    },
  }
}

const PARTS = Object.freeze(["blobs", "store"])

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true })

/** None where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

async function readInfo(folder: string): Promise<SnapshotInfo | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, "info.json"), "utf8")) as SnapshotInfo
  } catch (error) {
    if (isAbsent(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The same files under another folder, durably; copied where the file system cannot link. */
async function linkFiles(from: string, to: string): Promise<void> {
  await makeFolder(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    // What is being staged has no name yet.
    if (!entry.isFile()) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    await link(source, target).catch(async (error: NodeJS.ErrnoException) => {
      // Swept meanwhile, or linked already.
      if (error.code === "ENOENT" || error.code === "EEXIST") return
      await cp(source, target)
      await syncFile(target)
    })
  }
  await syncFolder(to)
}

/** Makes the files of a folder durable, and their names. */
async function syncFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await syncFile(join(folder, name))
  await syncFolder(folder)
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
