import type { AccessGrant } from "../../../iam/access.ts"
import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import type { Authority, AuthorityRef } from "../authority/authority.ts"

/** What lets ACM renew certificates of an authority. */
export interface Permission extends AuthorityRef {
  readonly principal: string
  readonly sourceAccount: string
  readonly actions: readonly ("IssueCertificate" | "GetCertificate" | "ListPermissions")[]
  readonly createdMs: number
}

export const permissions = table<Permission>("acm-pca/permission", {
  key: (one) => [one.account, one.region, one.id, one.principal, one.sourceAccount],
  cached: true,
})

export const permissionKey = (
  { account, region, id }: AuthorityRef,
  principal: string,
  source: string,
) => [...[account, region, id], ...[principal, source]]

/** The permission by which a service acts, where it has one for the operation. */
export function permissionGrant(
  tx: ReadTx,
  authority: Authority,
  { principal, operation, source }: Call,
): AccessGrant | undefined {
  if (principal.type !== "service") return undefined
  const account = source?.account ?? principal.account
  const found = tx.get(permissions, permissionKey(authority, principal.name, account))
  if (!found?.actions.some((action) => action === operation)) return undefined
  return { name: "permission", grantee: principal.name }
}
