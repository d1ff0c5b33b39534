import type { Table } from "../../../kernel/table.ts"
import type { WriteTx } from "../../../kernel/transaction.ts"
import { creations } from "../account/creation.ts"
import { delegates } from "../delegation/delegate.ts"
import { handshakes } from "../handshake/handshake.ts"
import { forgetPolicies } from "../policy/forgetting.ts"
import { resourcePolicies } from "../resource-policy/resource-policy.ts"
import { rootOf, roots } from "../root/root.ts"
import { trustedServices } from "../service-access/trusted-service.ts"
import { forgetTransfers } from "../transfer/forgetting.ts"
import { units } from "../unit/unit.ts"
import { organizations, type Organization } from "./organization.ts"

/** More than any quota lets there be. */
const ALL = 100_000

/** Takes an organization away with all that is in it, but for its management account. */
export function forgetOrganization(tx: WriteTx, organization: Organization): void {
  const prefix = [organization.id]
  const all = { prefix, limit: ALL }
  forgetTransfers(tx, organization)
  removeAll(tx, units, organization.id)
  removeAll(tx, handshakes, organization.id)
  for (const one of tx.scan(creations, all).rows) tx.remove(creations, one)
  for (const one of tx.scan(delegates, all).rows) tx.remove(delegates, one)
  for (const one of tx.scan(trustedServices, all).rows) tx.remove(trustedServices, one)
  tx.delete(resourcePolicies, prefix)
  forgetPolicies(tx, organization)
  tx.remove(roots, rootOf(tx, organization))
  tx.remove(organizations, organization)
}

function removeAll<Row extends object>(tx: WriteTx, table: Table<Row>, id: string): void {
  for (const row of tx.scan(table, { index: "byOrganization", prefix: [id], limit: ALL }).rows)
    tx.remove(table, row)
}
