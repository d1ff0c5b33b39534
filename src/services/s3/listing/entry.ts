import type { Bucket } from "../buckets/bucket.ts"
import type { Version } from "../objects/version.ts"
import { ownerOf } from "../owner.ts"

/** Who owns a version: its writer where ownership says so, else the bucket's owner. */
export const versionOwner = (bucket: Bucket, { owner }: Version) => ownerOf(owner ?? bucket.account)

/** A version as all lists tell it, but for what is each list's own. */
export function entryOf(version: Version, encode: (text: string) => string) {
  const { checksum } = version
  return {
    Key: encode(version.key),
    LastModified: version.modifiedMs,
    ETag: `"${version.etag}"`,
    ...(checksum && {
      ChecksumAlgorithm: [checksum.algorithm],
      ChecksumType: checksum.composite ? "COMPOSITE" : "FULL_OBJECT",
    }),
    Size: version.sizeBytes,
    StorageClass: version.storageClass ?? "STANDARD",
  }
}
