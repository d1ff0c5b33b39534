import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { objectAccess } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { assertKey } from "./new-object.ts"
import { op, type Out } from "../define.ts"
import { invalidVersionId } from "../errors.ts"
import { assertBypassMakesSense, assertUnlocked, bypassAccess } from "../lock/object-lock.ts"
import { needsMfa, spendOwnerMfa } from "../versions/mfa-delete.ts"
import { objectChanged } from "./changes.ts"
import { assertDelete } from "./conditions.ts"
import { addMarker, removeVersion } from "./store.ts"
import { assertVersionId, mayHaveBeen } from "./version-id.ts"
import { currentVersion, versionWithId } from "./version.ts"

export const DeleteObject = op.write("DeleteObject", {
  authorize: (tx, input, call) => [
    objectAccess("DeleteObject", "DeleteObjectVersion")(tx, input, call),
    ...bypassAccess(findBucket(tx, input, call), input),
  ],
  anonymous: true,
  run(tx, input, call): Out<"DeleteObject"> {
    const bucket = findBucket(tx, input, call)
    assertBypassMakesSense(bucket, input)
    const { Key: key, VersionId: versionId } = input
    assertKey(key)
    assertDelete(currentVersion(tx, bucket.id, key), input, key)
    if (versionId !== undefined && needsMfa(bucket))
      spendOwnerMfa(tx, { bucket, call, mfa: input.MFA })
    const bypass = input.BypassGovernanceRetention === true
    return deleteOne(tx, bucket, { key, versionId, call, bypass })
  },
})

/** What became of a key that was deleted, as DeleteObject answers it. */
export interface Deleted {
  readonly DeleteMarker?: boolean
  readonly VersionId?: string
}

interface Wanted {
  readonly key: string
  readonly versionId?: string | undefined
  readonly call: Call
  /** Governance retention does not count. */
  readonly bypass: boolean
}

/** Deletes a key, or one version of it. What is not there is deleted with success. */
export function deleteOne(tx: WriteTx, bucket: Bucket, wanted: Wanted): Deleted {
  const { key, versionId, call, bypass } = wanted
  if (versionId !== undefined) {
    assertVersionId(versionId)
    const version = versionWithId(tx, { bucket: bucket.id, key, versionId })
    if (!version && !mayHaveBeen(versionId)) throw invalidVersionId(versionId)
    if (version) {
      assertUnlocked(version, { nowMs: tx.now, bypass })
      removeVersion(tx, bucket, version)
      objectChanged(tx, { event: "ObjectRemoved:Delete", bucket, version, call })
    }
    return { VersionId: versionId, ...(version?.marker && { DeleteMarker: true }) }
  }
  if (bucket.versioning !== undefined) {
    const version = addMarker(tx, bucket, key)
    objectChanged(tx, { event: "ObjectRemoved:DeleteMarkerCreated", bucket, version, call })
    return { DeleteMarker: true, VersionId: version.versionId }
  }
  const version = currentVersion(tx, bucket.id, key)
  if (!version) return {}
  removeVersion(tx, bucket, version)
  objectChanged(tx, { event: "ObjectRemoved:Delete", bucket, version, call })
  return {}
}
