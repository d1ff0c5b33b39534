import { table } from "../../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { accounts } from "../account/account.ts"
import { MOST_ACCOUNTS, UNITS } from "../limits.ts"
import type { Organization } from "../organization/organization.ts"
import { units } from "../unit/unit.ts"
import { awsPolicyOf } from "./policy.ts"
import type { PolicyType } from "./policy-type.ts"
import { isEnabled } from "./enabled.ts"

/** A root, unit or account with the policies that were attached to it. */
export interface PolicyTarget {
  readonly id: string
  readonly organizationId: string
  /**
   * Ids of policies in the order in which they were attached. A type that is left out has what AWS
   * attaches by itself, so new units and accounts need no row.
   */
  readonly attached: Readonly<Partial<Record<PolicyType, readonly string[]>>>
}

export const policyTargets = table<PolicyTarget>("organizations/policy-target", {
  key: (target) => [target.id],
  indexes: { byOrganization: ({ organizationId, id }) => [organizationId, id] },
  cached: true,
})

/** One place in the tree, and the type of policy that is asked for. */
export interface Attaching {
  readonly organization: Organization
  readonly targetId: string
  readonly type: PolicyType
}

/** Ids of the policies that are attached there, oldest first; none of a type that is not enabled. */
export function attachedTo(
  tx: ReadTx,
  { organization, targetId, type }: Attaching,
): readonly string[] {
  if (!isEnabled(tx, organization, type)) return []
  const row = tx.get(policyTargets, [targetId])
  const own = row?.organizationId === organization.id ? row.attached[type] : undefined
  return own ?? attachedByItself(type)
}

function attachedByItself(type: PolicyType): readonly string[] {
  const policy = awsPolicyOf(type)
  return policy ? [policy.id] : []
}

/** Sets what is attached there; undefined: what AWS attaches by itself. */
export function setAttached(
  tx: WriteTx,
  { organization, targetId, type }: Attaching,
  ids: readonly string[] | undefined,
): void {
  const row = tx.get(policyTargets, [targetId])
  const old = row?.organizationId === organization.id ? row.attached : {}
  const { [type]: _old, ...others } = old
  const attached = ids ? { ...others, [type]: ids } : others
  tx.put(policyTargets, { id: targetId, organizationId: organization.id, attached })
}

/** What was attached to a unit that goes, to an account that leaves. */
export function forgetTarget(tx: WriteTx, targetId: string): void {
  tx.delete(policyTargets, [targetId])
}

/** Takes off all policies of a type: "all policies of the specified type are detached". */
export function detachAll(tx: WriteTx, organization: Organization, type: PolicyType): void {
  for (const { id, attached } of targetsWith(tx, organization))
    if (attached[type]) setAttached(tx, { organization, targetId: id, type }, undefined)
}

/** Where a policy is attached. */
export function targetsOf(
  tx: ReadTx,
  organization: Organization,
  { id, type }: { readonly id: string; readonly type: PolicyType },
): readonly string[] {
  const targets =
    id === awsPolicyOf(type)?.id
      ? everywhere(tx, organization)
      : targetsWith(tx, organization).map((target) => target.id)
  return targets.filter((targetId) => attachedTo(tx, { organization, targetId, type }).includes(id))
}

const targetsWith = (tx: ReadTx, { id }: Organization): readonly PolicyTarget[] =>
  tx.scan(policyTargets, {
    index: "byOrganization",
    prefix: [id],
    limit: UNITS + MOST_ACCOUNTS + 1,
  }).rows

/** Ids of the root, all units and all accounts. */
function everywhere(tx: ReadTx, { id, rootId }: Organization): readonly string[] {
  const range = { index: "byOrganization", prefix: [id] }
  return [
    rootId,
    ...tx.scan(units, { ...range, limit: UNITS }).rows.map((unit) => unit.id),
    ...tx.scan(accounts, { ...range, limit: MOST_ACCOUNTS }).rows.map((account) => account.id),
  ]
}
