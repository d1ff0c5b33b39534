import { everyRow, type ReadTx } from "../../../kernel/transaction.ts"
import type { BlobHolder } from "../../../registry/service.ts"
import { bucketArn, buckets } from "../buckets/bucket.ts"
import { parts, uploads } from "../multipart/upload.ts"
import { objects, versions, type Version } from "../objects/version.ts"
import { segments } from "./segments.ts"

/** The objects and uploads whose bytes lie in these blobs. Reads all rows: for repairs. */
export function* holdersOf(tx: ReadTx, blobs: ReadonlySet<string>): Generator<BlobHolder> {
  const versionOf = new Map<number, string[]>()
  for (const { blob, version } of everyRow(tx, segments))
    if (blob !== undefined && blobs.has(blob)) note(versionOf, version, blob)
  const uploadOf = new Map<number, string[]>()
  for (const { blob, upload } of everyRow(tx, parts))
    if (blob !== undefined && blobs.has(blob)) note(uploadOf, upload, blob)
  const arns = new Map<number, string>()
  for (const bucket of everyRow(tx, buckets)) arns.set(bucket.id, bucketArn(bucket))
  for (const table of [objects, versions]) {
    for (const version of everyRow(tx, table)) {
      const { content, serial } = version
      const own = content?.at === "blob" && blobs.has(content.blob) ? [content.blob] : []
      for (const blob of [...own, ...(versionOf.get(serial) ?? [])])
        yield { blob, holder: nameOf(arns.get(version.bucket), version) }
    }
  }
  for (const { serial, bucket, key, uploadId } of everyRow(tx, uploads))
    for (const blob of uploadOf.get(serial) ?? [])
      yield { blob, holder: `${arns.get(bucket)}/${key}?uploadId=${uploadId}` }
}

const nameOf = (bucket: string | undefined, { key, versionId }: Version): string =>
  `${bucket}/${key}${versionId === "null" ? "" : `?versionId=${versionId}`}`

function note(of: Map<number, string[]>, serial: number, blob: string): void {
  of.set(serial, [...(of.get(serial) ?? []), blob])
}
