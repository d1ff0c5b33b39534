import { AwsError } from "../../protocols/aws-error.ts"

/** EC2's model declares no errors: its codes are those of "Error codes for the Amazon EC2 API". */

/** As every EC2 client's users quote it; the status is AWS's, too. */
export const dryRunSucceeded = (): AwsError =>
  new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", {
    status: 412,
  })

/** As users of AWS quote it. */
export const badFilter = (name: string): AwsError =>
  new AwsError("InvalidParameterValue", `The filter '${name}' is invalid`)

/** Text not verified. */
export const tooManyFilterValues = (most: number): AwsError =>
  new AwsError("FilterLimitExceeded", `The maximum number of filter values is ${most}.`)

/** Text not verified. */
export const filterWithoutValues = (name: string): AwsError =>
  new AwsError("InvalidParameterValue", `The filter '${name}' has no values`)

/** As users of AWS quote it. */
export const unknownRegions = (names: readonly string[]): AwsError =>
  new AwsError("InvalidParameterValue", `Invalid region: [${names.join(", ")}]`)

/** As users of AWS quote it. */
export const unknownZones = (names: readonly string[]): AwsError =>
  new AwsError("InvalidParameterValue", `Invalid availability zone: [${names.join(", ")}]`)

/** Text not verified. */
export const unknownZoneIds = (ids: readonly string[]): AwsError =>
  new AwsError("InvalidParameterValue", `Invalid availability zone-id: [${ids.join(", ")}]`)
