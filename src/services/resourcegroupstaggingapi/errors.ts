import type { AwsError } from "../../protocols/aws-error.ts"
import { op } from "./define.ts"

export const invalid = (message: string): AwsError => op.error("InvalidParameterException", message)

/** As users quote it. */
export const badArn = (arn: string): AwsError =>
  invalid(`${arn} is not a valid AmazonResourceName (ARN)`)

/** The words are not verified. */
export const badToken = (): AwsError => invalid("The PaginationToken is not valid.")

/** The words are not verified. */
export const expiredToken = (): AwsError =>
  op.error("PaginationTokenExpiredException", "The PaginationToken has expired.")

/** The words are not verified, with all reasons. */
export const constraint = (why: string): AwsError => op.error("ConstraintViolationException", why)
