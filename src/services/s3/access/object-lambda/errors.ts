import { AwsError } from "../../../../protocols/aws-error.ts"

/**
 * Every refusal of S3 Object Lambda ("List of Amazon S3 Object Lambda error codes"): codes, status
 * and, as far as nothing else is said, words are those of the list.
 */

/** As users of AWS quote it. */
export const lambdaResponseNotReceived = (): AwsError =>
  new AwsError(
    "LambdaResponseNotReceived",
    "The Lambda exited without successfully calling WriteGetObjectResponse.",
    { status: 500 },
  )

export const lambdaTimeout = (): AwsError =>
  new AwsError("LambdaTimeout", "The Lambda function did not respond in the allowed time.", {
    status: 500,
  })

export const lambdaRuntimeError = (): AwsError =>
  new AwsError("LambdaRuntimeError", "The Lambda function failed during execution.", {
    status: 500,
  })

/** `why`: in our own words. */
export const lambdaInvalidResponse = (why: string): AwsError =>
  new AwsError("LambdaInvalidResponse", why, { status: 400 })

/** Of WriteGetObjectResponse; `why`: in our own words. */
export const validationError = (why: string): AwsError =>
  new AwsError("ValidationError", why, { status: 400 })

const details = ({ code, message, options: { status } }: AwsError): string =>
  `(Service: AWSLambda; Status Code: ${status ?? 400}; Error Code: ${code}; ${message})`

/** What the caller is told when Lambda refuses; the form of the details is not verified. */
export function invocationError(error: AwsError): AwsError {
  switch (error.code) {
    case "ResourceNotFoundException":
      return new AwsError(
        "LambdaNotFound",
        `The AWS Lambda function was not found. ${details(error)}`,
        { status: 404 },
      )
    case "AccessDenied":
    case "AccessDeniedException":
      return new AwsError(
        "LambdaPermissionError",
        `The caller is not authorized to invoke the Lambda function. ${details(error)}`,
        { status: 403 },
      )
    case "TooManyRequestsException":
    case "ThrottlingException":
      return new AwsError(
        "SlowDown",
        `Reduce your request rate for operations involving AWS Lambda. ${details(error)}`,
        { status: 503 },
      )
    default:
      return new AwsError(
        "LambdaInvocationFailed",
        `Lambda function invocation failed. ${details(error)}`,
        { status: 400 },
      )
  }
}

/** "S3 will reject GET requests for objects encrypted via … customer provided keys"; words ours. */
export const customerKeyRefused = (): AwsError =>
  new AwsError(
    "InvalidRequest",
    "Requests through an Object Lambda access point cannot specify Server Side Encryption with Customer provided keys.",
    { status: 400 },
  )
