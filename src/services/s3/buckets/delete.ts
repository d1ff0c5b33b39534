import { bucketAccess } from "../access/access.ts"
import { op, type Out } from "../define.ts"
import { bucketNotEmpty } from "../errors.ts"
import { objects } from "../objects/version.ts"
import { bucketConfigs } from "./config.ts"
import { buckets } from "./bucket.ts"
import { findBucket } from "./find.ts"

/** "Amazon S3 quotas": 1,000 of each of four kinds. */
const CONFIGURATIONS = 4_000

export const DeleteBucket = op.write("DeleteBucket", {
  authorize: bucketAccess("DeleteBucket"),
  run(tx, input, call): Out<"DeleteBucket"> {
    const bucket = findBucket(tx, input, call)
    if (tx.first(objects, { prefix: [bucket.id] }))
      throw bucketNotEmpty(bucket.name, bucket.versioning !== undefined)
    const { rows } = tx.scan(bucketConfigs, { prefix: [bucket.id], limit: CONFIGURATIONS })
    for (const row of rows) tx.remove(bucketConfigs, row)
    tx.remove(buckets, bucket)
    return {}
  },
})
