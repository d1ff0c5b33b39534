import type { ReadTx } from "../../../kernel/transaction.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { DAY_MS, LATEST_RESTORABLE_MS } from "../limits.ts"
import { isUsable, lookUp, type Table, type TableRef } from "../tables/table.ts"

/** From when to when a table can be restored. */
export interface Window {
  readonly earliestMs: number
  readonly latestMs: number
}

/**
 * What DescribeContinuousBackups tells. Right after it was switched on, the latest time is the
 * earliest (not verified).
 */
export function windowOf({ now }: Pick<ReadTx, "now">, table: Table): Window | undefined {
  const { recovery } = table
  if (!recovery) return undefined
  const earliestMs = Math.max(recovery.sinceMs, now - recovery.days * DAY_MS)
  return { earliestMs, latestMs: Math.max(earliestMs, now - LATEST_RESTORABLE_MS) }
}

/**
 * The table of an operation on backups, called as the caller calls it. Throws
 * TableNotFoundException.
 */
export function findTableToBackUp(tx: ReadTx, ref: TableRef, calledAs = ref.name): Table {
  const table = lookUp(tx, ref)
  if (!table) throw new AwsError("TableNotFoundException", `Table not found: ${calledAs}`)
  return table
}

/** Throws ContinuousBackupsUnavailableException, as users quote it. */
export function assertBackupsUsable(table: Table): void {
  if (isUsable(table)) return
  throw new AwsError(
    "ContinuousBackupsUnavailableException",
    `Backups are being enabled for the table: ${table.name}. Please retry later`,
  )
}

/** Throws PointInTimeRecoveryUnavailableException, as users quote it. */
export function assertRecoverable(tx: ReadTx, table: Table): Window {
  const window = windowOf(tx, table)
  if (window) return window
  throw new AwsError(
    "PointInTimeRecoveryUnavailableException",
    `Point in time recovery is not enabled for table '${table.name}'`,
  )
}
