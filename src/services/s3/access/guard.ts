import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { addResourceTagKeys } from "../../../registry/authorize.ts"
import type { Call } from "../../../registry/call.ts"
import { guardedBy } from "../../../registry/guard.ts"
import { findSession } from "../../sts/port.ts"
import { placeOf } from "../buckets/bucket-name.ts"
import { bucketNamed, type Bucket } from "../buckets/bucket.ts"
import { parseCopySource } from "../copy/copy-source.ts"
import { accessDenied, invalidRequest, notForAccessPoints } from "../errors.ts"
import { currentVersion, versionWithId, type Version } from "../objects/version.ts"
import { bucketPermission, grantOf, objectPermission } from "./acl/grants.ts"
import { throughObjectLambda } from "./object-lambda/access.ts"
import { objectLambdaPointOf } from "./object-lambda/point.ts"
import { accessPointArn, accessPointOf, type AccessPoint } from "./points/access-point.ts"
import { isBlocked } from "./public-access.ts"
import {
  ACCESS_GRANTS,
  addCallKeys,
  addCreationKey,
  addInputKeys,
  addLockKeys,
  type Keys,
} from "./request-keys.ts"

/** The members by which S3's inputs say what they are about. */
interface Addressed {
  readonly Bucket?: string | undefined
  readonly Key?: string | undefined
  readonly VersionId?: string | undefined
  readonly RequestPayer?: string | undefined
  readonly CopySource?: string | undefined
}

interface Around {
  readonly input: Addressed
  readonly call: Call
}

/** What is known of one access to a bucket. */
interface Access extends Around {
  readonly request: AccessRequest
  /** The action without its `s3:`. */
  readonly action: string
  readonly bucket: Bucket
  readonly key: string | undefined
  readonly version: Version | undefined
  readonly point: AccessPoint | undefined
}

/**
 * Operations ask for an action on a bucket or a key; what else S3 lets decide is added here, once
 * for all of them: condition keys, access control lists, Object Ownership, Block Public Access,
 * requester pays and access points.
 */
export const guarded = guardedBy(requestsFor)

function requestsFor(tx: ReadTx, request: AccessRequest, around: Around): AccessRequest[] {
  const { call, input } = around
  // A role that is passed on is IAM's.
  if (!request.action.startsWith("s3:")) return [request]
  const keys: Keys = { ...request.context }
  addInputKeys(keys, input, request.action)
  addLockKeys(keys, input, tx.now)
  addCreationKey(keys, request.action, call.operation)
  addCallKeys(keys, call)
  addGrantKey(tx, keys, call)
  keys["s3:ResourceAccount"] = request.owner
  const place = placeOf(request.resource)
  const bucket = place && bucketNamed(tx, call.partition, place.bucket)
  // Of a name that somebody else has, CreateBucket asks about a bucket of the caller's.
  if (!bucket || bucket.account !== request.owner || call.operation === "CreateBucket")
    return [{ ...request, context: keys }]
  const { key } = place
  const action = request.action.slice("s3:".length)
  const point = pointOf(tx, bucket, { name: bucketName(input, action), call })
  const looksAtObject = key !== undefined && isOwnersAction(action)
  const version = looksAtObject ? versionOf(tx, bucket, { key, input }) : undefined
  const access: Access = { ...around, request, action, bucket, key, version, point }
  assertPaid(access)
  assertAccelerated(access)
  addBucketKeys(keys, access)
  const asked = onBucket(tx, access, keys)
  if (!point) return [asked]
  const requests = [throughPoint(tx, access, { point, keys }), asked]
  const lambdaPoint = objectLambdaPointOf(tx, input.Bucket ?? "")
  if (!lambdaPoint) return requests
  return throughObjectLambda(lambdaPoint, { action, versionId: input.VersionId, call, requests })
}

/** Of credentials that an Access Grants instance gives: which one. */
function addGrantKey(tx: ReadTx, keys: Keys, { principal }: Call): void {
  if (principal.type !== "assumed-role") return
  const service = findSession(tx, principal.accessKeyId)?.service
  if (service?.name === ACCESS_GRANTS && service.sourceArn !== undefined)
    keys["s3:AccessGrantsInstanceArn"] = service.sourceArn
}

