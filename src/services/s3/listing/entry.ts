import type { Restore } from "../archive/restore.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { ListedVersion } from "../objects/stored-version.ts"
import { invalidArgument } from "../errors.ts"
import { ownerOf } from "../owner.ts"
import { encoder, type ListInput } from "./input.ts"
import { toSecond } from "./second.ts"

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

type Owner = ReturnType<typeof ownerOf>

/** Who owns a version: its writer where ownership says so, else the bucket's owner. */
export function ownersIn(bucket: Bucket): (version: ListedVersion) => Owner {
  const owner = ownerOf(bucket.account)
  return (version) =>
    version.owner === undefined || version.owner === bucket.account ? owner : ownerOf(version.owner)
}

/** A version as all lists tell it, but for what is each list's own; in the order of the model. */
export function entryOf(
  version: ListedVersion,
  { encode, restore: withRestore }: Telling,
  Owner?: Owner,
) {
  const { checksum, etag, restore, modifiedMs } = version
  return {
    Key: encode(version.key),
    LastModified: toSecond(modifiedMs),
    // What is put together here is made one piece again by whoever looks at it: a tenth of a list.
    ETag: etag.charCodeAt(0) === QUOTE ? etag : `"${etag}"`,
    ChecksumAlgorithm: checksum && [checksum.algorithm],
    ChecksumType: checksum && (checksum.composite ? "COMPOSITE" : "FULL_OBJECT"),
    Size: version.sizeBytes,
    StorageClass: version.storageClass ?? "STANDARD",
    Owner,
    RestoreStatus: withRestore && restore ? restoreStatus(restore) : undefined,
  }
}

const QUOTE = 34

const restoreStatus = ({ expiresMs }: Restore) =>
  expiresMs === undefined
    ? { IsRestoreInProgress: true }
    : { IsRestoreInProgress: false, RestoreExpiryDate: expiresMs }
