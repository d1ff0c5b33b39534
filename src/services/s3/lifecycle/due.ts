import type { LifecycleRule } from "../../../models/types/s3.ts"
import type { Version } from "../objects/version.ts"
import { rankOf, type Lifecycle } from "./rules.ts"

export const DAY_MS = 86_400_000
/** "By default, objects smaller than 128 KB will never be transitioned to any storage class". */
const LEAST_BYTES = 128 * 1024
/** Classes that `varies_by_storage_class` lets small objects into. */
const ANY_SIZE: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"])

/** What is to become of a version. */
export type Due =
  | { readonly action: "expire" }
  | { readonly action: "transition"; readonly storageClass: string }

/** "… adding the number of days … and rounding the resulting time to the next day midnight UTC". */
export const midnightAfter = (fromMs: number, days: number): number =>
  Math.ceil((fromMs + days * DAY_MS) / DAY_MS) * DAY_MS

/** When a rule lets the current version expire; undefined where it does not. */
function expiryOf({ Expiration }: LifecycleRule, version: Version): number | undefined {
  const { Days, Date: date } = Expiration ?? {}
  return Days === undefined ? date : midnightAfter(version.modifiedMs, Days)
}

const active = (lifecycle: Lifecycle, version: Version): readonly LifecycleRule[] =>
  lifecycle.rules.filter((rule) => rule.Status === "Enabled" && fits(rule, version))

/** The rule that takes the current version first, and when. */
export function firstExpiry(
  lifecycle: Lifecycle,
  version: Version,
): { readonly id: string; readonly atMs: number } | undefined {
  let first: { id: string; atMs: number } | undefined
  for (const rule of active(lifecycle, version)) {
    const atMs = expiryOf(rule, version)
    if (atMs !== undefined && (!first || atMs < first.atMs)) first = { id: rule.ID ?? "", atMs }
  }
  return first
}

interface Current {
  readonly nowMs: number
  /** The bucket has versions: expiry leaves a delete marker. */
  readonly leavesMarker: boolean
}

/**
 * What is due for the newest version of a key. "Permanent deletion takes precedence over transition.
 * Transition takes precedence over creation of delete markers": those come the next day.
 */
export function dueOfCurrent(
  lifecycle: Lifecycle,
  version: Version,
  { nowMs, leavesMarker }: Current,
): Due | undefined {
  const expiry = firstExpiry(lifecycle, version)
  const expired = expiry !== undefined && expiry.atMs <= nowMs
  if (expired && !leavesMarker) return { action: "expire" }
  return moveOfCurrent(lifecycle, version, nowMs) ?? (expired ? { action: "expire" } : undefined)
}

function moveOfCurrent(lifecycle: Lifecycle, version: Version, nowMs: number): Due | undefined {
  let to: string | undefined
  for (const rule of active(lifecycle, version))
    for (const { Days, Date: date, StorageClass: one = "" } of rule.Transitions ?? []) {
      const atMs = Days === undefined ? (date ?? Infinity) : midnightAfter(version.modifiedMs, Days)
      if (atMs <= nowMs && mayMove(lifecycle, rule, { version, to: one })) to = preferred(to, one)
    }
  return to === undefined ? undefined : { action: "transition", storageClass: to }
}

/** Whether a delete marker that hides nothing is to go. */
export function markerIsDue(lifecycle: Lifecycle, marker: Version, nowMs: number): boolean {
  return active(lifecycle, marker).some((rule) => {
    if (rule.Expiration?.ExpiredObjectDeleteMarker) return true
    // "If … Days … S3 … also removes expired object delete markers" once they are as old.
    const atMs = rule.Expiration?.Days === undefined ? undefined : expiryOf(rule, marker)
    return atMs !== undefined && atMs <= nowMs
  })
}

interface Noncurrent {
  /** When a newer version took its place. */
  readonly sinceMs: number
  /** How many noncurrent versions are newer. */
  readonly newer: number
  readonly nowMs: number
}

