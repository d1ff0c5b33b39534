import { AwsError } from "../../protocols/aws-error.ts"
import { methodNotAllowed } from "../../protocols/errors/method-not-allowed.ts"

export { malformedXml } from "../../protocols/errors/malformed-xml.ts"

/**
 * Every refusal of S3, in AWS's words. "Recorded" marks texts that recordings of AWS show; others
 * stand in the API reference's "Error responses", unless they say "not verified".
 */

/** Recorded. */
export const noSuchBucket = (BucketName: string): AwsError =>
  new AwsError("NoSuchBucket", "The specified bucket does not exist", {
    status: 404,
    members: { BucketName },
  })

/** Recorded. */
export const noSuchKey = (Key: string): AwsError =>
  new AwsError("NoSuchKey", "The specified key does not exist.", { status: 404, members: { Key } })

/** Recorded. */
export const noSuchVersion = (Key: string, VersionId: string): AwsError =>
  new AwsError("NoSuchVersion", "The specified version does not exist.", {
    status: 404,
    members: { Key, VersionId },
  })

/** Recorded. */
export const invalidVersionId = (value: string, argument = "versionId"): AwsError =>
  invalidArgument(
    value === "" ? "Version id cannot be the empty string" : "Invalid version id specified",
    argument,
    value,
  )

/** A read whose newest version is a delete marker (recorded, headers included). */
export const currentIsMarker = (Key: string, versionId: string): AwsError =>
  new AwsError("NoSuchKey", "The specified key does not exist.", {
    status: 404,
    members: { Key },
    headers: { "x-amz-delete-marker": "true", "x-amz-version-id": versionId },
  })

/** Recorded: a read of a delete marker by its id. */
export const markerNotAllowed = (
  Method: string,
  marker: { readonly versionId: string; readonly modified: string },
): AwsError =>
  methodNotAllowed(Method, "DeleteMarker", {
    "x-amz-delete-marker": "true",
    "x-amz-version-id": marker.versionId,
    "Last-Modified": marker.modified,
    Allow: "DELETE",
  })

/** Recorded. */
export const invalidBucketName = (BucketName: string): AwsError =>
  new AwsError("InvalidBucketName", "The specified bucket is not valid.", {
    status: 400,
    members: { BucketName },
  })

/** Documented. */
export const bucketAlreadyExists = (BucketName: string): AwsError =>
  new AwsError(
    "BucketAlreadyExists",
    "The requested bucket name is not available. The bucket namespace is shared by all users of " +
      "the system. Please select a different name and try again.",
    { status: 409, members: { BucketName } },
  )

/** Recorded. */
export const bucketAlreadyOwnedByYou = (BucketName: string): AwsError =>
  new AwsError(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    { status: 409, members: { BucketName } },
  )

/** Recorded; versioned buckets say more. */
export const bucketNotEmpty = (BucketName: string, versioned: boolean): AwsError =>
  new AwsError(
    "BucketNotEmpty",
    "The bucket you tried to delete is not empty" +
      (versioned ? ". You must delete all versions in the bucket." : ""),
    { status: 409, members: { BucketName } },
  )

/** Documented. */
export const tooManyBuckets = (): AwsError =>
  new AwsError("TooManyBuckets", "You have attempted to create more buckets than allowed", {
    status: 400,
  })

/** Recorded. */
export const invalidLocationConstraint = (LocationConstraint: string): AwsError =>
  new AwsError("InvalidLocationConstraint", "The specified location-constraint is not valid", {
    status: 400,
    members: { LocationConstraint },
  })

/** Recorded; `constraint` is `unspecified` where the request names none. */
export const illegalLocationConstraint = (constraint: string): AwsError =>
  new AwsError(
    "IllegalLocationConstraintException",
    `The ${constraint} location constraint is incompatible for the region specific endpoint this ` +
      "request was sent to.",
    { status: 400 },
  )

/** Documented: the bucket is in another Region than the one that the request went to. */
export const permanentRedirect = (bucket: {
  readonly name: string
  readonly region: string
  readonly suffix: string
}): AwsError =>
  new AwsError(
    "PermanentRedirect",
    "The bucket you are attempting to access must be addressed using the specified endpoint. " +
      "Please send all future requests to this endpoint.",
    {
      status: 301,
      members: {
        Endpoint: `${bucket.name}.s3.${bucket.region}.${bucket.suffix}`,
        Bucket: bucket.name,
      },
      headers: { "x-amz-bucket-region": bucket.region },
    },
  )

