import type { AwsError } from "../../../../protocols/aws-error.ts"
import { op } from "../../define.ts"

/** The words of all of these are not verified; that they are refused is documented. */
const invalid = (message: string): AwsError => op.error("InvalidInputException", message)

export const requestMissing = (id: string): AwsError =>
  op.error("NoSuchEntityException", `Delegation request ${id} cannot be found.`)

/** "This API is not available for general use." */
export const notAPartner = (account: string): AwsError =>
  invalid(`Account ${account} is not registered for temporary delegation.`)

export const templateMissing = (arn: string): AwsError =>
  invalid(`Policy template ${arn} is not registered for this account.`)

export const notRendered = (reason: string): AwsError => invalid(reason)

export const policyTooLong = (limit: number): AwsError =>
  invalid(`The permission policy exceeds the maximum of ${limit} characters.`)

export const topicRefused = (): AwsError =>
  invalid(
    "The notification channel must be an SNS topic of a registered account, in a Region that is enabled by default.",
  )

export const workflowTaken = (id: string): AwsError =>
  op.error(
    "EntityAlreadyExistsException",
    `A delegation request with requestor workflow id ${id} already exists.`,
  )

export const tooManyRequests = (limit: number): AwsError =>
  op.error(
    "LimitExceededException",
    `Cannot exceed quota for DelegationRequestsPerAccount: ${limit}`,
  )

export const wrongState = (id: string, state: string): AwsError =>
  invalid(`Delegation request ${id} is in state ${state}, which does not allow this operation.`)

/** "root users can only approve delegation requests with a duration of 4 hours or less". */
export const tooLongForRoot = (): AwsError =>
  invalid("The root user can only accept delegation requests with a duration of 4 hours or less.")

export const notByThisSession = (): AwsError =>
  invalid("Credentials that are limited by a session policy cannot accept delegation requests.")

export const onlyByOwner = (): AwsError =>
  invalid("Only the owner of this delegation request can send its token.")

export const noSummaryOf = (arn: string): AwsError =>
  invalid(`${arn} is not the ARN of a delegation request.`)
