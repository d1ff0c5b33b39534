import type { ReadTx } from "../../../kernel/transaction.ts"
import { hasQuorum } from "../items/quorum.ts"
import type { Table } from "../tables/table.ts"
import { isLegacy } from "./legacy/marks.ts"

/**
 * A table that can be written to deletes what expires. Of a global table one replica does, and its
 * deletes are replicated: the first of these, by name. Which one it is in AWS is not said.
 */
export function expiresHere(tx: ReadTx, table: Table): boolean {
  const { region, replication } = table
  const others = replication && !isLegacy(table) ? replication.peers : []
  const able = [region, ...others].filter((one) => hasQuorum(one, tx.faults))
  return able.toSorted()[0] === region
}
