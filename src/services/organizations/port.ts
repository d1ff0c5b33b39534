import type { Table } from "../../kernel/table.ts"
import type { ReadTx, WriteTx } from "../../kernel/transaction.ts"
import { accounts, type Account } from "./account/account.ts"
import { delegates, type Delegate } from "./delegation/delegate.ts"
import { organizations, type Organization } from "./organization/organization.ts"
import { policies } from "./policy/policy.ts"
import { policyTargets } from "./policy/target.ts"
import { roots } from "./root/root.ts"
import { trustedServices } from "./service-access/trusted-service.ts"
import { units } from "./unit/unit.ts"

export type { Organization } from "./organization/organization.ts"
export { accountOfEmail, knownAccount } from "./account/known.ts"
export { isTrusted } from "./service-access/trusted-service.ts"
export { controlPolicyText, controlsOf, serviceControlsOn, tagRulesOf } from "./policy/in-force.ts"
export { namesType, tagComplies, tagFaults } from "./policy/language/compliance.ts"
export type { TagRule } from "./policy/language/tag-policy.ts"

/** The tables behind the functions of this port. */
export const organizationTables: readonly Table<object>[] = [
  ...[organizations, roots, units, accounts],
  ...[policies, policyTargets, delegates, trustedServices],
]

/** The organization whose management account or member an account is. */
export function organizationOf(tx: ReadTx, accountId: string): Organization | undefined {
  const membership = tx.get(accounts, [accountId])?.membership
  return membership && tx.get(organizations, [membership.organizationId])
}

/** `o-x/r-x/ou-x/`: what `aws:PrincipalOrgPaths` and `aws:ResourceOrgPaths` show of an account. */
export function orgPathOf(tx: ReadTx, accountId: string): string | undefined {
  const membership = tx.get(accounts, [accountId])?.membership
  return membership && `${[membership.organizationId, ...membership.path].join("/")}/`
}

/** The account was closed: nobody acts in it any more. */
export function isClosed(tx: ReadTx, accountId: string): boolean {
  const state = tx.get(accounts, [accountId])?.state
  return state === "SUSPENDED" || state === "CLOSED"
}

/** Whether the account manages the organization, or administers a service (`iam.amazonaws.com`). */
export const isAdministrator = (
  tx: ReadTx,
  { id: organizationId, managementAccount }: Organization,
  { account, service }: Pick<Delegate, "account" | "service">,
): boolean =>
  account === managementAccount ||
  tx.get(delegates, [organizationId, account, service]) !== undefined

/** Ids from the root to a root, unit or account of the organization; undefined of others. */
export function nodePathOf(
  tx: ReadTx,
  { id, rootId }: Organization,
  node: string,
): readonly string[] | undefined {
  if (node === rootId) return [rootId]
  const unit = tx.get(units, [node])
  if (unit) return unit.organizationId === id ? unit.path : undefined
  const membership = tx.get(accounts, [node])?.membership
  return membership?.organizationId === id ? [...membership.path, node] : undefined
}

/** The accounts in or below a root, unit or account, but for the management account. */
export function membersUnder(
  tx: ReadTx,
  { id, managementAccount }: Organization,
  node: string,
): readonly { readonly id: string; readonly path: readonly string[] }[] {
  const { rows } = tx.scan(accounts, { index: "byOrganization", prefix: [id], limit: MEMBERS })
  return rows.flatMap(({ id: account, membership }) => {
    const path = membership?.path ?? []
    const within = account === node || path.includes(node)
    return within && account !== managementAccount ? [{ id: account, path }] : []
  })
}

/** More than any organization has. */
const MEMBERS = 100_000

/** Whether CreateAccount made the account here; others were there before. */
export const wasCreated = (tx: ReadTx, accountId: string): boolean =>
  tx.get(accounts, [accountId])?.createdMs !== undefined

/** Gives an account another name or address; the address is nobody's yet. */
export function changeAccount(
  tx: WriteTx,
  account: Account,
  change: Partial<Pick<Account, "name" | "email">>,
): void {
  tx.put(accounts, { ...account, ...change })
}
