import type { In } from "../define.ts"
import { isPublicGrant } from "../access/acl/grants.ts"
import { aclOfHeaders } from "../access/acl/parse.ts"
import { accessDenied, bucketAclWithOwnership, invalidArgument } from "../errors.ts"
import { bucketTagsOf } from "../settings/tagging.ts"
import { systemTagOfNew } from "../tagging/errors.ts"
import { NEW_ENCRYPTION, type AclGrant, type BucketConfig } from "./config.ts"

/** All four settings are on in new buckets (since April 2023). */
export const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const

const OWNERSHIPS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"] as const

/** What a bucket is configured with from its first moment. */
export function newBucketConfig(input: In<"CreateBucket">, account: string): BucketConfig {
  const ownership = ownershipOf(input.ObjectOwnership ?? impliedBy(input.ACL))
  const acl = aclOfHeaders(input, { owner: account, bucketOwner: account })
  if (acl) assertNewAcl(acl, ownership)
  const tags = bucketTagsOf(input.CreateBucketConfiguration?.Tags ?? [], systemTagOfNew)
  return {
    ...(acl && ownership !== "BucketOwnerEnforced" && { acl }),
    ...(Object.keys(tags).length > 0 && { tags }),
    ownership,
    publicAccessBlock: ALL_BLOCKED,
    encryption: NEW_ENCRYPTION,
    ...(input.ObjectLockEnabledForBucket && { objectLock: {} }),
  }
}

/** Where ACLs are off, only the owner's own says nothing against that; public ones are blocked. */
function assertNewAcl(acl: readonly AclGrant[], ownership: BucketConfig["ownership"]): void {
  if (ownership === "BucketOwnerEnforced" && acl.length > 1) throw bucketAclWithOwnership()
  if (acl.some(isPublicGrant)) throw accessDenied()
}

/**
 * Who says that its bucket is private has ACLs on in it, as people report of AWS in 2026: so rclone,
 * which says that of each object too, can write into the buckets that it makes.
 */
const impliedBy = (acl: string | undefined): string | undefined =>
  acl === "private" ? "BucketOwnerPreferred" : undefined

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
