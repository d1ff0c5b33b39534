import type { ActionContext } from "../../../kernel/action.ts"
import { operations } from "../../../registry/operation.ts"
import { bucketAccess, toBucket } from "../access/access.ts"
import type { Bucket } from "../buckets/bucket.ts"
import { findBucket } from "../buckets/find.ts"
import type { Version } from "../objects/version.ts"
import type { BatchRights } from "../replication/existing.ts"
import { isArchived, rulesFor } from "../replication/selection.ts"
import { allVersions, newestVersions } from "./collect.ts"
import type { Place } from "./inventory.ts"

/** What a batch job's generated manifest is to hold ("S3JobManifestGenerator"). */
export interface BatchList {
  readonly Bucket: string
  readonly ExpectedBucketOwner?: string | undefined
  readonly Filter?: BatchFilter | undefined
  /** With noncurrent versions and delete markers. */
  readonly AllVersions: boolean
  readonly After?: Place | undefined
}

/** Times are epoch milliseconds. */
export interface BatchFilter {
  readonly EligibleForReplication?: boolean | undefined
  readonly CreatedAfter?: number | undefined
  readonly CreatedBefore?: number | undefined
  readonly ObjectReplicationStatuses?: readonly string[] | undefined
  readonly KeyNameConstraint?: KeyNames | undefined
  readonly ObjectSizeGreaterThanBytes?: number | undefined
  readonly ObjectSizeLessThanBytes?: number | undefined
  readonly MatchAnyStorageClass?: readonly string[] | undefined
  readonly MatchAnyObjectEncryption?: readonly EncryptionFilter[] | undefined
}

interface KeyNames {
  readonly MatchAnyPrefix?: readonly string[] | undefined
  readonly MatchAnySuffix?: readonly string[] | undefined
  readonly MatchAnySubstring?: readonly string[] | undefined
}

interface EncryptionFilter {
  readonly SSES3?: object | undefined
  readonly SSEKMS?: KmsFilter | undefined
  readonly DSSEKMS?: KmsFilter | undefined
  readonly SSEC?: object | undefined
  readonly NOTSSE?: object | undefined
}

interface KmsFilter {
  readonly KmsKeyArn?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

export interface BatchPage {
  readonly entries: readonly Place[]
  readonly next?: Place | undefined
}

const inner = operations<{
  ListForBatch: { input: BatchList; output: BatchPage; errors: string }
}>()

/**
 * A page of what a generated manifest holds. "Granting permissions": who generates one needs
 * s3:PutInventoryConfiguration, and s3:GetReplicationConfiguration where the rules decide.
 */
export const ListForBatch = inner.read("ListForBatch", {
  authorize(tx, input, call) {
    const asked = bucketAccess("PutInventoryConfiguration")(tx, input, call)
    if (!input.Filter?.EligibleForReplication) return asked
    return [asked, toBucket(findBucket(tx, input, call), "GetReplicationConfiguration")]
  },
  run(tx, input, call): BatchPage {
    const bucket = findBucket(tx, input, call)
    const read = input.AllVersions ? allVersions : newestVersions
    const { entries, next } = read(tx, bucket, { prefix: "", after: input.After })
    const found = entries.filter(({ version }) => fits(bucket, version, input.Filter ?? {}))
    return {
      entries: found.map(({ version: { key, versionId } }) =>
        bucket.versioning === undefined ? { key } : { key, versionId },
      ),
      ...(next && { next }),
    }
  },
})

function fits(bucket: Bucket, version: Version, filter: BatchFilter): boolean {
  const { CreatedAfter: after = -Infinity, CreatedBefore: before = Infinity } = filter
  const { ObjectSizeGreaterThanBytes: more = -1, ObjectSizeLessThanBytes: less = Infinity } = filter
  const { ObjectReplicationStatuses: statuses, MatchAnyStorageClass: classes } = filter
  const { MatchAnyObjectEncryption: encryptions } = filter
  const { modifiedMs, sizeBytes, storageClass = "STANDARD", replication } = version
  return (
    modifiedMs > after &&
    modifiedMs < before &&
    sizeBytes > more &&
    sizeBytes < less &&
    isAmong(statuses, replication?.status ?? "NONE") &&
    isAmong(classes, storageClass) &&
    fitsName(version.key, filter.KeyNameConstraint ?? {}) &&
    (!encryptions?.length || encryptions.some((one) => fitsEncryption(version, one))) &&
    fitsRules(bucket, version, filter.EligibleForReplication)
  )
}

const isAmong = (wanted: readonly string[] | undefined, one: string): boolean =>
  !wanted?.length || wanted.includes(one)

/** Of each kind one has to fit; of several kinds all have to. */
function fitsName(key: string, names: KeyNames): boolean {
  const any = (wanted: readonly string[] | undefined, test: (text: string) => boolean) =>
    !wanted?.length || wanted.some(test)
  return (
    any(names.MatchAnyPrefix, (text) => key.startsWith(text)) &&
    any(names.MatchAnySuffix, (text) => key.endsWith(text)) &&
    any(names.MatchAnySubstring, (text) => key.includes(text))
  )
}

function fitsEncryption({ encryption }: Version, wanted: EncryptionFilter): boolean {
  const type = encryption?.type ?? "AES256"
  const kms = type === "aws:kms" ? wanted.SSEKMS : undefined
  const twice = type === "aws:kms:dsse" ? wanted.DSSEKMS : undefined
  const { KmsKeyArn, BucketKeyEnabled } = kms ?? twice ?? {}
  if (kms ?? twice)
    return (
      (KmsKeyArn === undefined || KmsKeyArn === encryption?.kmsKey) &&
      (BucketKeyEnabled === undefined || BucketKeyEnabled === (encryption?.bucketKey === true))
    )
  return type === "AES256" ? wanted.SSES3 !== undefined : type === "SSE-C" && !!wanted.SSEC
}

function fitsRules({ config }: Bucket, version: Version, wanted: boolean | undefined): boolean {
  if (wanted === undefined) return true
  const rules = config.replication ? rulesFor(config.replication, version, { existing: true }) : []
  return wanted === (rules.length > 0 && !isArchived(version))
}

/** A page of a bucket for a batch job, in its role; rejects with what the role gets. */
export const listForBatch = async (
  ctx: ActionContext,
  rights: BatchRights,
  input: BatchList,
): Promise<BatchPage> =>
  (await ctx.call({
    ...{ service: "s3", operation: "ListForBatch", input },
    ...rights,
  })) as BatchPage

export const batchWork = { ListForBatch }
