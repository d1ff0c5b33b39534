import { AwsError } from "../../../protocols/aws-error.ts"

/**
 * Refusals of Multi-Region Access Points. Codes and, unless said otherwise, texts are those of the
 * lists of error codes ("Error responses").
 */

/** What a request ends in that was taken on: nobody is refused any more, so it has no status. */
export interface AsyncFailure {
  readonly code: string
  readonly message: string
  /** What it is about: a bucket, or the access point. */
  readonly resource: string
}

export const noSuchMultiRegionAccessPoint = (): AwsError =>
  new AwsError(
    "NoSuchMultiRegionAccessPoint",
    "The specified Multi-Region Access Point does not exist.",
    { status: 404 },
  )

export const noSuchMultiRegionAccessPointPolicy = (): AwsError =>
  new AwsError(
    "NoSuchMultiRegionAccessPointPolicy",
    "The specified Multi-Region Access Point policy does not exist.",
    { status: 404 },
  )

export const noSuchAsyncRequest = (): AwsError =>
  new AwsError("NoSuchAsyncRequest", "The specified request was not found.", { status: 404 })

export const clientTokenConflict = (): AwsError =>
  new AwsError(
    "ClientTokenConflict",
    "Your Multi-Region Access Point idempotency token was already used for a different request.",
    { status: 409 },
  )

export const tooManyPoints = (): AwsError =>
  new AwsError(
    "TooManyMultiRegionAccessPoints",
    "You have attempted to create more Multi-Region Access Points than are allowed for an account.",
    { status: 400 },
  )

export const tooManyRegions = (): AwsError =>
  new AwsError(
    "TooManyMultiRegionAccessPointregionsError",
    "You have attempted to create a Multi-Region Access Point with more Regions than are allowed " +
      "for an account.",
    { status: 400 },
  )

export const invalidRegion = (): AwsError =>
  new AwsError(
    "InvalidRegion",
    "You've attempted to create a Multi-Region Access Point in a Region that you haven't opted in to.",
    { status: 403 },
  )

/** As users quote it of calls to other Regions. */
export const wrongRegion = (): AwsError =>
  new AwsError(
    "PermanentRedirect",
    "The API you are attempting to access must be addressed using the specified endpoint. Please " +
      "send all future requests to this endpoint.",
    { status: 301 },
  )

/** "HTTP 409 Conflict" of "failover controls errors"; the code and the text are S3's general ones. */
export const routesChanging = (): AwsError =>
  new AwsError(
    "OperationAborted",
    "A conflicting conditional operation is currently in progress against this resource. Please " +
      "try again.",
    { status: 409 },
  )

/** "HTTP 405 Method Not Allowed" of "failover controls errors"; code and text are S3's general ones. */
export const nothingToFailOver = (): AwsError =>
  new AwsError("MethodNotAllowed", "The specified method is not allowed against this resource.", {
    status: 405,
  })
