import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/**
 * Every refusal of AWS Private CA. "Quoted" marks texts that users quote from AWS; the others are the
 * API's own descriptions of the errors, or not verified.
 */

export const noAuthority = (arn: string) =>
  op.error("ResourceNotFoundException", `Could not find Certificate Authority ${arn}.`)

export const noCertificate = (arn: string) =>
  op.error("ResourceNotFoundException", `Could not find certificate ${arn}.`)

export const noSuch = (what: string) => op.error("ResourceNotFoundException", what)

export const invalidArn = (arn: string) =>
  op.error("InvalidArnException", `The requested Amazon Resource Name (ARN) ${arn} is not valid.`)

/** Quoted. */
export const cannotIssue = (arn: string) =>
  op.error(
    "InvalidStateException",
    `The certificate authority ${arn} is not in a valid state for issuing certificates`,
  )

/** Quoted, of `to have issued certificates` and `to have a certificate signing request`. */
export const wrongState = (arn: string, what: string) =>
  op.error(
    "InvalidStateException",
    `The certificate authority ${arn} is not in the correct state ${what}.`,
  )

export const invalidArgs = (message: string) => op.error("InvalidArgsException", message)

/** Checks that no model has: their code is everybody's. */
export const invalid = (message: string): AwsError => new AwsError("ValidationException", message)

/** Quoted. */
export const outlivesAuthority = () =>
  invalid("The certificate validity specified exceeds the certificate authority validity.")

export const badRequestText = (message: string) => op.error("MalformedCSRException", message)

export const badCertificate = (message: string) =>
  op.error("MalformedCertificateException", message)

export const otherKey = () =>
  op.error(
    "CertificateMismatchException",
    "The certificate authority certificate you are importing does not comply with conditions specified in the certificate that signed it, or its public key does not match.",
  )

export const prohibited = (message: string) => op.error("InvalidRequestException", message)

export const alreadyRevoked = () =>
  op.error("RequestAlreadyProcessedException", "Your request has already been completed.")

export const limitExceeded = (message: string) => op.error("LimitExceededException", message)

export const tooManyTags = () =>
  op.error("TooManyTagsException", "You can associate up to 50 tags with a private CA.")

export const badTag = (message: string) => op.error("InvalidTagException", message)

export const permissionExists = () =>
  op.error(
    "PermissionAlreadyExistsException",
    "The designated permission has already been given to the user.",
  )

export const badPolicy = (message: string) => op.error("InvalidPolicyException", message)

export const lockout = () =>
  op.error(
    "LockoutPreventedException",
    "The current action was prevented because it would lock the caller out from performing subsequent actions. Verify that the specified parameters would not result in the caller being denied access to the resource.",
  )

export const badPageToken = () =>
  op.error(
    "InvalidNextTokenException",
    "The token specified in the NextToken argument is not valid.",
  )

/** What is made of a request's texts, which may be no addresses or object identifiers. */
export function fromGiven<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError)
      throw invalidArgs(error.message)
    throw error
  }
}
