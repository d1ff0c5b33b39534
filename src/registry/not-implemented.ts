import { AwsError } from "../protocols/aws-error.ts"

/** What we do not have says so, by name: "keys of the spec SM2". */
export const notImplemented = (what: string): AwsError =>
  new AwsError("NotImplemented", `Cloudarium does not implement ${what} yet.`, {
    status: 501,
    fault: "Receiver",
  })
