import type { MultiRegionPoint } from "../../s3/port.ts"
import type { AsyncFailure } from "./errors.ts"

/** How the beginning of a request went: the Regions that it is about, or why it ends at once. */
export type Begun =
  | { readonly regions: readonly string[] }
  | { readonly failure: AsyncFailure; readonly regions?: undefined }

/** "List of Amazon S3 asynchronous error codes". */
const MESSAGES = {
  AccessDenied: "Access denied.",
  MultiRegionAccessPointAlreadyOwnedByYou:
    "You already have a Multi-Region Access Point with the same name.",
  MultiRegionAccessPointModifiedByAnotherRequest:
    "The action failed because another request is modifying the specified resource. Try " +
    "resubmitting your request after the previous request has been completed.",
  MultiRegionAccessPointNotReady:
    "The specified Multi-Region Access Point is not ready to be updated.",
  MultiRegionAccessPointSameBucketRegion:
    "The buckets used to create a Multi-Region Access Point cannot be in the same Region.",
  MultiRegionAccessPointUnsupportedRegion:
    "One of the buckets supplied to create the Multi-Region Access Point is in a Region that is " +
    "not supported.",
  NoSuchBucket: "The specified bucket does not exist.",
  NoSuchMultiRegionAccessPoint: "The specified Multi-Region Access Point does not exist.",
} as const

export const failed = (code: keyof typeof MESSAGES, resource: string): Begun => ({
  failure: { code, message: MESSAGES[code], resource },
})

/** Why nothing may be changed now; undefined where something may. */
export const busy = ({ status, request }: MultiRegionPoint) =>
  status !== "READY"
    ? ("MultiRegionAccessPointNotReady" as const)
    : request === undefined
      ? undefined
      : ("MultiRegionAccessPointModifiedByAnotherRequest" as const)
