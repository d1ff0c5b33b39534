import { AwsError } from "../../../protocols/aws-error.ts"
import { invalidArgument } from "../errors.ts"

/** A request to read what is archived, and the copy that it made. */
export interface Restore {
  readonly tier: RestoreTier
  /** How long the copy stays. */
  readonly days: number
  /** When the copy is there. */
  readonly readyMs: number
  /** When it goes; absent until it is there. */
  readonly expiresMs?: number | undefined
}

export type RestoreTier = "Expedited" | "Standard" | "Bulk"

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * The longest that each tier takes ("Understanding archive retrieval options"): AWS says "typically
 * within" and may be quicker.
 */
const DURATIONS: Readonly<Record<string, Partial<Record<RestoreTier, number>>>> = {
  GLACIER: { Expedited: 5 * MINUTE_MS, Standard: 5 * HOUR_MS, Bulk: 12 * HOUR_MS },
  DEEP_ARCHIVE: { Standard: 12 * HOUR_MS, Bulk: 48 * HOUR_MS },
}

/** The faster the tier, the lower. */
const RANK: Readonly<Record<RestoreTier, number>> = { Expedited: 0, Standard: 1, Bulk: 2 }

const isTier = (name: string): name is RestoreTier => Object.hasOwn(RANK, name)

/** The tier that a request names. Throws MalformedXML's cousin where there is none such. */
export function tierOf(name: string | undefined, storageClass: string): RestoreTier {
  const tier = name ?? "Standard"
  if (isTier(tier) && DURATIONS[storageClass]?.[tier] !== undefined) return tier
  // Not verified.
  throw invalidArgument("Retrieval option is not supported by this storage class", "Tier", tier)
}

export const durationMs = (tier: RestoreTier, storageClass: string): number =>
  DURATIONS[storageClass]?.[tier] ?? 0

export const isFaster = (one: RestoreTier, than: RestoreTier): boolean => RANK[one] < RANK[than]

/**
 * When a copy for so many days goes: counted from its completion, and then on to the next midnight
 * UTC ("Restoring an archived object", which counts from 15 October 10:30 three days to the 19th).
 */
export const expiryOf = (fromMs: number, days: number): number =>
  Math.floor((fromMs + days * DAY_MS) / DAY_MS + 1) * DAY_MS

/** `x-amz-restore`. */
export function restoreHeader(restore: Restore | undefined): string | undefined {
  if (restore === undefined) return undefined
  if (restore.expiresMs === undefined) return 'ongoing-request="true"'
  return `ongoing-request="false", expiry-date="${new Date(restore.expiresMs).toUTCString()}"`
}

/** Whether the bytes can be read: never archived, or a copy of them is there. */
export const isReadable = (archived: boolean, restore: Restore | undefined): boolean =>
  !archived || restore?.expiresMs !== undefined

/** Documented. */
export const restoreInProgress = (): AwsError =>
  new AwsError("RestoreAlreadyInProgress", "Object restore is already in progress", { status: 409 })

/** The text is not verified. */
export const notArchived = (StorageClass: string): AwsError =>
  new AwsError(
    "InvalidObjectState",
    "Restore is not allowed for the object's current storage class",
    { status: 403, members: { StorageClass } },
  )
