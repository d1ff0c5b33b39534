import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Table } from "../tables/table.ts"
import type { Used } from "./consumed.ts"
import { takeUnits, trafficOf, traffics, type Holder } from "./traffic.ts"

/**
 * Counts what replication wrote, for scaling: no bucket pays for it. On demand nothing is counted, for
 * there it would throttle.
 */
export function countReplicatedWrite(tx: WriteTx, table: Table, used: Used): void {
  const { mode } = table.billing
  if (mode !== "PROVISIONED") return
  const count = (holder: Holder, units: number): void => {
    const traffic = trafficOf(tx, holder, mode)
    takeUnits(traffic, units, { kind: "write", owed: false })
    tx.put(traffics, traffic)
  }
  let units = used.table
  for (const name in used.local) units += used.local[name] as number
  count(table, units)
  for (const name in used.global) {
    const index = table.globalIndexes.find((one) => one.name === name)
    if (index) count(index, used.global[name] as number)
  }
}
