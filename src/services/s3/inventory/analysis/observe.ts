import type { ReadTx, WriteTx } from "../../../../kernel/transaction.ts"
import type { CallRecord } from "../../../../registry/call-record.ts"
import type { Bucket } from "../../buckets/bucket.ts"
import { bytesOf, decoded, headerOf } from "../../logging/exchange.ts"
import { currentVersion, versionWithId, type Version } from "../../objects/version.ts"
import { analyses, changeDay, isWatched, MOST_ANALYSES } from "./analysis.ts"
import { add, type Cell } from "./cell.ts"

const DAY_MS = 86_400_000

/**
 * What a request to a bucket that is analysed adds to what is seen of it: GETs and uploads that
 * succeeded ("Failed GET and PUT requests are not counted"), but no multipart uploads.
 */
export function noteForAnalysis(
  tx: ReadTx,
  bucket: Bucket,
  { record, key }: { readonly record: CallRecord; readonly key: string },
): ((tx: WriteTx) => void) | undefined {
  if (!bucket.config.analysed) return undefined
  const { operation, exchange } = record
  if (!exchange || exchange.response.status >= 300) return undefined
  const isRead = operation === "GetObject"
  if (!isRead && operation !== "PutObject" && operation !== "CopyObject") return undefined
  const versionId = headerOf(exchange.response, "x-amz-version-id")
  const version = versionOf(tx, { bucket: bucket.id, key: decoded(key), versionId })
  if (!version) return undefined
  const more = isRead
    ? { gets: 1, retrieved: bytesOf(exchange.response) ?? 0 }
    : { uploaded: version.sizeBytes }
  return (into) => note(into, version, more)
}

const versionOf = (
  tx: ReadTx,
  {
    versionId,
    ...of
  }: { readonly bucket: number; readonly key: string; readonly versionId: string | undefined },
): Version | undefined =>
  versionId === undefined
    ? currentVersion(tx, of.bucket, of.key)
    : versionWithId(tx, { ...of, versionId })

function note(tx: WriteTx, version: Version, more: Partial<Cell>): void {
  const dayMs = Math.floor(tx.now / DAY_MS) * DAY_MS
  const { rows } = tx.scan(analyses, { prefix: [version.bucket], limit: MOST_ANALYSES })
  for (const analysis of rows)
    if (dayMs >= analysis.sinceMs && isWatched(analysis, version))
      changeDay(tx, analysis, {
        dayMs,
        // Of the age with which it is counted when the day has ended: reads fit what is stored.
        change: (cells) => add(cells, { version, atMs: dayMs + DAY_MS, more }),
      })
}
