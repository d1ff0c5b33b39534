/** "… typically within a second or less" ("How DynamoDB global tables work"). */
export const REPLICATION_LAG_MS = 500
/** How soon it is tried again while a Region is down. Not AWS's number. */
export const RETRY_MS = 10_000
/** How soon it is looked again whether a replica lets replication in. Not AWS's number. */
export const RECHECK_MS = 60_000
/** After that a replica that keeps it out is none any more ("more than 20 hours"). */
export const BLOCKED_MS = 20 * 3_600_000
/** Items that one step takes on. */
export const STEP = 100
/** "Replica cannot be deleted because it has acted as a source … in the last 24 hours". */
export const SOURCE_MS = 24 * 3_600_000
/** How long it is remembered that an item was deleted, at least. */
export const DELETED_MS = 24 * 3_600_000
