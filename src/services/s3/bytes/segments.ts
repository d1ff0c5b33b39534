import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { StoredChecksum } from "../checksums/checksum.ts"
import type { Version } from "../objects/version.ts"
import { dropBytes } from "./bytes.ts"

/** A run of an object's bytes that lies in one place. */
export interface Segment {
  readonly sizeBytes: number
  /** Small ones: the id of their row in `s3/bytes`. */
  readonly row?: number | undefined
  readonly blob?: string | undefined
  /** 16 hexadecimal digits: what sets it apart from others under the same key; absent: zeros. */
  readonly nonce?: string | undefined
}

/** A part of a finished multipart upload. */
export interface SegmentRow extends Segment {
  /** The version's serial. */
  readonly version: number
  /** Counts from 1, without gaps: parts of AWS's numbers 2, 5 and 9 are 1, 2 and 3. */
  readonly part: number
  readonly partNumber: number
  readonly etag: string
  readonly checksum?: StoredChecksum | undefined
}

export const segments = table<SegmentRow>("s3/segment", { key: (row) => [row.version, row.part] })

/** "Amazon S3 multipart upload limits". */
export const MOST_PARTS = 10_000

/** All runs of a version's bytes, in order. */
export function segmentsOf(
  tx: ReadTx,
  { serial, sizeBytes, content }: Version,
): readonly Segment[] {
  if (!content) return []
  if (content.at === "row") return [{ sizeBytes, row: serial }]
  if (content.at === "blob") return [{ sizeBytes, blob: content.blob }]
  return tx.scan(segments, { prefix: [serial], limit: MOST_PARTS }).rows
}

export function dropSegments(tx: WriteTx, version: number): void {
  for (const row of tx.scan(segments, { prefix: [version], limit: MOST_PARTS }).rows) {
    if (row.row !== undefined) dropBytes(tx, row.row)
    if (row.blob !== undefined) tx.unlinkBlob(row.blob)
    tx.remove(segments, row)
  }
}
