import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Organization } from "../organization/organization.ts"
import { rootOf, roots } from "../root/root.ts"
import type { PolicyType } from "./policy-type.ts"

/** Whether policies of the type are in force in the organization. */
export const isEnabled = (tx: ReadTx, { rootId }: Organization, type: PolicyType): boolean =>
  tx.get(roots, [rootId])?.policyTypes.some(({ Type }) => Type === type) ?? false

/** Recorded: the types of a root are named in the order of the alphabet. */
export function enable(tx: WriteTx, organization: Organization, type: PolicyType): void {
  const root = rootOf(tx, organization)
  const types = [...root.policyTypes, { Type: type, Status: "ENABLED" as const }]
  tx.replace(roots, root, {
    ...root,
    policyTypes: types.toSorted((a, b) => ((a.Type ?? "") < (b.Type ?? "") ? -1 : 1)),
  })
}

export function disable(tx: WriteTx, organization: Organization, type: PolicyType): void {
  const root = rootOf(tx, organization)
  const policyTypes = root.policyTypes.filter(({ Type }) => Type !== type)
  tx.replace(roots, root, { ...root, policyTypes })
}

/** When policies of a type last changed: what effective policies tell as their time. */
export interface PolicyChange {
  readonly organizationId: string
  readonly type: PolicyType
  readonly changedMs: number
}

export const policyChanges = table<PolicyChange>("organizations/policy-change", {
  key: (change) => [change.organizationId, change.type],
})

export function noteChange(tx: WriteTx, { id }: Organization, type: PolicyType): void {
  tx.put(policyChanges, { organizationId: id, type, changedMs: tx.now })
}

export const changedMs = (tx: ReadTx, { id }: Organization, type: PolicyType): number =>
  tx.get(policyChanges, [id, type])?.changedMs ?? 0
