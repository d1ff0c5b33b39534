import { AwsError } from "../../../protocols/aws-error.ts"
import { isUp, type Place } from "../../../kernel/places.ts"
import { findRegion } from "../../../kernel/places.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { invalidObjectState } from "../errors.ts"
import type { Version } from "../objects/version.ts"
import { storageClass } from "./classes.ts"
import { isReadable } from "./restore.ts"

/**
 * Whether the bytes of a version can be read now. Throws InvalidObjectState for what is archived
 * and ServiceUnavailable where its only AZ is down.
 */
export function assertReadable(
  { faults }: { readonly faults: readonly Place[] },
  bucket: Bucket,
  version: Version,
): void {
  if (version.storageClass === undefined) return
  const { name, archive, oneZone } = storageClass(version.storageClass)
  if (!isReadable(archive, version.restore)) throw invalidObjectState(name)
  if (oneZone && faults.length > 0) assertZoneUp(faults, bucket)
}

/** ONEZONE_IA: the AZ that holds all such objects of a bucket; AWS does not tell which. */
export function zoneOf({ region, id }: Bucket): Place {
  const { azIds } = findRegion(region)
  return { region, az: azIds[id % azIds.length] as string }
}

/** Before bytes are read from, or written to, the bucket's one AZ. */
export function assertZoneUp(faults: readonly Place[], bucket: Bucket): void {
  if (isUp(zoneOf(bucket), faults)) return
  // The code of S3's error list; the text is AWS's for it.
  throw new AwsError("ServiceUnavailable", "Service is unable to handle request.", {
    status: 503,
    fault: "Receiver",
  })
}
