import type {
  AnalyticsConfiguration,
  StorageClassAnalysisDataExport,
} from "../../../models/types/s3.ts"
import { bucketAccess } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { bucketNameOf } from "../buckets/bucket-name.ts"
import { KIND } from "../inventory/analysis/analysis.ts"
import { endAnalysis, planAnalysis } from "../inventory/analysis/run.ts"
import { assertFilter } from "./filter.ts"
import { deleteNumbered, getNumbered, listNumbered, putNumbered } from "./numbered.ts"

export const PutBucketAnalyticsConfiguration = op.write("PutBucketAnalyticsConfiguration", {
  authorize: bucketAccess("PutAnalyticsConfiguration"),
  run(tx, input, call): Out<"PutBucketAnalyticsConfiguration"> {
    const bucket = findBucket(tx, input, call)
    const value = input.AnalyticsConfiguration
    if (!value) throw malformedXml()
    assertFilter(value.Filter)
    const { DataExport: data } = value.StorageClassAnalysis ?? {}
    if (!value.StorageClassAnalysis) throw malformedXml()
    assertExport(data)
    putNumbered(tx, bucket, { kind: KIND, id: input.Id, value })
    planAnalysis(tx, bucket, { id: input.Id, filter: value.Filter })
    return {}
  },
})

export const GetBucketAnalyticsConfiguration = op.read("GetBucketAnalyticsConfiguration", {
  authorize: bucketAccess("GetAnalyticsConfiguration"),
  run(tx, input, call): Out<"GetBucketAnalyticsConfiguration"> {
    const value = getNumbered(tx, findBucket(tx, input, call), KIND, input.Id)
    return { AnalyticsConfiguration: value as AnalyticsConfiguration }
  },
})

export const DeleteBucketAnalyticsConfiguration = op.write("DeleteBucketAnalyticsConfiguration", {
  authorize: bucketAccess("PutAnalyticsConfiguration"),
  run(tx, input, call): Out<"DeleteBucketAnalyticsConfiguration"> {
    const bucket = findBucket(tx, input, call)
    deleteNumbered(tx, bucket, { kind: KIND, id: input.Id })
    endAnalysis(tx, { bucket: bucket.id, id: input.Id })
    return {}
  },
})

export const ListBucketAnalyticsConfigurations = op.read("ListBucketAnalyticsConfigurations", {
  authorize: bucketAccess("GetAnalyticsConfiguration"),
  run(tx, input, call): Out<"ListBucketAnalyticsConfigurations"> {
    const bucket = findBucket(tx, input, call)
    const { values, ...page } = listNumbered(tx, bucket, {
      kind: KIND,
      token: input.ContinuationToken,
    })
    return { ...page, AnalyticsConfigurationList: values as AnalyticsConfiguration[] }
  },
})

/** Whether reports may be delivered is asked with each one. */
function assertExport(data: StorageClassAnalysisDataExport | undefined): void {
  if (!data) return
  const { S3BucketDestination: to } = data.Destination ?? {}
  if (to?.Format !== "CSV" || to.Bucket === undefined) throw malformedXml()
  // Recorded of inventory.
  if (bucketNameOf(to.Bucket) === undefined)
    throw new AwsError("InvalidS3DestinationBucket", "Invalid bucket ARN.", { status: 400 })
}
