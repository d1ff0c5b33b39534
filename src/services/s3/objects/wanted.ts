import type { ReadTx } from "../../../kernel/transaction.ts"
import { currentIsMarker, markerNotAllowed } from "../errors.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { missingKey } from "./new-object.ts"
import { assertVersionId, missingVersion } from "./version-id.ts"
import { currentVersion, versionWithId, type Version } from "./version.ts"

interface Wanted {
  readonly Key: string
  readonly VersionId?: string | undefined
}

/**
 * The version that a read is about. Throws NoSuchKey, NoSuchVersion, and, for a delete marker by
 * its id, MethodNotAllowed.
 */
export function wantedVersion(
  tx: ReadTx,
  bucket: Bucket,
  { Key, VersionId, method }: Wanted & { readonly method: string },
): Version {
  if (VersionId === undefined) {
    const current = currentVersion(tx, bucket.id, Key)
    if (!current) throw missingKey(Key)
    if (current.marker) throw currentIsMarker(Key, current.versionId)
    return current
  }
  assertVersionId(VersionId)
  const version = versionWithId(tx, { bucket: bucket.id, key: Key, versionId: VersionId })
  if (!version) throw missingVersion(Key, VersionId)
  if (version.marker) {
    const modified = new Date(version.modifiedMs).toUTCString()
    throw markerNotAllowed(method, { versionId: VersionId, modified })
  }
  return version
}
