import type { ReplicationRule } from "../../../models/types/s3.ts"
import { storageClass } from "../archive/classes.ts"
import type { Version } from "../objects/version.ts"
import { isFormer, type Replication } from "./configuration.ts"

/**
 * The rules that take a version, one for each destination bucket: where several of one destination
 * do, that of the highest priority ("Replication configuration", Priority).
 */
export function rulesFor(
  replication: Replication,
  version: Version,
  { existing = false }: { readonly existing?: boolean | undefined } = {},
): readonly ReplicationRule[] {
  const chosen = new Map<string, ReplicationRule>()
  for (const rule of replication.rules) {
    if (rule.Status !== "Enabled" || !takes(rule, version, existing)) continue
    const arn = rule.Destination?.Bucket ?? ""
    const other = chosen.get(arn)
    if (!other || (rule.Priority ?? 0) > (other.Priority ?? 0)) chosen.set(arn, rule)
  }
  return [...chosen.values()]
}

function takes(rule: ReplicationRule, version: Version, existing: boolean): boolean {
  if (!fits(rule, version)) return false
  // "Replicating delete markers": rules of the former form replicate those that people make.
  if (version.marker) return isFormer(rule) || rule.DeleteMarkerReplication?.Status === "Enabled"
  const { SseKmsEncryptedObjects, ReplicaModifications } = rule.SourceSelectionCriteria ?? {}
  // "Replicating existing objects …": replicas too; else only changes of them, where a rule says so.
  const isReplica = version.replication?.of !== undefined && !existing
  if (isReplica && ReplicaModifications?.Status !== "Enabled") return false
  const isKms = version.encryption?.type.startsWith("aws:kms") === true
  return !isKms || SseKmsEncryptedObjects?.Status === "Enabled"
}

/** Markers have no tags. */
function fits({ Prefix, Filter }: ReplicationRule, { key, tags = {} }: Version): boolean {
  if (!key.startsWith(Prefix ?? Filter?.Prefix ?? Filter?.And?.Prefix ?? "")) return false
  const wanted = [...(Filter?.Tag ? [Filter.Tag] : []), ...(Filter?.And?.Tags ?? [])]
  return wanted.every(({ Key, Value }) => tags[Key] === Value)
}

/** "Objects in … S3 Glacier Flexible Retrieval or … Deep Archive" are not replicated. */
export const isArchived = (version: Version): boolean => storageClass(version.storageClass).archive
