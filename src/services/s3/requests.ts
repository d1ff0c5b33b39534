import type { WriteTx } from "../../kernel/transaction.ts"
import { bucketArn, type Bucket } from "./buckets/bucket.ts"

/**
 * Counts a request as AWS bills it: tier 1 writes and lists, tier 2 reads; deletes are free
 * ("Amazon S3 pricing", "Understanding your AWS billing and usage reports for Amazon S3").
 */
export function meterRequest(tx: WriteTx, bucket: Bucket, tier: 1 | 2): void {
  const { account, region, zone } = bucket
  const [first, second] = zone === undefined ? GENERAL : EXPRESS
  tx.meter(tier === 1 ? first : second, { account, region, resource: bucketArn(bucket) })
}

const GENERAL = ["s3:requests-tier1", "s3:requests-tier2"] as const
/** Directory buckets have prices of their own. */
const EXPRESS = ["s3:express-requests-tier1", "s3:express-requests-tier2"] as const

/** Counts bytes that leave. */
export function meterBytesOut(tx: WriteTx, bucket: Bucket, bytes: number): void {
  if (bytes === 0) return
  const { account, region } = bucket
  tx.meter("s3:bytes-out", { account, region, resource: bucketArn(bucket) }, bytes)
}
