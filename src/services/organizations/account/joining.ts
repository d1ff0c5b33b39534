import type { WriteTx } from "../../../kernel/transaction.ts"
import { createServiceLinkedRole } from "../../iam/port.ts"
import type { Organization } from "../organization/organization.ts"
import { forgetTarget } from "../policy/target.ts"
import { accounts, type Account, type Member, type Membership } from "./account.ts"

const SERVICE = "organizations.amazonaws.com"

/** Puts an account under an organization's root, and writes its row. */
export function join(
  tx: WriteTx,
  organization: Organization,
  { account, method }: { readonly account: Account; readonly method: Membership["joinedMethod"] },
): Member {
  const member: Member = {
    ...account,
    membership: {
      organizationId: organization.id,
      managementAccount: organization.managementAccount,
      path: [organization.rootId],
      joinedMethod: method,
      joinedMs: tx.now,
    },
  }
  tx.put(accounts, member)
  if (organization.featureSet === "ALL") linkOrganizations(tx, member)
  return member
}

/** "AWSServiceRoleForOrganizations": every account of an organization with all features has it. */
export const linkOrganizations = (tx: WriteTx, { id, partition }: Account): void =>
  createServiceLinkedRole(tx, { account: id, partition, service: SERVICE })

/** The account stands alone again; tags were the organization's. */
export function leave(tx: WriteTx, member: Member): void {
  tx.replace(accounts, member, { ...member, membership: undefined, tags: [] })
  forgetTarget(tx, member.id)
}
