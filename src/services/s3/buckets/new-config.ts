import type { In } from "../define.ts"
import { invalidArgument } from "../errors.ts"
import type { BucketConfig } from "./config.ts"

/** All four settings are on in new buckets (since April 2023). */
const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const

const OWNERSHIPS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"] as const

/** What a bucket is configured with from its first moment. */
export function newBucketConfig(input: In<"CreateBucket">): BucketConfig {
  return {
    ownership: ownershipOf(input.ObjectOwnership),
    publicAccessBlock: ALL_BLOCKED,
    ...(input.ObjectLockEnabledForBucket && { objectLock: {} }),
  }
}

/** Text recorded. */
function ownershipOf(header = "BucketOwnerEnforced"): (typeof OWNERSHIPS)[number] {
  const found = OWNERSHIPS.find((one) => one === header)
  if (!found)
    throw invalidArgument(
      `Invalid x-amz-object-ownership header: ${header}`,
      "x-amz-object-ownership",
    )
  return found
}
