import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/**
 * Every refusal of Parameter Store. "Recorded" marks texts that recordings of AWS show; "quoted"
 * those that users or other emulators quote from AWS; the others are not verified.
 */

export const invalid = (message: string): AwsError => new AwsError("ValidationException", message)

/** Recorded: without words. */
export const parameterMissing = (message = "") => op.error("ParameterNotFound", message)

/** Recorded as far as its middle. */
export const secretMissing = (name: string) =>
  parameterMissing(
    `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
  )

/** Quoted. */
export const versionMissing = (version: string | number, name: string) =>
  op.error(
    "ParameterVersionNotFound",
    `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`,
  )

/** Quoted. */
export const parameterExists = () =>
  op.error(
    "ParameterAlreadyExists",
    "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
  )

/** Quoted by many. */
export const badName = () =>
  invalid(
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
  )

/** Quoted. */
export const reservedPrefix = () =>
  invalid('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).')

/** Quoted. */
export const reservedName = (name: string): AwsError =>
  new AwsError("AccessDenied", `No access to reserved parameter name: ${name}.`)

/** Quoted. */
export const notQualified = () => invalid("Parameter name must be a fully qualified name.")

/** Quoted. */
export const badPath = () =>
  invalid(
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  )

export const tooDeep = (levels: number) =>
  op.error(
    "HierarchyLevelLimitExceededException",
    `A hierarchy can have a maximum of ${levels} levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.`,
  )

/** Quoted. */
export const tooLong = (most: number) =>
  invalid(
    `Standard tier parameters support a maximum parameter value of ${most} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html`,
  )

export const muchTooLong = (most: number) =>
  invalid(`Advanced tier parameters support a maximum parameter value of ${most} characters.`)

/** Quoted. */
export const noDowngrade = () =>
  invalid(
    "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter. Be aware that standard parameters have a value limit of 4096 characters.",
  )

/** Quoted. */
export const patternMismatch = (pattern: string) =>
  op.error(
    "ParameterPatternMismatchException",
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  )

export const badPattern = (pattern: string) =>
  op.error(
    "InvalidAllowedPatternException",
    `The request doesn't meet the regular expression requirement: ${pattern}`,
  )

/** The API's description of the error. */
export const otherType = () =>
  op.error(
    "HierarchyTypeMismatchException",
    "Parameter Store does not support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
  )

/** Quoted. */
export const oldestIsLabelled = (name: string, version: number) =>
  op.error(
    "ParameterMaxVersionLimitExceeded",
    `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. Version ${version}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again.`,
  )

export const tooManyParameters = (tier: string, most: number) =>
  op.error(
    "ParameterLimitExceeded",
    `The account has reached its limit of ${most} parameters of the tier ${tier}.`,
  )

/** Quoted. */
export const tooManyLabels = (most: number) =>
  op.error(
    "ParameterVersionLabelLimitExceeded",
    `A parameter version can have maximum ${most} labels. Move one or more labels to another version and try again.`,
  )

/** KMS's own words, as Systems Manager hands them on. */
export const badKey = (message: string) => op.error("InvalidKeyId", message)

export const badPageToken = () => op.error("InvalidNextToken", "The specified token isn't valid.")

export const badFilterKey = (message: string) => op.error("InvalidFilterKey", message)
export const badFilterOption = (message: string) => op.error("InvalidFilterOption", message)
export const badFilterValue = (message: string) => op.error("InvalidFilterValue", message)

export const badPolicyType = (message: string) => op.error("InvalidPolicyTypeException", message)
export const badPolicyAttribute = (message: string) =>
  op.error("InvalidPolicyAttributeException", message)
export const incompatiblePolicy = (message: string) =>
  op.error("IncompatiblePolicyException", message)
export const tooManyPolicies = (most: number) =>
  op.error("PoliciesLimitExceededException", `A parameter can have a maximum of ${most} policies.`)
