import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { manageTable } from "../access.ts"
import { op, type In, type Out } from "../define.ts"
import { validation } from "../errors.ts"
import { assertSettingsReplicated, isShared } from "../global/accounts/settings.ts"
import { syncReplicas } from "../global/settings.ts"
import { exactRefOf, findTableToManage, tables } from "../tables/table.ts"
import { findExpiries, forgetExpiriesLater } from "./jobs.ts"

/** Between two changes: the docs say up to an hour; recorded are between 1,812 and 1,872 seconds. */
const CHANGE_MS = 31 * 60_000

/** It holds at once; AWS takes up to an hour. The words of refusals are recorded. */
export const UpdateTimeToLive = op.action("UpdateTimeToLive", {
  authorize: manageTable,
  begin: (tx, input, call) =>
    isShared(tx, input.TableName, call) ? undefined : update(tx, input, call),
  async run(ctx, input, call): Promise<Out<"UpdateTimeToLive">> {
    await assertSettingsReplicated(ctx, input.TableName, call)
    return ctx.write((tx) => update(tx, input, call))
  },
})

function update(
  tx: WriteTx,
  { TableName, TimeToLiveSpecification }: In<"UpdateTimeToLive">,
  call: Call,
): Out<"UpdateTimeToLive"> {
  const table = findTableToManage(tx, TableName, call)
  const { Enabled, AttributeName } = TimeToLiveSpecification
  const { timeToLive, timeToLiveChangedMs: changedMs } = table
  if (Enabled && timeToLive) {
    throw validation(
      timeToLive.attribute === AttributeName
        ? "TimeToLive is already enabled"
        : `TimeToLive is active on a different AttributeName: current AttributeName is ${timeToLive.attribute}`,
    )
  }
  if (!Enabled && !timeToLive) throw validation("TimeToLive is already disabled")
  if (!Enabled && timeToLive?.attribute !== AttributeName)
    throw validation(
      `TimeToLive is active on a different AttributeName: current AttributeName is ${timeToLive?.attribute}`,
    )
  // The words are not verified.
  if (table.replication?.consistency === "STRONG")
    throw validation("Time To Live is not supported for MRSC global tables")
  if (changedMs !== undefined && tx.now - changedMs < CHANGE_MS)
    throw validation("Time to live has been modified multiple times within a fixed interval")
  const changed = { ...table, timeToLiveChangedMs: tx.now }
  if (Enabled) {
    tx.put(tables, { ...changed, timeToLive: { attribute: AttributeName } })
    tx.schedule(findExpiries, exactRefOf(table), tx.now)
  } else {
    tx.put(tables, { ...changed, timeToLive: undefined })
    forgetExpiriesLater(tx, table)
  }
  syncReplicas(tx, table)
  return { TimeToLiveSpecification: { Enabled, AttributeName } }
}

export const DescribeTimeToLive = op.read("DescribeTimeToLive", {
  authorize: manageTable,
  run(tx, { TableName }, call): Out<"DescribeTimeToLive"> {
    const { timeToLive } = findTableToManage(tx, TableName, call)
    return {
      // Recorded: without time to live there is no name.
      TimeToLiveDescription: timeToLive
        ? { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive.attribute }
        : { TimeToLiveStatus: "DISABLED" },
    }
  },
})
