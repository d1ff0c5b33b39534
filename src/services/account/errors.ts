import type { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/** Texts are not verified, unless a line says more. */

export const accessDenied = (): AwsError =>
  op.error("AccessDeniedException", "You don't have permission to perform this operation.")

/** As users of AWS quote it. */
export const noAlternateContact = (): AwsError =>
  op.error("ResourceNotFoundException", "No contact of the inputted alternate contact type found.")

export const noContact = (): AwsError =>
  op.error("ResourceNotFoundException", "No contact information found for the account.")

export const noGovCloudAccount = (): AwsError =>
  op.error(
    "ResourceNotFoundException",
    "No AWS GovCloud (US) account is linked to the specified account.",
  )

export const noEmailUpdate = (): AwsError =>
  op.error("ResourceNotFoundException", "No update of the primary email is in progress.")

/** "an email address which is already in use" (StartPrimaryEmailUpdate). */
export const emailInUse = (): AwsError =>
  op.error("ConflictException", "The email address is already in use.")

export const wrongPassword = (): AwsError =>
  op.error("ValidationException", "The one-time password is not valid.", {
    members: { reason: "fieldValidationFailed" },
  })

/** The reason is the API reference's. */
export const notOptIn = (region: string): AwsError =>
  op.error("ValidationException", `The Region ${region} can't be enabled or disabled.`, {
    members: { reason: "invalidRegionOptTarget" },
  })

export const badPageToken = (): AwsError =>
  op.error("ValidationException", "The pagination token is not valid.", {
    members: { reason: "fieldValidationFailed" },
  })

/** "if you try to enable a Region that is currently being disabled" (ConflictException). */
export const regionChanging = (region: string, status: string): AwsError =>
  op.error("ConflictException", `The Region ${region} has the status ${status}.`)

export const tooManyRegionRequests = (): AwsError =>
  op.error("TooManyRequestsException", "Too many Region opt requests are in progress.")
