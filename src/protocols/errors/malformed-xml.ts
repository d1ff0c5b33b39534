import { AwsError } from "../aws-error.ts"

/** What S3, S3 Control and the XML that cannot be read are answered with (recorded). */
export const malformedXml = (): AwsError =>
  new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
    { status: 400 },
  )
