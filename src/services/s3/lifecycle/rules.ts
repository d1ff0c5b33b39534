import type { LifecycleRule } from "../../../models/types/s3.ts"
import { invalidArgument, invalidRequest, malformedXml } from "../errors.ts"
import { assertGroups } from "./groups.ts"

/** A bucket's lifecycle; its rules are those of the model, each with an id. */
export interface Lifecycle {
  /** Of this configuration and no later one: what runs for an older one stops. */
  readonly serial: number
  readonly rules: readonly LifecycleRule[]
  readonly leastSize: "all_storage_classes_128K" | "varies_by_storage_class"
}

/** From warm to cold: an object only ever moves on ("Transitioning objects using … Lifecycle"). */
const LADDER = [
  ...["STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "INTELLIGENT_TIERING"],
  ...["ONEZONE_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"],
] as const

/** How cold a class is; undefined is STANDARD. */
export const rankOf = (storageClass: string | undefined): number =>
  (LADDER as readonly string[]).indexOf(storageClass ?? "STANDARD")

/** "… must be stored for at least 30 days before transitioning". */
const INFREQUENT_DAYS = 30
const INFREQUENT: ReadonlySet<string> = new Set(["STANDARD_IA", "ONEZONE_IA"])
const DAY_MS = 86_400_000
/** "A lifecycle configuration can have up to 1,000 rules". */
const MOST_RULES = 1_000
const LONGEST_ID = 255
const MOST_KEPT = 100

/** Rules as they are kept; `newId` names those without an id. Throws S3's errors. */
export function readRules(
  given: readonly LifecycleRule[] | undefined,
  newId: () => string,
): readonly LifecycleRule[] {
  if (!given || given.length === 0 || given.length > MOST_RULES) throw malformedXml()
  assertGroups(given)
  const rules = given.map((rule) => {
    assertRule(rule)
    return { ...rule, ID: rule.ID || newId() }
  })
  for (const { ID: id } of rules)
    if (id.length > LONGEST_ID)
      throw invalidArgument("ID length should not exceed allowed limit of 255", "ID", id)
  if (new Set(rules.map(({ ID }) => ID)).size < rules.length)
    throw invalidArgument("Rule ID must be unique. Found same ID for more than one rule", "ID", "")
  return rules
}

function assertRule(rule: LifecycleRule): void {
  const { Status, Expiration, Transitions = [] } = rule
  const { NoncurrentVersionExpiration, NoncurrentVersionTransitions = [] } = rule
  if (Status !== "Enabled" && Status !== "Disabled") throw malformedXml()
  const { AbortIncompleteMultipartUpload: abort } = rule
  if (!Expiration && !NoncurrentVersionExpiration && !abort)
    if (Transitions.length + NoncurrentVersionTransitions.length === 0)
      throw invalidRequest("At least one action needs to be specified in a rule.")
  if (Expiration) assertExpiration(Expiration)
  if (NoncurrentVersionExpiration) assertNoncurrent(NoncurrentVersionExpiration)
  if (abort) assertDays(abort.DaysAfterInitiation)
  assertWithoutTags(rule)
  assertTransitions(Transitions)
  for (const one of NoncurrentVersionTransitions) assertNewer(one.NewerNoncurrentVersions)
  assertSteps(
    NoncurrentVersionTransitions.map(({ NoncurrentDays, StorageClass }) => ({
      days: NoncurrentDays,
      storageClass: StorageClass,
    })),
  )
  assertOrder(rule)
}

function assertExpiration(expiration: NonNullable<LifecycleRule["Expiration"]>): void {
  const { Days, Date: date, ExpiredObjectDeleteMarker } = expiration
  // Recorded.
  const said = [Days, date, ExpiredObjectDeleteMarker].filter((one) => one !== undefined)
  if (said.length !== 1) throw malformedXml()
  if (Days !== undefined && Days < 1)
    throw invalidArgument("'Days' for Expiration action must be a positive integer", "Days", "")
  if (date !== undefined) assertMidnight(date)
}

/** Recorded. */
function assertMidnight(date: number): void {
  if (date % DAY_MS !== 0)
    throw invalidArgument("'Date' must be at midnight GMT", "Date", new Date(date).toISOString())
}

function assertNoncurrent(given: NonNullable<LifecycleRule["NoncurrentVersionExpiration"]>): void {
  assertDays(given.NoncurrentDays)
  assertNewer(given.NewerNoncurrentVersions)
}

/** "You can specify up to 100 noncurrent versions to retain"; the words are not verified. */
function assertNewer(count: number | undefined): void {
  if (count === undefined || (count >= 1 && count <= MOST_KEPT)) return
  throw invalidArgument(
    `'NewerNoncurrentVersions' must be a positive integer not greater than ${MOST_KEPT}`,
    "NewerNoncurrentVersions",
    String(count),
  )
}

/** Uploads and delete markers have no tags and no size (of uploads and tags as users quote it). */
function assertWithoutTags({
  Filter,
  Expiration,
  AbortIncompleteMultipartUpload,
}: LifecycleRule): void {
  const action = AbortIncompleteMultipartUpload
    ? "AbortIncompleteMultipartUpload"
    : Expiration?.ExpiredObjectDeleteMarker && "ExpiredObjectDeleteMarker"
  if (!action) return
  const { And } = Filter ?? {}
  if (Filter?.Tag || And?.Tags?.length)
    throw invalidRequest(`${action} cannot be specified with Tags.`)
  const sizes = [Filter, And].flatMap((one) => [
    one?.ObjectSizeGreaterThan,
    one?.ObjectSizeLessThan,
  ])
  if (sizes.some((size) => size !== undefined))
    throw invalidRequest(`${action} cannot be specified with Object Size.`)
}

/** What expires must have moved before, by the same kind of time (as users quote it). */
function assertOrder(rule: LifecycleRule): void {
  const { Expiration, Transitions = [], NoncurrentVersionExpiration: last } = rule
  const { Days, Date: date } = Expiration ?? {}
  const where = `for filter '(prefix=${rule.Prefix ?? rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? ""})'`
  for (const { Days: days, Date: at } of Transitions) {
    if ((Days !== undefined && at !== undefined) || (date !== undefined && days !== undefined))
      throw invalidRequest(
        `Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule ${where}`,
      )
    if ((Days ?? Infinity) <= (days ?? 0)) throw tooEarly("Days", "Expiration", where)
    if ((date ?? Infinity) <= (at ?? 0)) throw tooEarly("Date", "Expiration", where)
  }
  for (const { NoncurrentDays: days = 0 } of rule.NoncurrentVersionTransitions ?? [])
    if ((last?.NoncurrentDays ?? Infinity) <= days)
      throw tooEarly("NoncurrentDays", "NoncurrentVersionExpiration", where)
}

const tooEarly = (unit: string, expiration: string, where: string): Error =>
  invalidArgument(
    `'${unit}' in the ${expiration} action ${where} must be greater than '${unit}' in the ` +
      `${expiration.replace("Expiration", "Transition")} action`,
    unit,
    "",
  )

function assertDays(days: number | undefined): void {
  // Recorded of noncurrent versions.
  if (days === undefined) throw malformedXml()
  if (days < 1) throw invalidArgument("'Days' must be a positive integer", "Days", String(days))
}

function assertTransitions(transitions: NonNullable<LifecycleRule["Transitions"]>): void {
  for (const { Days, Date: date } of transitions) {
    if ((Days === undefined) === (date === undefined)) throw malformedXml()
    if (date !== undefined) assertMidnight(date)
  }
  const dated = transitions.filter(({ Date: date }) => date !== undefined)
  if (dated.length > 0 && dated.length < transitions.length)
    throw invalidRequest("Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule")
  assertSteps(
    transitions.map(({ Days, Date: date, StorageClass }) => ({
      days: Days ?? (date ?? 0) / DAY_MS,
      storageClass: StorageClass,
      dated: date !== undefined,
    })),
  )
}

interface Step {
  readonly days: number | undefined
  readonly storageClass: string | undefined
  readonly dated?: boolean
}

/** Each class at most once, a colder one later, and the infrequent ones not before 30 days. */
function assertSteps(steps: readonly Step[]): void {
  for (const { days, storageClass, dated } of steps) {
    if (days === undefined || storageClass === undefined || rankOf(storageClass) < 2)
      throw malformedXml()
    if (!dated && INFREQUENT.has(storageClass) && days < INFREQUENT_DAYS)
      throw invalidArgument(
        `'Days' in Transition action must be greater than or equal to 30 for storageClass '${storageClass}'`,
        "Days",
        String(days),
      )
  }
  const sorted = steps.toSorted((a, b) => rankOf(a.storageClass) - rankOf(b.storageClass))
  for (const [at, colder] of sorted.entries()) {
    const warmer = sorted[at - 1]
    if (!warmer) continue
    if (warmer.storageClass === colder.storageClass)
      throw invalidRequest("Each storage class can have only one Transition action in a rule.")
    if ((warmer.days ?? 0) >= (colder.days ?? 0))
      throw invalidArgument(
        `'Days' in the Transition action for StorageClass '${colder.storageClass}' must be greater than 'Days' in the Transition action for StorageClass '${warmer.storageClass}'`,
        "Days",
        String(colder.days),
      )
  }
}
