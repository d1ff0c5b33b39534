import { publicStatements } from "../../../iam/analysis/external-access.ts"
import { policyOrNothing } from "../../../iam/policy/document.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { shownPolicy } from "../../iam/port.ts"
import {
  accessPointArn,
  accessPoints,
  bucketActionsOf,
  canonicalId,
  isBlocked,
  isPublicGrant,
  multiRegionPointsOf,
  type AccessPoint,
  type Bucket,
} from "../../s3/port.ts"
import { BY_POLICY, type Opening } from "./share.ts"

/**
 * The ways into a bucket: its policy, its ACL, and the access points of its own account, those for
 * several Regions too ("doesn’t analyze the access point policy attached to cross-account access points").
 */
export const openingsOfBucket = (tx: ReadTx, bucket: Bucket): readonly Opening[] => [
  ...ownPolicy(tx, bucket),
  ...ownAcl(tx, bucket),
  ...pointsOf(tx, bucket).flatMap((point) => pointPolicy(tx, bucket, point)),
]

function held(
  tx: ReadTx,
  policy: string | undefined,
  at: { readonly bucket: Bucket; readonly point?: AccessPoint },
): string | undefined {
  return restrictedTo(shownPolicy(tx, policy), isBlocked(tx, "RestrictPublicBuckets", at))
}

/**
 * A policy as far as it holds: RestrictPublicBuckets leaves of one that is public nothing for others
 * ("Blocking public access to your Amazon S3 storage").
 */
export function restrictedTo(policy: string | undefined, restricted: boolean): string | undefined {
  if (policy === undefined || !restricted) return policy
  const document = policyOrNothing(policy, { kind: "resource" })
  return document && publicStatements(document).length === 0 ? policy : undefined
}

function ownPolicy(tx: ReadTx, bucket: Bucket): readonly Opening[] {
  const policy = held(tx, bucket.config.policy, { bucket })
  return policy === undefined ? [] : [{ via: BY_POLICY, policy }]
}

type AclGrant = NonNullable<Bucket["config"]["acl"]>[number]

/** Where ACLs are off, none counts. */
function ownAcl(tx: ReadTx, bucket: Bucket): readonly Opening[] {
  const { acl = [], ownership } = bucket.config
  if (ownership === "BucketOwnerEnforced") return []
  const ignored = isBlocked(tx, "IgnorePublicAcls", { bucket })
  return aclOpenings(acl, { owner: canonicalId(bucket.account), ignored })
}

/** What an ACL gives to others than the owner; an account stands there by its canonical id. */
export function aclOpenings(
  acl: readonly AclGrant[],
  { owner, ignored }: { readonly owner: string; readonly ignored: boolean },
): readonly Opening[] {
  const Statement = acl.flatMap((grant) => {
    const isPublic = isPublicGrant(grant)
    if (isPublic && ignored) return []
    if (grant.grantee === owner) return []
    // The group of the service that delivers logs.
    if (!isPublic && grant.grantee.startsWith("http")) return []
    const Principal = isPublic ? "*" : { CanonicalUser: grant.grantee }
    const Action = bucketActionsOf(grant.permission).map((action) => `s3:${action}`)
    return [{ Effect: "Allow", Principal, Action, Resource: "*" }]
  })
  if (Statement.length === 0) return []
  const policy = JSON.stringify({ Version: "2012-10-17", Statement })
  return [{ via: { type: "BUCKET_ACL" }, policy }]
}

/** More than AWS lets an account have in a Region. */
const POINTS = 10_000

function pointsOf(tx: ReadTx, bucket: Bucket): readonly AccessPoint[] {
  const range = { prefix: [bucket.account, bucket.name], limit: POINTS }
  const { rows } = tx.scan(accessPoints, { index: "byBucket", ...range })
  return [...rows, ...multiRegionPointsOf(tx, bucket)]
}

/** Who comes through an access point needs the bucket's policy, too. */
function pointPolicy(tx: ReadTx, bucket: Bucket, point: AccessPoint): readonly Opening[] {
  const policy = held(tx, point.policy, { bucket, point })
  const behind = shownPolicy(tx, bucket.config.policy)
  if (policy === undefined || behind === undefined || point.bucketId !== bucket.id) return []
  return [
    { via: { type: "S3_ACCESS_POINT", accessPointArn: accessPointArn(point) }, policy, behind },
  ]
}
