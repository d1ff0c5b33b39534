import type { MetricsConfiguration } from "../../../models/types/s3.ts"
import { bucketAccess } from "../access/access.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { assertFilter } from "./filter.ts"
import { deleteNumbered, getNumbered, listNumbered, putNumbered } from "./numbered.ts"

const KIND = "metrics"

export const PutBucketMetricsConfiguration = op.write("PutBucketMetricsConfiguration", {
  authorize: bucketAccess("PutMetricsConfiguration"),
  run(tx, input, call): Out<"PutBucketMetricsConfiguration"> {
    const bucket = findBucket(tx, input, call)
    const value = input.MetricsConfiguration
    if (!value) throw malformedXml()
    assertFilter(value.Filter)
    putNumbered(tx, bucket, { kind: KIND, id: input.Id, value })
    return {}
  },
})

export const GetBucketMetricsConfiguration = op.read("GetBucketMetricsConfiguration", {
  authorize: bucketAccess("GetMetricsConfiguration"),
  run(tx, input, call): Out<"GetBucketMetricsConfiguration"> {
    const value = getNumbered(tx, findBucket(tx, input, call), KIND, input.Id)
    return { MetricsConfiguration: value as MetricsConfiguration }
  },
})

export const DeleteBucketMetricsConfiguration = op.write("DeleteBucketMetricsConfiguration", {
  authorize: bucketAccess("PutMetricsConfiguration"),
  run(tx, input, call): Out<"DeleteBucketMetricsConfiguration"> {
    deleteNumbered(tx, findBucket(tx, input, call), { kind: KIND, id: input.Id })
    return {}
  },
})

export const ListBucketMetricsConfigurations = op.read("ListBucketMetricsConfigurations", {
  authorize: bucketAccess("GetMetricsConfiguration"),
  run(tx, input, call): Out<"ListBucketMetricsConfigurations"> {
    const bucket = findBucket(tx, input, call)
    const { values, ...page } = listNumbered(tx, bucket, {
      kind: KIND,
      token: input.ContinuationToken,
    })
    return { ...page, MetricsConfigurationList: values as MetricsConfiguration[] }
  },
})
