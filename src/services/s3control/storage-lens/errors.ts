import { AwsError } from "../../../protocols/aws-error.ts"

/** Codes are documented for S3's other configurations; words are not verified. */

export const noSuchConfiguration = (): AwsError =>
  new AwsError("NoSuchConfiguration", "The specified configuration does not exist.", {
    status: 404,
  })

export const tooManyDashboards = (): AwsError =>
  new AwsError(
    "TooManyConfigurations",
    "You are attempting to create a new configuration but have already reached the limit.",
    { status: 400 },
  )

export const groupAlreadyExists = (): AwsError =>
  new AwsError("StorageLensGroupAlreadyExists", "There is a group of this name already.", {
    status: 409,
  })
