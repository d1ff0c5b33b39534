import { quota } from "../../../kernel/quotas.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { constraint } from "../errors.ts"
import { invitationsOf } from "../handshake/handshake.ts"
import { MOST_ACCOUNTS } from "../limits.ts"
import type { Organization } from "../organization/organization.ts"
import { accounts, type Account } from "./account.ts"
import { creations } from "./creation.ts"
import { ACCOUNTS } from "./quota.ts"

/** All members, closed ones also: "closed accounts still count" until they are gone. */
export const membersOf = (tx: ReadTx, { id }: Pick<Organization, "id">): readonly Account[] =>
  tx.scan(accounts, { index: "byOrganization", prefix: [id], limit: MOST_ACCOUNTS }).rows

/** Accounts in the making. */
export const makingCount = (tx: ReadTx, { id }: Pick<Organization, "id">): number =>
  tx.scan(creations, { index: "byState", prefix: [id, "IN_PROGRESS"], limit: MOST_ACCOUNTS }).rows
    .length

/** Members, accounts in the making, and invitations that nobody has answered yet. */
const accountCount = (tx: ReadTx, organization: Organization): number =>
  membersOf(tx, organization).length +
  makingCount(tx, organization) +
  invitationsOf(tx, organization).length

export const isFull = (tx: ReadTx, organization: Organization): boolean =>
  accountCount(tx, organization) >= quota(tx, ACCOUNTS, { account: organization.managementAccount })

/** Throws ConstraintViolationException. */
export function assertRoomForAccount(tx: ReadTx, organization: Organization): void {
  if (isFull(tx, organization)) throw constraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED")
}
