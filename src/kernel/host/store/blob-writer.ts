import type { FileHandle } from "node:fs/promises"
import { BLOCK_BYTES, giveBack, tailOf } from "./blob-file.ts"
import { BlockSum } from "./block-sum.ts"
import { writeError } from "./disk.ts"

/** Bytes on their way to the disk at most, beside those that are being gathered. */
const WRITES_IN_FLIGHT = 2
const WRITE_BYTES = 1024 * 1024
/** Many small chunks are written before they make a megabyte. */
const WRITE_CHUNKS = 512
/** A large blob goes to the disk as it arrives, so that making it durable is short at the end. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024

/** Writes a blob's file: 1 MB at a time without copying, at most two writes in flight. */
export class BlobWriter {
  readonly #handle: FileHandle
  readonly #given: boolean
  #chunks: Uint8Array[] = []
  #gathered = 0
  #written = 0
  #syncedTo = 0
  readonly #writes: Promise<void>[] = []
  #syncing: Promise<void> | undefined
  readonly #checksums: number[] = []
  #sum = new BlockSum()
  sizeBytes = 0

  /** `given`: as in StageOptions. */
  constructor(handle: FileHandle, { given = false }: { given?: boolean | undefined } = {}) {
    this.#handle = handle
    this.#given = given
  }

  /**
   * Undefined, or a promise that resolves when more may be given and rejects with what an earlier
   * write failed of.
   */
  write(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.length === 0) return undefined
    this.#checksum(chunk)
    this.sizeBytes += chunk.length
    this.#chunks.push(chunk)
    this.#gathered += chunk.length
    if (this.#gathered < WRITE_BYTES && this.#chunks.length < WRITE_CHUNKS) return undefined
    return this.#sendInTurn()
  }

  async #sendInTurn(): Promise<void> {
    if (this.#writes.length >= WRITES_IN_FLIGHT) await this.#writes.shift()
    this.#send()
    this.#syncNow()
  }

  /** Writes what is left and the checksums. */
  async finish(): Promise<void> {
    if (this.#sum.sizeBytes > 0) this.#checksums.push(this.#sum.value())
    this.#chunks.push(tailOf(this.sizeBytes, this.#checksums))
    this.#send()
    await Promise.all(this.#writes)
    await this.#syncing
  }

  /** Resolves when nothing is in flight, whether it succeeded or not. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#writes, this.#syncing])
  }

  #checksum(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length;) {
      const part = chunk.subarray(from, from + BLOCK_BYTES - this.#sum.sizeBytes)
      this.#sum.update(part)
      from += part.length
      if (this.#sum.sizeBytes < BLOCK_BYTES) continue
      this.#checksums.push(this.#sum.value())
      this.#sum = new BlockSum()
    }
  }

  #send(): void {
    const chunks = this.#chunks
    const position = this.#written
    for (const chunk of chunks) this.#written += chunk.length
    this.#chunks = []
    this.#gathered = 0
    const write = this.#write(chunks, position)
    // Awaited later, by the next write or the end.
    write.catch(() => {})
    this.#writes.push(write)
  }

  async #write(chunks: readonly Uint8Array[], position: number): Promise<void> {
    await writeFully(this.#handle, chunks, position)
    if (this.#given) for (const chunk of chunks) giveBack(chunk)
  }

  #syncNow(): void {
    if (this.#syncing || this.#written - this.#syncedTo < SYNC_EVERY_BYTES) return
    this.#syncedTo = this.#written
    this.#syncing = this.#handle.datasync().finally(() => (this.#syncing = undefined))
    this.#syncing.catch(() => {})
  }
}

async function writeFully(
  handle: FileHandle,
  chunks: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let rest = chunks as Uint8Array[]
  let at = position
  try {
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest, at)
      at += bytesWritten
      rest = without(rest, bytesWritten)
    }
  } catch (error) {
    throw writeError(error)
  }
}

/** What is left of the chunks behind their first `count` bytes. */
function without(chunks: readonly Uint8Array[], count: number): Uint8Array[] {
  let first = 0
  let skip = count
  while (first < chunks.length && skip >= (chunks[first] as Uint8Array).length) {
    skip -= (chunks[first] as Uint8Array).length
    first += 1
  }
  const rest = chunks.slice(first)
  if (skip > 0) rest[0] = (rest[0] as Uint8Array).subarray(skip)
  return rest
}
