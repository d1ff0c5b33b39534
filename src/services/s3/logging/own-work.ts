import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { ObjectChange } from "../objects/changes.ts"
import { keyPath } from "../objects/key-path.ts"
import { callFacts } from "./exchange.ts"
import { logRecord } from "./write.ts"

/** What lifecycle and restores do, by the names that logs have for it ("Lifecycle and logging"). */
const OWN_WORK: Readonly<Record<string, string>> = {
  "LifecycleExpiration:Delete": "S3.EXPIRE.OBJECT",
  "LifecycleExpiration:DeleteMarkerCreated": "S3.CREATE.DELETEMARKER",
  "ObjectRestore:Completed": "S3.RESTORE.OBJECT",
}

const TRANSITIONS: Readonly<Record<string, string>> = {
  STANDARD_IA: "S3.TRANSITION_SIA.OBJECT",
  ONEZONE_IA: "S3.TRANSITION_ZIA.OBJECT",
  INTELLIGENT_TIERING: "S3.TRANSITION_INT.OBJECT",
  GLACIER_IR: "S3.TRANSITION_GIR.OBJECT",
  GLACIER: "S3.TRANSITION.OBJECT",
  DEEP_ARCHIVE: "S3.TRANSITION_GDA.OBJECT",
}

/** Logs what S3 itself did to an object. */
export function logChange(tx: WriteTx, { event, bucket, version, call }: ObjectChange): void {
  if (!bucket.config.logging || call) return
  const operation =
    event === "LifecycleTransition" ? TRANSITIONS[version.storageClass ?? ""] : OWN_WORK[event]
  if (operation === undefined) return
  logOwn(tx, bucket, {
    operation,
    key: version.key,
    ...(bucket.versioning && { versionId: version.versionId }),
  })
}

/** Logs an upload that lifecycle gave up. */
export function logDroppedUpload(tx: WriteTx, bucket: Bucket, key: string): void {
  if (bucket.config.logging) logOwn(tx, bucket, { operation: "S3.DELETE.UPLOAD", key })
}

function logOwn(
  tx: WriteTx,
  bucket: Bucket,
  facts: { readonly operation: string; readonly key: string; readonly versionId?: string },
): void {
  const requestId = tx.random("s3/log-request").string(16, "0123456789ABCDEF")
  const key = keyPath(facts.key)
  logRecord(tx, bucket, { ...facts, key, timeMs: tx.now, requester: "AmazonS3", requestId })
}

interface Deleted {
  readonly key: string
  readonly versionId?: string | undefined
  readonly errorCode?: string | undefined
  readonly status: number
}

/** Logs one key of DeleteObjects, under the request's id. */
export function logBatchDelete(
  tx: WriteTx,
  bucket: Bucket,
  { call, ...deleted }: Deleted & { readonly call: Call },
): void {
  if (!bucket.config.logging) return
  logRecord(tx, bucket, {
    ...callFacts(call),
    ...{ ...deleted, key: keyPath(deleted.key), timeMs: tx.now },
    ...{ operation: "BATCH.DELETE.OBJECT", requestId: call.requestId, remoteIp: call.sourceIp },
    host: call.endpoint.replace(/^https?:\/\//, ""),
  })
}
