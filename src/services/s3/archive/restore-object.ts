import { job } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { objectAccess } from "../access/access.ts"
import { bucketArn, sameBucket, type Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import { op, type In, type Out } from "../define.ts"
import { malformedXml } from "../errors.ts"
import { objectChanged } from "../objects/changes.ts"
import { updateVersion } from "../objects/store.ts"
import { versionWithId, type Version } from "../objects/version.ts"
import { meterRequest } from "../requests.ts"
import { objectVersion } from "../versions/find-version.ts"
import { storageClass } from "./classes.ts"
import { wakeUp } from "./access.ts"
import { asleepTier } from "./intelligent-tiering.ts"
import { isSelect } from "./select/order.ts"
import { beginSelect } from "./select/restore.ts"
import {
  durationMs,
  expiryOf,
  isFaster,
  notArchived,
  restoreInProgress,
  tierOf,
  type Restore,
} from "./restore.ts"

type Request = In<"RestoreObject">["RestoreRequest"]

export const RestoreObject = op.action("RestoreObject", {
  authorize(tx, input, call) {
    const restore = objectAccess("RestoreObject")(tx, input, call)
    if (!isSelect(input.RestoreRequest)) return restore
    // "POST Object restore": to query an archive takes both rights.
    return [restore, objectAccess("GetObject", "GetObjectVersion")(tx, input, call)]
  },
  begin(tx, input, call): Out<"RestoreObject"> | undefined {
    const request = input.RestoreRequest
    if (isSelect(request)) return undefined
    const bucket = findBucket(tx, input, call)
    const version = objectVersion(tx, bucket, { ...input, method: "POST" })
    meterRequest(tx, bucket, 1)
    const asked = askedOf(tx, bucket, version, request)
    const begun = beginRestore(tx, bucket, version, asked)
    if (begun) objectChanged(tx, { event: "ObjectRestore:Post", bucket, version, call })
    return { StatusCode: begun ? 202 : 200 }
  },
  run: beginSelect,
})

interface Asked {
  readonly tier: Restore["tier"]
  /** 0: the object itself moves back. */
  readonly days: number
  readonly ms: number
}

/** Throws InvalidObjectState, InvalidArgument and MalformedXML. */
function askedOf(tx: ReadTx, bucket: Bucket, version: Version, request: Request): Asked {
  const { name, archive } = storageClass(version.storageClass)
  const asleep = asleepTier(tx, bucket, version)
  if (!archive && !asleep) throw notArchived(name)
  // Intelligent tiers take as long as the class of their name ("Archive retrieval options").
  const like = asleep ? (asleep === "ARCHIVE_ACCESS" ? "GLACIER" : "DEEP_ARCHIVE") : name
  const tier = tierOf(request?.GlacierJobParameters?.Tier ?? request?.Tier, like)
  const { Days: days } = request ?? {}
  // "RestoreRequest", Days: required of archives, and not for objects of INTELLIGENT_TIERING.
  if (asleep ? days !== undefined : days === undefined || days < 1) throw malformedXml()
  return { tier, days: days ?? 0, ms: durationMs(tier, like) }
}

/**
 * Begins a restore, or makes the one under way faster ("Upgrading the speed of an in-progress
 * restore"), or changes how long the copy that is there stays; false for the last. Throws
 * RestoreAlreadyInProgress.
 */
function beginRestore(
  tx: WriteTx,
  bucket: Bucket,
  version: Version,
  { tier, days, ms }: Asked,
): boolean {
  const { restore: old } = version
  if (old?.expiresMs !== undefined) {
    const restore = { ...old, days, expiresMs: expiryOf(tx.now, days) }
    updateVersion(tx, version, { ...version, restore })
    tx.schedule(expireCopy, copyOf(bucket, version), restore.expiresMs)
    return false
  }
  if (old && !isFaster(tier, old.tier)) throw restoreInProgress()
  const readyMs = Math.min(tx.now + ms, old?.readyMs ?? Number.POSITIVE_INFINITY)
  const restore: Restore = { tier, days: old?.days ?? days, readyMs }
  updateVersion(tx, version, { ...version, restore })
  tx.schedule(finishRestore, copyOf(bucket, version), readyMs)
  meterRetrieval(tx, bucket, { ...version, tier })
  return true
}

/** Which version a job is about. */
type CopyRef = Pick<Bucket, "partition" | "name" | "id"> &
  Pick<Version, "key" | "versionId" | "serial">

const copyOf = ({ partition, name, id }: Bucket, { key, versionId, serial }: Version): CopyRef => ({
  partition,
  name,
  id,
  key,
  versionId,
  serial,
})

/** The version as it is now; undefined where it has gone meanwhile. */
function restored(tx: ReadTx, { key, versionId, serial, ...ref }: CopyRef) {
  const bucket = sameBucket(tx, ref)
  const version = bucket && versionWithId(tx, { bucket: bucket.id, key, versionId })
  if (!bucket || !version?.restore || version.serial !== serial) return undefined
  return { bucket, version, restore: version.restore }
}

/** The copy is there. */
export const finishRestore = job<CopyRef>("s3/finishRestore", {
  run(tx, ref) {
    const found = restored(tx, ref)
    if (!found || found.restore.expiresMs !== undefined || found.restore.readyMs > tx.now) return
    const { bucket, version, restore } = found
    if (restore.days === 0) {
      const { restore: _, ...rest } = version
      updateVersion(tx, version, wakeUp(rest, tx.now))
    } else {
      const expiresMs = expiryOf(restore.readyMs, restore.days)
      updateVersion(tx, version, { ...version, restore: { ...restore, expiresMs } })
      tx.schedule(expireCopy, ref, expiresMs)
    }
    objectChanged(tx, { event: "ObjectRestore:Completed", bucket, version })
  },
})

/** The copy goes; the object stays archived. */
export const expireCopy = job<CopyRef>("s3/expireCopy", {
  run(tx, ref) {
    const found = restored(tx, ref)
    // It may have been prolonged.
    if (!found || (found.restore.expiresMs ?? Number.POSITIVE_INFINITY) > tx.now) return
    const { restore: _, ...rest } = found.version
    updateVersion(tx, found.version, rest)
    objectChanged(tx, { event: "ObjectRestore:Delete", bucket: found.bucket, version: rest })
  },
})

/** Bytes that a restore brings back, by class and tier ("S3 pricing", data retrievals). */
function meterRetrieval(
  tx: WriteTx,
  bucket: Bucket,
  { storageClass: of, sizeBytes, tier }: Version & { readonly tier: string },
): void {
  const { account, region } = bucket
  const usage = `s3:retrieval-${of}-${tier}`
  tx.meter(usage, { account, region, resource: bucketArn(bucket) }, sizeBytes)
}
