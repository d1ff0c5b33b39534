import type { AnalyticsConfiguration } from "../../../models/types/s3.ts"
import { bucketAccess } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { assertFilter } from "./filter.ts"
import { deleteNumbered, getNumbered, listNumbered, putNumbered } from "./numbered.ts"

const KIND = "analytics"

export const PutBucketAnalyticsConfiguration = op.write("PutBucketAnalyticsConfiguration", {
  authorize: bucketAccess("PutAnalyticsConfiguration"),
  run(tx, input, call): Out<"PutBucketAnalyticsConfiguration"> {
    const bucket = findBucket(tx, input, call)
    const value = input.AnalyticsConfiguration
    if (!value) throw malformedXml()
    assertFilter(value.Filter)
    const { DataExport: data } = value.StorageClassAnalysis ?? {}
    if (!value.StorageClassAnalysis) throw malformedXml()
    if (data && data.Destination?.S3BucketDestination?.Format !== "CSV") throw malformedXml()
    putNumbered(tx, bucket, { kind: KIND, id: input.Id, value })
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
    deleteNumbered(tx, findBucket(tx, input, call), { kind: KIND, id: input.Id })
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
