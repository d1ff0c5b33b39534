import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/**
 * Every refusal of Secrets Manager. "Recorded" marks texts that recordings of AWS show; "quoted"
 * those that users quote from AWS; the others are not verified.
 */

/** Recorded. */
export const secretMissing = () =>
  op.error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")

/** Recorded. `what` is `staging label: AWSCURRENT` or `VersionId: …`. */
export const valueMissing = (what: string) =>
  op.error(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret value for ${what}`,
  )

/** Recorded. */
export const badName = (): AwsError =>
  new AwsError(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  )

/** Recorded, of both codes: RotateSecret has the other one. */
export const noToken = (code: "InvalidRequestException" | "InvalidParameterException") =>
  op.error(code, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")

/** Recorded. */
export const nameTaken = (name: string) =>
  op.error(
    "ResourceExistsException",
    `The operation failed because the secret ${name} already exists.`,
  )

/** Recorded. */
export const tokenTaken = (token: string, arn: string) =>
  op.error(
    "ResourceExistsException",
    `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
  )

/** Recorded. */
export const nameOfDeleted = () =>
  op.error(
    "InvalidRequestException",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  )

/** Recorded of tags, quoted of others. */
export const markedForDeletion = () =>
  op.error(
    "InvalidRequestException",
    "You can't perform this operation on the secret because it was marked for deletion.",
  )

/** Recorded. */
export const stageNotOfVersion = () =>
  op.error(
    "InvalidRequestException",
    "You provided a VersionStage that is not associated to the provided VersionId.",
  )

/** Recorded. */
export const foreignDefaultKey = () =>
  op.error(
    "InvalidRequestException",
    "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key.",
  )

/** Recorded. */
export const noFunction = () =>
  op.error(
    "InvalidRequestException",
    "No Lambda rotation function ARN is associated with this secret.",
  )

/** Recorded; the code is everybody's. */
export const functionDenied = (): AwsError =>
  new AwsError(
    "AccessDenied",
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
  )

/** Recorded. */
export const labelElsewhere = (stage: string, version: string) =>
  op.error(
    "InvalidParameterException",
    `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${version}, so you must explicitly reference that version in RemoveFromVersionId.`,
  )

/** Quoted. */
export const currentStays = () =>
  op.error(
    "InvalidParameterException",
    "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
  )

/** Quoted. */
export const rotationUnderWay = () =>
  op.error(
    "InvalidRequestException",
    "A previous rotation isn't complete. That rotation will be reattempted.",
  )

/** Quoted. */
export const onlyInPrimary = () =>
  op.error(
    "InvalidParameterException",
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  )

/** Quoted. */
export const kmsDenied = (): AwsError =>
  new AwsError("AccessDenied", "Access to KMS is not allowed")

/** The API's own descriptions of the errors. */
export const cannotEncrypt = () =>
  op.error(
    "EncryptionFailure",
    "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS key is available, enabled, and not in an invalid state.",
  )
export const cannotDecrypt = () =>
  op.error(
    "DecryptionFailure",
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  )
export const publicPolicy = () =>
  op.error(
    "PublicPolicyException",
    "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.",
  )

/** Quoted. */
export const badPolicy = () =>
  op.error("MalformedPolicyDocumentException", "This resource policy contains a syntax error.")

/** As users quote it: of principals that are not there, too. */
export const unsupportedPrincipal = () =>
  op.error(
    "MalformedPolicyDocumentException",
    "This resource policy contains an unsupported principal.",
  )

export const invalid = (message: string) => op.error("InvalidParameterException", message)

export const refused = (message: string) => op.error("InvalidRequestException", message)

export const limitExceeded = (message: string) => op.error("LimitExceededException", message)

export const badPageToken = () =>
  op.error("InvalidNextTokenException", "The NextToken value is invalid.")