/** The access as the bucket's own policy, ACL and settings see it. */
function onBucket(tx: ReadTx, access: Access, keys: Keys): AccessRequest {
  const { request, action, bucket, version } = access
  const { config } = bucket
  const foreign = config.ownership === "BucketOwnerEnforced" ? undefined : version?.owner
  const byOwner = foreign !== undefined && isOwnersAction(action)
  const policy = byOwner || isKeptOut(tx, access) ? config.policyFacts?.denies : request.policy
  const grant = aclGrant(tx, access)
  const owner = byOwner ? foreign : request.owner
  return { ...request, owner, policy, grant: grant ?? request.grant, context: keys }
}

/** The access as the access point's policy sees it: both must allow. */
function throughPoint(
  tx: ReadTx,
  { action, bucket, key, call }: Access,
  { point, keys }: { readonly point: AccessPoint; readonly keys: Keys },
): AccessRequest {
  if (!POINT_ACTIONS.has(action)) throw notForAccessPoints(call.operation)
  // There is no network yet from which such a request could come.
  if (point.vpcId !== undefined) throw accessDenied()
  const arn = accessPointArn(point)
  const isOutside = isOutsider(call, point.account)
  const restricted = isOutside && isBlocked(tx, "RestrictPublicBuckets", { bucket, point })
  return {
    action: `s3:${action}`,
    resource: key === undefined ? arn : `${arn}/object/${key}`,
    owner: point.account,
    policy: restricted && point.policyFacts?.isPublic ? point.policyFacts.denies : point.policy,
    context: keys,
  }
}

/** Others than the owner's account get nothing from a policy that is public, where that is set. */
const isKeptOut = (tx: ReadTx, { bucket, call, point }: Access): boolean =>
  bucket.config.policyFacts?.isPublic === true &&
  isOutsider(call, bucket.account) &&
  isBlocked(tx, "RestrictPublicBuckets", { bucket, point })

const isOutsider = ({ principal }: Call, owner: string): boolean =>
  principal.type !== "service" && principal.account !== owner

function aclGrant(tx: ReadTx, access: Access) {
  const { action, bucket, key, version, point, call } = access
  const { ownership = "ObjectWriter", acl } = bucket.config
  if (ownership === "BucketOwnerEnforced") return undefined
  // Who may write an object may say its ACL with it.
  const isNew = action === "PutObjectAcl" && call.operation !== "PutObjectAcl"
  const ofObject = key === undefined || isNew ? undefined : objectPermission(action)
  const isDelete = action === "DeleteObject"
  const permission = ofObject ?? bucketPermission(isNew || isDelete ? "PutObject" : action)
  const grants = ofObject ? version?.acl : acl
  if (!permission || !grants) return undefined
  if (isDelete && !isOwn(tx, access)) return undefined
  const ignorePublic = isBlocked(tx, "IgnorePublicAcls", { bucket, point })
  return grantOf(call, grants, { permission, ignorePublic })
}

/** Recorded: who may write may also delete, but only what it wrote itself, signed or not. */
function isOwn(tx: ReadTx, { bucket, key = "", call: { principal } }: Access): boolean {
  const there = currentVersion(tx, bucket.id, key)
  const owner = there?.owner ?? bucket.account
  return there !== undefined && !there.marker && principal.account === owner
}

function addBucketKeys(keys: Keys, { bucket, version, point }: Access): void {
  if (version?.tags)
    for (const [name, value] of Object.entries(version.tags))
      keys[`s3:ExistingObjectTag/${name}`] = value
  if (!point) {
    if (bucket.config.abac) addResourceTagKeys(keys, bucket.config.tags, "s3:BucketTag")
    return
  }
  // "Using tags with S3 Access Points": `aws:ResourceTag` "covers the underlying access point tags only".
  addResourceTagKeys(keys, point.tags, "s3:AccessPointTag")
  if (bucket.config.abac)
    for (const [name, value] of Object.entries(bucket.config.tags ?? {}))
      keys[`s3:BucketTag/${name}`] = value
  keys["s3:DataAccessPointAccount"] = point.account
  keys["s3:DataAccessPointArn"] = accessPointArn(point)
  keys["s3:AccessPointNetworkOrigin"] = point.vpcId === undefined ? "Internet" : "VPC"
}

