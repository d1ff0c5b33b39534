import { hash } from "node:crypto"
import { arnOf } from "../tables/table.ts"
import { exportArn, isFull, type Export, type ExportFile } from "./export.ts"

/**
 * Manifests as documented ("DynamoDB table export output format"); that checksums end in `.md5` and
 * are base64 is recorded.
 */
export const filesManifest = (files: readonly ExportFile[]): string =>
  files
    .map(({ items, md5, etag, key }) =>
      JSON.stringify({ itemCount: items, md5Checksum: md5, etag, dataFileS3Key: key }),
    )
    .map((line) => `${line}\n`)
    .join("")

export function summaryManifest(
  one: Export,
  { folder, endMs }: { readonly folder: string; readonly endMs: number },
): string {
  const { account, region, tableName: name, what, to } = one
  return JSON.stringify({
    version: isFull(what) ? "2020-06-30" : "2023-08-01",
    exportArn: exportArn(one),
    startTime: time(one.startMs),
    endTime: time(endMs),
    tableArn: arnOf({ account, region, name }),
    tableId: one.tableUuid,
    ...(isFull(what)
      ? { exportTime: time(what.atMs) }
      : { exportFromTime: time(what.fromMs), exportToTime: time(what.toMs) }),
    s3Bucket: to.bucket,
    s3Prefix: to.prefix ?? null,
    s3SseAlgorithm: to.sseAlgorithm ?? "AES256",
    s3SseKmsKeyId: to.sseKeyId ?? null,
    manifestFilesS3Key: `${folder}/manifest-files.json`,
    billedSizeBytes: one.bytes,
    itemCount: one.items,
    outputFormat: one.format,
    ...(!isFull(what) && { outputView: what.view, exportType: "INCREMENTAL_EXPORT" }),
  })
}

export const md5Of = (body: Uint8Array): string => hash("md5", body, "base64")

const time = (ms: number): string => new Date(ms).toISOString()
