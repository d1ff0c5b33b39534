import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidRequest } from "../errors.ts"

/** Recorded. */
export const noLockOfBucket = (BucketName: string): AwsError =>
  new AwsError(
    "ObjectLockConfigurationNotFoundError",
    "Object Lock configuration does not exist for this bucket",
    { status: 404, members: { BucketName } },
  )

/** Recorded. */
export const noLockOfObject = (): AwsError =>
  new AwsError(
    "NoSuchObjectLockConfiguration",
    "The specified object does not have a ObjectLock configuration",
    { status: 404 },
  )

/** Recorded. */
export const bucketWithoutLock = (): AwsError =>
  invalidRequest("Bucket is missing Object Lock Configuration")

/** Recorded. */
export const lockNeedsVersioning = (): AwsError =>
  new AwsError(
    "InvalidBucketState",
    "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    { status: 409 },
  )

/** Recorded. */
export const protectedByLock = (): AwsError =>
  new AwsError("AccessDenied", "Access Denied because object protected by object lock.", {
    status: 403,
  })

/** Its code is recorded; the text is not verified. */
export const badRetentionPeriod = (): AwsError =>
  new AwsError("InvalidArgument", "Default retention period must be a positive integer value", {
    status: 400,
  })
