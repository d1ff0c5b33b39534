import { job } from "../../../kernel/later/later.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { op, type Out } from "../define.ts"
import { accountClosed, constraint } from "../errors.ts"
import {
  CLOSED_SHARE,
  CLOSED_WINDOW_DAYS,
  CLOSURE_MS,
  DAY_MS,
  FEWEST_CLOSED,
  MOST_CLOSED,
  POST_CLOSURE_DAYS,
} from "../limits.ts"
import type { Organization } from "../organization/organization.ts"
import { governedOrganization } from "../rights.ts"
import { onNode } from "../tree/arns.ts"
import { accounts, findMember, isMember, type Account } from "./account.ts"
import { membersOf } from "./counting.ts"
import { leave } from "./joining.ts"

type Closing = Pick<Account, "id">

/** From the request to the suspension. */
export const suspendJob = job<Closing>("organizations/suspendAccount", {
  run(tx, { id }) {
    const account = tx.get(accounts, [id])
    if (account?.state !== "PENDING_CLOSURE") return
    tx.replace(accounts, account, { ...account, state: "SUSPENDED" })
    tx.schedule(forgetJob, { id }, tx.now + POST_CLOSURE_DAYS * DAY_MS)
  },
})

/** "After the post-closure period, AWS permanently closes your account." */
export const forgetJob = job<Closing>("organizations/forgetAccount", {
  run(tx, { id }) {
    const account = tx.get(accounts, [id])
    if (account?.state !== "SUSPENDED") return
    if (isMember(account)) leave(tx, account)
    forgetClosed(tx, id)
  },
})

function forgetClosed(tx: WriteTx, id: string): void {
  const account = tx.get(accounts, [id])
  if (account) tx.replace(accounts, account, { ...account, state: "CLOSED" })
}

export const CloseAccount = op.write("CloseAccount", {
  authorize: onNode("AccountId"),
  run(tx, { AccountId }, call): Out<"CloseAccount"> {
    const organization = governedOrganization(tx, call)
    if (organization.featureSet !== "ALL") throw constraint("ORGANIZATION_NOT_IN_ALL_FEATURES_MODE")
    const member = findMember(tx, organization, AccountId)
    if (member.id === organization.managementAccount)
      throw constraint("CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
    if (member.state !== "ACTIVE") throw accountClosed()
    assertMayClose(tx, organization)
    const closing = { ...member, state: "PENDING_CLOSURE", closeRequestedMs: tx.now } as const
    tx.replace(accounts, member, closing)
    tx.schedule(suspendJob, { id: member.id }, tx.now + CLOSURE_MS)
    return {}
  },
})

/** "You can close only 10% of member accounts, between 10 and 1000, within a rolling 30 day period." */
function assertMayClose(tx: ReadTx, organization: Organization): void {
  const members = membersOf(tx, organization)
  const since = tx.now - CLOSED_WINDOW_DAYS * DAY_MS
  const closed = members.filter(({ closeRequestedMs = 0 }) => closeRequestedMs > since)
  const share = Math.floor(members.length * CLOSED_SHARE)
  const most = Math.min(Math.max(share, FEWEST_CLOSED), MOST_CLOSED)
  if (closed.length >= most) throw constraint("CLOSE_ACCOUNT_QUOTA_EXCEEDED")
}
