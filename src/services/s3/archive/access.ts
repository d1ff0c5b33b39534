import type { WriteTx } from "../../../kernel/transaction.ts"
import { updateVersion } from "../objects/store.ts"
import type { Version } from "../objects/version.ts"
import { MONITORED_BYTES, TIERED_CLASS } from "./intelligent-tiering.ts"

const DAY_MS = 86_400_000

/** The version after an access: in the frequent tier again. */
export const wakeUp = (version: Version, nowMs: number): Version => ({
  ...version,
  accessedMs: nowMs,
})

/**
 * Notes that a version was read. At most once a day an object, for the tiers count days; reads of
 * other classes write nothing.
 */
export function noteAccess(tx: WriteTx, version: Version): void {
  const { storageClass, sizeBytes, accessedMs, modifiedMs } = version
  if (storageClass !== TIERED_CLASS || sizeBytes < MONITORED_BYTES) return
  if (tx.now - (accessedMs ?? modifiedMs) >= DAY_MS)
    updateVersion(tx, version, wakeUp(version, tx.now))
}
