import type { AccessRequest } from "../../../../iam/access.ts"
import { isUp } from "../../../../kernel/places.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import {
  addResourceTagKeys,
  requestTagKeys,
  resourceTagKeys,
  unchecked,
  type Unchecked,
} from "../../../../registry/authorize.ts"
import type { Call } from "../../../../registry/call.ts"
import { bucketArn, type Bucket } from "../bucket.ts"
import { findBucket, type OnBucket } from "../find.ts"
import {
  accessDenied,
  headerNotImplemented,
  notForAccessPoints,
  noSuchBucket,
  serviceUnavailable,
} from "../../errors.ts"
import { directoryPointArn, directoryPointNamed, type DirectoryPoint } from "./points/point.ts"
import { assertInScope } from "./points/scope.ts"
import { findZonalSession, type SessionMode, type ZonalSession } from "./session.ts"

type Keys = Record<string, string | readonly string[]>

const AUTH_TYPES = { header: "REST-HEADER", query: "REST-QUERY-STRING", form: "POST" } as const
/** What is spoken at least, where the transport does not say it. */
const LEAST_TLS = "1.2"

/** The condition keys of requests to directory buckets ("… condition keys for Amazon S3 Express"). */
export function expressKeys(account: string, { signing, secure, tlsVersion }: Call): Keys {
  const keys: Keys = { "s3express:ResourceAccount": account }
  if (secure) keys["s3express:TlsVersion"] = tlsVersion?.replace("TLSv", "") ?? LEAST_TLS
  if (!signing) return keys
  keys["s3express:authType"] = AUTH_TYPES[signing.via]
  keys["s3express:signatureversion"] = signing.algorithm
  if (signing.payloadHash !== undefined)
    keys["s3express:x-amz-content-sha256"] = signing.payloadHash
  return keys
}

function bucketKeys({ account, config: { tags } }: Bucket, call: Call): Keys {
  const keys = expressKeys(account, call)
  addResourceTagKeys(keys, tags, "s3express:BucketTag")
  return keys
}

/** The one action that opens the objects of a directory bucket. */
export const sessionRequest = (
  bucket: Bucket,
  mode: SessionMode,
  { call, keys = {} }: { readonly call: Call; readonly keys?: Keys },
): AccessRequest => ({
  action: "s3express:CreateSession",
  resource: bucketArn(bucket),
  owner: bucket.account,
  policy: bucket.config.policy,
  context: {
    ...bucketKeys(bucket, call),
    "s3express:SessionMode": mode,
    "s3express:signatureAge": String(call.signing?.ageMs ?? 0),
    ...keys,
  },
})

/** The session whose credentials signed a request. */
export const sessionOf = (tx: ReadTx, { signing }: Call): ZonalSession | undefined =>
  signing && findZonalSession(tx, signing.accessKeyId)

/** A directory bucket, and the access point through which a request comes to it. */
export interface DirectoryPlace {
  readonly bucket: Bucket
  readonly point?: DirectoryPoint | undefined
}

/** What a request is about. Throws NoSuchBucket, for buckets of the other kind, too. */
export function findPlace(tx: ReadTx, input: OnBucket, call: Call): DirectoryPlace {
  const point = directoryPointNamed(tx, call.partition, input.Bucket)
  const bucket = findBucket(tx, point ? { ...input, Bucket: point.bucket } : input, call)
  if (bucket.zone === undefined || (point && point.bucketId !== bucket.id))
    throw noSuchBucket(input.Bucket)
  return { bucket, point }
}

/** The directory bucket of a request, wherever it comes in. */
export const findDirectory = (tx: ReadTx, input: OnBucket, call: Call): Bucket =>
  findPlace(tx, input, call).bucket

/** Throws ServiceUnavailable while the bucket's only AZ is down. */
export function assertUp(tx: ReadTx, { region, zone }: Bucket): void {
  if (zone !== undefined && !isUp({ region, az: zone }, tx.faults)) throw serviceUnavailable()
}

const BY_SESSION: Unchecked = unchecked("the session was asked for, and says what it may do")

/**
 * What an operation on objects asks: nothing within a session with the bucket; else, of other
 * credentials, for what a session would need ("Authorizing Zonal endpoint API operations with
 * CreateSession", "… with IAM").
 */
