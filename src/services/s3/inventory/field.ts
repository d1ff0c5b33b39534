import type { ReadTx } from "../../../kernel/transaction.ts"
import { isEnforced } from "../access/acl/operations.ts"
import { TIERED_CLASS, tierOfVersion, type Tier } from "../archive/intelligent-tiering.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { firstExpiry } from "../lifecycle/due.ts"
import { NULL_VERSION, type Version } from "../objects/version.ts"
import { canonicalId } from "../owner.ts"

/** Times are epoch milliseconds. */
export type Value = string | boolean | number | undefined

/** A version as a list tells it. */
export interface Entry {
  readonly version: Version
  /** It is its key's newest. */
  readonly latest: boolean
}

interface Ground {
  readonly tx: ReadTx
  readonly bucket: Bucket
}

/** A column of a list ("Amazon S3 Inventory list"). */
export interface Field {
  /** As CSV files' schemas name it, and optional ones are asked for. */
  readonly name: string
  /** As Parquet files name it. */
  readonly column: string
  readonly kind: "string" | "boolean" | "long" | "timestamp"
  readonly required?: true
  readonly of: (entry: Entry, ground: Ground) => Value
}

const field = (
  name: string,
  [column, kind]: readonly [string, Field["kind"]],
  of: Field["of"],
): Field => ({ name, column, kind, of })

const ALWAYS: readonly Field[] = [
  {
    ...field("Bucket", ["bucket", "string"], (_, { bucket }) => bucket.name),
    required: true,
  },
  { ...field("Key", ["key", "string"], ({ version }) => version.key), required: true },
]

/** Where all versions are listed. */
const OF_VERSIONS: readonly Field[] = [
  // "… mark any null versioned objects with empty strings" ("Converting empty version ID strings").
  field("VersionId", ["version_id", "string"], ({ version: { versionId } }) =>
    versionId === NULL_VERSION ? "" : versionId,
  ),
  field("IsLatest", ["is_latest", "boolean"], ({ latest }) => latest),
  field("IsDeleteMarker", ["is_delete_marker", "boolean"], ({ version }) => isMarker(version)),
]

const isMarker = ({ marker }: Version): boolean => marker === true

/** What a delete marker does not have. */
const ofObjects =
  (of: (version: Version, ground: Ground) => Value): Field["of"] =>
  ({ version }, ground) =>
    version.marker ? undefined : of(version, ground)

/** In the order of AWS's schemas, whatever the order in which they are asked for (not verified). */
export const OPTIONAL_FIELDS: readonly Field[] = [
  field(
    "Size",
    ["size", "long"],
    ofObjects(({ sizeBytes }) => sizeBytes),
  ),
  field(
    "LastModifiedDate",
    ["last_modified_date", "timestamp"],
    ({ version }) => version.modifiedMs,
  ),
  field(
    "ETag",
    ["e_tag", "string"],
    ofObjects(({ etag }) => etag),
  ),
  field(
    "StorageClass",
    ["storage_class", "string"],
    ofObjects(({ storageClass = "STANDARD" }) => storageClass),
  ),
  field(
    "IsMultipartUploaded",
    ["is_multipart_uploaded", "boolean"],
    ofObjects(({ uploadId }) => uploadId !== undefined),
  ),
  field(
    "ReplicationStatus",
    ["replication_status", "string"],
    ({ version }) => version.replication?.status,
  ),
  field(
    "EncryptionStatus",
    ["encryption_status", "string"],
    ofObjects(({ encryption }) => ENCRYPTION[encryption?.type ?? "AES256"]),
  ),
  field(
    "ObjectLockRetainUntilDate",
    ["object_lock_retain_until_date", "timestamp"],
    ({ version }) => version.lock?.retention?.untilMs,
  ),
  field(
    "ObjectLockMode",
    ["object_lock_mode", "string"],
    ({ version }) => version.lock?.retention?.mode,
  ),
  field(
    "ObjectLockLegalHoldStatus",
    ["object_lock_legal_hold_status", "string"],
    ({ version }) => version.lock?.legalHold,
  ),
  field(
    "IntelligentTieringAccessTier",
    ["intelligent_tiering_access_tier", "string"],
    ofObjects((version, { tx, bucket }) =>
      version.storageClass === TIERED_CLASS ? TIERS[tierOfVersion(tx, bucket, version)] : undefined,
    ),
  ),
  field(
    "BucketKeyStatus",
    ["bucket_key_status", "string"],
    ofObjects(({ encryption }) => (encryption?.bucketKey ? "ENABLED" : "DISABLED")),
  ),
  field(
    "ChecksumAlgorithm",
    ["checksum_algorithm", "string"],
    ofObjects(({ checksum }) => checksum?.algorithm),
  ),
  field(
    "ObjectAccessControlList",
    ["object_access_control_list", "string"],
    ofObjects((version, { bucket }) => aclText(bucket, version)),
  ),
  field(
    "ObjectOwner",
    ["object_owner", "string"],
    ofObjects((version, { bucket }) => ownerOfVersion(bucket, version)),
  ),
  field(
    "LifecycleExpirationDate",
    ["lifecycle_expiration_date", "timestamp"],
    ({ version, latest }, { bucket: { config } }) =>
      latest && !version.marker && config.lifecycle
        ? firstExpiry(config.lifecycle, version)?.atMs
        : undefined,
  ),
]

const ENCRYPTION: Readonly<Record<string, string>> = {
  AES256: "SSE-S3",
  "aws:kms": "SSE-KMS",
  "aws:kms:dsse": "DSSE-KMS",
  "SSE-C": "SSE-C",
}

/** Not verified but for the first two. */
const TIERS: Readonly<Record<Tier, string>> = {
  FREQUENT_ACCESS: "FREQUENT",
  INFREQUENT_ACCESS: "INFREQUENT",
  ARCHIVE_INSTANT_ACCESS: "ARCHIVE_INSTANT_ACCESS",
  ARCHIVE_ACCESS: "ARCHIVE",
  DEEP_ARCHIVE_ACCESS: "DEEP_ARCHIVE",
}

const ownerOfVersion = (bucket: Bucket, { owner }: Version): string =>
  canonicalId((isEnforced(bucket) ? undefined : owner) ?? bucket.account)

/** JSON in base64 ("Object access control list field"). */
function aclText(bucket: Bucket, version: Version): string {
  const owner = ownerOfVersion(bucket, version)
  const acl = isEnforced(bucket) ? undefined : version.acl
  const grants = (acl ?? [{ grantee: owner, permission: "FULL_CONTROL" }]).map(
    ({ grantee, permission }) =>
      grantee.includes("://")
        ? { uri: grantee, permission, type: "Group" }
        : { canonicalId: grantee, permission, type: "CanonicalUser" },
  )
  const text = JSON.stringify({ version: "2022-11-10", status: "AVAILABLE", grants })
  return Buffer.from(text).toString("base64")
}

/** The columns of a list, those that were asked for among them. */
export function fieldsOf({
  IncludedObjectVersions: included,
  OptionalFields: wanted = [],
}: {
  readonly IncludedObjectVersions: string
  readonly OptionalFields?: readonly string[] | undefined
}): readonly Field[] {
  const asked = new Set(wanted)
  return [
    ...ALWAYS,
    ...(included === "All" ? OF_VERSIONS : []),
    ...OPTIONAL_FIELDS.filter(({ name }) => asked.has(name)),
  ]
}
