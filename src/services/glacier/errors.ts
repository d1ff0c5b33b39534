import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/**
 * Every refusal of Glacier. "Documented" marks texts of "Error Responses", "quoted" those that users
 * quote from AWS; the others are not verified.
 */

type Code =
  | "InvalidParameterValueException"
  | "LimitExceededException"
  | "MissingParameterValueException"
  | "PolicyEnforcedException"
  | "ResourceNotFoundException"

/** Answers say code and type beside the message (documented). */
const refusal = (code: Code, message: string): AwsError =>
  op.error(code, message, { members: { code, type: "Client" } })

export const invalid = (message: string) => refusal("InvalidParameterValueException", message)
export const limitExceeded = (message: string) => refusal("LimitExceededException", message)

/** Quoted of the API version. */
export const missing = (what: string) =>
  refusal("MissingParameterValueException", `Required parameter missing: ${what}`)

/** Documented. */
export const vaultMissing = (arn: string) =>
  refusal("ResourceNotFoundException", `Vault not found for ARN: ${arn}`)
export const jobMissing = (id: string) =>
  refusal("ResourceNotFoundException", `The job ID was not found: ${id}`)
export const badStatus = (status: string) => invalid(`The job status code is not valid: ${status}`)

/** Quoted. */
export const archiveMissing = (id: string) =>
  refusal("ResourceNotFoundException", `The archive ID was not found: ${id}`)
export const uploadMissing = (id: string) =>
  refusal("ResourceNotFoundException", `The upload ID was not found: ${id}`)
export const vaultNotEmpty = (arn: string) =>
  invalid(`Vault not empty or recently written to: ${arn}`)
export const jobNotReady = (id: string) =>
  invalid(`The job is not currently available for download: ${id}`)
export const noNotifications = (arn: string) =>
  refusal("ResourceNotFoundException", `No notification configuration is set for vault: ${arn}`)
export const deniedByRetrievalPolicy = () =>
  refusal("PolicyEnforcedException", "InitiateJob request denied by current data retrieval policy.")

export const noAccessPolicy = (arn: string) =>
  refusal("ResourceNotFoundException", `No vault access policy is set for: ${arn}`)
export const noLock = (arn: string) =>
  refusal("ResourceNotFoundException", `No vault lock policy is set for: ${arn}`)

/**
 * The code is documented with each operation of locks; here it also says what S3 does not let the
 * caller of a select job write.
 */
export const denied = (message: string): AwsError => new AwsError("AccessDeniedException", message)
/** The inventory comes within a day of the first upload. */
export const inventoryMissing = (arn: string) =>
  refusal("ResourceNotFoundException", `The inventory is not yet available for vault: ${arn}`)
