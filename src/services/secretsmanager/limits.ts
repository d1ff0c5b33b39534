/** Numbers from "AWS Secrets Manager quotas" unless they say otherwise. */

const DAY_MS = 86_400_000

/** In the UTF-8 form of a text, or in bytes. */
export const SECRET_BYTES = 65_536
export const SECRETS = 500_000
/** "Staging labels attached across all versions of a secret". */
export const STAGES = 20
/** "~100": above it, versions without labels go, the oldest first … */
export const VERSIONS_KEPT = 100
/** … but none "that were created less than 24 hours ago". */
export const FRESH_MS = DAY_MS
/** Not verified: where a secret takes no more versions. */
export const VERSIONS = 250
export const TAGS = 50
export const RECOVERY_DAYS = { least: 7, most: 30 } as const

/** Rows that one read takes from a list. */
export const STRIDE = 500
/** API: ListSecrets, ListSecretVersionIds, BatchGetSecretValue. */
export const PAGE = 100
export const BATCH_PAGE = 20

/** A Region that is down, or a key that cannot be used, is tried again so often. */
export const REPLICA_RETRY_MS = 60_000
/** Not verified: how often, and with what waits, a rotation is tried before its next time. */
export const ROTATION_WAITS_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000]
