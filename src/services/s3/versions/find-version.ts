import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { markerNotAllowed } from "../errors.ts"
import { missingKey } from "../objects/new-object.ts"
import { currentVersion, versionWithId, type Version } from "../objects/version.ts"
import { assertVersionId, missingVersion } from "../objects/version-id.ts"

interface Wanted {
  readonly Key: string
  readonly VersionId?: string | undefined
  /** HTTP's, for the refusal. */
  readonly method: string
}

/**
 * The version that an operation on an object's sub-resource is about. Throws NoSuchKey,
 * NoSuchVersion, InvalidArgument, and MethodNotAllowed for a delete marker (recorded: also where
 * the request names none and the marker is the newest).
 */
export function objectVersion(
  tx: ReadTx,
  bucket: Bucket,
  { Key: key, VersionId: versionId, method }: Wanted,
): Version {
  if (versionId !== undefined) assertVersionId(versionId)
  const found =
    versionId === undefined
      ? currentVersion(tx, bucket.id, key)
      : versionWithId(tx, { bucket: bucket.id, key, versionId })
  if (!found) throw versionId === undefined ? missingKey(key) : missingVersion(key, versionId)
  if (found.marker) {
    const modified = new Date(found.modifiedMs).toUTCString()
    throw markerNotAllowed(method, { versionId: found.versionId, modified })
  }
  return found
}
