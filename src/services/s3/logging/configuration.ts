import type { LoggingEnabled } from "../../../models/types/s3.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { bucketAccess } from "../access/access.ts"
import { isEnforced } from "../access/acl/operations.ts"
import { bucketNamed, configure, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { bucketAclWithOwnership, malformedXml } from "../errors.ts"

/** "PutBucketLogging": an empty status turns logging off. */
export const PutBucketLogging = op.write("PutBucketLogging", {
  authorize: bucketAccess("PutBucketLogging"),
  run(tx, input, call): Out<"PutBucketLogging"> {
    const bucket = findBucket(tx, input, call)
    const status: In<"PutBucketLogging">["BucketLoggingStatus"] | undefined =
      input.BucketLoggingStatus
    if (!status) throw malformedXml()
    const logging = status.LoggingEnabled
    if (logging) assertLogging(tx, bucket, logging)
    configure(tx, bucket, { logging })
    return {}
  },
})

export const GetBucketLogging = op.read("GetBucketLogging", {
  authorize: bucketAccess("GetBucketLogging"),
  run(tx, input, call): Out<"GetBucketLogging"> {
    const { logging } = findBucket(tx, input, call).config
    return logging ? { LoggingEnabled: logging } : {}
  },
})

/** Whether the logs may be delivered is asked with each delivery: AWS does not look now (recorded). */
function assertLogging(tx: WriteTx, bucket: Bucket, logging: Partial<LoggingEnabled>): void {
  const { TargetBucket: name, TargetPrefix: prefix, TargetObjectKeyFormat: format } = logging
  if (name === undefined || prefix === undefined) throw malformedXml()
  const target = bucketNamed(tx, bucket.partition, name)
  if (!target) throw invalidTarget("The target bucket for logging does not exist", name)
  if (target.account !== bucket.account) throw invalidTarget(OTHER_OWNER, name)
  if (target.region !== bucket.region) throw crossLocation(bucket, target)
  const grants = logging.TargetGrants ?? []
  for (const { Grantee: grantee, Permission: permission } of grants)
    if (!grantee || permission === undefined) throw malformedXml()
  if (grants.length > 0 && isEnforced(target)) throw bucketAclWithOwnership()
  if (format && (format.SimplePrefix === undefined) === (format.PartitionedPrefix === undefined))
    throw malformedXml()
  const source: string | undefined = format?.PartitionedPrefix?.PartitionDateSource
  if (source !== undefined && source !== "EventTime" && source !== "DeliveryTime")
    throw malformedXml()
}

const OTHER_OWNER = "The owner for the bucket to be logged and the target bucket must be the same."

/** Recorded of a bucket that is not there; the words for another owner are as users quote them. */
const invalidTarget = (message: string, TargetBucket: string): AwsError =>
  new AwsError("InvalidTargetBucketForLogging", message, {
    status: 400,
    members: { TargetBucket },
  })

/** Recorded, the space at the end included; of us-east-1 the source is not told. */
const crossLocation = (source: Bucket, target: Bucket): AwsError =>
  new AwsError("CrossLocationLoggingProhibitted", "Cross S3 location logging not allowed. ", {
    status: 403,
    members: {
      SourceBucketLocation: source.region === "us-east-1" ? undefined : source.region,
      TargetBucketLocation: target.region,
    },
  })
