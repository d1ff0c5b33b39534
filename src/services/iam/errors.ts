import { AwsError } from "../../protocols/aws-error.ts"

/**
 * Every refusal of IAM, in AWS's words. "Recorded" marks texts that recordings of AWS show; the
 * others are AWS's as users quote them in bug reports, unless they say "not verified".
 */

const noSuchEntity = (message: string): AwsError => new AwsError("NoSuchEntityException", message)

const alreadyExists = (message: string): AwsError =>
  new AwsError("EntityAlreadyExistsException", message)

export const deleteConflict = (message: string): AwsError =>
  new AwsError("DeleteConflictException", message)

const limitExceeded = (message: string): AwsError => new AwsError("LimitExceededException", message)

export const invalidInput = (message: string): AwsError =>
  new AwsError("InvalidInputException", message)

const validationError = (message: string): AwsError => new AwsError("ValidationError", message)

export type IdentityKind = "user" | "group" | "role"

const capital = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1)

/** Recorded for users. */
export const identityMissing = (kind: IdentityKind, name: string): AwsError =>
  noSuchEntity(`The ${kind} with name ${name} cannot be found.`)

export const identityExists = (kind: IdentityKind, name: string): AwsError =>
  alreadyExists(`${capital(kind)} with name ${name} already exists.`)

export const keyMissing = (id: string): AwsError =>
  noSuchEntity(`The Access Key with id ${id} cannot be found.`)

/** Recorded. */
export const policyMissing = (arn: string): AwsError => noSuchEntity(`Policy ${arn} was not found.`)

/** Recorded. */
export const notAttachable = (arn: string): AwsError =>
  noSuchEntity(`Policy ${arn} does not exist or is not attachable.`)

export const boundaryMissing = (arn: string): AwsError =>
  noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`)

/** Not verified. */
export const noBoundary = (kind: IdentityKind, name: string): AwsError =>
  noSuchEntity(`The ${kind} with name ${name} does not have a permissions boundary.`)

export const versionMissing = (arn: string, version: string): AwsError =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`)

export const inlineMissing = (kind: IdentityKind, name: string): AwsError =>
  noSuchEntity(`The ${kind} policy with name ${name} cannot be found.`)

export const policyExists = (name: string): AwsError =>
  alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`)

/** Recorded; the two blanks are AWS's. */
export const invalidArn = (): AwsError => validationError("Invalid ARN:  Could not be parsed!")

/** `quota` by AWS's name, such as `UsersPerAccount`. */
export const quotaExceeded = (quota: string, limit: number): AwsError =>
  limitExceeded(`Cannot exceed quota for ${quota}: ${limit}`)

export const tooManyVersions = (limit: number): AwsError =>
  limitExceeded(
    `A managed policy can have up to ${limit} versions. Before you create a new version, you must delete an existing version.`,
  )

export const inlineTooLong = (limit: number, kind: IdentityKind, name: string): AwsError =>
  limitExceeded(`Maximum policy size of ${limit} bytes exceeded for ${kind} ${name}`)

export const defaultVersionStays = (): AwsError =>
  deleteConflict("Cannot delete the default version of a policy.")

export const policyAttached = (): AwsError =>
  deleteConflict("Cannot delete a policy attached to entities.")

export const policyHasVersions = (): AwsError =>
  deleteConflict(
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  )

export const malformedDocument = (reason: string): AwsError =>
  new AwsError("MalformedPolicyDocumentException", reason)

export const unmodifiableRole = (name: string): AwsError =>
  new AwsError(
    "UnmodifiableEntityException",
    `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`,
  )

/** AWS's policies are not the caller's to change. Not verified. */
export const awsPolicyFixed = (action: string, arn: string): AwsError =>
  new AwsError("AccessDenied", `${action} is not allowed on the AWS managed policy ${arn}`, {
    status: 403,
  })

/** For operations that name nobody, called by a role's session or a federated user. */
export const userNameNeeded = (): AwsError =>
  validationError("Must specify userName when calling with non-User credentials")

/** A credential's status that a request asks for: nobody makes one expire. Not verified. */
export function statusAsked(status: string): "Active" | "Inactive" {
  if (status === "Active" || status === "Inactive") return status
  throw validationError("Status must be Active or Inactive")
}

/** Not verified. */
export const invalidMarker = (): AwsError => validationError("Invalid Marker.")

/** STS's recorded words for the same rule. */
export const duplicateTags = (): AwsError =>
  invalidInput("Duplicate tag keys found. Please note that Tag keys are case insensitive.")

/** Not verified. */
export const reservedTag = (): AwsError =>
  invalidInput("Tag keys starting with 'aws:' are reserved for system use.")

/** Not verified. */
export const tooManyTags = (): AwsError =>
  limitExceeded("The number of tags has reached the maximum limit.")
