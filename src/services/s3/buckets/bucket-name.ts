/** What an ARN of S3 names: a bucket, or a key of one. */
export interface NamedPlace {
  readonly partition: string
  readonly bucket: string
  /** Undefined where the ARN is the bucket's own. */
  readonly key: string | undefined
}

/** Of a bucket's ARN, or of one of its objects; undefined of any other text, `*` among them. */
export function placeOf(arn: string): NamedPlace | undefined {
  const [, partition = "", bucket, key] =
    /^arn:([a-z0-9-]+):s3:::([^/:]+)(?:\/(.*))?$/s.exec(arn) ?? []
  return bucket === undefined ? undefined : { partition, bucket, key }
}

/** The name of the bucket whose ARN it is; undefined of anything else, an object's ARN too. */
export function bucketNameOf(arn: string): string | undefined {
  const place = placeOf(arn)
  return place?.key === undefined ? place?.bucket : undefined
}
