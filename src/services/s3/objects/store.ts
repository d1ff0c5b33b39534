import type { WriteTx } from "../../../kernel/transaction.ts"
import { countEnd, countUpload } from "../billing/storage.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { dropBytes } from "../bytes/bytes.ts"
import { dropSegments } from "../bytes/segments.ts"
import { newVersionId } from "./version-id.ts"
import { currentVersion, NULL_VERSION, objects, versions, type Version } from "./version.ts"

/** The class of all that lies in directory buckets. */
export const ZONAL_CLASS = "EXPRESS_ONEZONE"
const ETAG_LENGTH = 32

/** What the writer of a version says; its ids are made here. */
export type NewVersion = Omit<Version, "bucket" | "versionId" | "modifiedMs">

/**
 * Makes a version the newest of its key. What it replaces is kept where the bucket is versioned;
 * where it is not, or no longer, the version `null` is replaced and its bytes go.
 */
export function addVersion(tx: WriteTx, bucket: Bucket, version: NewVersion): Version {
  const { key } = version
  if (bucket.zone !== undefined) return addZonal(tx, bucket, version)
  const enabled = bucket.versioning === "Enabled"
  const added: Version = {
    // First: V8 clones what a literal begins with at once, and copies later ones piece by piece.
    ...version,
    bucket: bucket.id,
    versionId: enabled ? newVersionId(tx) : NULL_VERSION,
    modifiedMs: tx.now,
  }
  const current = currentVersion(tx, bucket.id, key)
  if (current && (enabled || current.versionId !== NULL_VERSION)) tx.insert(versions, current)
  else if (current) replaced(tx, bucket, current)
  if (!enabled && current && current.versionId !== NULL_VERSION) {
    const old = tx.first(versions, { index: "byId", prefix: [bucket.id, key, NULL_VERSION] })
    if (old) {
      tx.remove(versions, old)
      replaced(tx, bucket, old)
    }
  }
  if (current) tx.replace(objects, current, added)
  else tx.insert(objects, added)
  return added
}

/** In a directory bucket: one class, and a tag that tells nothing ("Differences for directory buckets"). */
function addZonal(tx: WriteTx, bucket: Bucket, version: NewVersion): Version {
  const added: Version = {
    ...{ bucket: bucket.id, versionId: NULL_VERSION, modifiedMs: tx.now, ...version },
    storageClass: ZONAL_CLASS,
    etag: tx.random("s3/etag").hex(ETAG_LENGTH),
  }
  countUpload(tx, bucket, added.sizeBytes)
  const current = currentVersion(tx, bucket.id, version.key)
  if (current) replaced(tx, bucket, current)
  if (current) tx.replace(objects, current, added)
  else tx.insert(objects, added)
  return added
}

/** What is there with more bytes behind it: the same version, of now. */
export function growVersion(tx: WriteTx, bucket: Bucket, old: Version, grown: Version): Version {
  countEnd(tx, bucket, old)
  countUpload(tx, bucket, grown.sizeBytes - old.sizeBytes)
  const etag = tx.random("s3/etag").hex(ETAG_LENGTH)
  const changed = { ...grown, etag, modifiedMs: tx.now }
  tx.replace(objects, old, changed)
  return changed
}

/** Gives a version another key, with all that it is; what has that key goes. */
export function moveVersion(
  tx: WriteTx,
  bucket: Bucket,
  { version, key }: { readonly version: Version; readonly key: string },
): void {
  const there = currentVersion(tx, bucket.id, key)
  if (there) replaced(tx, bucket, there)
  tx.remove(objects, version)
  const moved = { ...version, key }
  if (there) tx.replace(objects, there, moved)
  else tx.insert(objects, moved)
}

/** What goes because something else takes its place. */
function replaced(tx: WriteTx, bucket: Bucket, version: Version): void {
  countEnd(tx, bucket, version)
  dropContent(tx, version)
}

/** Adds a delete marker: what DELETE does where the bucket is or was versioned. */
export const addMarker = (tx: WriteTx, bucket: Bucket, key: string): Version =>
  addVersion(tx, bucket, { key, serial: tx.serial(), marker: true, sizeBytes: 0, etag: "" })

/** Takes a version away for good; the one before it is then the newest. */
export function removeVersion(tx: WriteTx, of: Bucket, version: Version): void {
  const { bucket, key } = version
  replaced(tx, of, version)
  const current = currentVersion(tx, bucket, key)
  if (current?.serial !== version.serial) {
    tx.remove(versions, version)
    return
  }
  const before = tx.first(versions, { prefix: [bucket, key] })
  if (!before) {
    tx.remove(objects, current)
    return
  }
  tx.remove(versions, before)
  tx.replace(objects, current, before)
}

/** Writes a changed version in its place: tags, ACLs, locks and the like. */
export function updateVersion(tx: WriteTx, old: Version, changed: Version): void {
  const current = currentVersion(tx, old.bucket, old.key)
  tx.replace(current?.serial === old.serial ? objects : versions, old, changed)
}

/** Gives back what a version's bytes take. */
function dropContent(tx: WriteTx, { serial, content }: Version): void {
  if (content?.at === "row") dropBytes(tx, serial)
  else if (content?.at === "blob") tx.unlinkBlob(content.blob)
  else if (content?.at === "parts") dropSegments(tx, serial)
}