/** What is due for a version that a newer one has replaced. */
export function dueOfNoncurrent(
  lifecycle: Lifecycle,
  version: Version,
  { sinceMs, newer, nowMs }: Noncurrent,
): Due | undefined {
  let chosen: string | undefined
  const reached = (days = Infinity, kept = 0): boolean =>
    newer >= kept && midnightAfter(sinceMs, days) <= nowMs
  for (const rule of active(lifecycle, version)) {
    const { NoncurrentVersionExpiration: expiration, NoncurrentVersionTransitions = [] } = rule
    if (expiration && reached(expiration.NoncurrentDays, expiration.NewerNoncurrentVersions))
      return { action: "expire" }
    for (const {
      NoncurrentDays,
      NewerNoncurrentVersions,
      StorageClass: to = "",
    } of NoncurrentVersionTransitions)
      if (reached(NoncurrentDays, NewerNoncurrentVersions))
        if (mayMove(lifecycle, rule, { version, to })) chosen = preferred(chosen, to)
  }
  return chosen === undefined ? undefined : { action: "transition", storageClass: chosen }
}

/** Whether an upload that was begun then is to be given up. */
export const uploadIsDue = (
  lifecycle: Lifecycle,
  { key, initiatedMs }: { readonly key: string; readonly initiatedMs: number },
  nowMs: number,
): boolean =>
  lifecycle.rules.some((rule) => {
    const { Status, AbortIncompleteMultipartUpload: abort } = rule
    const days = abort?.DaysAfterInitiation
    if (Status !== "Enabled" || days === undefined || !key.startsWith(prefixOf(rule))) return false
    return midnightAfter(initiatedMs, days) <= nowMs
  })

const prefixOf = ({ Prefix, Filter }: LifecycleRule): string =>
  Prefix ?? Filter?.Prefix ?? Filter?.And?.Prefix ?? ""

/** Whether a version falls under a rule. Markers have no tags and no size. */
function fits(rule: LifecycleRule, { key, tags = {}, sizeBytes, marker }: Version): boolean {
  const { Filter } = rule
  if (!key.startsWith(prefixOf(rule))) return false
  const wanted = [...(Filter?.Tag ? [Filter.Tag] : []), ...(Filter?.And?.Tags ?? [])]
  if (!wanted.every(({ Key, Value }) => tags[Key] === Value)) return false
  const { above, below } = sizesOf(rule)
  if (marker) return above === undefined && below === undefined
  return sizeBytes > (above ?? -1) && sizeBytes < (below ?? Infinity)
}

const sizesOf = ({ Filter }: LifecycleRule) => ({
  above: Filter?.ObjectSizeGreaterThan ?? Filter?.And?.ObjectSizeGreaterThan,
  below: Filter?.ObjectSizeLessThan ?? Filter?.And?.ObjectSizeLessThan,
})

function mayMove(
  { leastSize }: Lifecycle,
  rule: LifecycleRule,
  { version, to }: { readonly version: Version; readonly to: string },
): boolean {
  if (version.marker || rankOf(to) <= rankOf(version.storageClass)) return false
  const { above, below } = sizesOf(rule)
  if (above !== undefined || below !== undefined) return true
  const anySize = leastSize === "varies_by_storage_class" && ANY_SIZE.has(to)
  return anySize || version.sizeBytes >= LEAST_BYTES
}

/**
 * Of two classes the colder one, but "S3 Intelligent-Tiering is favored … over any storage class,
 * aside from the S3 Glacier and S3 Glacier Deep Archive" ("How S3 handles conflicts …").
 */
const preferred = (one: string | undefined, other: string): string =>
  one !== undefined && favourOf(one) >= favourOf(other) ? one : other

const favourOf = (storageClass: string): number =>
  storageClass === "INTELLIGENT_TIERING" ? rankOf("GLACIER") - 0.5 : rankOf(storageClass)
