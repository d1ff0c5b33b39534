import type { WriteTx } from "../../../kernel/transaction.ts"
import { onAnything } from "../access.ts"
import { op, type Out } from "../define.ts"
import { constraint, masterStays } from "../errors.ts"
import { isDelegate } from "../delegation/delegate.ts"
import { dropApprovalOf } from "../handshake/features.ts"
import { CREATED_ACCOUNT_STAYS_DAYS, DAY_MS } from "../limits.ts"
import { organizationOfId, type Organization } from "../organization/organization.ts"
import { callingMember, governedOrganization } from "../rights.ts"
import { onNode } from "../tree/arns.ts"
import { findMember, type Member } from "./account.ts"
import { leave } from "./joining.ts"

export const RemoveAccountFromOrganization = op.write("RemoveAccountFromOrganization", {
  authorize: onNode("AccountId"),
  run(tx, { AccountId }, call): Out<"RemoveAccountFromOrganization"> {
    const organization = governedOrganization(tx, call)
    letGo(tx, organization, findMember(tx, organization, AccountId))
    return {}
  },
})

/** "This operation can be called only from a member account in the organization." */
export const LeaveOrganization = op.write("LeaveOrganization", {
  authorize: onAnything,
  run(tx, _input, call): Out<"LeaveOrganization"> {
    const member = callingMember(tx, call)
    letGo(tx, organizationOfId(tx, member.membership.organizationId), member)
    return {}
  },
})

/**
 * Throws MasterCannotLeaveOrganization and ConstraintViolation. Contact and payment details, without
 * which AWS lets no account go, are not kept: every account has them.
 */
export function letGo(tx: WriteTx, organization: Organization, member: Member): void {
  const { id, membership, createdMs = 0 } = member
  if (id === organization.managementAccount) throw masterStays()
  if (isDelegate(tx, organization.id, id))
    throw constraint("CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG")
  const stays = createdMs + CREATED_ACCOUNT_STAYS_DAYS * DAY_MS
  if (membership.joinedMethod === "CREATED" && tx.now < stays)
    throw constraint("WAIT_PERIOD_ACTIVE")
  leave(tx, member)
  dropApprovalOf(tx, organization, id)
}
