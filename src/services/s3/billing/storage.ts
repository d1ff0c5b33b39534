import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { storageClass, type StorageClass } from "../archive/classes.ts"
import { MONITORED_BYTES, TIERED_CLASS, tierOfVersion } from "../archive/intelligent-tiering.ts"
import { bucketArn, type Bucket } from "../buckets/bucket.ts"
import type { Version } from "../objects/version.ts"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A minute before midnight UTC: before lifecycle, which moves and deletes at midnight. */
const MOMENT_MS = DAY_MS - 60_000

/**
 * Storage is counted in byte-hours, by class ("Understanding your AWS billing and usage reports for
 * Amazon S3", TimedStorage). A job counts it once a day; what goes in between is counted when it
 * goes, since the last count. So nothing is counted twice, and no row says how far it has been.
 */
export const lastCount = (nowMs: number): number =>
  Math.floor((nowMs - MOMENT_MS) / DAY_MS) * DAY_MS + MOMENT_MS

export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Hours of a span for which something was there that came at `sinceMs`. */
const hoursOf = ({ fromMs, toMs }: Span, sinceMs: number): number =>
  Math.max(0, toMs - Math.max(fromMs, sinceMs)) / HOUR_MS

/** Since when a version has its class. */
const sinceOf = ({ classSinceMs, modifiedMs }: Version): number => classSinceMs ?? modifiedMs

/** The bytes of a version for which its class's rate is paid. */
const billedBytes = (sizeBytes: number, { leastBytes, overheadBytes }: StorageClass): number =>
  Math.max(sizeBytes, leastBytes) + overheadBytes.own

function count(tx: WriteTx, bucket: Bucket, usage: string, quantity: number): void {
  if (quantity <= 0) return
  const { account, region } = bucket
  tx.meter(`s3:${usage}`, { account, region, resource: bucketArn(bucket) }, quantity)
}

/** Counts what a version has taken in a span. */
export function countStorage(tx: WriteTx, bucket: Bucket, version: Version, span: Span): void {
  if (version.marker) return
  const { storageClass: name, sizeBytes } = version
  const of = storageClass(name)
  const hours = hoursOf(span, sinceOf(version))
  count(tx, bucket, `storage-${rateOf(tx, bucket, version)}`, billedBytes(sizeBytes, of) * hours)
  // Of archives a part of the index is kept, and paid, as STANDARD.
  count(tx, bucket, "storage-STANDARD", of.overheadBytes.standard * hours)
  if (name === TIERED_CLASS && sizeBytes >= MONITORED_BYTES)
    count(tx, bucket, "monitoring-hours", hours)
}

/** Objects of INTELLIGENT_TIERING pay the rate of their tier. */
const rateOf = (tx: ReadTx, bucket: Bucket, version: Version): string =>
  version.storageClass === TIERED_CLASS
    ? `${TIERED_CLASS}-${tierOfVersion(tx, bucket, version)}`
    : storageClass(version.storageClass).name

/**
 * Counts a version that goes, or leaves its class: its storage up to now, and what is left of the
 * class's least duration.
 */
export function countEnd(tx: WriteTx, bucket: Bucket, version: Version): void {
  if (version.marker) return
  countStorage(tx, bucket, version, { fromMs: lastCount(tx.now), toMs: tx.now })
  const of = storageClass(version.storageClass)
  const leftMs = sinceOf(version) + of.leastDays * DAY_MS - tx.now
  const byteHours = (billedBytes(version.sizeBytes, of) * leftMs) / HOUR_MS
  count(tx, bucket, `early-delete-${of.name}`, byteHours)
}

/** Counts bytes that were read of a class for whose reads AWS takes a fee. */
export function countRetrieval(tx: WriteTx, bucket: Bucket, version: Version, bytes: number): void {
  const { name, retrievalFee, archive } = storageClass(version.storageClass)
  // Of archives the restore was paid.
  if (retrievalFee && !archive) count(tx, bucket, `retrieval-${name}`, bytes)
}

/** Counts bytes that are written into a directory bucket, which AWS bills ("Amazon S3 pricing"). */
export const countUpload = (tx: WriteTx, bucket: Bucket, bytes: number): void =>
  count(tx, bucket, "upload-EXPRESS_ONEZONE", bytes)

/** Counts what a part takes that no object has yet. */
export function countPart(
  tx: WriteTx,
  bucket: Bucket,
  part: { readonly sizeBytes: number; readonly modifiedMs: number },
  span: Span,
): void {
  count(tx, bucket, "storage-parts", part.sizeBytes * hoursOf(span, part.modifiedMs))
}
