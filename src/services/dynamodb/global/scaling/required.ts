import type { ReadTx } from "../../../../kernel/transaction.ts"
import type { In } from "../../define.ts"
import { validation } from "../../errors.ts"
import type { Table } from "../../tables/table.ts"
import { scaledAt } from "./setting.ts"

/**
 * Write capacity of a global table with provisioned capacity must follow the load, in a table that is to
 * have replicas as in one that is to have another index. Recorded; a target without a policy is not
 * enough, and the index that lacks one is not named.
 */
export function assertWritesScaled(tx: ReadTx, table: Table, input: In<"UpdateTable">): void {
  const mode = input.BillingMode ?? table.billing.mode
  if (mode !== "PROVISIONED") return
  const isNew = input.ReplicaUpdates?.some(({ Create }) => Create) === true
  const isSwitched = mode !== table.billing.mode
  if ((isNew || isSwitched) && !scaledAt(tx, { table, kind: "write" }))
    throw validation("Table write capacity should either be Pay-Per-Request or AutoScaled.")
  const hasNewIndex = input.GlobalSecondaryIndexUpdates?.some(({ Create }) => Create) === true
  if (!isNew && !isSwitched && !hasNewIndex) return
  for (const { name, status } of table.globalIndexes)
    if (status !== "DELETING" && !scaledAt(tx, { table, index: name, kind: "write" }))
      throw validation("GSI write capacity should either be Pay-Per-Request or AutoScaled.")
}
