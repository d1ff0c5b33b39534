import { type FileHandle, open } from "node:fs/promises"
import { crc32 } from "node:zlib"
import {
  BlobCorruptError,
  BlobNotFoundError,
  type BlobRange,
  resolveRange,
} from "../../blobs/blobs.ts"
import { sumOf } from "./block-sum.ts"

/**
 * A blob's file: its bytes, then a sum of every block of them, four bytes each, then a foot. They
 * are there to find damage, not forgery.
 */
export const BLOCK_BYTES = 1024 * 1024
/** 8 magic · 8 size of the blob · 4 size of a block · 4 CRC-32 of all since the blob's end. */
const FOOT_BYTES = 24
/** What its blocks' sums are is said by how the foot begins. */
const SUMS = Object.freeze({ cldrblob: crc32, cldrblb2: sumOf })
type Magic = keyof typeof SUMS
const MAGIC: Magic = "cldrblb2"

/** The size of the blob in a file of `fileBytes`. */
export function blobBytes(fileBytes: number): number {
  const rest = Math.max(0, fileBytes - FOOT_BYTES)
  return rest - 4 * Math.ceil(rest / (BLOCK_BYTES + 4))
}

export function tailOf(sizeBytes: number, checksums: readonly number[]): Buffer {
  const tail = Buffer.alloc(4 * checksums.length + FOOT_BYTES)
  for (const [i, checksum] of checksums.entries()) tail.writeUInt32LE(checksum, 4 * i)
  const foot = 4 * checksums.length
  tail.write(MAGIC, foot, "latin1")
  tail.writeBigUInt64LE(BigInt(sizeBytes), foot + 8)
  tail.writeUInt32LE(BLOCK_BYTES, foot + 16)
  tail.writeUInt32LE(crc32(tail.subarray(0, -4)), foot + 20)
  return tail
}

export interface ReadBlob {
  readonly id: string
  /** `undefined`: no blob can have this id. */
  readonly path: string | undefined
  readonly range: BlobRange
}

/** The range's bytes, each block of them checked; the next block is read meanwhile. */
export async function* readBlob({ id, path, range }: ReadBlob): AsyncGenerator<Uint8Array> {
  const handle = path === undefined ? undefined : await openExisting(path)
  if (!handle) throw new BlobNotFoundError(id)
  let ahead: Promise<Buffer> | undefined
  try {
    const { size: fileBytes } = await handle.stat()
    const sizeBytes = blobBytes(fileBytes)
    const { start, end } = resolveRange(range, sizeBytes)
    const { checksums, sum } = await readTail(handle, { id, sizeBytes, fileBytes })
    const readBlock = async (block: number): Promise<Buffer> => {
      const at = block * BLOCK_BYTES
      const bytes = await readFully(handle, at, Math.min(BLOCK_BYTES, sizeBytes - at))
      if (!bytes || sum(bytes) !== checksums.readUInt32LE(4 * block)) {
        throw new BlobCorruptError(id, at)
      }
      return bytes
    }
    const first = Math.floor(start / BLOCK_BYTES)
    const last = start < end ? Math.ceil(end / BLOCK_BYTES) : first
    for (let block = first; block < last; block++) {
      const bytes = await (ahead ?? readBlock(block))
      ahead = block + 1 < last ? readBlock(block + 1) : undefined
      // It is awaited in the next round, which may never come.
      ahead?.catch(() => {})
      const at = block * BLOCK_BYTES
      yield bytes.subarray(Math.max(0, start - at), Math.min(bytes.length, end - at))
      if (range.borrowed) giveBack(bytes)
    }
  } finally {
    await ahead?.catch(() => {})
    await handle.close()
  }
}

/** Frees the memory of bytes that nobody looks at any more, unless they are part of something larger. */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

/** The blocks' checksums, checked themselves, and what they are. */
async function readTail(
  handle: FileHandle,
  { id, sizeBytes, fileBytes }: { id: string; sizeBytes: number; fileBytes: number },
): Promise<{ checksums: Buffer; sum: (bytes: Uint8Array) => number }> {
  const tail = await readFully(handle, sizeBytes, fileBytes - sizeBytes)
  const foot = 4 * Math.ceil(sizeBytes / BLOCK_BYTES)
  const whole =
    tail?.length === foot + FOOT_BYTES &&
    tail.readBigUInt64LE(foot + 8) === BigInt(sizeBytes) &&
    tail.readUInt32LE(foot + 16) === BLOCK_BYTES &&
    tail.readUInt32LE(foot + 20) === crc32(tail.subarray(0, -4))
  const magic = whole ? tail.toString("latin1", foot, foot + MAGIC.length) : ""
  if (!whole || !Object.hasOwn(SUMS, magic)) throw new BlobCorruptError(id)
  return { checksums: tail, sum: SUMS[magic as Magic] }
}

/** `undefined` when the file ends before. */
async function readFully(
  handle: FileHandle,
  position: number,
  length: number,
): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafeSlow(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) return undefined
    done += bytesRead
  }
  return bytes
}
