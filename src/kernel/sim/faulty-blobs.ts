import { BlobCorruptError, type BlobRange, type BlobStore } from "../blobs/blobs.ts"
import type { HostClock } from "../clock.ts"
import type { RandomSource, RandomStream } from "../random.ts"
import type { ByteStream } from "../wire.ts"
import { createMemoryBlobs } from "./memory-blobs.ts"

export interface FaultyBlobsOptions {
  /** Decides what a power cut takes. */
  readonly random: RandomStream
  /** Where ids come from. */
  readonly source: RandomSource
  readonly clock: Pick<HostClock, "now"> | undefined
}

/** Blobs on a simulated disk. */
export interface FaultyBlobs {
  /** Whether a power cut now could take something. */
  readonly unsynced: boolean
  /** The blobs as one run of the program sees them; `check` throws when that run has ended. */
  during(check: () => void): BlobStore
  sync(): void
  /** A power cut leaves each blob that was not synced whole, torn, or not at all. */
  crash(kind: "process" | "power"): void
}

export function createFaultyBlobs({ random, source, clock }: FaultyBlobsOptions): FaultyBlobs {
  const blobs = createMemoryBlobs({ random: source, ...(clock && { clock }) })
  const unsynced = new Set<string>()
  const torn = new Set<string>()

  function during(check: () => void): BlobStore {
    const own = new Set<string>()
    return {
      async stage(bytes, options) {
        check()
        const staged = await blobs.stage(checked(bytes, check), options)
        unsynced.add(staged.id)
        own.add(staged.id)
        return staged
      },
      open: (id, range) => read(id, { range, check }),
      async remove(id) {
        check()
        unsynced.delete(id)
        torn.delete(id)
        await blobs.remove(id)
      },
      async *list() {
        for await (const blob of blobs.list()) {
          check()
          yield { ...blob, inherited: !own.has(blob.id) }
        }
      },
      async usage() {
        check()
        return blobs.usage()
      },
      get unsynced() {
        return unsynced.size > 0
      },
      async flush() {
        check()
        unsynced.clear()
      },
      close: async () => {},
    }
  }

  async function* read(
    id: string,
    { range, check }: { range: BlobRange | undefined; check: () => void },
  ): AsyncGenerator<Uint8Array> {
    check()
    if (torn.has(id)) throw new BlobCorruptError(id)
    for await (const chunk of blobs.open(id, range)) {
      check()
      yield chunk
    }
  }

  return {
    during,
    get unsynced() {
      return unsynced.size > 0
    },
    sync: () => unsynced.clear(),
    crash(kind) {
      if (kind === "process") return
      for (const id of unsynced) {
        const fate = random.integer(3)
        if (fate === 0) void blobs.remove(id)
        if (fate === 1) torn.add(id)
      }
      unsynced.clear()
    },
  }
}

/** The chunks as long as the program runs: what was half staged then is nowhere. */
function checked(source: ByteStream | Uint8Array, check: () => void): ByteStream {
  const from = source instanceof Uint8Array ? streamOf(source) : source
  return {
    [Symbol.asyncIterator]() {
      const chunks = from[Symbol.asyncIterator]()
      const leave = async (): Promise<IteratorResult<Uint8Array>> =>
        (await chunks.return?.()) ?? { done: true, value: undefined }
      return {
        async next() {
          const result = await chunks.next()
          check()
          return result
        },
        return: leave,
      }
    },
  }
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
