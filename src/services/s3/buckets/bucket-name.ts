/** What an ARN of S3 names: a bucket, or a key of one. */
export interface NamedPlace {
  readonly partition: string
  readonly bucket: string
  /** Undefined where the ARN is the bucket's own. */
  readonly key: string | undefined
}

const ARN = "arn:"
const SERVICE = ":s3:::"
const PARTITION = /^[a-z0-9-]+$/

/** Of a bucket's ARN, or of one of its objects; undefined of any other text, `*` among them. */
export function placeOf(arn: string): NamedPlace | undefined {
  // By hand, without an expression: every request asks.
  const end = arn.indexOf(SERVICE, ARN.length)
  if (end < 0 || !arn.startsWith(ARN)) return undefined
  const partition = arn.slice(ARN.length, end)
  const start = end + SERVICE.length
  const slash = arn.indexOf("/", start)
  const bucket = slash < 0 ? arn.slice(start) : arn.slice(start, slash)
  if (bucket === "" || bucket.includes(":") || !PARTITION.test(partition)) return undefined
  return { partition, bucket, key: slash < 0 ? undefined : arn.slice(slash + 1) }
}

/** The name of the bucket whose ARN it is; undefined of anything else, an object's ARN too. */
export function bucketNameOf(arn: string): string | undefined {
  const place = placeOf(arn)
  return place?.key === undefined ? place?.bucket : undefined
}
