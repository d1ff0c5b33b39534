import { AwsError } from "../../../../protocols/aws-error.ts"
import { invalidArgument, invalidRequest } from "../../errors.ts"

/** As users quote it. */
export const md5NotSupported = (): AwsError =>
  new AwsError("NotImplemented", "This bucket does not support Content Md5 header.", {
    status: 501,
    fault: "Receiver",
  })

/** As users quote it. */
export const prefixWithoutDelimiter = (): AwsError =>
  invalidRequest(
    "This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path " +
      "ending with a delimiter and try again.",
  )

/** After the pattern of the prefix's (not verified). */
export const otherDelimiter = (): AwsError =>
  invalidRequest("This bucket does not support a delimiter other than '/'.")

/**
 * The Regional endpoint takes each PUT of a bucket that it does not know for the bucket's creation
 * (as Terraform's provider knows it).
 */
export const expectedCreation = (root: string): AwsError =>
  invalidArgument(`${root} is not valid, expected CreateBucketConfiguration`, root)

/** What directory buckets do not have: 501, as Terraform's provider knows it (words not verified). */
export const notOfDirectories = (): AwsError =>
  new AwsError("NotImplemented", "This bucket does not support the requested operation.", {
    status: 501,
    fault: "Receiver",
  })

/** Documented of exceptions of PutObject. */
export const invalidWriteOffset = (): AwsError =>
  new AwsError(
    "InvalidWriteOffset",
    "The write offset value that you specified does not match the current object size.",
    { status: 400 },
  )

/** Documented of exceptions of PutObject. */
export const tooManyParts = (): AwsError =>
  new AwsError(
    "TooManyParts",
    "You have attempted to add more parts than the maximum of 10000 that are allowed for this " +
      "object. You can use the CopyObject operation to copy this object to another and then add " +
      "more data to the newly copied object.",
    { status: 400 },
  )

/** Documented of exceptions of RenameObject. */
export const idempotencyMismatch = (): AwsError =>
  new AwsError(
    "IdempotencyParameterMismatch",
    "Parameters on this idempotent request are inconsistent with parameters used in previous " +
      "request(s).",
    { status: 400 },
  )
