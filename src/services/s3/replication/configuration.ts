import type { ReplicationConfiguration, ReplicationRule } from "../../../models/types/s3.ts"
import { isRoleArn } from "../../../registry/pass-role.ts"
import { invalidArgument, invalidRequest, malformedXml } from "../errors.ts"
import { assertFilter } from "../settings/filter.ts"
import { assertDestination } from "./destination.ts"

/** A bucket's replication; its rules are those of the model, each with an id. */
export interface Replication {
  /** ARN of the role in which S3 replicates. */
  readonly role: string
  readonly rules: readonly ReplicationRule[]
}

/** "A replication configuration … can contain a maximum of 1,000" rules. */
const MOST_RULES = 1_000
const LONGEST_ID = 255
const HIGHEST_PRIORITY = 2_147_483_647
const STATUSES: readonly (string | undefined)[] = ["Enabled", "Disabled"]

/** How errors end that speak of the two forms of a rule (as people quote them). */
const GUIDE = "Please refer to S3 Developer Guide for more information."
const SCHEMA = `must be specified for this version of Cross Region Replication configuration schema. ${GUIDE}`

/**
 * The configuration as it is kept; `newId` names rules without an id. Throws S3's errors for all that
 * can be told without looking at buckets.
 */
export function readReplication(
  given: ReplicationConfiguration | undefined,
  newId: () => string,
): Replication {
  const { Role: role, Rules: listed = [] } = given ?? {}
  // Recorded of no rules.
  if (role === undefined || listed.length === 0 || listed.length > MOST_RULES) throw malformedXml()
  assertRole(role)
  const rules = listed.map((rule): ReplicationRule => {
    assertRule(rule)
    return { ...rule, ID: rule.ID || newId() }
  })
  assertIds(rules)
  assertPriorities(rules)
  assertFormerRules(rules)
  return { role, rules }
}

/** The words are not verified. */
function assertRole(role: string): void {
  if (!isRoleArn(role)) throw invalidArgument("Invalid role ARN", "Role", role)
}

/** A rule with a Filter is of the latest form, V2; one with a Prefix of its own of the former, V1. */
export const isFormer = ({ Filter }: ReplicationRule): boolean => Filter === undefined

function assertRule(rule: ReplicationRule): void {
  const { Status, Filter, Prefix, Destination, DeleteMarkerReplication: markers } = rule
  if (!STATUSES.includes(Status) || Destination?.Bucket === undefined) throw malformedXml()
  if ((Filter === undefined) === (Prefix === undefined)) throw malformedXml()
  assertFilter(Filter)
  assertTagsDiffer(Filter)
  for (const one of [markers, rule.ExistingObjectReplication])
    if (one && !STATUSES.includes(one.Status)) throw malformedXml()
  if (isFormer(rule)) assertFormer(rule)
  else assertLatest(rule)
  if (rule.ExistingObjectReplication?.Status === "Enabled")
    // "This parameter is no longer supported" ("PutBucketReplication"); the words are not verified.
    throw invalidRequest(
      "ExistingObjectReplication is no longer supported. Use S3 Batch Replication for objects that " +
        "existed before the rule.",
    )
  assertSelection(rule)
  assertDestination(Destination)
}

/** Documented: with a Filter these two must be there, and tags and delete markers do not mix. */
function assertLatest({ Filter, Priority, DeleteMarkerReplication }: ReplicationRule): void {
  if (Priority === undefined) throw invalidRequest(`Priority ${SCHEMA}`)
  if (Priority < 0 || Priority > HIGHEST_PRIORITY)
    throw invalidRequest(`Priority must be between 0 and ${HIGHEST_PRIORITY}.`)
  if (DeleteMarkerReplication === undefined)
    throw invalidRequest(`DeleteMarkerReplication ${SCHEMA}`)
  const tagged = Filter?.Tag !== undefined || (Filter?.And?.Tags ?? []).length > 0
  if (tagged && DeleteMarkerReplication.Status === "Enabled")
    throw invalidRequest(
      `Delete marker replication is not supported if any Tag filter is specified. ${GUIDE}`,
    )
}

/** Documented of each: not in the former form; the words are not verified. */
function assertFormer(rule: ReplicationRule): void {
  const named = (["DeleteMarkerReplication", "ExistingObjectReplication"] as const).find(
    (member) => rule[member] !== undefined,
  )
  const refused =
    named ?? (rule.SourceSelectionCriteria?.ReplicaModifications && "ReplicaModifications")
  if (refused)
    throw invalidRequest(
      `${refused} cannot be used for this version of the replication configuration schema. ${GUIDE}`,
    )
}

function assertTagsDiffer(filter: ReplicationRule["Filter"]): void {
  const tags = filter?.And?.Tags ?? []
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidRequest("Duplicate Tag Keys are not allowed.")
}

/** "If SourceSelectionCriteria is specified, EncryptionConfiguration must be" (words as quoted). */
function assertSelection({
  SourceSelectionCriteria: criteria,
  Destination,
}: ReplicationRule): void {
  const kms = criteria?.SseKmsEncryptedObjects
  const modifications = criteria?.ReplicaModifications
  for (const one of [kms, modifications])
    if (one && !STATUSES.includes(one.Status)) throw malformedXml()
  const keyId = Destination?.EncryptionConfiguration?.ReplicaKmsKeyID
  if (kms?.Status === "Enabled" && !keyId)
    throw invalidRequest(
      "EncryptionConfiguration must be specified if SseKmsEncryptedObjects tag is present.",
    )
  if (keyId && kms?.Status !== "Enabled")
    throw invalidRequest(
      "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
    )
}

/** "Rule ID must not contain non-ASCII characters"; the other words are not verified. */
function assertIds(rules: readonly ReplicationRule[]): void {
  for (const { ID: id = "" } of rules) {
    if (id.length > LONGEST_ID)
      throw invalidArgument("ID length should not exceed allowed limit of 255", "ID", id)
    if (Buffer.byteLength(id) > id.length)
      throw invalidArgument("Rule ID must not contain non-ASCII characters.", "ID", id)
  }
  if (new Set(rules.map(({ ID }) => ID)).size < rules.length)
    throw invalidArgument("Rule Id must be unique.", "ID", "")
}

/** "Priority must be unique" where rules may meet; the words are not verified. */
function assertPriorities(rules: readonly ReplicationRule[]): void {
  const seen = new Set<number>()
  for (const { Priority } of rules) {
    if (Priority === undefined) continue
    if (seen.has(Priority)) throw invalidRequest(`Found duplicate priority ${Priority}.`)
    seen.add(Priority)
  }
}

/** Rules of the former form share one destination, and no key falls under two of them. */
function assertFormerRules(rules: readonly ReplicationRule[]): void {
  const former = rules.filter(isFormer)
  if (new Set(former.map(({ Destination }) => Destination?.Bucket)).size > 1)
    throw invalidRequest("The destination bucket must be same for all rules")
  for (const [at, { Prefix: one = "" }] of former.entries())
    for (const { Prefix: other = "" } of former.slice(at + 1))
      if (one.startsWith(other) || other.startsWith(one))
        throw invalidRequest(
          `Found overlapping prefixes '${one}' and '${other}' for same action type 'Replication'`,
        )
}
