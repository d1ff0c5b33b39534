import { AwsError } from "../../../protocols/aws-error.ts"
import { findRegion, isUp, type Place } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { invalidObjectState } from "../errors.ts"
import type { Version } from "../objects/version.ts"
import { storageClass } from "./classes.ts"
import { asleepTier } from "./intelligent-tiering.ts"
import { isReadable } from "./restore.ts"

/**
 * Whether the bytes of a version can be read now. Throws InvalidObjectState for what is archived
 * and ServiceUnavailable where its only AZ is down.
 */
export function assertReadable(tx: ReadTx, bucket: Bucket, version: Version): void {
  if (version.storageClass === undefined) return
  const { name, archive } = storageClass(version.storageClass)
  if (!isReadable(archive, version.restore)) throw invalidObjectState(name)
  const asleep = asleepTier(tx, bucket, version)
  if (asleep) throw invalidObjectState(name, asleep)
  assertZoneUp(tx, bucket, version.storageClass)
}

/**
 * The AZ of a directory bucket; of others that which holds all their objects of ONEZONE_IA, of which
 * AWS does not tell which it is.
 */
function zoneOf({ region, id, zone }: Bucket): Place {
  if (zone !== undefined) return { region, az: zone }
  const { azIds } = findRegion(region)
  return { region, az: azIds[id % azIds.length] as string }
}

/** Before bytes of a class are read or written. Throws ServiceUnavailable. */
export function assertZoneUp(tx: ReadTx, bucket: Bucket, of: string | undefined): void {
  if (tx.faults.length === 0 || (bucket.zone === undefined && !storageClass(of).oneZone)) return
  if (isUp(zoneOf(bucket), tx.faults)) return
  // The code stands in "Error responses"; the text is not verified.
  throw new AwsError("ServiceUnavailable", "Service is unable to handle request.", {
    status: 503,
    fault: "Receiver",
  })
}
