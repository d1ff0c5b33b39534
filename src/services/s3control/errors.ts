import { AwsError } from "../../protocols/aws-error.ts"

export { malformedXml } from "../../protocols/errors/malformed-xml.ts"

/** Every refusal of S3 Control, in AWS's words; "recorded" marks those that recordings show. */

/** Recorded. */
export const noSuchAccessPoint = (AccessPointName: string): AwsError =>
  new AwsError("NoSuchAccessPoint", "The specified accesspoint does not exist", {
    status: 404,
    members: { AccessPointName },
  })

/** The code is documented; the text is as users of AWS quote it. */
export const noSuchAccessPointPolicy = (AccessPointName: string): AwsError =>
  new AwsError("NoSuchAccessPointPolicy", "The specified accesspoint policy does not exist", {
    status: 404,
    members: { AccessPointName },
  })

/** Recorded. */
export const accessPointAlreadyOwnedByYou = (): AwsError =>
  new AwsError(
    "AccessPointAlreadyOwnedByYou",
    "Your previous request to create the named accesspoint succeeded and you already own it.",
    { status: 409 },
  )

/** Recorded. */
export const bucketOfPointMissing = (): AwsError =>
  new AwsError("InvalidRequest", "Amazon S3 AccessPoint can only be created for existing bucket", {
    status: 400,
  })

/** Recorded. */
export const invalidUri = (URI: string): AwsError =>
  new AwsError("InvalidURI", "Couldn't parse the specified URI.", { status: 400, members: { URI } })

/** Recorded. */
export const noPublicAccessBlock = (AccountId: string): AwsError =>
  new AwsError(
    "NoSuchPublicAccessBlockConfiguration",
    "The public access block configuration was not found",
    { status: 404, members: { AccountId } },
  )

/** Recorded. */
export const noSuchResource = (): AwsError =>
  new AwsError("NoSuchResource", "The specified resource doesn't exist.", { status: 404 })

/** Recorded, of each of the reasons that S3 Control has for it. */
export const invalidTag = (message: string): AwsError =>
  new AwsError("InvalidTag", message, { status: 400 })

/** People quote the code; the texts are not verified. */
export const invalidRequest = (message: string): AwsError =>
  new AwsError("InvalidRequest", message, { status: 400 })

export const accessDenied = (): AwsError =>
  new AwsError("AccessDenied", "Access Denied", { status: 403 })

/** Neither code nor text is verified. */
export const tooManyAccessPoints = (): AwsError =>
  new AwsError(
    "TooManyAccessPoints",
    "You have attempted to create more access points than allowed for an account.",
    { status: 400 },
  )
