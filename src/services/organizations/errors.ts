import { AwsError } from "../../protocols/aws-error.ts"

/**
 * Every refusal of Organizations. Codes and reasons are the API reference's; texts are AWS's as its
 * users quote them, or, where a line says so, our own, since none is known.
 */

const error = (code: string, message: string, reason?: string): AwsError =>
  new AwsError(code, message, reason === undefined ? {} : { members: { Reason: reason } })

export const notInUse = (): AwsError =>
  error("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")

export const accessDenied = (): AwsError =>
  error("AccessDeniedException", "You don't have permissions to access this resource.")

export const alreadyInOrganization = (): AwsError =>
  error("AlreadyInOrganizationException", "The AWS account is already a member of an organization.")

export const organizationNotEmpty = (): AwsError =>
  error(
    "OrganizationNotEmptyException",
    "To delete an organization you must first remove all member accounts (except the master).",
  )

export const accountMissing = (): AwsError =>
  error("AccountNotFoundException", "You specified an account that doesn't exist.")

export const accountClosed = (): AwsError =>
  error("AccountAlreadyClosedException", "The provided account is already closed.")

export const unitMissing = (): AwsError =>
  error(
    "OrganizationalUnitNotFoundException",
    "You specified an organizational unit that doesn't exist.",
  )

export const unitExists = (): AwsError =>
  error("DuplicateOrganizationalUnitException", "An OU with the same name already exists.")

export const unitNotEmpty = (): AwsError =>
  error("OrganizationalUnitNotEmptyException", "You must first remove all the children of the OU.")

export const parentMissing = (): AwsError =>
  error("ParentNotFoundException", "You specified parent that doesn't exist.")

export const childMissing = (): AwsError =>
  error("ChildNotFoundException", "You specified a child that doesn't exist.")

export const sourceParentMissing = (): AwsError =>
  error("SourceParentNotFoundException", "You specified a source parent that doesn't exist.")

export const destinationParentMissing = (): AwsError =>
  error(
    "DestinationParentNotFoundException",
    "You specified a destination parent that doesn't exist.",
  )

/** Text not verified. */
export const accountThereAlready = (): AwsError =>
  error("DuplicateAccountException", "The account is already in the specified destination.")

export const targetMissing = (): AwsError =>
  error("TargetNotFoundException", "You specified a target that doesn't exist.")

/** Text not verified. */
export const masterStays = (): AwsError =>
  error(
    "MasterCannotLeaveOrganizationException",
    "You can't remove a management account from an organization.",
  )

export const requestMissing = (): AwsError =>
  error(
    "CreateAccountStatusNotFoundException",
    "You specified an create account request that doesn't exist.",
  )

export const handshakeMissing = (): AwsError =>
  error("HandshakeNotFoundException", "You specified a handshake that doesn't exist.")

/** Text not verified. */
export const handshakeExists = (): AwsError =>
  error(
    "DuplicateHandshakeException",
    "A handshake with the same action and target already exists.",
  )

/** Text not verified. */
export const handshakeDone = (state: string): AwsError =>
  error("HandshakeAlreadyInStateException", `The handshake is already in the state ${state}.`)

/** Text not verified. */
export const handshakeMoveRefused = (from: string, to: string): AwsError =>
  error(
    "InvalidHandshakeTransitionException",
    `You can't move a handshake from the state ${from} to the state ${to}.`,
  )

/** Texts are those of the reasons in the API reference. */
export const handshakeConstraint = (reason: HandshakeConstraint): AwsError =>
  error("HandshakeConstraintViolationException", HANDSHAKE_CONSTRAINTS[reason], reason)

const HANDSHAKE_CONSTRAINTS = Object.freeze({
  ACCOUNT_NUMBER_LIMIT_EXCEEDED:
    "You attempted to exceed the limit on the number of accounts in an organization.",
  ALREADY_IN_AN_ORGANIZATION:
    "The handshake request is invalid because the invited account is already a member of an organization.",
  HANDSHAKE_RATE_LIMIT_EXCEEDED:
    "You attempted to exceed the number of handshakes that you can send in one day.",
  INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES:
    "You can't issue new invitations to join an organization while it's in the process of enabling all features.",
  ORGANIZATION_ALREADY_HAS_ALL_FEATURES:
    "The handshake request is invalid because the organization has already enabled all features.",
  ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION:
    "The handshake request is invalid because the organization has already started the process to enable all features.",
  RESPONSIBILITY_TRANSFER_ALREADY_EXISTS:
    "You cannot perform this operation with the current transfer.",
  SOURCE_AND_TARGET_CANNOT_MATCH:
    "An account can't accept a transfer invitation if it is both the sender and recipient of the invitation.",
})

