import { createHash, hash } from "node:crypto"
import { MIB } from "../limits.ts"

const HASH_BYTES = 32

/**
 * The SHA-256 tree hash ("Computing Checksums"): of each MiB a hash, then of each two hashes one,
 * until there is one; a hash without a second goes up as it is.
 */
export class TreeHash {
  readonly #leaves: Buffer[] = []
  #digest = createHash("sha256")
  #filled = 0

  update(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const taken = piece.subarray(at, at + MIB - this.#filled)
      this.#digest.update(taken)
      this.#filled += taken.length
      at += taken.length
      if (this.#filled === MIB) this.#endLeaf()
    }
  }

  /** The hash of each MiB. Ends the hash. */
  leaves(): readonly Buffer[] {
    if (this.#filled > 0 || this.#leaves.length === 0) this.#endLeaf()
    return this.#leaves
  }

  #endLeaf(): void {
    this.#leaves.push(this.#digest.digest())
    this.#digest = createHash("sha256")
    this.#filled = 0
  }
}

/** The hash over others, in their order. */
export function rootOf(hashes: readonly Uint8Array[]): string {
  let level = hashes
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let at = 0; at < level.length; at += 2) {
      const left = level[at] as Uint8Array
      const right = level[at + 1]
      above.push(right ? hash("sha256", Buffer.concat([left, right]), "buffer") : left)
    }
    level = above
  }
  return Buffer.from(level[0] ?? hash("sha256", "", "buffer")).toString("hex")
}

export const packHashes = (hashes: readonly Uint8Array[]): string =>
  Buffer.concat(hashes).toString("base64")

export function unpackHashes(packed: string): readonly Buffer[] {
  const bytes = Buffer.from(packed, "base64")
  return Array.from({ length: bytes.length / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
}

export interface Span {
  readonly start: number
  /** The byte behind the last. */
  readonly end: number
}

/**
 * Whether the hash over a range of an archive is a node of the archive's tree ("Tree-Hash Aligned
 * Range Specification").
 */
export function isAligned({ start, end }: Span, sizeBytes: number): boolean {
  if (start % MIB !== 0 || (end % MIB !== 0 && end !== sizeBytes)) return false
  const [first, behind, all] = [start, end, sizeBytes].map((bytes) => Math.ceil(bytes / MIB))
  for (let width = 1; ; width *= 2) {
    if ((first as number) % width !== 0) return false
    const node = Math.min((first as number) + width, all as number)
    if (node >= (behind as number)) return node === behind
  }
}
