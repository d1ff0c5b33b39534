import type { Quota } from "../../kernel/quotas.ts"

export const DAY_MS = 86_400_000

/** ScheduleKeyDeletion: "a value between 7 and 30, inclusive"; the model would take 1 to 365. */
export const DELETION_DAYS = Object.freeze({ least: 7, most: 30, default: 30 })

/** EnableKeyRotation. */
export const ROTATION_DAYS = Object.freeze({ default: 365 })

/** RotateKeyOnDemand ("Resource quotas": on-demand rotation per KMS key; the message is recorded). */
export const ON_DEMAND_ROTATIONS = 25

/** "You can use up to 50 tags". */
export const TAGS = 50

/** "Key policy document size: 32 KB". */
export const POLICY_BYTES = 32_768

/** "Aliases per KMS key: 50", of customer managed keys. */
export const ALIASES_OF_A_KEY = 50

/** How long the wrapping key and the token of an import are good. */
export const IMPORT_MS = DAY_MS

const kms = (code: string, name: string, value: number, most?: number): Quota =>
  Object.freeze({
    ...{ service: "kms", code, name, value },
    ...(most !== undefined && { most }),
    ...{ scope: "region" as const, unit: "None" as const },
  })

/**
 * The resource quotas ("Resource quotas", AWS KMS developer guide); the highest values are not
 * published. The codes are not verified.
 */
export const QUOTAS = Object.freeze({
  keys: kms("L-C2F1777E", "Customer managed keys", 100_000, 1_000_000),
  aliases: kms("L-2601EE20", "Aliases per CMK", ALIASES_OF_A_KEY),
  grants: kms("L-1C5B3B6A", "Grants per CMK", 50_000, 500_000),
  keyStores: kms("L-6AFF5CA0", "Custom key stores", 10),
})
