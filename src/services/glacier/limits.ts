const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const MIB = 1024 ** 2

/** "Create Vault": of one account in one Region. */
export const VAULTS = 1_000
/** "Tagging Amazon S3 Glacier Resources". */
export const TAGS = 50
/** "Initiate Vault Lock", "Set Vault Access Policy": 20 KB. */
export const POLICY_BYTES = 20 * 1024
/** "Upload Archive", "Initiate Job": printable ASCII. */
export const DESCRIPTION_BYTES = 1_024
/** "Initiate Vault Lock". */
export const LOCK_MS = DAY_MS

/** "Uploading an Archive": in one request, and in parts. */
export const SINGLE_BYTES = 4 * 1024 ** 3
export const PARTS = 10_000
export const LEAST_PART_BYTES = MIB
export const MOST_PART_BYTES = 4_096 * MIB
/** "It may be removed if there is no activity for a period of 24 hours." */
export const UPLOAD_IDLE_MS = DAY_MS

/** "Amazon S3 Glacier pricing": what an archive is billed for beyond its bytes, and how long. */
export const OVERHEAD_BYTES = 32 * 1024
export const INDEX_BYTES = 8 * 1024
export const LEAST_DAYS = 90

/** The longest that each tier takes ("Archive Retrieval Options"). */
export const TIERS: Readonly<Record<string, number>> = Object.freeze({
  Expedited: 5 * MINUTE_MS,
  Standard: 5 * HOUR_MS,
  Bulk: 12 * HOUR_MS,
})
/** Not verified: an inventory takes as long as a standard retrieval. */
export const INVENTORY_JOB_MS = 5 * HOUR_MS
/** "A job ID does not expire for at least 24 hours after S3 Glacier completes the job." */
export const JOB_KEPT_MS = DAY_MS

/** "Purchase Provisioned Capacity". */
export const CAPACITY_UNITS = 2
/** "Amazon S3 Glacier pricing": 10 GB a month are free, prorated by the day. */
export const FREE_BYTES_A_DAY = Math.floor((10 * 1024 ** 3) / 30)

/** List Vaults; all other lists. */
export const VAULT_PAGE = 10
export const PAGE = 50
/** Rows that one step of a job, or one look for a page, takes on. */
export const STEP = 500
/** "The length of your Amazon S3 location path cannot be more than 512 bytes." */
export const LOCATION_BYTES = 512
/** How often a place that is down is looked at again for the results of a query. */
export const SELECT_RETRY_MS = MINUTE_MS
