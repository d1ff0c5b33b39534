import type { WriteTx } from "../../../kernel/transaction.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import { objectAccess, toObject } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type Out } from "../define.ts"
import { invalidArgument, invalidRequest, malformedXml } from "../errors.ts"
import { updateVersion } from "../objects/store.ts"
import type { Version } from "../objects/version.ts"
import { replicateChange } from "../replication/begin.ts"
import { meterRequest } from "../requests.ts"
import { objectVersion } from "../versions/find-version.ts"
import { bucketWithoutLock, noLockOfObject, protectedByLock } from "./errors.ts"
import {
  hasLockHeaders,
  isLocked,
  lockOfHeaders,
  mayReplace,
  retentionFrom,
  retentionOf,
  type LockHeaders,
  type ObjectLock,
} from "./retention.ts"

export const PutObjectRetention = op.write("PutObjectRetention", {
  authorize: (tx, input, call) => [
    objectAccess("PutObjectRetention")(tx, input, call),
    ...bypassAccess(findBucket(tx, input, call), input),
  ],
  run(tx, input, call): Out<"PutObjectRetention"> {
    const bucket = findBucket(tx, input, call)
    const version = lockableVersion(tx, bucket, { ...input, method: "PUT" })
    const retention = retentionOf(input.Retention, tx.now)
    const old = version.lock?.retention
    const bypass = input.BypassGovernanceRetention === true
    if (!mayReplace(old, retention, { nowMs: tx.now, bypass })) throw protectedByLock()
    setLock(tx, bucket, { version, lock: { ...version.lock, retention } })
    meterRequest(tx, bucket, 1)
    return {}
  },
})

export const GetObjectRetention = op.read("GetObjectRetention", {
  authorize: objectAccess("GetObjectRetention"),
  run(tx, input, call): Out<"GetObjectRetention"> {
    const bucket = findBucket(tx, input, call)
    const { lock } = lockableVersion(tx, bucket, { ...input, method: "GET" })
    if (!lock?.retention) throw noLockOfObject()
    const { mode, untilMs } = lock.retention
    return { Retention: { Mode: mode, RetainUntilDate: untilMs } }
  },
})

export const PutObjectLegalHold = op.write("PutObjectLegalHold", {
  authorize: objectAccess("PutObjectLegalHold"),
  run(tx, input, call): Out<"PutObjectLegalHold"> {
    const bucket = findBucket(tx, input, call)
    // Recorded: an empty document is looked at first.
    if (!input.LegalHold) throw malformedXml()
    const version = lockableVersion(tx, bucket, { ...input, method: "PUT" })
    const status = input.LegalHold.Status
    if (status !== "ON" && status !== "OFF") throw malformedXml()
    setLock(tx, bucket, { version, lock: { ...version.lock, legalHold: status } })
    meterRequest(tx, bucket, 1)
    return {}
  },
})

export const GetObjectLegalHold = op.read("GetObjectLegalHold", {
  authorize: objectAccess("GetObjectLegalHold"),
  run(tx, input, call): Out<"GetObjectLegalHold"> {
    const bucket = findBucket(tx, input, call)
    const { lock } = lockableVersion(tx, bucket, { ...input, method: "GET" })
    if (!lock?.legalHold) throw noLockOfObject()
    return { LegalHold: { Status: lock.legalHold } }
  },
})

type Wanted = Parameters<typeof objectVersion>[2]

/** The version of a bucket with Object Lock. Throws InvalidRequest and as `objectVersion`. */
function lockableVersion(
  tx: Parameters<typeof objectVersion>[0],
  bucket: Bucket,
  wanted: Wanted,
): Version {
  // Recorded: what is missing in the bucket counts before what is missing of the object.
  if (!bucket.config.objectLock) throw bucketWithoutLock()
  return objectVersion(tx, bucket, wanted)
}

function setLock(
  tx: WriteTx,
  bucket: Bucket,
  { version, lock }: { readonly version: Version; readonly lock: ObjectLock },
): void {
  updateVersion(tx, version, { ...version, lock })
  replicateChange(tx, bucket, { version, operation: "OBJECT_LOCK" })
}

interface Bypassing {
  readonly Key: string
  readonly BypassGovernanceRetention?: boolean | undefined
}

/** Who sends the header needs its permission too. */
export const bypassAccess = (bucket: Bucket, input: Bypassing): readonly AccessRequest[] =>
  input.BypassGovernanceRetention === true
    ? [toObject(bucket, "BypassGovernanceRetention", { key: input.Key })]
    : []

/** Recorded: whatever its value, the header is for buckets with Object Lock. */
export function assertBypassMakesSense(
  bucket: Bucket,
  { BypassGovernanceRetention: bypass }: Pick<Bypassing, "BypassGovernanceRetention">,
): void {
  if (bypass !== undefined && !bucket.config.objectLock)
    throw invalidArgument(
      "x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.",
      "x-amz-bypass-governance-retention",
    )
}

/** Before a version goes for good. Throws AccessDenied. */
export function assertUnlocked(
  version: Pick<Version, "lock">,
  by: { readonly nowMs: number; readonly bypass: boolean },
): void {
  if (isLocked(version.lock, by)) throw protectedByLock()
}

/** The lock of what is being written: its own headers', else the bucket's default. */
export function lockOfWrite(
  bucket: Bucket,
  headers: LockHeaders,
  nowMs: number,
): ObjectLock | undefined {
  const { objectLock } = bucket.config
  if (!hasLockHeaders(headers)) {
    if (!objectLock?.retention) return undefined
    return { retention: retentionFrom(objectLock.retention, nowMs) }
  }
  const asked = lockOfHeaders(headers, nowMs)
  // Not verified which of the two AWS finds first.
  if (!objectLock) throw invalidRequest("Bucket is missing ObjectLockConfiguration")
  if (asked.retention || !objectLock.retention) return asked
  return { ...asked, retention: retentionFrom(objectLock.retention, nowMs) }
}

/** What HEAD and GET tell of a lock. */
export function lockMembers(lock: ObjectLock | undefined) {
  if (!lock) return {}
  return {
    ...(lock.retention && {
      ObjectLockMode: lock.retention.mode,
      ObjectLockRetainUntilDate: lock.retention.untilMs,
    }),
    ...(lock.legalHold && { ObjectLockLegalHoldStatus: lock.legalHold }),
  }
}