/** Recorded. */
export const invalidBucketOwner = (account: string): AwsError =>
  new AwsError(
    "InvalidBucketOwnerAWSAccountID",
    `The value of the expected bucket owner parameter must be an AWS Account ID... [${account}]`,
    { status: 400 },
  )

/** Recorded: what S3 says where it gives no reason. */
export const accessDenied = (message = "Access Denied"): AwsError =>
  new AwsError("AccessDenied", message, { status: 403 })

export const invalidArgument = (
  message: string,
  ArgumentName: string,
  ArgumentValue?: string,
): AwsError =>
  new AwsError("InvalidArgument", message, {
    status: 400,
    members: { ArgumentName, ArgumentValue },
  })

/** As users quote it of GET, of parts, of completing an upload and of lists. */
export function refuseEncryption({ ServerSideEncryption }: MayNameEncryption): void {
  if (ServerSideEncryption === undefined) return
  const name = "x-amz-server-side-encryption"
  const message = `${name} header is not supported for this operation.`
  throw invalidArgument(message, name, ServerSideEncryption)
}

interface MayNameEncryption {
  readonly ServerSideEncryption?: string | undefined
}

export const invalidRequest = (message: string): AwsError =>
  new AwsError("InvalidRequest", message, { status: 400 })

/** Recorded. */
export const invalidHeader = (name: string): AwsError =>
  invalidRequest(`Value for ${name} header is invalid.`)

/** Recorded. */
export const multipleChecksums = (): AwsError =>
  invalidRequest(
    "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
  )

/** As users quote it. */
export const unknownChecksum = (): AwsError =>
  invalidRequest("The algorithm type you specified in x-amz-checksum- header is invalid.")

/** As tests that AWS passes have it. */
export const invalidPayloadMark = (): AwsError =>
  invalidRequest("The value of x-amz-content-sha256 header is invalid.")

/** The words are S3's list of error codes' ("Error responses"), and as users quote them. */
export const emptyBody = (): AwsError =>
  new AwsError("MissingRequestBodyError", "Request Body is empty", { status: 400 })

/** Documented; sizes in bytes. */
export const keyTooLong = (Size: number, MaxSizeAllowed: number): AwsError =>
  new AwsError("KeyTooLongError", "Your key is too long", {
    status: 400,
    members: { Size: String(Size), MaxSizeAllowed: String(MaxSizeAllowed) },
  })

/** Documented. */
export const metadataTooLarge = (Size: number, MaxSizeAllowed: number): AwsError =>
  new AwsError(
    "MetadataTooLarge",
    "Your metadata headers exceed the maximum allowed metadata size",
    { status: 400, members: { Size: String(Size), MaxSizeAllowed: String(MaxSizeAllowed) } },
  )

/** Recorded. */
export const entityTooLarge = (ProposedSize: number, MaxSizeAllowed: number): AwsError =>
  new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size", {
    status: 400,
    members: { ProposedSize: String(ProposedSize), MaxSizeAllowed: String(MaxSizeAllowed) },
  })

/** Documented. */
export const incompleteBody = (): AwsError =>
  new AwsError("IncompleteBody", "The request body terminated unexpectedly", { status: 400 })

/** Documented: a checksum that was to come behind the body is not there. */
export const badTrailer = (): AwsError =>
  new AwsError(
    "MalformedTrailerError",
    "The request contained trailing data that was not well-formed or did not conform to our " +
      "published schema.",
    { status: 400 },
  )

/** Documented. */
export const missingContentLength = (): AwsError =>
  new AwsError("MissingContentLength", "You must provide the Content-Length HTTP header.", {
    status: 411,
  })

/** Recorded. */
export const badContentMd5 = (ExpectedDigest: string, CalculatedDigest: string): AwsError =>
  new AwsError("BadDigest", "The Content-MD5 you specified did not match what we received.", {
    status: 400,
    members: { ExpectedDigest, CalculatedDigest },
  })

/** Recorded. */
export const invalidDigest = (given: string): AwsError =>
  new AwsError("InvalidDigest", "The Content-MD5 you specified was invalid.", {
    status: 400,
    members: { "Content-MD5": given },
  })