export type HandshakeConstraint = keyof typeof HANDSHAKE_CONSTRAINTS

/** Texts are those of the reasons in the API reference, unless a line says more. */
export const constraint = (reason: Constraint): AwsError =>
  error("ConstraintViolationException", CONSTRAINTS[reason], reason)

const CONSTRAINTS = Object.freeze({
  /** As users of AWS quote it. */
  ACCOUNT_NUMBER_LIMIT_EXCEEDED: "You have exceeded the allowed number of AWS Accounts.",
  ACCOUNT_CANNOT_LEAVE_ORGANIZATION:
    "You attempted to remove the management account from the organization. You can't remove the management account.",
  CANNOT_CLOSE_MANAGEMENT_ACCOUNT:
    "You attempted to close the management account. To close the management account for the organization, you must first either remove or close all member accounts in the organization.",
  CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR:
    "You can't register the management account as a delegated administrator for the organization.",
  CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR:
    "You can't register a suspended account as a delegated administrator.",
  CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG:
    "You attempted to remove an account that is registered as a delegated administrator for a service integrated with your organization. You can complete this operation only after you specify that this account is no longer registered as a delegated administrator.",
  CLOSE_ACCOUNT_QUOTA_EXCEEDED: "You have exceeded close account quota for the past 30 days.",
  MASTER_ACCOUNT_NOT_GOVCLOUD_ENABLED:
    "To complete this operation, the organization's management account must have an associated account in the AWS GovCloud (US-West) Region.",
  MAX_TAG_LIMIT_EXCEEDED: "You have exceeded the number of tags allowed on this resource.",
  ORGANIZATION_NOT_IN_ALL_FEATURES_MODE:
    "You attempted to perform an operation that requires the organization to be configured to support all features. An organization that supports only consolidated billing features can't perform this operation.",
  OU_DEPTH_LIMIT_EXCEEDED: "You attempted to create an OU tree that is too many levels deep.",
  OU_NUMBER_LIMIT_EXCEEDED:
    "You attempted to exceed the number of OUs that you can have in an organization.",
  SERVICE_ACCESS_NOT_ENABLED:
    "You attempted to register a delegated administrator before you enabled service access. Call the EnableAWSServiceAccess API first.",
  WAIT_PERIOD_ACTIVE:
    "After you create an AWS account, you must wait until at least seven days after the account was created before you can remove it from the organization.",
})

export type Constraint = keyof typeof CONSTRAINTS

/** As users of AWS quote it. */
export const badPattern = (
  message = "You provided a value that does not match the required pattern.",
  reason = "INVALID_PATTERN",
): AwsError => invalidInput(reason, message)

export const invalidInput = (reason: string, message: string): AwsError =>
  error("InvalidInputException", message, reason)

/** Text not verified. */
export const badPageToken = (): AwsError =>
  invalidInput("INVALID_NEXT_TOKEN", "You specified an invalid pagination token.")

/** Text not verified. */
export const duplicateTagKey = (): AwsError =>
  invalidInput(
    "DUPLICATE_TAG_KEY",
    "Tag keys must be unique among the tags attached to the same entity.",
  )

/** Text not verified. */
export const systemTag = (): AwsError =>
  invalidInput(
    "INVALID_SYSTEM_TAGS_PARAMETER",
    "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys because they're reserved for AWS use.",
  )

export const tooManyTags = (): AwsError => constraint("MAX_TAG_LIMIT_EXCEEDED")

export const unknownService = (): AwsError =>
  invalidInput("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.")

export const alreadyRegistered = (): AwsError =>
  error(
    "AccountAlreadyRegisteredException",
    "The provided account is already a delegated administrator for your organization.",
  )

export const notRegistered = (): AwsError =>
  error(
    "AccountNotRegisteredException",
    "The provided account is not a registered delegated administrator for your organization.",
  )

/** Text not verified. */
export const resourcePolicyMissing = (): AwsError =>
  error("ResourcePolicyNotFoundException", "We can't find a resource policy in your organization.")
