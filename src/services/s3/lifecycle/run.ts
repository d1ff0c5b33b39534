import { job } from "../../../kernel/later/later.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { countEnd } from "../billing/storage.ts"
import { sameBucket, type Bucket } from "../buckets/bucket.ts"
import { mayExpire } from "../buckets/directory/expiry.ts"
import { logDroppedUpload } from "../logging/own-work.ts"
import { isLocked } from "../lock/retention.ts"
import { dropUpload, uploads } from "../multipart/upload.ts"
import { objectChanged } from "../objects/changes.ts"
import { addMarker, removeVersion, updateVersion } from "../objects/store.ts"
import { objects, versions, type Version } from "../objects/version.ts"
import {
  DAY_MS,
  dueOfCurrent,
  dueOfNoncurrent,
  markerIsDue,
  midnightAfter,
  uploadIsDue,
  type Due,
} from "./due.ts"
import type { Lifecycle } from "./rules.ts"

interface Walk extends Pick<Bucket, "partition" | "name" | "id"> {
  /** The configuration for which it goes. */
  readonly serial: number
  readonly at: "objects" | "uploads"
  /** Where the next step begins. */
  readonly after?: string | undefined
}

/** Keys of one step. */
const STRIDE = 100
/** Noncurrent versions of one key that one day looks at. */
const VERSIONS = 10_000

/** Plans the first walk: lifecycle runs once a day, at midnight UTC. */
export function planLifecycle(tx: WriteTx, bucket: Bucket, serial: number): void {
  const { partition, name, id } = bucket
  const walk: Walk = { partition, name, id, serial, at: "objects" }
  tx.schedule(lifecycleJob, walk, midnightAfter(tx.now + 1, 0))
}

/** One bounded step through a bucket; the last one of a day plans the next day. */
export const lifecycleJob = job<Walk>("s3/lifecycle", {
  run(tx, walk) {
    const bucket = sameBucket(tx, walk)
    const lifecycle = bucket?.config.lifecycle
    if (!bucket || lifecycle?.serial !== walk.serial) return
    if (!mayExpire(tx, bucket)) {
      tx.schedule(lifecycleJob, { ...walk, at: "objects", after: undefined }, tomorrow(tx.now))
      return
    }
    const step = { bucket, lifecycle, after: walk.after }
    const after = walk.at === "objects" ? stepObjects(tx, step) : stepUploads(tx, step)
    if (after !== undefined) tx.schedule(lifecycleJob, { ...walk, after }, tx.now)
    else if (walk.at === "objects")
      tx.schedule(lifecycleJob, { ...walk, at: "uploads", after: undefined }, tx.now)
    else {
      const next = { ...walk, at: "objects", after: undefined } as const
      tx.schedule(lifecycleJob, next, tomorrow(tx.now))
    }
  },
})

const tomorrow = (nowMs: number): number => Math.floor(nowMs / DAY_MS + 1) * DAY_MS

interface Step {
  readonly bucket: Bucket
  readonly lifecycle: Lifecycle
  readonly after: string | undefined
}

function stepObjects(tx: WriteTx, { bucket, lifecycle, after }: Step): string | undefined {
  const page = tx.scan(objects, { prefix: [bucket.id], after, limit: STRIDE })
  const leavesMarker = bucket.versioning !== undefined
  for (const current of page.rows) {
    treatNoncurrent(tx, { bucket, lifecycle }, current)
    if (current.marker) treatMarker(tx, { bucket, lifecycle }, current)
    else {
      const due = dueOfCurrent(lifecycle, current, { nowMs: tx.now, leavesMarker })
      carryOut(tx, bucket, { version: current, due })
    }
  }
  return page.next
}

type Ground = Pick<Step, "bucket" | "lifecycle">

function treatNoncurrent(tx: WriteTx, { bucket, lifecycle }: Ground, current: Version): void {
  if (bucket.versioning === undefined) return
  let newer: Version = current
  const { rows } = tx.scan(versions, { prefix: [bucket.id, current.key], limit: VERSIONS })
  for (const [count, version] of rows.entries()) {
    const sinceMs = newer.modifiedMs
    newer = version
    const due = dueOfNoncurrent(lifecycle, version, { sinceMs, newer: count, nowMs: tx.now })
    if (due?.action === "expire") expireForGood(tx, bucket, version)
    else if (due) carryOut(tx, bucket, { version, due })
  }
}

function treatMarker(tx: WriteTx, { bucket, lifecycle }: Ground, marker: Version): void {
  const hides = tx.first(versions, { prefix: [bucket.id, marker.key] }) !== undefined
  if (!hides && markerIsDue(lifecycle, marker, tx.now)) expireForGood(tx, bucket, marker)
}

function carryOut(
  tx: WriteTx,
  bucket: Bucket,
  { version, due }: { readonly version: Version; readonly due: Due | undefined },
): void {
  if (!due || awaitsReplication(version)) return
  if (due.action === "transition") {
    const { storageClass } = due
    countEnd(tx, bucket, version)
    updateVersion(tx, version, { ...version, storageClass, classSinceMs: tx.now })
    objectChanged(tx, {
      event: "LifecycleTransition",
      bucket,
      version: { ...version, storageClass },
    })
  } else if (bucket.versioning === undefined) expireForGood(tx, bucket, version)
  else {
    const marker = addMarker(tx, bucket, version.key)
    const event = "LifecycleExpiration:DeleteMarkerCreated"
    objectChanged(tx, { event, bucket, version: marker })
  }
}

/** "… blocks expiration and transition actions on objects with PENDING or FAILED replication status". */
const awaitsReplication = ({ marker, replication }: Version): boolean =>
  !marker && (replication?.status === "PENDING" || replication?.status === "FAILED")

/** What is locked, or is not replicated yet, stays, and is looked at again the next day. */
function expireForGood(tx: WriteTx, bucket: Bucket, version: Version): void {
  if (awaitsReplication(version)) return
  if (isLocked(version.lock, { nowMs: tx.now, bypass: false })) return
  removeVersion(tx, bucket, version)
  objectChanged(tx, { event: "LifecycleExpiration:Delete", bucket, version })
}

function stepUploads(tx: WriteTx, { bucket, lifecycle, after }: Step): string | undefined {
  const page = tx.scan(uploads, { prefix: [bucket.id], after, limit: STRIDE })
  for (const upload of page.rows)
    if (uploadIsDue(lifecycle, upload, tx.now)) {
      dropUpload(tx, upload)
      logDroppedUpload(tx, bucket, upload.key)
    }
  return page.next
}
