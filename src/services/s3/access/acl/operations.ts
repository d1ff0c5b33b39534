import type { ReadTx } from "../../../../kernel/transaction.ts"
import { AwsError } from "../../../../protocols/aws-error.ts"
import { configure, type Bucket } from "../../buckets/bucket.ts"
import type { AclGrant } from "../../buckets/config.ts"
import { findBucket } from "../../buckets/find.ts"
import { op, type Out } from "../../define.ts"
import { accessDenied, markerNotAllowed } from "../../errors.ts"
import { objectChanged } from "../../objects/changes.ts"
import { updateVersion } from "../../objects/store.ts"
import { currentVersion, type Version } from "../../objects/version.ts"
import { wantedVersion } from "../../objects/wanted.ts"
import { canonicalId, ownerOf } from "../../owner.ts"
import { bucketAccess, objectAccess } from "../access.ts"
import { isBlocked } from "../public-access.ts"
import { isPublicGrant } from "./grants.ts"
import { aclOfPut, type AclInput } from "./parse.ts"

export const GetBucketAcl = op.read("GetBucketAcl", {
  authorize: bucketAccess("GetBucketAcl"),
  anonymous: true,
  run(tx, input, call): Out<"GetBucketAcl"> {
    const { account, config } = findBucket(tx, input, call)
    const enforced = config.ownership === "BucketOwnerEnforced"
    return aclAnswer(account, enforced ? undefined : config.acl)
  },
})

export const PutBucketAcl = op.write("PutBucketAcl", {
  authorize: bucketAccess("PutBucketAcl"),
  anonymous: true,
  run(tx, input, call): Out<"PutBucketAcl"> {
    const bucket = findBucket(tx, input, call)
    const owners = { owner: bucket.account, bucketOwner: bucket.account }
    const acl = aclOfPut(input, owners)
    assertAcl(tx, bucket, { acl, input })
    if (!isEnforced(bucket)) configure(tx, bucket, { acl })
    return {}
  },
})

export const GetObjectAcl = op.read("GetObjectAcl", {
  authorize: objectAccess("GetObjectAcl", "GetObjectVersionAcl"),
  anonymous: true,
  run(tx, input, call): Out<"GetObjectAcl"> {
    const bucket = findBucket(tx, input, call)
    const version = wantedVersion(tx, bucket, { ...input, method: "GET" })
    if (isEnforced(bucket)) return aclAnswer(bucket.account, undefined)
    return aclAnswer(version.owner ?? bucket.account, version.acl)
  },
})

export const PutObjectAcl = op.write("PutObjectAcl", {
  authorize: objectAccess("PutObjectAcl", "PutObjectVersionAcl"),
  anonymous: true,
  run(tx, input, call): Out<"PutObjectAcl"> {
    const bucket = findBucket(tx, input, call)
    const version = writableVersion(tx, bucket, input)
    const owners = { owner: version.owner ?? bucket.account, bucketOwner: bucket.account }
    const acl = aclOfPut(input, owners)
    assertAcl(tx, bucket, { acl, input })
    if (!isEnforced(bucket)) updateVersion(tx, version, { ...version, acl })
    objectChanged(tx, { event: "ObjectAcl:Put", bucket, version, call })
    return {}
  },
})

/** Recorded: of a delete marker, even of the newest, the method is not allowed. */
function writableVersion(
  tx: ReadTx,
  bucket: Bucket,
  input: { readonly Key: string; readonly VersionId?: string | undefined },
): Version {
  const current =
    input.VersionId === undefined ? currentVersion(tx, bucket.id, input.Key) : undefined
  if (current?.marker)
    throw markerNotAllowed("PUT", {
      versionId: current.versionId,
      modified: new Date(current.modifiedMs).toUTCString(),
    })
  return wantedVersion(tx, bucket, { ...input, method: "PUT" })
}

export const isEnforced = ({ config }: Bucket): boolean =>
  config.ownership === "BucketOwnerEnforced"

/**
 * Whether an ACL may be written. Throws AccessControlListNotSupported where ACLs are off, except
 * for those that say no more than that the owner owns ("Disabling ACLs"), and AccessDenied for
 * public ones where they are blocked.
 */
export function assertAcl(
  tx: ReadTx,
  bucket: Bucket,
  { acl, input }: { readonly acl: readonly AclGrant[]; readonly input: AclInput },
): void {
  if (isEnforced(bucket) && !saysNoMore(acl, bucket, input)) throw aclNotSupported()
  if (acl.some(isPublicGrant) && isBlocked(tx, "BlockPublicAcls", { bucket })) throw accessDenied()
}

const saysNoMore = (acl: readonly AclGrant[], { account }: Bucket, { ACL }: AclInput): boolean =>
  ACL === "bucket-owner-full-control" ||
  (acl.length === 1 &&
    acl[0]?.permission === "FULL_CONTROL" &&
    acl[0].grantee === canonicalId(account) &&
    ACL !== "private")

/** Documented, and as users of AWS quote it. */
const aclNotSupported = (): AwsError =>
  new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs", { status: 400 })

function aclAnswer(owner: string, acl: readonly AclGrant[] | undefined): Out<"GetBucketAcl"> {
  const grants = acl ?? [{ grantee: canonicalId(owner), permission: "FULL_CONTROL" as const }]
  return {
    Owner: ownerOf(owner),
    Grants: grants.map(({ grantee, permission }) => ({
      Grantee: grantee.startsWith("http")
        ? { Type: "Group" as const, URI: grantee }
        : { Type: "CanonicalUser" as const, ID: grantee },
      Permission: permission,
    })),
  }
}
