import type { ReadTx } from "../../../kernel/transaction.ts"
import { MIB, PARTS } from "../limits.ts"
import { leaves, parts, type Content } from "./archive.ts"
import { isAligned, rootOf, unpackHashes, type Span } from "./tree-hash.ts"

/**
 * The tree hash of a range of an archive, where the range is tree-hash aligned. Parts are powers of
 * two of MiB: such a range lies within one part, or is a run of whole ones.
 */
export function rangeHash(tx: ReadTx, content: Content, range: Span): string | undefined {
  const { serial, sizeBytes, partBytes, treeHash } = content
  if (range.start === 0 && range.end === sizeBytes) return treeHash
  if (!isAligned(range, sizeBytes)) return undefined
  const first = Math.floor(range.start / partBytes)
  const last = Math.floor((range.end - 1) / partBytes)
  if (first === last) {
    const row = tx.get(leaves, [serial, first])
    if (!row) throw new Error(`the hashes of archive ${serial} are gone`)
    const from = first * partBytes
    const hashes = unpackHashes(row.hashes)
    return rootOf(hashes.slice((range.start - from) / MIB, Math.ceil((range.end - from) / MIB)))
  }
  const { rows } = tx.scan(parts, {
    ...{ prefix: [serial], from: [first], to: [last + 1], limit: PARTS },
  })
  return rootOf(rows.map((part) => Buffer.from(part.treeHash, "hex")))
}
