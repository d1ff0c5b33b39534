import type { IntelligentTieringConfiguration } from "../../../models/types/s3.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { bucketConfigs } from "../buckets/config.ts"
import type { Bucket } from "../buckets/bucket.ts"
import type { Version } from "../objects/version.ts"

/** Where an object of INTELLIGENT_TIERING is ("How S3 Intelligent-Tiering works"). */
export type Tier =
  | "FREQUENT_ACCESS"
  | "INFREQUENT_ACCESS"
  | "ARCHIVE_INSTANT_ACCESS"
  | "ARCHIVE_ACCESS"
  | "DEEP_ARCHIVE_ACCESS"

const DAY_MS = 86_400_000
/** Smaller objects are not monitored: they stay where they begin. */
export const MONITORED_BYTES = 128 * 1024
const INFREQUENT_DAYS = 30
const INSTANT_DAYS = 90
/** A bucket has at most so many configurations. */
const CONFIGURATIONS = 1_000
export const TIERED_CLASS = "INTELLIGENT_TIERING"

/**
 * The tier follows from the last access: no job moves anything, and an access moves an object back
 * by being noted.
 */
export function tierOfVersion(tx: ReadTx, bucket: Pick<Bucket, "id">, version: Version): Tier {
  const { sizeBytes, modifiedMs } = version
  if (sizeBytes < MONITORED_BYTES) return "FREQUENT_ACCESS"
  const accessedMs = version.accessedMs ?? version.classSinceMs ?? modifiedMs
  const days = Math.floor((tx.now - accessedMs) / DAY_MS)
  if (days < INFREQUENT_DAYS) return "FREQUENT_ACCESS"
  if (days < INSTANT_DAYS) return "INFREQUENT_ACCESS"
  return archiveTier(tx, bucket, version, days) ?? "ARCHIVE_INSTANT_ACCESS"
}

/** The tier in which an object cannot be read at once; undefined where it can. */
export function asleepTier(
  tx: ReadTx,
  bucket: Pick<Bucket, "id">,
  version: Version,
): "ARCHIVE_ACCESS" | "DEEP_ARCHIVE_ACCESS" | undefined {
  if (version.storageClass !== TIERED_CLASS) return undefined
  const tier = tierOfVersion(tx, bucket, version)
  return tier === "ARCHIVE_ACCESS" || tier === "DEEP_ARCHIVE_ACCESS" ? tier : undefined
}

/** The optional tiers, of the configurations that the object falls under. */
function archiveTier(
  tx: ReadTx,
  { id }: Pick<Bucket, "id">,
  version: Version,
  days: number,
): "ARCHIVE_ACCESS" | "DEEP_ARCHIVE_ACCESS" | undefined {
  const prefix = [id, "intelligent-tiering"]
  let found: "ARCHIVE_ACCESS" | undefined
  for (const { value } of tx.scan(bucketConfigs, { prefix, limit: CONFIGURATIONS }).rows) {
    const { Status, Filter, Tierings } = value as IntelligentTieringConfiguration
    if (Status !== "Enabled" || !fits(version, Filter)) continue
    const reached = (tier: string): boolean =>
      Tierings.some(({ AccessTier, Days }) => AccessTier === tier && days >= Days)
    if (reached("DEEP_ARCHIVE_ACCESS")) return "DEEP_ARCHIVE_ACCESS"
    if (reached("ARCHIVE_ACCESS")) found = "ARCHIVE_ACCESS"
  }
  return found
}

function fits(
  { key, tags = {} }: Version,
  filter: IntelligentTieringConfiguration["Filter"],
): boolean {
  if (!filter) return true
  const { Prefix: prefix = filter.And?.Prefix ?? "" } = filter
  const wanted = [...(filter.Tag ? [filter.Tag] : []), ...(filter.And?.Tags ?? [])]
  return key.startsWith(prefix) && wanted.every(({ Key, Value }) => tags[Key] === Value)
}
