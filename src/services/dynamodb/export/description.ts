import type { Out } from "../define.ts"
import { arnOf } from "../tables/table.ts"
import { exportArn, isFull, manifestKey, type Export } from "./export.ts"

type Description = NonNullable<Out<"DescribeExport">["ExportDescription"]>

export function describeExport(one: Export): Description {
  const { account, region, tableName: name, what, to } = one
  const isDone = one.status === "COMPLETED"
  return {
    ExportArn: exportArn(one),
    ExportStatus: one.status,
    StartTime: one.startMs,
    EndTime: one.endMs,
    ExportManifest: isDone ? manifestKey(one) : undefined,
    TableArn: arnOf({ account, region, name }),
    TableId: one.tableUuid,
    ExportTime: isFull(what) ? what.atMs : undefined,
    ClientToken: one.token,
    S3Bucket: to.bucket,
    S3BucketOwner: to.owner,
    S3Prefix: to.prefix,
    S3SseAlgorithm: to.sseAlgorithm,
    S3SseKmsKeyId: to.sseKeyId,
    FailureCode: one.failure?.code,
    FailureMessage: one.failure?.message,
    ExportFormat: one.format,
    BilledSizeBytes: isDone ? one.bytes : undefined,
    ItemCount: isDone ? one.items : undefined,
    ExportType: one.type,
    IncrementalExportSpecification: isFull(what)
      ? undefined
      : {
          ExportFromTime: what.fromMs,
          ExportToTime: what.toMs,
          ExportViewType: what.view,
        },
  }
}
