import { randomBytes } from "node:crypto"
import { link, mkdir, open, opendir, readdir, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"
import {
  type BlobInfo,
  type BlobRange,
  type BlobStore,
  type StagedBlob,
  type StageOptions,
} from "../blobs/blobs.ts"
import { chunksOf } from "../blobs/blob-source.ts"
import type { ByteStream } from "../wire.ts"
import { blobBytes, readBlob } from "./store/blob-file.ts"
import { BlobWriter } from "./store/blob-writer.ts"
import { exists, isLoss, syncFolder, writeError } from "./store/disk.ts"

export interface FileBlobsOptions {
  /**
   * "process": a blob is durable after the next `flush`. Give the store to the engine.
   * "power": it is durable when `stage` resolves.
   */
  readonly durability: "process" | "power"
  /** 16 random bytes; default the machine's. */
  readonly randomId?: () => Uint8Array
}

const ID = /^[0-9a-f]{32}$/
/** Half of an id tells which opening of the store it is from. */
const OWN_DIGITS = 16
const STAGING = "staging"
/** So many files are synced at once: the thread pool has other work too. */
const PARALLEL_SYNCS = 3

/**
 * Blobs as files named by id, each closed by checksums of its blocks. A blob is written under
 * `staging/` and gets its name when it is whole; its name in `staging/` goes when it is durable.
 * What a dead process left there is taken up or removed here, so the folder must not be in use by
 * another process.
 */
export async function openFileBlobs(folder: string, options: FileBlobsOptions): Promise<BlobStore> {
  const staging = join(folder, STAGING)
  await mkdir(staging, { recursive: true, mode: 0o700 })
  const unsynced = new Set<string>()
  for (const name of await readdir(staging)) {
    if (await exists(join(folder, name))) unsynced.add(name)
    else await rm(join(staging, name), { force: true })
  }
  return new FileBlobs(folder, { unsynced, options })
}

class FileBlobs implements BlobStore {
  readonly #folder: string
  readonly #power: boolean
  readonly #randomId: () => Uint8Array
  /** How the ids begin that this store gives. */
  readonly #own: string
  /** Staged, but only in the kernel's hands. */
  readonly #unsynced: Set<string>
  #flushing: Promise<void> | undefined
  #loss: Error | undefined

  constructor(
    folder: string,
    { unsynced, options }: { unsynced: Set<string>; options: FileBlobsOptions },
  ) {
    this.#folder = folder
    this.#unsynced = unsynced
    this.#power = options.durability === "power"
    this.#randomId = options.randomId ?? (() => randomBytes(16))
    this.#own = this.#hex().slice(0, OWN_DIGITS)
  }

  async stage(source: ByteStream | Uint8Array, options: StageOptions = {}): Promise<StagedBlob> {
    const id = this.#own + this.#hex().slice(OWN_DIGITS)
    const temporary = this.#staged(id)
    const handle = await open(temporary, "wx", 0o600).catch((error: unknown) => {
      throw writeError(error)
    })
    const writer = new BlobWriter(handle, options)
    try {
      for await (const chunk of chunksOf(source, options)) {
        const held = writer.write(chunk)
        if (held) await held
      }
      await writer.finish()
      if (this.#power) await handle.datasync()
      await handle.close()
      await (this.#power ? rename : link)(temporary, this.#path(id)).catch((error: unknown) => {
        throw writeError(error)
      })
    } catch (error) {
      await writer.settled()
      // A child that is just being started holds the file a moment longer; its room is free at once.
      await handle.truncate().catch(() => {})
      await handle.close().catch(() => {})
      await rm(temporary, { force: true })
      throw error
    }
    if (this.#power) await syncFolder(this.#folder)
    else this.#unsynced.add(id)
    return { id, sizeBytes: writer.sizeBytes }
  }

  open(id: string, range: BlobRange = {}): ByteStream {
    const path = ID.test(id) ? this.#path(id) : undefined
    return { [Symbol.asyncIterator]: () => readBlob({ id, path, range }) }
  }

  async remove(id: string): Promise<void> {
    if (!ID.test(id)) return
    await rm(this.#path(id), { force: true })
    if (this.#unsynced.delete(id)) await rm(this.#staged(id), { force: true })
  }

  async *list(): AsyncGenerator<BlobInfo> {
    for await (const entry of await opendir(this.#folder)) {
      if (!ID.test(entry.name)) continue
      const found = await stat(this.#path(entry.name)).catch(() => undefined)
      if (!found) continue
      yield {
        id: entry.name,
        inherited: !entry.name.startsWith(this.#own),
        sizeBytes: blobBytes(found.size),
        stagedAtMs: Math.floor(found.mtimeMs),
      }
    }
  }

  async usage(): Promise<{ count: number; sizeBytes: number }> {
    const usage = { count: 0, sizeBytes: 0 }
    for await (const blob of this.list()) {
      usage.count += 1
      usage.sizeBytes += blob.sizeBytes
    }
    return usage
  }

  get unsynced(): boolean {
    return this.#unsynced.size > 0
  }

  /** Once a sync was refused, always rejects: nobody knows any more what the disk has. */
  async flush(): Promise<void> {
    // One that is under way may have begun before the last blob was staged.
    while (this.#flushing) await this.#flushing
    if (this.#loss) throw this.#loss
    if (this.#unsynced.size === 0) return
    this.#flushing = this.#syncAll()
    try {
      await this.#flushing
    } catch (error) {
      if (error instanceof Error && isLoss(error)) this.#loss = error
      throw error
    } finally {
      this.#flushing = undefined
    }
  }

  async close(): Promise<void> {
    await this.flush()
  }

  async #syncAll(): Promise<void> {
    const ids = [...this.#unsynced]
    let next = 0
    const syncSome = async (): Promise<void> => {
      while (next < ids.length) {
        const id = ids[next++] as string
        await this.#syncOne(id)
      }
    }
    // All of them end before this does: a sync that is refused later must not go unheard.
    const ends = await Promise.allSettled(Array.from({ length: PARALLEL_SYNCS }, syncSome))
    const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason as unknown] : []))
    if (errors.length > 0) throw errors.find(isLoss) ?? errors[0]
    await syncFolder(this.#folder)
    for (const id of ids) {
      await rm(this.#staged(id), { force: true })
      this.#unsynced.delete(id)
    }
  }

  async #syncOne(id: string): Promise<void> {
    const handle = await open(this.#path(id), "r+").catch((error: NodeJS.ErrnoException) => {
      // Removed meanwhile.
      if (error.code === "ENOENT") return undefined
      throw error
    })
    if (!handle) return
    try {
      await handle.datasync()
    } finally {
      await handle.close()
    }
  }

  #hex(): string {
    return Buffer.from(this.#randomId()).toString("hex")
  }

  #path(id: string): string {
    return join(this.#folder, id)
  }

  #staged(id: string): string {
    return join(this.#folder, STAGING, id)
  }
}
