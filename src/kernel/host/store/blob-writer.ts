import type { FileHandle } from "node:fs/promises"
import { crc32 } from "node:zlib"
import { BLOCK_BYTES, tailOf } from "./blob-file.ts"
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
  #chunks: Uint8Array[] = []
  #gathered = 0
  #written = 0
  #syncedTo = 0
  readonly #writes: Promise<void>[] = []
  #syncing: Promise<void> | undefined
  readonly #checksums: number[] = []
  #blockBytes = 0
  sizeBytes = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** Resolves when more may be given. Rejects with what an earlier write failed of. */
  async write(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return
    this.#checksum(chunk)
    this.sizeBytes += chunk.length
    this.#chunks.push(chunk)
    this.#gathered += chunk.length
    if (this.#gathered < WRITE_BYTES && this.#chunks.length < WRITE_CHUNKS) return
    if (this.#writes.length >= WRITES_IN_FLIGHT) await this.#writes.shift()
    this.#send()
    this.#syncNow()
  }

  /** Writes what is left and the checksums. */
  async finish(): Promise<void> {
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
      const part = chunk.subarray(from, from + BLOCK_BYTES - this.#blockBytes)
      const block = this.#checksums.length - 1
      if (this.#blockBytes === 0) this.#checksums.push(crc32(part))
      else this.#checksums[block] = crc32(part, this.#checksums[block])
      this.#blockBytes = (this.#blockBytes + part.length) % BLOCK_BYTES
      from += part.length
    }
  }

  #send(): void {
    const chunks = this.#chunks
    const position = this.#written
    for (const chunk of chunks) this.#written += chunk.length
    this.#chunks = []
    this.#gathered = 0
    const write = writeFully(this.#handle, chunks, position)
    // Awaited later, by the next write or the end.
    write.catch(() => {})
    this.#writes.push(write)
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
  chunks: Uint8Array[],
  position: number,
): Promise<void> {
  let rest = chunks
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
