import { AwsError } from "../../../protocols/aws-error.ts"

/** Recorded. */
export const unspecifiedVersioning = (): AwsError =>
  new AwsError(
    "IllegalVersioningConfigurationException",
    "The Versioning element must be specified",
    { status: 400 },
  )

/** Recorded. */
export const lockedVersioning = (): AwsError =>
  new AwsError(
    "InvalidBucketState",
    "An Object Lock configuration is present on this bucket, so the versioning state cannot be " +
      "changed.",
    { status: 409 },
  )

/** As people quote it; not recorded. */
export const replicatedVersioning = (): AwsError =>
  new AwsError(
    "InvalidBucketState",
    "A replication configuration is present on this bucket, so you cannot change the versioning " +
      "state. To change the versioning state, first delete the replication configuration.",
    { status: 409 },
  )

/** As people quote it; not recorded. */
export const mfaOfOwnerOnly = (): AwsError =>
  new AwsError("AccessDenied", "This operation may only be performed by the bucket owner", {
    status: 403,
  })

/** As people quote it; not recorded. */
export const mfaRequired = (): AwsError =>
  new AwsError("AccessDenied", "Mfa Authentication must be used for this request", { status: 403 })
