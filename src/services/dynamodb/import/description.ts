import type { Out } from "../define.ts"
import { arnOf } from "../tables/table.ts"
import { importArn, logGroupArn, type Import } from "./import.ts"

type Description = NonNullable<Out<"DescribeImport">["ImportTableDescription"]>

/** Recorded: what the request left out of source and compression is filled in. */
export function describeImport(one: Import): Description {
  const { account, region, tableName: name, input } = one
  return {
    ImportArn: importArn(one),
    ImportStatus: one.status,
    TableArn: arnOf({ account, region, name }),
    TableId: one.tableUuid,
    ClientToken: one.token,
    S3BucketSource: { ...input.S3BucketSource, S3BucketOwner: ownerOf(one) },
    ErrorCount: one.errors,
    CloudWatchLogGroupArn: logGroupArn(one),
    InputFormat: input.InputFormat,
    InputFormatOptions: input.InputFormatOptions,
    InputCompressionType: input.InputCompressionType ?? "NONE",
    TableCreationParameters: input.TableCreationParameters,
    StartTime: one.startMs,
    EndTime: one.endMs,
    ProcessedSizeBytes: one.processedBytes,
    ProcessedItemCount: one.processed,
    ImportedItemCount: one.imported,
    FailureCode: one.failure?.code,
    FailureMessage: one.failure?.message,
  }
}

export const ownerOf = ({ input, account }: Import): string =>
  input.S3BucketSource.S3BucketOwner ?? account
