import { AwsError } from "../../../protocols/aws-error.ts"

/**
 * Codes, texts and statuses are those of "List of Amazon S3 Access Grants error codes", unless a
 * comment says else.
 */
const refusal = (status: number, code: string, message: string): AwsError =>
  new AwsError(code, message, { status })

export const instanceExists = (): AwsError =>
  refusal(409, "AccessGrantsInstanceAlreadyExists", "Access Grants Instance already exists")

export const instanceMissing = (): AwsError =>
  refusal(404, "AccessGrantsInstanceNotExistsError", "Access Grants Instance does not exist")

export const instanceNotEmpty = (): AwsError =>
  refusal(
    400,
    "AccessGrantsInstanceNotEmptyError",
    "Please clean up locations before deleting the access grants instance",
  )

/** "You must first dissociate the Identity Center instance"; code and text are not verified. */
export const stillAssociated = (): AwsError =>
  refusal(
    400,
    "AccessGrantsInstanceNotEmptyError",
    "Please dissociate the identity center instance before deleting the access grants instance",
  )

export const resourcePolicyMissing = (): AwsError =>
  refusal(
    404,
    "AccessGrantsInstanceResourcePolicyNotExists",
    "Access Grants Instance Resource Policy does not exist",
  )

export const invalidResourcePolicy = (): AwsError =>
  refusal(400, "InvalidResourcePolicy", "The specified Resource Policy is invalid")

export const invalidIdentityCenter = (): AwsError =>
  refusal(400, "InvalidIdentityCenterInstance", "The specified identity center instance is invalid")

export const locationExists = (): AwsError =>
  refusal(
    409,
    "AccessGrantsLocationAlreadyExistsError",
    "The specified access grants location already exists",
  )

export const locationMissing = (): AwsError =>
  refusal(
    404,
    "NoSuchAccessGrantsLocationError",
    "The specified access grants location does not exist",
  )

export const locationNotEmpty = (): AwsError =>
  refusal(
    400,
    "AccessGrantsLocationNotEmptyError",
    "Please clean up access grants before deleting access grants location",
  )

export const invalidLocation = (): AwsError =>
  refusal(400, "InvalidAccessGrantsLocation", "The specified Access Grants Location is invalid")

export const tooManyLocations = (quota: number): AwsError =>
  refusal(
    409,
    "AccessGrantsLocationsQuotaExceededError",
    `The access grants location quota has been exceeded. Access Grants Locations Quota: ${quota}. Please reach out to S3 if an increase is required.`,
  )

export const invalidRole = (): AwsError =>
  refusal(400, "InvalidIamRole", "The specified IAM Role is invalid")

export const grantExists = (): AwsError =>
  refusal(409, "AccessGrantAlreadyExists", "The specified access grant already exists")

export const grantMissing = (): AwsError =>
  refusal(404, "NoSuchAccessGrantError", "The specified access grant does not exist")

export const invalidGrant = (): AwsError =>
  refusal(400, "InvalidAccessGrant", "The specified Access Grant is invalid")

/** As users quote it. */
export const invalidGrantee = (): AwsError =>
  refusal(400, "InvalidRequest", "Invalid Grantee in the request")

export const tooManyGrants = (quota: number): AwsError =>
  refusal(
    409,
    "AccessGrantsQuotaExceededError",
    `The access grants quota has been exceeded. Access Grants Quota: ${quota}. Please reach out to S3 if an increase is required.`,
  )

export const tooManyTags = (): AwsError =>
  refusal(
    400,
    "TooManyTags",
    "The number of tags exceeds the limit of 50 tags. Remove some tags and try again.",
  )

export const reservedTags = (): AwsError =>
  refusal(400, "InvalidTags", "Tag keys cannot start with AWS reserved prefix for system tags.")

/** The code is what AWS answers to a target with a wildcard inside (reported); the text is not verified. */
export const invalidTarget = (): AwsError =>
  refusal(400, "InvalidRequest", "Invalid S3 prefix in the request")

/** Recorded. */
export const notGranted = (permission: string, target: string): AwsError =>
  refusal(
    403,
    "AccessDenied",
    `You do not have ${permission} permissions to the requested S3 Prefix: ${target}`,
  )

export const stsNotAuthorized = (message: string): AwsError =>
  refusal(403, "StsNotAuthorizedError", message)

export const stsPolicyTooLarge = (): AwsError =>
  refusal(400, "StsPackedPolicyTooLargeError", "Serialized token too large for session")

export const stsInvalid = (message: string): AwsError => refusal(400, "StsValidationError", message)
