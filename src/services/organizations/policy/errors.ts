import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidInput } from "../errors.ts"

/** Refusals about policies; "recorded" marks texts that recordings of AWS show. */
const error = (code: string, message: string, reason?: string): AwsError =>
  new AwsError(code, message, reason === undefined ? {} : { members: { Reason: reason } })

/** Recorded; AWS does not say what it minds. */
export const malformedPolicy = (): AwsError =>
  error(
    "MalformedPolicyDocumentException",
    "The provided policy document does not meet the requirements of the specified policy type.",
  )

/** As users of AWS quote it. */
export const policyMissing = (): AwsError =>
  error("PolicyNotFoundException", "You specified a policy that doesn't exist.")

/** As users of AWS quote it. */
export const policyExists = (): AwsError =>
  error("DuplicatePolicyException", "A policy with the same name already exists.")

/** Text is the API reference's. */
export const policyInUse = (): AwsError =>
  error(
    "PolicyInUseException",
    "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.",
  )

/** As users of AWS quote it. */
export const typeNotEnabled = (): AwsError =>
  error(
    "PolicyTypeNotEnabledException",
    "This operation can be performed only for enabled policy types.",
  )

/** As users of AWS quote it. */
export const typeEnabledAlready = (): AwsError =>
  error("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.")

/** As users of AWS quote it. */
export const rootMissing = (): AwsError =>
  error("RootNotFoundException", "You specified a root that doesn't exist.")

/** Text is the API reference's. */
export const attachedAlready = (): AwsError =>
  error(
    "DuplicatePolicyAttachmentException",
    "The selected policy is already attached to the specified target.",
  )

/** Text is the API reference's. */
export const notAttached = (): AwsError =>
  error(
    "PolicyNotAttachedException",
    "The policy isn't attached to the specified target in the specified root.",
  )

/** Recorded. */
export const noEffectivePolicy = (): AwsError =>
  error(
    "EffectivePolicyNotFoundException",
    "The specified policy type is not enabled. Enable that policy type on your organization root and then retry.",
  )

/** Recorded. */
export const targetNotSupported = (): AwsError =>
  invalidInput("TARGET_NOT_SUPPORTED", "You specified a target that is not currently supported.")

/** Text is the API reference's. */
export const awsPolicyFixed = (): AwsError =>
  invalidInput(
    "IMMUTABLE_POLICY",
    "You specified a policy that is managed by AWS and can't be modified.",
  )

const constraint = (reason: string, message: string): AwsError =>
  error("ConstraintViolationException", message, reason)

/** As users of AWS quote it. */
export const lastPolicyStays = (): AwsError =>
  constraint(
    "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.",
  )

/** As users of AWS quote it. */
export const tooManyAttached = (): AwsError =>
  constraint(
    "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
    "You have attached the maximum number of policies to the specified target.",
  )

/** Text not verified. */
export const tooManyPolicies = (): AwsError =>
  constraint(
    "POLICY_NUMBER_LIMIT_EXCEEDED",
    "You attempted to exceed the number of policies that you can have in an organization.",
  )

/** Text not verified. */
export const policyTooLong = (): AwsError =>
  constraint(
    "POLICY_CONTENT_LIMIT_EXCEEDED",
    "You attempted to create a policy document that is larger than the maximum size.",
  )

/** Text is the API reference's. */
export const typeNotAvailable = (): AwsError =>
  error(
    "PolicyTypeNotAvailableForOrganizationException",
    "You can't use the specified policy type with the feature set currently enabled for this organization.",
  )