/** Recorded. */
export const badChecksum = (algorithm: string): AwsError =>
  new AwsError(
    "BadDigest",
    `The ${algorithm} you specified did not match the calculated checksum.`,
    { status: 400 },
  )

/** Recorded. */
export const invalidRange = (RangeRequested: string, size: number): AwsError =>
  new AwsError("InvalidRange", "The requested range is not satisfiable", {
    status: 416,
    members: { RangeRequested, ActualObjectSize: String(size) },
    headers: { "Content-Range": `bytes */${size}` },
  })

/** Recorded; `Condition` is the header that did not hold. */
export const preconditionFailed = (Condition: string): AwsError =>
  new AwsError(
    "PreconditionFailed",
    "At least one of the pre-conditions you specified did not hold",
    { status: 412, members: { Condition } },
  )

/** Recorded. */
export const conditionalConflict = (Condition: string, Key: string): AwsError =>
  new AwsError(
    "ConditionalRequestConflict",
    "The conditional request cannot succeed due to a conflicting operation against this resource.",
    { status: 409, members: { Condition, Key } },
  )

/** Recorded, with what the header would have meant where AWS says so. */
export const headerNotImplemented = (Header: string, additionalMessage?: string): AwsError =>
  new AwsError(
    "NotImplemented",
    "A header you provided implies functionality that is not implemented",
    { status: 501, fault: "Receiver", members: { Header, additionalMessage } },
  )

/** Recorded. */
export const invalidStorageClass = (StorageClassRequested: string): AwsError =>
  new AwsError("InvalidStorageClass", "The storage class you specified is not valid", {
    status: 400,
    members: { StorageClassRequested },
  })

/** Recorded; `AccessTier` is of objects of INTELLIGENT_TIERING. */
export const invalidObjectState = (StorageClass: string, AccessTier?: string): AwsError =>
  new AwsError("InvalidObjectState", "The operation is not valid for the object's storage class", {
    status: 403,
    members: { StorageClass, AccessTier },
  })

/** Recorded of S3 Control. */
export const noSuchAccessPoint = (AccessPointName: string): AwsError =>
  new AwsError("NoSuchAccessPoint", "The specified accesspoint does not exist", {
    status: 404,
    members: { AccessPointName },
  })

/** Documented. */
export const noSuchMultiRegionAccessPoint = (): AwsError =>
  new AwsError(
    "NoSuchMultiRegionAccessPoint",
    "The specified Multi-Region Access Point does not exist.",
    { status: 404 },
  )

/** Documented: of callers who have not enabled all Regions of a Multi-Region Access Point. */
export const invalidToken = (): AwsError =>
  new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid.", {
    status: 400,
  })

/** Documented: of a Multi-Region Access Point's Region that its owner has disabled. */
export const allAccessDisabled = (): AwsError =>
  new AwsError("AllAccessDisabled", "All access to this object has been disabled", { status: 403 })

/** Documented. */
export const bucketHasAccessPoints = (): AwsError =>
  new AwsError(
    "BucketHasAccessPointsAttached",
    "The bucket you tried to delete has access points attached. Delete your access points before " +
      "deleting your bucket.",
    { status: 400 },
  )

/** What access points do not do (recorded of other resources; of these not verified). */
export const notForAccessPoints = (operation: string): AwsError =>
  methodNotAllowed(operation, "ACCESSPOINT")

/** Recorded of each of them: a bucket that has no configuration of that kind. */
export const noConfiguration = (code: string, message: string, BucketName: string): AwsError =>
  new AwsError(code, message, { status: 404, members: { BucketName } })

/** Documented ("Common errors when disabling ACLs"). */
export const bucketAclWithOwnership = (): AwsError =>
  new AwsError(
    "InvalidBucketAclWithObjectOwnership",
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    { status: 400 },
  )

/** Documented. */
export const slowDown = (): AwsError =>
  new AwsError("SlowDown", "Please reduce your request rate.", { status: 503 })

/** "Error responses": of a cloud that stops, or a place that is down. */
export const serviceUnavailable = (): AwsError =>
  new AwsError("ServiceUnavailable", "Service is unable to handle request.", { status: 503 })

/** What may be asked again a little later. */
export const isTemporary = ({ code }: AwsError): boolean =>
  code === "ServiceUnavailable" || code === "SlowDown"
