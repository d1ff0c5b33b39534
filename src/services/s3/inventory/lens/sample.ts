import type { ReadTx } from "../../../../kernel/transaction.ts"
import { buckets, type Bucket } from "../../buckets/bucket.ts"
import { MOST_PARTS, parts, uploads, type Upload } from "../../multipart/upload.ts"
import { isEmpty } from "../../notifications/configuration.ts"
import { objects, versions, type Version } from "../../objects/version.ts"

/** What Storage Lens counts of one version or upload, by the names of its metrics. */
export interface LensSample {
  readonly key: string
  readonly storageClass: string
  readonly metrics: Readonly<Record<string, number>>
  readonly sizeBytes: number
  /** Of what is an object. */
  readonly object?: Pick<Version, "sizeBytes" | "modifiedMs" | "tags"> | undefined
}

/** How far the counting of a bucket has come. */
export interface LensPlace {
  readonly phase: number
  readonly after?: string | undefined
}

export interface LensPage {
  readonly samples: readonly LensSample[]
  /** Where the next page begins; absent behind the last. */
  readonly next?: LensPlace | undefined
}

const PHASES = ["objects", "versions", "uploads"] as const
/** Rows of one page; an upload has up to 10,000 parts. */
const STRIDE = 500
const WEEK_MS = 7 * 86_400_000
const STANDARD = "STANDARD"

/** A page of what lies in a bucket ("Amazon S3 Storage Lens metrics glossary", free metrics). */
export function samplePage(tx: ReadTx, bucket: Bucket, place: LensPlace): LensPage {
  const { phase, after } = place
  const range = { prefix: [bucket.id], after }
  const { samples, next } =
    PHASES[phase] === "uploads"
      ? page(tx.scan(uploads, { ...range, limit: 1 }), (upload) => ofUpload(tx, upload))
      : page(
          tx.scan(PHASES[phase] === "objects" ? objects : versions, { ...range, limit: STRIDE }),
          (version) => ofVersion(version, PHASES[phase] === "objects"),
        )
  if (next !== undefined) return { samples, next: { phase, after: next } }
  return phase + 1 < PHASES.length ? { samples, next: { phase: phase + 1 } } : { samples }
}

const page = <Row>(
  { rows, next }: { readonly rows: readonly Row[]; readonly next?: string },
  sampleOf: (row: Row) => LensSample,
) => ({ samples: rows.map(sampleOf), next })

function ofVersion(version: Version, isCurrent: boolean): LensSample {
  const { key, sizeBytes: bytes, marker, storageClass = STANDARD } = version
  if (marker) {
    // "The storage size of a delete marker is equal to the size of the key name".
    const markerBytes = Buffer.byteLength(key)
    const metrics = { ...both("", "", markerBytes), ...both("DeleteMarker", "", markerBytes) }
    return { key, storageClass: STANDARD, metrics, sizeBytes: markerBytes }
  }
  const { lock, replication } = version
  return {
    ...{ key, storageClass, object: version, sizeBytes: bytes },
    metrics: {
      ...both("", "", bytes),
      ...both(isCurrent ? "CurrentVersion" : "NonCurrentVersion", "", bytes),
      // What is not encrypted otherwise is by S3.
      ...both("Encrypted", "", bytes),
      ...(lock && both("ObjectLockEnabled", "", bytes)),
      ...(replication?.status === "REPLICA" && both("Replicated", "", bytes)),
      ...(replication?.status === "COMPLETED" && both("Replicated", "Source", bytes)),
    },
  }
}

/** The pair of metrics that most things have: how many, and how many bytes. */
const both = (name: string, end: string, bytes: number): Record<string, number> => ({
  [`${name}StorageBytes${end}`]: bytes,
  [`${name}ObjectCount${end}`]: 1,
})

function ofUpload(tx: ReadTx, upload: Upload): LensSample {
  const { rows } = tx.scan(parts, { prefix: [upload.serial], limit: MOST_PARTS })
  const bytes = rows.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const isOld = tx.now - upload.initiatedMs > WEEK_MS
  return {
    key: upload.key,
    storageClass: upload.facts.storageClass ?? STANDARD,
    sizeBytes: bytes,
    metrics: {
      ...both("", "", bytes),
      ...both("IncompleteMultipartUpload", "", bytes),
      ...(isOld && {
        IncompleteMPUStorageBytesOlderThan7Days: bytes,
        IncompleteMPUObjectCountOlderThan7Days: 1,
      }),
    },
  }
}

/** What is counted of a bucket itself. */
export function lensOfBucket({ versioning, config }: Bucket): Readonly<Record<string, number>> {
  const { mfaDelete, encryption, acceleration, ownership = "ObjectWriter" } = config
  const { notifications } = config
  return {
    VersioningEnabledBucketCount: Number(versioning === "Enabled"),
    MFADeleteEnabledBucketCount: Number(mfaDelete === true),
    SSEKMSEnabledBucketCount: Number(encryption?.algorithm.startsWith("aws:kms") === true),
    ObjectOwnershipBucketOwnerEnforcedBucketCount: Number(ownership === "BucketOwnerEnforced"),
    ObjectOwnershipBucketOwnerPreferredBucketCount: Number(ownership === "BucketOwnerPreferred"),
    ObjectOwnershipObjectWriterBucketCount: Number(ownership === "ObjectWriter"),
    TransferAccelerationEnabledBucketCount: Number(acceleration === "Enabled"),
    EventNotificationEnabledBucketCount: Number(
      notifications !== undefined && !isEmpty(notifications),
    ),
  }
}

/** Buckets of an account behind one of a name, in order. */
export const bucketsAfter = (
  tx: ReadTx,
  {
    account,
    name,
    limit,
  }: { readonly account: string; readonly name: string; readonly limit: number },
): readonly Bucket[] =>
  tx.scan(buckets, { index: "byAccount", prefix: [account], from: [`${name}\0`], limit }).rows
