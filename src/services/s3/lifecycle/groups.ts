import type { LifecycleRule } from "../../../models/types/s3.ts"
import { TAG_KEY_LENGTH, TAG_VALUE_LENGTH } from "../../../registry/tags.ts"
import { invalidRequest, malformedXml } from "../errors.ts"
import { KEY_BYTES } from "../limits.ts"
import { assertFilter } from "../settings/filter.ts"

type Filter = NonNullable<LifecycleRule["Filter"]>

/**
 * Holds rules to what may be said of the objects that they are for: a Filter, or as before 2016 a
 * Prefix alone, but not the one in one rule and the other in the next. Throws S3's errors, all recorded.
 */
export function assertGroups(rules: readonly LifecycleRule[]): void {
  for (const rule of rules) assertGroup(rule)
  const old = rules.filter(({ Prefix }) => Prefix !== undefined)
  if (old.length === 0) return
  if (old.length < rules.length)
    throw invalidRequest(
      "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter.",
    )
  if (old.some(keepsNewer))
    throw invalidRequest("NewerNoncurrentVersions element can only be used in Lifecycle V2.")
}

function assertGroup({ Filter, Prefix }: LifecycleRule): void {
  if ((Filter === undefined) === (Prefix === undefined)) throw malformedXml()
  assertFilter(Filter)
  const { And } = Filter ?? {}
  for (const prefix of [Prefix, Filter?.Prefix, And?.Prefix])
    if (prefix !== undefined && Buffer.byteLength(prefix) > KEY_BYTES)
      throw invalidRequest(`The maximum size of a prefix is ${KEY_BYTES}`)
  assertTags(And?.Tags ?? (Filter?.Tag ? [Filter.Tag] : []))
  if (And) assertSizes(And)
}

/** Of their characters nothing is said: any may stand here. Lengths are in units of UTF-16. */
function assertTags(tags: readonly Partial<NonNullable<Filter["Tag"]>>[]): void {
  for (const { Key, Value } of tags) {
    if (Key === undefined || Value === undefined) throw malformedXml()
    if (Key.length === 0 || Key.length > TAG_KEY_LENGTH)
      throw invalidRequest(`A Tag's Key must be a length between 1 and ${TAG_KEY_LENGTH}.`)
    if (Value.length > TAG_VALUE_LENGTH)
      throw invalidRequest(`A Tag's Value must be a length between 0 and ${TAG_VALUE_LENGTH}.`)
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length)
    throw invalidRequest("Duplicate Tag Keys are not allowed.")
}

function assertSizes(and: NonNullable<Filter["And"]>): void {
  const { ObjectSizeGreaterThan: over, ObjectSizeLessThan: under } = and
  if (over !== undefined && under !== undefined && under <= over)
    throw invalidRequest(
      "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
    )
}

function keepsNewer(rule: LifecycleRule): boolean {
  const { NoncurrentVersionExpiration, NoncurrentVersionTransitions = [] } = rule
  return [NoncurrentVersionExpiration, ...NoncurrentVersionTransitions].some(
    (one) => one?.NewerNoncurrentVersions !== undefined,
  )
}