/** "Requester Pays buckets": who reads must say that it pays, and nobody pays unsigned. */
function assertPaid({ bucket, call, input }: Access): void {
  if (!bucket.config.requesterPays || !isOutsider(call, bucket.account)) return
  if (call.principal.type === "anonymous" || input.RequestPayer !== "requester")
    throw accessDenied()
}

/** The edge's own host is for buckets that are accelerated (the words are as users quote them). */
function assertAccelerated({ bucket, call }: Access): void {
  if (!call.endpoint.includes(".s3-accelerate.")) return
  const { acceleration } = bucket.config
  if (acceleration === "Enabled") return
  const state = acceleration === undefined ? "not configured" : "disabled"
  throw invalidRequest(`S3 Transfer Acceleration is ${state} on this bucket`)
}

/**
 * Actions on an object that is there, which its owner decides on; who may replace or delete it is
 * the bucket's owner's to say.
 */
const isOwnersAction = (action: string): boolean =>
  /^(?:GetObject(?:Version(?:ForReplication)?)?|(?:Get|Put|Delete)Object(?:Version)?(?:Acl|Tagging|Attributes))$/.test(
    action,
  )

/** By what name the bucket was reached: a copy's source has its own. */
function bucketName({ Bucket, CopySource }: Addressed, action: string): string | undefined {
  const ofSource = CopySource !== undefined && /^(?:GetObject|ListBucket)/.test(action)
  return ofSource ? parseCopySource(CopySource).bucket : Bucket
}

/** The access point by which the bucket was reached. */
function pointOf(
  tx: ReadTx,
  bucket: Bucket,
  { name, call }: { readonly name: string | undefined; readonly call: Call },
): AccessPoint | undefined {
  if (name === undefined || name === bucket.name) return undefined
  const point = accessPointOf(tx, name, call)
  return point?.bucketId === bucket.id ? point : undefined
}

function versionOf(
  tx: ReadTx,
  bucket: Bucket,
  { key, input }: { readonly key: string; readonly input: Addressed },
): Version | undefined {
  // A copy's source may be another key of the bucket: its own version is not the input's.
  const versionId = input.Key === key ? input.VersionId : undefined
  const version =
    versionId === undefined
      ? currentVersion(tx, bucket.id, key)
      : versionWithId(tx, { bucket: bucket.id, key, versionId })
  return version?.marker ? undefined : version
}

/** "Access points compatibility with S3 operations". */
const POINT_ACTIONS: ReadonlySet<string> = Object.freeze(
  new Set([
    ...["AbortMultipartUpload", "BypassGovernanceRetention", "DeleteObject"],
    ...["DeleteObjectTagging", "DeleteObjectVersion", "DeleteObjectVersionTagging"],
    ...["GetBucketAcl", "GetBucketCORS", "GetBucketLocation", "GetBucketNotification"],
    ...["GetBucketPolicy", "GetObject", "GetObjectAcl", "GetObjectAttributes"],
    ...["GetObjectLegalHold", "GetObjectRetention", "GetObjectTagging", "GetObjectVersion"],
    ...["GetObjectVersionAcl", "GetObjectVersionAttributes", "GetObjectVersionTagging"],
    ...["ListBucket", "ListBucketMultipartUploads", "ListBucketVersions"],
    ...["ListMultipartUploadParts", "PutObject", "PutObjectAcl", "PutObjectLegalHold"],
    ...["PutObjectRetention", "PutObjectTagging", "PutObjectVersionAcl"],
    ...["PutObjectVersionTagging", "RestoreObject"],
  ]),
)
