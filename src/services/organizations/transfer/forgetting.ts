import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Organization } from "../organization/organization.ts"
import { transferUnderWay } from "./errors.ts"
import { isLive, statusOf, transfers, transfersOf } from "./transfer.ts"

const viewerOf = ({ managementAccount: account, partition }: Organization) => ({
  account,
  partition,
})

/** Throws ConstraintViolationException while a transfer to or from the organization is under way. */
export function assertNoTransfer(tx: ReadTx, organization: Organization): void {
  const viewer = viewerOf(organization)
  const inbound = transfersOf(tx, viewer, "INBOUND").some((one) => isLive(tx, one))
  // What others only ask for does not bind.
  const outbound = transfersOf(tx, viewer, "OUTBOUND").some(
    (one) => statusOf(tx, one) !== "REQUESTED" && isLive(tx, one),
  )
  if (inbound || outbound) throw transferUnderWay()
}

/** Past transfers to the organization, whose invitations go with it. */
export function forgetTransfers(tx: WriteTx, organization: Organization): void {
  for (const one of transfersOf(tx, viewerOf(organization), "INBOUND")) tx.remove(transfers, one)
}
