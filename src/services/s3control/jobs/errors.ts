import { AwsError } from "../../../protocols/aws-error.ts"

/** The code as "Troubleshooting S3 Batch Operations" has it, the text as people quote it. */
export const noSuchJob = (): AwsError =>
  new AwsError("NoSuchJob", "The specified job does not exist", { status: 404 })

/** The text is not verified. */
export const badStatus = (from: string, to: string): AwsError =>
  new AwsError("JobStatusException", `The job status cannot be changed from ${from} to ${to}`, {
    status: 400,
  })

/** The text is not verified. */
export const otherRequest = (): AwsError =>
  new AwsError(
    "IdempotencyException",
    "The client request token was used before with other parameters",
    { status: 400 },
  )

/** The text is not verified. */
export const tooManyTags = (): AwsError =>
  new AwsError("TooManyTagsException", "A job can have at most 50 tags", { status: 400 })

export const tooManyJobs = (): AwsError =>
  new AwsError("TooManyRequestsException", "Too many jobs that have not ended", { status: 429 })
