import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest, malformedXml } from "../errors.ts"

/** Texts recorded. */
export const PutBucketAccelerateConfiguration = op.write("PutBucketAccelerateConfiguration", {
  authorize: bucketAccess("PutAccelerateConfiguration"),
  run(tx, input, call): Out<"PutBucketAccelerateConfiguration"> {
    const bucket = findBucket(tx, input, call)
    if (bucket.name.includes("."))
      throw invalidRequest(
        "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
      )
    const status: string | undefined = input.AccelerateConfiguration?.Status
    if (status !== "Enabled" && status !== "Suspended") throw malformedXml()
    // "Suspended" is a state of what was enabled once.
    if (status === "Enabled" || bucket.config.acceleration !== undefined)
      configure(tx, bucket, { acceleration: status })
    return {}
  },
})

export const GetBucketAccelerateConfiguration = op.read("GetBucketAccelerateConfiguration", {
  authorize: bucketAccess("GetAccelerateConfiguration"),
  run(tx, input, call): Out<"GetBucketAccelerateConfiguration"> {
    const { acceleration } = findBucket(tx, input, call).config
    return acceleration === undefined ? {} : { Status: acceleration }
  },
})
