import type { Restore } from "../archive/restore.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { Version } from "../objects/version.ts"
import { invalidArgument } from "../errors.ts"
import { ownerOf } from "../owner.ts"
import { encoder, type ListInput } from "./input.ts"

/** Who owns a version: its writer where ownership says so, else the bucket's owner. */
export const versionOwner = (bucket: Bucket, { owner }: Version) => ownerOf(owner ?? bucket.account)

/** How a list tells its entries. */
export interface Telling {
  readonly encode: (text: string) => string
  /** `RestoreStatus` is among the optional attributes that are asked for. */
  readonly restore: boolean
}

/** Throws InvalidArgument for what is no optional attribute (text not verified). */
export function telling({
  EncodingType,
  OptionalObjectAttributes = [],
}: ListInput & OptionalAttributes): Telling {
  const unknown = OptionalObjectAttributes.find((name) => name !== "RestoreStatus")
  if (unknown !== undefined)
    throw invalidArgument(
      "Invalid attribute name specified.",
      "x-amz-optional-object-attributes",
      unknown,
    )
  return { encode: encoder(EncodingType), restore: OptionalObjectAttributes.length > 0 }
}

interface OptionalAttributes {
  readonly OptionalObjectAttributes?: readonly string[] | undefined
}

/** A version as all lists tell it, but for what is each list's own. */
export function entryOf(version: Version, { encode, restore: withRestore }: Telling) {
  const { checksum, restore } = version
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
    ...(withRestore && restore && { RestoreStatus: restoreStatus(restore) }),
  }
}

const restoreStatus = ({ expiresMs }: Restore) =>
  expiresMs === undefined
    ? { IsRestoreInProgress: true }
    : { IsRestoreInProgress: false, RestoreExpiryDate: expiresMs }