export const zonalAccess =
  (mode: SessionMode) =>
  (tx: ReadTx, input: OnBucket, call: Call): readonly AccessRequest[] | Unchecked => {
    const place = findPlace(tx, input, call)
    assertUp(tx, place.bucket)
    if (place.point) assertInScope(place.point, { operation: call.operation, input })
    if (inSession(tx, place, { mode, call })) return BY_SESSION
    return placeRequests(place, mode, { call })
  }

/** What a session asks: for the bucket, and where there is one for the access point, too. */
export function placeRequests(
  { bucket, point }: DirectoryPlace,
  mode: SessionMode,
  asked: { readonly call: Call; readonly keys?: Keys },
): readonly AccessRequest[] {
  const request = sessionRequest(bucket, mode, asked)
  if (!point) return [request]
  // As with other access points: `aws:ResourceTag` is about theirs alone (not verified).
  const others = Object.entries(request.context ?? {}).filter(([key]) => !OF_RESOURCE.test(key))
  const context = { ...Object.fromEntries(others), ...pointKeys(point) }
  return [
    {
      ...{ action: request.action, resource: directoryPointArn(point) },
      ...{ owner: point.account, policy: point.policy, context },
    },
    { ...request, context },
  ]
}

const OF_RESOURCE = /^aws:ResourceTag\//

/** The condition keys of what comes through an access point. */
export const pointKeys = (point: DirectoryPoint): Keys => ({
  ...resourceTagKeys(point.tags, "s3express:AccessPointTag"),
  "s3express:DataAccessPointAccount": point.account,
  "s3express:DataAccessPointArn": directoryPointArn(point),
  "s3express:AccessPointNetworkOrigin": point.vpcId === undefined ? "Internet" : "VPC",
})

/** Whether the session of a request opens this bucket. Throws AccessDenied where it does not. */
export function inSession(
  tx: ReadTx,
  { bucket, point }: DirectoryPlace,
  { mode, call }: { readonly mode: SessionMode; readonly call: Call },
): boolean {
  const session = sessionOf(tx, call)
  if (!session) return false
  if (session.name !== (point?.name ?? bucket.name)) throw accessDenied()
  // Made before the bucket was: its maker's own rights count.
  if (session.bucket !== bucket.id) return false
  if (mode === "ReadWrite" && session.mode === "ReadOnly") throw accessDenied()
  return true
}

/**
 * What an operation on the bucket itself asks: an action of its owner's account, about which bucket
 * policies have no say ("Authorizing Regional endpoint API operations with IAM").
 */
export const regionalAccess =
  (action: string) =>
  (tx: ReadTx, input: OnBucket, call: Call): AccessRequest => {
    assertNoExpectedOwner(input)
    const { bucket, point } = findPlace(tx, input, call)
    // "You can't use access points to perform … bucket operations" (the answer is not verified).
    if (point) throw notForAccessPoints(call.operation)
    const session = sessionOf(tx, call)
    if (session && session.name !== bucket.name) throw accessDenied()
    return {
      action: `s3express:${action}`,
      resource: bucketArn(bucket),
      owner: bucket.account,
      ownerOnly: true,
      context: bucketKeys(bucket, call),
    }
  }

/** "… the request fails with the HTTP status code 501 Not Implemented". */
function assertNoExpectedOwner({ ExpectedBucketOwner }: Partial<OnBucket>): void {
  if (ExpectedBucketOwner !== undefined) throw headerNotImplemented("x-amz-expected-bucket-owner")
}

/** Asks to make a bucket: of the caller's account, in an AZ. */
export function creationAccess(
  { arn, zone, tags }: { readonly arn: string; readonly zone: string; readonly tags: object },
  call: Call,
): AccessRequest[] {
  const { account } = call
  const keys = expressKeys(account, call)
  const tagKeys = requestTagKeys(tags)
  const about = { resource: arn, owner: account }
  const create: AccessRequest = {
    ...{ ...about, action: "s3express:CreateBucket" },
    context: { ...keys, ...tagKeys, "s3express:LocationName": zone },
  }
  if (Object.keys(tagKeys).length === 0) return [create]
  return [create, { ...about, action: "s3express:TagResource", context: { ...keys, ...tagKeys } }]
}
