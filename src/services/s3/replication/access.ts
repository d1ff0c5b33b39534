import type { WriteTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { Call } from "../../../registry/call.ts"
import { toBucket, toObject } from "../access/access.ts"
import { bucketNamed, type Bucket } from "../buckets/bucket.ts"
import { noSuchBucket } from "../errors.ts"
import type { Version } from "../objects/version.ts"
import { inner } from "./define.ts"
import { ReplicationFailure } from "./failure.ts"

/** Asks for one thing that replication does: `call.refusal` tells whether its role may. */
export const AskReplication = inner.read("AskReplication", {
  authorize(tx, { Bucket, Key, action, context }, { partition }) {
    const bucket = bucketNamed(tx, partition, Bucket)
    if (!bucket) throw noSuchBucket(Bucket)
    if (Key === undefined) return toBucket(bucket, action, context)
    return toObject(bucket, action, { key: Key, ...(context && { context }) })
  },
  run: () => ({}),
})

interface Wanted {
  readonly action: string
  readonly key?: string
  readonly context?: Readonly<Record<string, string>> | undefined
  readonly versionId?: string
}

/** Whether the role of a call may do one thing in a bucket. */
function mayDo(tx: WriteTx, call: Call, bucket: Bucket, wanted: Wanted): boolean {
  const { action, key, context, versionId } = wanted
  const input = {
    ...{ Bucket: bucket.name, Key: key, VersionId: versionId, action, context },
    RequestPayer: "requester",
  }
  return call.refusal(tx, { service: "s3", operation: "AskReplication", input }) === undefined
}

/** What a role needs at the source ("Setting up permissions for live replication"). */
export function assertMayRead(tx: WriteTx, call: Call, source: Bucket, version: Version): void {
  const { key, versionId, marker, lock } = version
  const must = (failure: string, wanted: Wanted): void => {
    if (!mayDo(tx, call, source, wanted)) throw new ReplicationFailure(failure)
  }
  must("SrcBucketReplicationConfigMissing", { action: "GetReplicationConfiguration" })
  // "The current permissions model requires the s3:ListBucket permission for … delete markers".
  if (marker) return must("SrcGetObjectNotPermitted", { action: "ListBucket" })
  const ofObject = (failure: string, action: string): void =>
    must(failure, { action, key, versionId })
  ofObject("SrcGetObjectNotPermitted", "GetObjectVersionForReplication")
  ofObject("SrcGetAclNotPermitted", "GetObjectVersionAcl")
  if (lock?.retention) ofObject("SrcGetRetentionNotPermitted", "GetObjectRetention")
  if (lock?.legalHold) ofObject("SrcGetLegalHoldNotPermitted", "GetObjectLegalHold")
}

/** "If Amazon S3 doesn't have these permissions, it replicates the objects, but not the … tags". */
export const mayReadTags = (tx: WriteTx, call: Call, source: Bucket, version: Version): boolean =>
  mayDo(tx, call, source, {
    action: "GetObjectVersionTagging",
    key: version.key,
    versionId: version.versionId,
  })

/** What a role needs at the destination. */
export function assertMayWrite(
  tx: WriteTx,
  call: Call,
  destination: Bucket,
  replica: {
    readonly key: string
    readonly marker: boolean
    readonly tagged: boolean
    readonly overridesOwner: boolean
    readonly context?: Readonly<Record<string, string>> | undefined
  },
): void {
  const { key, marker, tagged, overridesOwner, context } = replica
  const must = (failure: string, wanted: Wanted): void => {
    if (!mayDo(tx, call, destination, wanted)) throw new ReplicationFailure(failure)
  }
  if (marker) return must("DstDelObjNotPermitted", { action: "ReplicateDelete", key })
  must("DstPutObjectNotPermitted", { action: "ReplicateObject", key, context })
  if (tagged) must("DstPutTaggingNotPermitted", { action: "ReplicateTags", key })
  if (overridesOwner)
    must("DstPutObjectNotPermitted", { action: "ObjectOwnerOverrideToBucketOwner", key })
}

/** What KMS refuses, in the words of replication. */
export function kmsFailure(error: unknown, side: "Src" | "Dst"): unknown {
  if (!(error instanceof AwsError)) return error
  if (error.code === "AccessDenied")
    return new ReplicationFailure(`${side === "Src" ? "SrcGet" : "DstPut"}ObjectNotPermitted`)
  const missing = side === "Dst" && /NotFound/.test(error.code)
  return new ReplicationFailure(missing ? "DstKmsKeyNotFound" : `${side}KmsKeyInvalidState`)
}
