import { randomBytes } from "node:crypto"
import {
  cp,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises"
import { join } from "node:path"
import type { BlobStore } from "../blobs/blobs.ts"
import type { HostClock } from "../clock.ts"
import type { RootKey } from "../sealing/sealing.ts"
import type { SnapshotInfo, Storage, Store } from "../storage.ts"
import { openFileBlobs } from "./file-blobs.ts"
import { openLmdbEngine, type LmdbEngineOptions } from "./lmdb-engine.ts"
import { makeFolder, syncFolder } from "./store/disk.ts"
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
  return {
    path,
    async read(name) {
      try {
        return await readFile(path(name), "utf8")
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
        throw error
      }
    },
    async write(name, text) {
      await makeFolder(folder)
      const fresh = path(`${name}.${randomBytes(6).toString("hex")}`)
      await writeFile(fresh, text, { mode: 0o600, flush: true })
      await rename(fresh, path(name))
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
 * Blobs never change, so that a snapshot's are links to the same files.
 */
export function createHostStorage(folder: string, options: HostStorageOptions): Storage {
  const storeFolder = join(folder, "store")
  const blobFolder = join(folder, "blobs")
  const snapshotsFolder = join(folder, "snapshots")
  const snapshotFolder = (name: string): string => join(snapshotsFolder, name)
  const replacedFolder = join(folder, "replaced")
  const savingFolder = join(folder, "saving")
  const loadingFolder = join(folder, "loading")
  /** A whole copy of a snapshot: from its name on the load is decided. */
  const loadedFolder = join(folder, "loaded")

  /** Puts a decided load in place, from wherever a crash left it. */
  async function finishLoading(): Promise<void> {
    for (const part of ["blobs", "store"]) {
      const fresh = join(loadedFolder, part)
      if (!(await exists(fresh))) continue
      await rm(join(folder, part), { recursive: true, force: true })
      await rename(fresh, join(folder, part))
    }
    await rm(loadedFolder, { recursive: true, force: true })
  }

  /** Brings back what a crash left between an old snapshot and the new one of its name. */
  async function finishSaving(): Promise<void> {
    for (const name of await readdir(replacedFolder).catch(() => [])) {
      if (!(await exists(snapshotFolder(name))))
        await rename(join(replacedFolder, name), snapshotFolder(name))
    }
    await rm(replacedFolder, { recursive: true, force: true })
  }

  async function openStore(): Promise<Store> {
    await finishLoading()
    await finishSaving()
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
      lock = await lockFolder(folder)
      try {
        return await openStore()
      } catch (error) {
        release()
        throw error
      }
    },
    close: async () => release(),
    async wipe() {
      await rm(storeFolder, { recursive: true, force: true })
      await rm(blobFolder, { recursive: true, force: true })
    },
    async saveSnapshot(name, { engine, blobs }) {
      const fresh = savingFolder
      await rm(fresh, { recursive: true, force: true })
      await mkdir(join(fresh, "store"), { recursive: true, mode: 0o700 })
      await blobs.flush()
      // Before and after: what the store links may be swept once it is copied, or be new by then.
      await linkTree(blobFolder, join(fresh, "blobs"))
      await engine.backup(join(fresh, "store"))
      await linkTree(blobFolder, join(fresh, "blobs"))
      const info: SnapshotInfo = { name, savedAt: options.clock.now(), sizeBytes: engine.size() }
      await writeFile(join(fresh, "info.json"), JSON.stringify(info), { flush: true })
      for (const parent of [snapshotsFolder, replacedFolder])
        await mkdir(parent, { recursive: true, mode: 0o700 })
      // An old one of that name is kept until the new one is in its place.
      const replaced = join(replacedFolder, name)
      if (await exists(snapshotFolder(name))) await rename(snapshotFolder(name), replaced)
      await rename(fresh, snapshotFolder(name))
      await syncFolder(snapshotsFolder)
      await rm(replaced, { recursive: true, force: true })
      return info
    },
    async loadSnapshot(name) {
      const source = snapshotFolder(name)
      if (!(await readInfo(source))) return false
      await rm(loadingFolder, { recursive: true, force: true })
      await cp(join(source, "store"), join(loadingFolder, "store"), { recursive: true })
      await linkTree(join(source, "blobs"), join(loadingFolder, "blobs"))
      // The blobs' bytes were durable when they were saved; their names here are new.
      await syncFiles(join(loadingFolder, "store"))
      await syncFolder(join(loadingFolder, "blobs"))
      await syncFolder(loadingFolder)
      // A crash before this line leaves the old state, one after it the new.
      await rename(loadingFolder, loadedFolder)
      await syncFolder(folder)
      await finishLoading()
      return true
    },
    async listSnapshots() {
      const names = await readdir(snapshotsFolder).catch(() => [])
      const infos = await Promise.all(names.map((name) => readInfo(snapshotFolder(name))))
      return infos.filter((info) => info !== undefined).toSorted((a, b) => a.savedAt - b.savedAt)
    },
    async deleteSnapshot(name) {
      if (!(await readInfo(snapshotFolder(name)))) return false
      await rm(snapshotFolder(name), { recursive: true, force: true })
      return true
    },
  }
}

async function readInfo(folder: string): Promise<SnapshotInfo | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, "info.json"), "utf8")) as SnapshotInfo
  } catch {
    return undefined
  }
}

/** The same files under another folder; copied where the file system cannot link. */
async function linkTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  if (!(await exists(from))) return
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) await linkTree(source, target)
    else
      await link(source, target).catch((error: NodeJS.ErrnoException) => {
        // Swept meanwhile, or linked already.
        if (error.code === "ENOENT" || error.code === "EEXIST") return undefined
        return cp(source, target)
      })
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

/** Makes the files of a folder durable, and their names. */
async function syncFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const handle = await open(join(folder, name), "r+")
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  }
  await syncFolder(folder)
}
