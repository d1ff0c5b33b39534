import type { BlobStore } from "./blobs.ts"
import { Keystream, type Nonce } from "./keystream.ts"

export interface EncryptedRange {
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly nonce?: Nonce | undefined
  /** The first byte, and the one behind the last. */
  readonly start: number
  readonly end: number
  /** Of the whole blob, where it may be asked for again and should be at hand then. */
  readonly sizeBytes?: number | undefined
}

/** What a blob came to when it was read last. */
interface Kept {
  readonly key: Uint8Array
  readonly pieces: readonly Uint8Array[]
  /** With what keeping it takes. */
  readonly heldBytes: number
}

const KEPT_BYTES = 32 * 1024 * 1024
const LARGEST_KEPT_BYTES = KEPT_BYTES / 2
/** About what an entry takes besides the bytes: they may be few, as a last part's are. */
const ENTRY_BYTES = 1_024

/**
 * Blobs that are encrypted, each under a key that its owner keeps. What was read last is at hand
 * without the disk and the cipher, which are three quarters of what reading it costs (measured): a
 * blob never changes.
 */
export class EncryptedBlobs {
  readonly #blobs: BlobStore
  /** The least lately read first. */
  readonly #kept = new Map<string, Kept>()
  #keptBytes = 0
  /** Of what is on its way to readers and will be kept: however many are slow, they hold no more. */
  #gatheredBytes = 0

  constructor(blobs: BlobStore) {
    this.#blobs = blobs
  }

  /** The plain bytes of a range. The pieces must not be changed. Throws as `BlobStore.open` does. */
  async *open(id: string, range: EncryptedRange): AsyncGenerator<Uint8Array> {
    const { key, nonce, start, end, sizeBytes = Number.POSITIVE_INFINITY } = range
    const kept = this.#find(id, key)
    if (kept) return yield* cut(kept.pieces, start, end)
    const isWhole = start === 0 && end === sizeBytes
    const pieces = isWhole && this.#hasRoom(sizeBytes) ? ([] as Uint8Array[]) : undefined
    const keystream = new Keystream(key, { nonce, offset: start })
    if (pieces) this.#gatheredBytes += sizeBytes
    try {
      for await (const piece of this.#blobs.open(id, { start, end, borrowed: true })) {
        const plain = keystream.apply(piece)
        pieces?.push(plain)
        yield plain
      }
      if (pieces) this.#keep(id, { key: key.slice(), pieces, heldBytes: sizeBytes + ENTRY_BYTES })
    } finally {
      if (pieces) this.#gatheredBytes -= sizeBytes
    }
  }

  #hasRoom(sizeBytes: number): boolean {
    return sizeBytes <= LARGEST_KEPT_BYTES && this.#gatheredBytes + sizeBytes <= KEPT_BYTES
  }

  #find(id: string, key: Uint8Array): Kept | undefined {
    const kept = this.#kept.get(id)
    if (!kept || Buffer.compare(kept.key, key) !== 0) return undefined
    this.#kept.delete(id)
    this.#kept.set(id, kept)
    return kept
  }

  #keep(id: string, kept: Kept): void {
    this.#forget(id)
    for (const oldest of this.#kept.keys()) {
      if (this.#keptBytes + kept.heldBytes <= KEPT_BYTES) break
      this.#forget(oldest)
    }
    this.#kept.set(id, kept)
    this.#keptBytes += kept.heldBytes
  }

  #forget(id: string): void {
    this.#keptBytes -= this.#kept.get(id)?.heldBytes ?? 0
    this.#kept.delete(id)
  }
}

/** The bytes from `start` to `end` of pieces that follow each other. */
function* cut(
  pieces: readonly Uint8Array[],
  start: number,
  end: number,
): Generator<Uint8Array, void> {
  let at = 0
  for (const piece of pieces) {
    const part = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
    at += piece.length
    if (part.length > 0) yield part
  }
}
