import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { bucketAccess } from "../access/access.ts"
import { accessPoints } from "../access/points/access-point.ts"
import { multiRegionPointsOf } from "../access/points/multi-region.ts"
import { op, type Out } from "../define.ts"
import { bucketHasAccessPoints, bucketNotEmpty } from "../errors.ts"
import { dropUploads } from "../multipart/drop-uploads.ts"
import { uploads } from "../multipart/upload.ts"
import { objects } from "../objects/version.ts"
import { bucketConfigs } from "./config.ts"
import { buckets, type Bucket } from "./bucket.ts"
import { findBucket } from "./find.ts"

/** "Amazon S3 quotas": 1,000 of each of four kinds. */
const CONFIGURATIONS = 4_000

export const DeleteBucket = op.write("DeleteBucket", {
  authorize: bucketAccess("DeleteBucket"),
  run(tx, input, call): Out<"DeleteBucket"> {
    const bucket = findBucket(tx, input, call)
    if (tx.first(objects, { prefix: [bucket.id] }))
      throw bucketNotEmpty(bucket.name, bucket.versioning !== undefined)
    if (hasAccessPoints(tx, bucket)) throw bucketHasAccessPoints()
    dropConfigurations(tx, bucket)
    // Uploads do not keep a bucket ("DeleteBucket" names only objects); they go with it.
    if (tx.first(uploads, { prefix: [bucket.id] }))
      tx.schedule(dropUploads, { bucket: bucket.id }, tx.now)
    tx.remove(buckets, bucket)
    return {}
  },
})

/** Takes away what a bucket that goes has configured by id. */
export function dropConfigurations(tx: WriteTx, bucket: Bucket): void {
  const { rows } = tx.scan(bucketConfigs, { prefix: [bucket.id], limit: CONFIGURATIONS })
  for (const row of rows) tx.remove(bucketConfigs, row)
}

/**
 * "Underlying buckets (in the same account) that are used in a Multi-Region Access Point can be
 * deleted only after a Multi-Region Access Point is deleted"; of access points the list of error
 * codes says so. Those of other accounts keep no bucket.
 */
const hasAccessPoints = (tx: ReadTx, bucket: Bucket): boolean =>
  tx.first(accessPoints, { index: "byBucket", prefix: [bucket.account, bucket.name] }) !==
    undefined || multiRegionPointsOf(tx, bucket).length > 0
