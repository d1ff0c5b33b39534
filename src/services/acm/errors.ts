import { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

/**
 * Every refusal of ACM. "Quoted" marks texts that users, or tests of others that were verified, quote
 * from AWS; the others are not verified.
 */

/** Quoted. */
export const noCertificate = (arn: string, account: string) =>
  op.error(
    "ResourceNotFoundException",
    `Certificate with arn ${arn} not found in account ${account}`,
  )

export const invalidArn = (arn: string) => op.error("InvalidArnException", `Invalid arn: ${arn}`)

/** Checks that no model has: their code is everybody's. */
export const invalid = (message: string): AwsError => new AwsError("ValidationException", message)

export const invalidParameter = (message: string) => op.error("InvalidParameterException", message)

export const badDomains = (message: string) =>
  op.error("InvalidDomainValidationOptionsException", message)

export const wrongState = (message: string) => op.error("InvalidStateException", message)

/** Quoted. */
export const inUse = (arn: string, account: string) =>
  op.error(
    "ResourceInUseException",
    `Certificate ${arn} in account ${account} is in use by another AWS service.`,
  )

export const inProgress = (arn: string) =>
  op.error("RequestInProgressException", `The certificate ${arn} has not been issued yet.`)

export const limitExceeded = (message: string) => op.error("LimitExceededException", message)

export const conflict = (message: string) => op.error("ConflictException", message)

/** Quoted. */
export const tooManyTags = (tags: Readonly<Record<string, string>>) => {
  const all = Object.entries(tags).map(([key, value]) => `${key}=${value}`)
  return op.error(
    "TooManyTagsException",
    `the TagSet: '{${all.join(", ")}}' contains too many Tags`,
  )
}

/** Quoted. */
export const reservedTag = (key: string): AwsError =>
  invalid(`Invalid Tag Key: "${key}". AWS internal tags cannot be changed with this API`)

export const badPageToken = (): AwsError => invalid("The NextToken is not valid.")
