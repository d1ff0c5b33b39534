import { isUp } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Table } from "../tables/table.ts"
import { isLegacy } from "./legacy/marks.ts"

/**
 * Of a global table one replica deletes what expires, and its deletes are replicated: the first, by
 * name, whose Region is up. Which one it is in AWS is not said.
 */
export function expiresHere(tx: ReadTx, table: Table): boolean {
  const { region, replication } = table
  if (!replication || isLegacy(table)) return true
  const up = [region, ...replication.peers].filter((one) => isUp({ region: one }, tx.faults))
  return up.toSorted()[0] === region
}
