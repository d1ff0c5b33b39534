import type { AccessGrant } from "../../../../iam/access.ts"
import type { Call } from "../../../../registry/call.ts"
import type { AclGrant, AclPermission } from "../../buckets/config.ts"
import { canonicalId } from "../../owner.ts"

// "Amazon S3 predefined groups".
export const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
export const AUTHENTICATED_USERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
export const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"

export const GROUPS: ReadonlySet<string> = Object.freeze(
  new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]),
)

/** Who delivers access logs: what a grant to their group lets in. */
const LOG_SERVICE = "logging.s3.amazonaws.com"

/** Actions that an ACL can give ("Mapping of ACL permissions and access policy permissions"). */
const BUCKET_ACTIONS: Readonly<Record<string, AclPermission>> = {
  ListBucket: "READ",
  ListBucketVersions: "READ",
  ListBucketMultipartUploads: "READ",
  PutObject: "WRITE",
  GetBucketAcl: "READ_ACP",
  PutBucketAcl: "WRITE_ACP",
}
const OBJECT_ACTIONS: Readonly<Record<string, AclPermission>> = {
  GetObject: "READ",
  GetObjectVersion: "READ",
  GetObjectVersionForReplication: "READ",
  GetObjectAcl: "READ_ACP",
  GetObjectVersionAcl: "READ_ACP",
  PutObjectAcl: "WRITE_ACP",
  PutObjectVersionAcl: "WRITE_ACP",
}

/** The permission of a bucket's ACL that stands for the action; undefined for most actions. */
export const bucketPermission = (action: string): AclPermission | undefined =>
  Object.hasOwn(BUCKET_ACTIONS, action) ? BUCKET_ACTIONS[action] : undefined

/** As `bucketPermission`, of an object's ACL. */
export const objectPermission = (action: string): AclPermission | undefined =>
  Object.hasOwn(OBJECT_ACTIONS, action) ? OBJECT_ACTIONS[action] : undefined

/** The actions on a bucket that a permission of its ACL gives. */
export const bucketActionsOf = (permission: AclPermission): readonly string[] =>
  Object.keys(BUCKET_ACTIONS).filter(
    (action) => permission === "FULL_CONTROL" || bucketPermission(action) === permission,
  )

export const isPublicGrant = ({ grantee }: AclGrant): boolean =>
  grantee === ALL_USERS || grantee === AUTHENTICATED_USERS

/**
 * What an ACL gives to the caller of a request, as the policy engine takes it. To an account's
 * users it gives what their own policies allow them, too.
 */
export function grantOf(
  call: Pick<Call, "principal" | "partition">,
  acl: readonly AclGrant[],
  {
    permission,
    ignorePublic,
  }: { readonly permission: AclPermission; readonly ignorePublic: boolean },
): AccessGrant | undefined {
  for (const grant of acl) {
    if (grant.permission !== permission && grant.permission !== "FULL_CONTROL") continue
    if (ignorePublic && isPublicGrant(grant)) continue
    const grantee = callerAs(call, grant.grantee)
    if (grantee !== undefined) return { name: "access control list", grantee }
  }
  return undefined
}

/** The caller as a grant's principal, where the grant is for it. */
function callerAs(
  { principal, partition }: Pick<Call, "principal" | "partition">,
  grantee: string,
): string | undefined {
  if (principal.type === "anonymous")
    return grantee === ALL_USERS || grantee === canonicalId(principal.account) ? "*" : undefined
  if (principal.type === "service")
    return grantee === LOG_DELIVERY && principal.name === LOG_SERVICE ? LOG_SERVICE : undefined
  const { account } = principal
  const meant =
    grantee === ALL_USERS || grantee === AUTHENTICATED_USERS || grantee === canonicalId(account)
  return meant ? `arn:${partition}:iam::${account}:root` : undefined
}
