import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { logChange } from "../logging/own-work.ts"
import { notify } from "../notifications/notify.ts"
import { replicate } from "../replication/begin.ts"
import type { ReplicationEventData } from "../replication/events.ts"
import type { Version } from "./version.ts"

/** Something that happened to an object, in the words of S3's event notifications. */
export interface ObjectChange {
  readonly event:
    | "ObjectCreated:Put"
    | "ObjectCreated:Post"
    | "ObjectCreated:Copy"
    | "ObjectCreated:CompleteMultipartUpload"
    | "ObjectRemoved:Delete"
    | "ObjectRemoved:DeleteMarkerCreated"
    | "LifecycleExpiration:Delete"
    | "LifecycleExpiration:DeleteMarkerCreated"
    | "LifecycleTransition"
    | "ObjectAcl:Put"
    | "ObjectTagging:Put"
    | "ObjectTagging:Delete"
    | "ObjectRestore:Post"
    | "ObjectRestore:Completed"
    | "ObjectRestore:Delete"
    | "Replication:OperationFailedReplication"
    | "Replication:OperationMissedThreshold"
    | "Replication:OperationNotTracked"
    | "Replication:OperationReplicatedAfterThreshold"
  readonly bucket: Bucket
  /** The version that came, or went. */
  readonly version: Version
  /** Absent: S3 itself did it. */
  readonly call?: Call | undefined
  /** What events of replication tell more. */
  readonly replication?: ReplicationEventData | undefined
}

/** Called in the commit of every change: notifications, replication and logs begin here. */
export function objectChanged(tx: WriteTx, change: ObjectChange): void {
  notify(tx, change)
  replicate(tx, change)
  logChange(tx, change)
}
