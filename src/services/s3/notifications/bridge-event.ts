import type { WriteTx } from "../../../kernel/transaction.ts"
import { bucketArn } from "../buckets/bucket.ts"
import type { ObjectChange } from "../objects/changes.ts"
import { EMPTY_MD5, isNamed, S3, sequencerOf } from "./event.ts"

/** An entry of PutEvents. */
export interface BridgeEvent {
  /** Epoch milliseconds. */
  readonly Time: number
  readonly DetailType: string
  readonly Detail: string
  readonly Resources: readonly string[]
}

type Event = ObjectChange["event"]

interface Kind {
  readonly type: string
  readonly reason?: string
  readonly deletion?: string
  /** Which of the object's members there are, besides key, etag and version (recorded). */
  readonly has: "size and sequencer" | "sequencer" | "size" | "neither"
}

const created = (reason: string): Kind => ({
  ...{ type: "Object Created", reason, has: "size and sequencer" },
})
const deleted = (reason: string, deletion: string): Kind => ({
  ...{ type: "Object Deleted", reason, deletion, has: "sequencer" },
})
const FOR_GOOD = "Permanently Deleted"
const BY_MARKER = "Delete Marker Created"

/** "EventBridge event message structure"; events of replication are not sent there. */
const KINDS: Partial<Readonly<Record<Event, Kind>>> = {
  "ObjectCreated:Put": created("PutObject"),
  "ObjectCreated:Post": created("POST Object"),
  "ObjectCreated:Copy": created("CopyObject"),
  "ObjectCreated:CompleteMultipartUpload": created("CompleteMultipartUpload"),
  "ObjectRemoved:Delete": deleted("DeleteObject", FOR_GOOD),
  "ObjectRemoved:DeleteMarkerCreated": deleted("DeleteObject", BY_MARKER),
  "LifecycleExpiration:Delete": deleted("Lifecycle Expiration", FOR_GOOD),
  "LifecycleExpiration:DeleteMarkerCreated": deleted("Lifecycle Expiration", BY_MARKER),
  LifecycleTransition: { type: "Object Storage Class Changed", has: "size" },
  "ObjectAcl:Put": { type: "Object ACL Updated", has: "neither" },
  "ObjectTagging:Put": { type: "Object Tags Added", has: "neither" },
  "ObjectTagging:Delete": { type: "Object Tags Deleted", has: "neither" },
  "ObjectRestore:Post": { type: "Object Restore Initiated", has: "size" },
  "ObjectRestore:Completed": { type: "Object Restore Completed", has: "size" },
  "ObjectRestore:Delete": { type: "Object Restore Expired", has: "neither" },
}

/** The event of a change; undefined where EventBridge is told of none. */
export function bridgeEvent(tx: WriteTx, change: ObjectChange): BridgeEvent | undefined {
  const { bucket, event, call } = change
  const kind = KINDS[event]
  if (!kind) return undefined
  const detail = {
    version: "0",
    bucket: { name: bucket.name },
    object: objectOf(change, kind),
    "request-id": call?.requestId ?? tx.random("s3/event-request").uuid(),
    requester: requesterOf(change),
    ...(call && { "source-ip-address": call.sourceIp }),
    ...(kind.reason !== undefined && { reason: kind.reason }),
    ...(kind.deletion !== undefined && { "deletion-type": kind.deletion }),
    ...classesOf(change),
  }
  return {
    Time: tx.now,
    DetailType: kind.type,
    Detail: JSON.stringify(detail),
    Resources: [bucketArn(bucket)],
  }
}

/** "Account ID or AWS service principal of the requester"; of nobody's requests it is not verified. */
function requesterOf({ call }: ObjectChange): string {
  if (!call) return S3
  const { principal } = call
  if (principal.type === "anonymous") return "Anonymous"
  return principal.type === "service" ? principal.name : principal.account
}

function objectOf({ bucket, version }: ObjectChange, { has, deletion }: Kind): object {
  const marker = deletion === BY_MARKER
  return {
    key: version.key,
    ...(has.startsWith("size") && { size: version.sizeBytes }),
    ...((!deletion || marker) && { etag: marker ? EMPTY_MD5 : version.etag }),
    ...(bucket.versioning && isNamed(version) && { "version-id": version.versionId }),
    ...(has.endsWith("sequencer") && { sequencer: sequencerOf(version.serial) }),
  }
}

function classesOf({ event, version }: ObjectChange): object {
  const storageClass = version.storageClass ?? "STANDARD"
  if (event === "LifecycleTransition") return { "destination-storage-class": storageClass }
  if (!event.startsWith("ObjectRestore:")) return {}
  const { expiresMs } = version.restore ?? {}
  const expires = event === "ObjectRestore:Completed" && expiresMs !== undefined
  return {
    ...(expires && { "restore-expiry-time": new Date(expiresMs).toISOString() }),
    "source-storage-class": storageClass,
  }
}
