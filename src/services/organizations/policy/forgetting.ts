import type { WriteTx } from "../../../kernel/transaction.ts"
import type { Organization } from "../organization/organization.ts"
import { policyChanges } from "./enabled.ts"
import { policies } from "./policy.ts"
import { policyTargets } from "./target.ts"

/** More than any quota lets there be. */
const ALL = 100_000

/** Takes an organization's policies away with it, from all that they were attached to. */
export function forgetPolicies(tx: WriteTx, { id }: Organization): void {
  const all = { prefix: [id], limit: ALL }
  for (const policy of tx.scan(policies, { ...all, index: "byType" }).rows)
    tx.remove(policies, policy)
  for (const target of tx.scan(policyTargets, { ...all, index: "byOrganization" }).rows)
    tx.remove(policyTargets, target)
  for (const change of tx.scan(policyChanges, all).rows) tx.remove(policyChanges, change)
}
