import type { ReplicationRule } from "../../../models/types/s3.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { ObjectChange } from "../objects/changes.ts"
import { updateVersion } from "../objects/store.ts"
import { versionWithId, type Version } from "../objects/version.ts"
import { replicateJob } from "./run.ts"
import { isArchived, rulesFor } from "./selection.ts"
import { findTask, replicationTasks } from "./task.ts"
import { thresholdJob, THRESHOLD_MS } from "./threshold.ts"

/** What events call the operations that are replicated; only OBJECT_PUT is documented. */
const CREATIONS: Readonly<Record<string, string>> = {
  "ObjectCreated:Put": "OBJECT_PUT",
  "ObjectCreated:Post": "OBJECT_POST",
  "ObjectCreated:Copy": "OBJECT_COPY",
  "ObjectCreated:CompleteMultipartUpload": "OBJECT_MULTIPART_UPLOAD",
  "ObjectRemoved:DeleteMarkerCreated": "DELETE_MARKER",
}
const CHANGES: Readonly<Record<string, string>> = {
  "ObjectAcl:Put": "OBJECT_ACL",
  "ObjectTagging:Put": "OBJECT_TAGGING",
  "ObjectTagging:Delete": "OBJECT_TAGGING",
}

/**
 * In the commit of a change that people made: what is to be replicated cannot be lost. What
 * lifecycle does has events of its own, and deletes of named versions stay at the source.
 */
export function replicate(tx: WriteTx, { event, bucket, version }: ObjectChange): void {
  if (!bucket.config.replication) return
  const created = CREATIONS[event]
  const changed = CHANGES[event]
  if (created !== undefined) plan(tx, bucket, { version, operation: created })
  else if (changed !== undefined) replicateChange(tx, bucket, { version, operation: changed })
}

/** A change of what belongs to a version that has been replicated, or is a replica. */
export function replicateChange(
  tx: WriteTx,
  bucket: Bucket,
  { version: { key, versionId }, operation }: { version: Version; operation: string },
): void {
  if (!bucket.config.replication) return
  const version = versionWithId(tx, { bucket: bucket.id, key, versionId })
  if (version?.replication) plan(tx, bucket, { version, operation, change: true })
}

interface Wanted {
  readonly version: Version
  readonly operation: string
  readonly change?: true
  /** Asked for by hand: replicas are replicated, too. */
  readonly existing?: true
}

/** Plans one task for each destination of a version; false where no rule takes it. */
export function plan(tx: WriteTx, bucket: Bucket, wanted: Wanted): boolean {
  const { version, change, existing } = wanted
  const { replication } = bucket.config
  if (!replication || isArchived(version)) return false
  const rules = rulesFor(replication, version, { existing })
  if (rules.length === 0) return false
  // Of what was never copied a change is no change: the whole is sent.
  const wasThere = change && version.replication?.status !== "FAILED" ? change : undefined
  for (const rule of rules) planOne(tx, bucket, { ...wanted, rule, change: wasThere })
  const { of } = version.replication ?? {}
  updateVersion(tx, version, {
    ...version,
    replication: { status: "PENDING", ...(of !== undefined && { of }) },
  })
  return true
}

function planOne(
  tx: WriteTx,
  bucket: Bucket,
  {
    version,
    operation,
    rule,
    change,
  }: Pick<Wanted, "version" | "operation"> & {
    readonly rule: ReplicationRule
    readonly change?: true | undefined
  },
): void {
  const { key, versionId, serial } = version
  const { Bucket: destination, ReplicationTime, Metrics } = rule.Destination
  const at = { bucket: bucket.id, serial, destination }
  const step = tx.serial()
  // "… delete marker replication … does not adhere to the 15-minute SLA".
  const timed = ReplicationTime?.Status === "Enabled" && !version.marker
  const before = findTask(tx, at)
  tx.put(replicationTasks, {
    ...{ ...at, key, versionId, partition: bucket.partition, name: bucket.name },
    ...{ rule: rule.ID ?? "", operation, requestedMs: tx.now, request: step, step },
    state: "pending",
    ...(timed && { timed }),
    ...((timed || Metrics?.Status === "Enabled") && { metered: true }),
    // What is still on its way for the first time is not there yet.
    ...(change && (!before || before.change) && { change }),
  })
  tx.schedule(replicateJob, { ...at, step }, tx.now + lagMs(version))
  if (timed) tx.schedule(thresholdJob, { ...at, request: step }, tx.now + THRESHOLD_MS)
}

/** Not verified: AWS says "most objects within 15 minutes", and people see seconds. */
const LEAST_LAG_MS = 5_000
const BYTES_PER_MS = 100_000

const lagMs = ({ sizeBytes }: Version): number =>
  LEAST_LAG_MS + Math.floor(sizeBytes / BYTES_PER_MS)
