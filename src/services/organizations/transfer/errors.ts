import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidInput } from "../errors.ts"

/** Codes, reasons and texts are the API reference's, unless a line says more. */
const error = (code: string, message: string, reason?: string): AwsError =>
  new AwsError(code, message, reason === undefined ? {} : { members: { Reason: reason } })

export const transferMissing = (): AwsError =>
  error("ResponsibilityTransferNotFoundException", "We can't find a transfer that you specified.")

/** Text not verified. */
export const transferNotAccepted = (status: string): AwsError =>
  error(
    "InvalidResponsibilityTransferTransitionException",
    `The responsibility transfer can't transition to the status WITHDRAWN from ${status}.`,
  )

export const transferWithdrawn = (): AwsError =>
  error(
    "ResponsibilityTransferAlreadyInStatusException",
    "The responsibility transfer is already in the status that you specified.",
  )

export const transferFixed = (): AwsError =>
  error(
    "ConstraintViolationException",
    "You cannot update this transfer because it is no longer active. Transfers that have been withdrawn, declined, expired, or cancelled cannot be modified.",
    "TRANSFER_RESPONSIBILITY_UPDATE_NOT_ALLOWED",
  )

export const transferUnderWay = (): AwsError =>
  error(
    "ConstraintViolationException",
    "You cannot delete organization due to an ongoing responsibility transfer process. For example, a pending invitation or an in-progress transfer. To delete the organization, you must resolve the current transfer process.",
    "ACTIVE_RESPONSIBILITY_TRANSFER_PROCESS",
  )

export const startNotDay = (): AwsError =>
  invalidInput(
    "START_DATE_NOT_BEGINNING_OF_DAY",
    "You provided an invalid start date. The start date must be the beginning of the day (00:00:00.000).",
  )

export const startNotMonth = (): AwsError =>
  invalidInput(
    "START_DATE_NOT_BEGINNING_OF_MONTH",
    "You provided an invalid start date. The start date must be the first day of the month.",
  )

export const startTooEarly = (): AwsError =>
  invalidInput(
    "START_DATE_TOO_EARLY",
    "You provided an invalid start date. The start date is too early.",
  )

export const endNotMonth = (): AwsError =>
  invalidInput(
    "END_DATE_NOT_END_OF_MONTH",
    "You provided an invalid end date. The end date must be the end of the last day of the month (23.59.59.999).",
  )

export const endTooEarly = (): AwsError =>
  invalidInput("END_DATE_TOO_EARLY", "You provided an invalid end date. The end date is too early.")
