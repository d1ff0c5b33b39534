import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidArgument, invalidRequest } from "../errors.ts"
import type { Algorithm } from "../checksums/checksum.ts"

/** Recorded. */
export const noSuchUpload = (UploadId: string): AwsError =>
  new AwsError(
    "NoSuchUpload",
    "The specified upload does not exist. The upload ID may be invalid, or the upload may have " +
      "been aborted or completed.",
    { status: 404, members: { UploadId } },
  )

/** Recorded. */
export const badPartNumber = (value: number): AwsError =>
  invalidArgument(
    "Part number must be an integer between 1 and 10000, inclusive",
    "partNumber",
    String(value),
  )

/** Of a part in the list that completes an upload (as of tests that AWS passes). */
export const badListedNumber = (value: number): AwsError =>
  invalidArgument("PartNumber must be >= 1", "PartNumber", String(value))

/** A part number without the id of an upload (as of tests that AWS passes). */
export const partOfNoUpload = (): AwsError =>
  invalidArgument(
    "This operation does not accept partNumber without uploadId",
    "partNumber",
    "partNumber",
  )

/** Of a part in the list that completes an upload (as of tests that AWS passes). */
export const invalidPartChecksum = (given: string): AwsError =>
  invalidArgument("Invalid Base64 or multiple checksums present in request", "Checksum", given)

interface NamedPart {
  readonly UploadId: string
  readonly PartNumber: string
  readonly ETag: string
}

/** Recorded; two spaces are AWS's. */
export const invalidPart = (members: NamedPart): AwsError =>
  new AwsError(
    "InvalidPart",
    "One or more of the specified parts could not be found.  The part may not have been " +
      "uploaded, or the specified entity tag may not match the part's entity tag.",
    { status: 400, members: { ...members } },
  )

/** Recorded. */
export const invalidPartOrder = (UploadId: string): AwsError =>
  new AwsError(
    "InvalidPartOrder",
    "The list of parts was not in ascending order. Parts must be ordered by part number.",
    { status: 400, members: { UploadId } },
  )

interface SmallPart {
  readonly ETag: string
  readonly PartNumber: string
  readonly ProposedSize: string
  readonly MinSizeAllowed: string
}

/** Recorded. */
export const entityTooSmall = (members: SmallPart): AwsError =>
  new AwsError("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    status: 400,
    members: { ...members },
  })

/** Recorded. */
export const noParts = (): AwsError => invalidRequest("You must specify at least one part")

/** Recorded. */
export const otherSize = (given: number, computed: number): AwsError =>
  invalidRequest(
    `The provided 'x-amz-mp-object-size' header value ${given} does not match what was computed: ` +
      String(computed),
  )

const lower = (algorithm: Algorithm): string => algorithm.toLowerCase()

/** Recorded. */
export const typeWithoutAlgorithm = (): AwsError =>
  invalidRequest(
    "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
  )

/** Recorded. */
export const typeNotOfAlgorithm = (type: string, algorithm: Algorithm): AwsError =>
  invalidRequest(
    `The ${type} checksum type cannot be used with the ${lower(algorithm)} checksum algorithm.`,
  )

/** Recorded; `null` where the upload has none. */
export const otherChecksumType = (type: string | undefined): AwsError =>
  invalidRequest(
    `The upload was created using the ${type ?? "null"} checksum mode. The complete request must ` +
      "use the same checksum mode.",
  )

/** Recorded; `null` where the part has none. */
export const otherAlgorithm = (expected: Algorithm, actual?: Algorithm): AwsError =>
  invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${lower(expected)}, actual checksum ` +
      `Type: ${actual ? lower(actual) : "null"}`,
  )

/** Recorded. */
export const partWithoutChecksum = (algorithm: Algorithm, part: number): AwsError =>
  invalidRequest(
    `The upload was created using a ${lower(algorithm)} checksum. The complete request must ` +
      `include the checksum for each part. It was missing for part ${part} in the request.`,
  )

/** Recorded: a part is listed with a checksum of another algorithm than the upload's. */
export const badPartChecksum = (algorithm: Algorithm, part: number): AwsError =>
  new AwsError(
    "BadDigest",
    `The ${lower(algorithm)} you specified for part ${part} did not match what we received.`,
    { status: 400 },
  )

/** Recorded. */
export const badObjectChecksum = (algorithm: Algorithm): AwsError =>
  new AwsError(
    "BadDigest",
    `The ${lower(algorithm)} you specified did not match the calculated checksum.`,
    { status: 400 },
  )
