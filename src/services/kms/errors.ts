import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/** Checks that no model has: their words are KMS's own, their code is everybody's. */
export const invalid = (message: string): AwsError => new AwsError("ValidationException", message)

/** Recorded. */
export const noSuchKey = (arn: string) =>
  op.error("NotFoundException", `Key '${arn}' does not exist`)

/** Recorded: for what has not the form of a key's id. */
export const noKeyId = (text: string) => op.error("NotFoundException", `Invalid keyId '${text}'`)

/** Recorded: an ARN of another Region than the one that is asked. */
export const otherRegion = (region: string) =>
  op.error("NotFoundException", `Invalid arn ${region}`)

/** As users quote it. */
export const noSuchAlias = (arn: string) =>
  op.error("NotFoundException", `Alias ${arn} is not found.`)

/** The form is documented, the words are not verified. */
export const invalidArn = (text: string) => op.error("InvalidArnException", `Invalid arn ${text}`)

/** Recorded: a damaged ciphertext and a wrong context say nothing at all. */
export const invalidCiphertext = () => op.error("InvalidCiphertextException", "")

/** Recorded. */
export const incorrectKey = () =>
  op.error(
    "IncorrectKeyException",
    "The key ID in the request does not identify a CMK that can perform this operation.",
  )

/** As users quote it: of a ciphertext whose key is not here, or not the caller's to know of. */
export const unknownCiphertextKey = () =>
  new AwsError(
    "AccessDeniedException",
    "The ciphertext refers to a customer master key that does not exist, does not exist in this " +
      "region, or you are not allowed to access.",
  )

/** Recorded. */
export const wrongUsage = (arn: string, usage: string, operation: string) =>
  op.error(
    "InvalidKeyUsageException",
    `${arn} key usage is ${usage} which is not valid for ${operation}.`,
  )

/** Recorded of MACs. */
export const wrongAlgorithm = (algorithm: string, spec: string) =>
  op.error(
    "InvalidKeyUsageException",
    `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
  )

/** Recorded. */
export const wrongOrigin = (arn: string, origin: string) =>
  op.error(
    "UnsupportedOperationException",
    `${arn} origin is ${origin} which is not valid for this operation.`,
  )

/** Recorded of rotation: what such a key cannot do is refused without words. */
export const unsupported = (message = "") => op.error("UnsupportedOperationException", message)

/** Recorded. */
export const disabled = (arn: string) => op.error("DisabledException", `${arn} is disabled.`)

/** Recorded of `pending import`; the other states as in "Key states of AWS KMS keys". */
export const invalidState = (arn: string, state: string) =>
  op.error("KMSInvalidStateException", `${arn} is ${state}.`)

export const invalidStateText = (message: string) => op.error("KMSInvalidStateException", message)

/** Recorded. */
export const dryRun = () =>
  op.error(
    "DryRunOperationException",
    "The request would have succeeded, but the DryRun option is set.",
  )

export const limitExceeded = (message: string) => op.error("LimitExceededException", message)

export const alreadyExists = (message: string) => op.error("AlreadyExistsException", message)

/** Recorded of several. */
export const badTags = (message: string) => op.error("TagException", message)

/** Not verified. */
export const invalidMarker = () => op.error("InvalidMarkerException", "The marker is not valid.")

export const badPolicy = (message: string) => op.error("MalformedPolicyDocumentException", message)

/** As users quote it. */
export const noSuchPolicy = () => op.error("NotFoundException", "No such policy exists")

/** As others report it. */
export const noSuchGrant = (id: string) => op.error("NotFoundException", `Grant ID ${id} not found`)

/** Recorded, of both: without words. */
export const invalidSignature = () => op.error("KMSInvalidSignatureException", "")
export const invalidMac = () => op.error("KMSInvalidMacException", "")
