import { bucketAccess } from "../access/access.ts"
import { configure } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"

/** "Enabling ABAC in general purpose buckets": with it the bucket's tags are condition keys. */
export const PutBucketAbac = op.write("PutBucketAbac", {
  authorize: bucketAccess("PutBucketAbac"),
  run(tx, input, call): Out<"PutBucketAbac"> {
    const bucket = findBucket(tx, input, call)
    const status: string | undefined = input.AbacStatus?.Status
    if (status !== "Enabled" && status !== "Disabled") throw malformedXml()
    configure(tx, bucket, { abac: status === "Enabled" ? true : undefined })
    return {}
  },
})

export const GetBucketAbac = op.read("GetBucketAbac", {
  authorize: bucketAccess("GetBucketAbac"),
  run(tx, input, call): Out<"GetBucketAbac"> {
    const { abac } = findBucket(tx, input, call).config
    return { AbacStatus: { Status: abac ? "Enabled" : "Disabled" } }
  },
})
