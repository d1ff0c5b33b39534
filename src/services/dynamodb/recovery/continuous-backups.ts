import type { WriteTx } from "../../../kernel/transaction.ts"
import { manageTable } from "../access.ts"
import { op, type Out } from "../define.ts"
import { invalidRequest } from "../errors.ts"
import { RECOVERY_DAYS } from "../limits.ts"
import { refOf, tables, type Table } from "../tables/table.ts"
import { pruneChanges } from "./prune.ts"
import { assertBackupsUsable, findTableToBackUp, windowOf } from "./window.ts"

/** It holds at once; AWS takes some seconds. */
export const UpdateContinuousBackups = op.write("UpdateContinuousBackups", {
  authorize: manageTable,
  run(tx, { TableName, PointInTimeRecoverySpecification: asked }, call) {
    const table = findTableToBackUp(tx, refOf(TableName, call))
    assertBackupsUsable(table)
    const next = { ...table, recovery: recoveryOf(tx, table, asked) }
    tx.put(tables, next)
    if (next.recovery?.run !== table.recovery?.run) pruneChanges(tx, next)
    return describe(tx, next)
  },
})

/** Who switches it off and on again begins anew; what was forgotten does not come back. */
function recoveryOf(
  tx: WriteTx,
  table: Table,
  asked: {
    readonly PointInTimeRecoveryEnabled: boolean
    readonly RecoveryPeriodInDays?: number | undefined
  },
): Table["recovery"] {
  if (!asked.PointInTimeRecoveryEnabled) {
    // Recorded.
    if (asked.RecoveryPeriodInDays !== undefined)
      throw invalidRequest(
        "Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.",
      )
    return undefined
  }
  const days = asked.RecoveryPeriodInDays ?? RECOVERY_DAYS
  const window = windowOf(tx, table)
  if (!table.recovery || !window) return { sinceMs: tx.now, days, run: tx.serial() }
  return { ...table.recovery, sinceMs: window.earliestMs, days }
}

/** Continuous backups are on for every table (docs: "DescribeContinuousBackups"). */
export const DescribeContinuousBackups = op.read("DescribeContinuousBackups", {
  authorize: manageTable,
  run: (tx, { TableName }, call): Out<"DescribeContinuousBackups"> =>
    describe(tx, findTableToBackUp(tx, refOf(TableName, call))),
})

function describe(
  tx: Parameters<typeof windowOf>[0],
  table: Table,
): Out<"DescribeContinuousBackups"> {
  const window = windowOf(tx, table)
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      // Recorded.
      PointInTimeRecoveryDescription: window
        ? {
            PointInTimeRecoveryStatus: "ENABLED",
            RecoveryPeriodInDays: table.recovery?.days,
            EarliestRestorableDateTime: window.earliestMs,
            LatestRestorableDateTime: window.latestMs,
          }
        : { PointInTimeRecoveryStatus: "DISABLED" },
    },
  }
}
