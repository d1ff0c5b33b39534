import { dnsSuffix } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { knowsVersion2, VERSION_2 } from "../../../protocols/sigv4/version2.ts"
import type { Call } from "../../../registry/call.ts"
import {
  accessDenied,
  invalidBucketOwner,
  noSuchAccessPoint,
  noSuchBucket,
  noSuchMultiRegionAccessPoint,
  permanentRedirect,
} from "../errors.ts"
import { isObjectLambdaName } from "../access/object-lambda/point.ts"
import { accessPointOf } from "../access/points/access-point.ts"
import { assertMultiRegion } from "../access/points/compatibility.ts"
import { isMultiRegion, isMultiRegionName } from "../access/points/multi-region.ts"
import { bucketNamed, bucketOfAnyKind, type Bucket } from "./bucket.ts"

/** The input of any operation on a bucket. */
export interface OnBucket {
  readonly Bucket: string
  readonly ExpectedBucketOwner?: string | undefined
}

/**
 * The bucket that a request is about, for requests to its own Region. Throws NoSuchBucket;
 * PermanentRedirect where the bucket lives elsewhere; AccessDenied where its owner is not the one
 * that the request expects.
 */
export function findBucket(tx: ReadTx, input: OnBucket, call: Call): Bucket {
  const bucket = findAnywhere(tx, input, call)
  // Directory buckets have addresses of their own; at others their names are nobody's (as users find).
  if (bucket.zone !== undefined && !call.signing?.express) throw noSuchBucket(bucket.name)
  if (bucket.region !== call.region && namesRegion(call, bucket))
    throw permanentRedirect({
      name: bucket.name,
      region: bucket.region,
      suffix: dnsSuffix(bucket.region),
    })
  return bucket
}

/** Nobody who does not sign names a Region, nor does version 2, where it is known. */
const namesRegion = ({ principal, signing }: Call, { region }: Bucket): boolean =>
  principal.type !== "anonymous" && !(signing?.algorithm === VERSION_2 && knowsVersion2(region))

/** As `findBucket`, from whichever Region. */
export function findAnywhere(
  tx: ReadTx,
  { Bucket, ExpectedBucketOwner }: OnBucket,
  call: Call,
): Bucket {
  if (ExpectedBucketOwner !== undefined && !/^\d{12}$/.test(ExpectedBucketOwner))
    throw invalidBucketOwner(ExpectedBucketOwner)
  const bucket = bucketOfAnyKind(tx, call.partition, Bucket) ?? behindPoint(tx, Bucket, call)
  if (!bucket) throw noSuchBucket(Bucket)
  if (ExpectedBucketOwner !== undefined && ExpectedBucketOwner !== bucket.account)
    throw accessDenied()
  return bucket
}

/** The bucket to which an access point leads. */
function behindPoint(tx: ReadTx, text: string, call: Call): Bucket | undefined {
  const point = accessPointOf(tx, text, call)
  if (!point) {
    if (isMultiRegionName(text)) throw noSuchMultiRegionAccessPoint()
    if (text.startsWith("arn:") || text.endsWith("-s3alias") || isObjectLambdaName(text))
      throw noSuchAccessPoint(text)
    return undefined
  }
  if (isMultiRegion(point)) assertMultiRegion(call)
  const bucket = bucketNamed(tx, call.partition, point.bucket)
  return bucket?.id === point.bucketId ? bucket : undefined
}
