import type { BlobInfo, BlobRange, BlobStore, StagedBlob, StageOptions } from "../blobs/blobs.ts"
import { chunksOf } from "../blobs/blob-source.ts"
import { BlobNotFoundError, resolveRange } from "../blobs/blobs.ts"
import type { HostClock } from "../clock.ts"
import type { RandomSource } from "../random.ts"
import type { ByteStream } from "../wire.ts"

interface Stored {
  readonly info: BlobInfo
  readonly chunks: readonly Uint8Array[]
}

export interface MemoryBlobsOptions {
  /** Where ids come from; without it they count up. */
  readonly random?: RandomSource
  /** Tells when a blob was staged; without it no blob is ever old enough to be swept. */
  readonly clock?: Pick<HostClock, "now">
}

export interface MemoryBlobs extends BlobStore {
  has(id: string): boolean
}

/** Blobs without a disk: tests, simulations, `--ephemeral`. */
export function createMemoryBlobs(options: MemoryBlobsOptions = {}): MemoryBlobs {
  const stored = new Map<string, Stored>()
  let counter = 0
  let sizeBytes = 0

  function newId(): string {
    if (options.random) return Buffer.from(options.random.bytes("blob-id", 16)).toString("hex")
    counter += 1
    return counter.toString(16).padStart(32, "0")
  }

  async function stage(source: ByteStream | Uint8Array, limits: StageOptions = {}) {
    const chunks: Uint8Array[] = []
    for await (const chunk of chunksOf(source, limits)) {
      if (chunk.length > 0) chunks.push(new Uint8Array(chunk))
    }
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    const info = {
      id: newId(),
      sizeBytes: size,
      stagedAtMs: options.clock?.now() ?? Number.POSITIVE_INFINITY,
      inherited: false,
    }
    stored.set(info.id, { info, chunks })
    sizeBytes += size
    return { id: info.id, sizeBytes: size } satisfies StagedBlob
  }

  return {
    stage,
    open: (id, range = {}) => ({ [Symbol.asyncIterator]: () => read(stored.get(id), id, range) }),
    async remove(id) {
      sizeBytes -= stored.get(id)?.info.sizeBytes ?? 0
      stored.delete(id)
    },
    async *list() {
      for (const { info } of [...stored.values()]) yield info
    },
    usage: async () => ({ count: stored.size, sizeBytes }),
    unsynced: false,
    flush: async () => {},
    close: async () => {},
    has: (id) => stored.has(id),
  }
}

async function* read(
  blob: Stored | undefined,
  id: string,
  range: BlobRange,
): AsyncGenerator<Uint8Array> {
  if (!blob) throw new BlobNotFoundError(id)
  const { start, end } = resolveRange(range, blob.info.sizeBytes)
  let at = 0
  for (const chunk of blob.chunks) {
    const from = Math.max(0, start - at)
    const to = Math.min(chunk.length, end - at)
    if (from < to) yield chunk.subarray(from, to)
    at += chunk.length
    if (at >= end) return
  }
}
