import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { ResponsibilityTransfer as TransferShape } from "../../../models/types/organizations.ts"
import { knownAccount } from "../account/known.ts"
import { handshakes, isForgotten, stateOf } from "../handshake/handshake.ts"
import { TRANSFERS } from "../limits.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import type { Tag } from "../tag/tag.ts"
import { transferMissing } from "./errors.ts"

/** An arrangement by which one management account pays for the organization of another. */
export interface Transfer {
  /** `rt-…`. */
  readonly id: string
  readonly partition: string
  readonly name: string
  readonly type: "BILLING"
  /** The invitation, from which the status follows until the transfer is withdrawn. */
  readonly handshakeId: string
  /** Who takes the responsibility over, and has asked for it. */
  readonly targetAccount: string
  readonly targetOrganization: string
  /** Who hands it over: known once the invitation is accepted, or where it names an account. */
  readonly sourceAccount?: string | undefined
  readonly sourceOrganization?: string | undefined
  readonly sourceEmail?: string | undefined
  readonly startMs: number
  /** The last instant of it, once it is withdrawn. */
  readonly endMs?: number | undefined
  readonly tags: readonly Tag[]
}

export type Direction = "INBOUND" | "OUTBOUND"

export const transfers = table<Transfer>("organizations/transfer", {
  key: (one) => [one.id],
  indexes: {
    byTarget: (one) => [one.targetAccount, one.id],
    bySource: ({ sourceAccount, id }) => sourceAccount !== undefined && [sourceAccount, id],
    bySourceEmail: ({ sourceEmail, id }) => sourceEmail !== undefined && [sourceEmail, id],
  },
})

export type TransferStatus = NonNullable<TransferShape["Status"]>

/** ("Viewing transfers": ACCEPTED before and after it begins, WITHDRAWN before and after it ends.) */
export function statusOf(tx: ReadTx, one: Transfer): TransferStatus {
  if (one.endMs !== undefined) return "WITHDRAWN"
  const invitation = tx.get(handshakes, [one.handshakeId])
  if (!invitation) return "CANCELED"
  const state = stateOf(tx, invitation)
  return state === "OPEN" ? "REQUESTED" : state
}

/** It is asked for, or agreed and not yet at its end. */
export function isLive(tx: ReadTx, one: Transfer): boolean {
  const status = statusOf(tx, one)
  if (status === "WITHDRAWN") return tx.now <= (one.endMs ?? 0)
  return status === "REQUESTED" || status === "ACCEPTED"
}

/** An invitation that came to nothing is forgotten with its handshake. */
function isKnown(tx: ReadTx, one: Transfer): boolean {
  const status = statusOf(tx, one)
  if (status === "ACCEPTED" || status === "WITHDRAWN") return true
  const invitation = tx.get(handshakes, [one.handshakeId])
  return invitation !== undefined && !isForgotten(tx, invitation)
}

interface Viewer {
  readonly account: string
  readonly partition: string
}

/** The side on which the account stands; undefined of an account that has no part in it. */
export function directionFor(
  tx: ReadTx,
  one: Transfer,
  { account, partition }: Viewer,
): Direction | undefined {
  if (one.targetAccount === account) return "INBOUND"
  if (one.sourceAccount !== undefined) return one.sourceAccount === account ? "OUTBOUND" : undefined
  const { email } = knownAccount(tx, { id: account, partition })
  return one.sourceEmail === email.toLowerCase() ? "OUTBOUND" : undefined
}

/** Throws ResponsibilityTransferNotFoundException, also of transfers between others. */
export function findTransfer(tx: ReadTx, id: string, viewer: Viewer): Transfer {
  const one = tx.get(transfers, [id])
  if (!one || !isKnown(tx, one) || !directionFor(tx, one, viewer)) throw transferMissing()
  return one
}

/** All that the account takes over, or hands over, invitations among them. */
export function transfersOf(
  tx: ReadTx,
  { account, partition }: Viewer,
  direction: Direction,
): readonly Transfer[] {
  const range = (index: string, value: string) => ({ index, prefix: [value], limit: TRANSFERS })
  const { email } = knownAccount(tx, { id: account, partition })
  const found =
    direction === "INBOUND"
      ? tx.scan(transfers, range("byTarget", account)).rows
      : [
          ...tx.scan(transfers, range("bySource", account)).rows,
          ...tx.scan(transfers, range("bySourceEmail", email.toLowerCase())).rows,
        ]
  return found.filter((one) => isKnown(tx, one))
}

/** The ARN names the side that looks: `…:transfer/o-…/billing/inbound/rt-…`. */
export function transferArn(
  { id, partition, type }: Pick<Transfer, "id" | "partition" | "type">,
  organization: Pick<Organization, "id" | "managementAccount">,
  direction: Direction,
): string {
  const way = `${type.toLowerCase()}/${direction.toLowerCase()}`
  return organizationsArn(
    { partition, managementAccount: organization.managementAccount },
    `transfer/${organization.id}/${way}/${id}`,
  )
}

/** The transfer as AWS shows it to a management account that has a part in it. */
export function transferMember(
  tx: ReadTx,
  one: Transfer,
  organization: Organization,
): TransferShape {
  const viewer = { account: organization.managementAccount, partition: one.partition }
  const direction = directionFor(tx, one, viewer)
  if (!direction) throw transferMissing()
  const participant = (id: string) => ({
    ManagementAccountId: id,
    ManagementAccountEmail: knownAccount(tx, { id, partition: one.partition }).email,
  })
  const { sourceAccount, sourceEmail, endMs } = one
  return {
    Arn: transferArn(one, organization, direction),
    ...{ Name: one.name, Id: one.id, Type: one.type, Status: statusOf(tx, one) },
    Source:
      sourceAccount === undefined
        ? { ManagementAccountEmail: sourceEmail }
        : participant(sourceAccount),
    Target: participant(one.targetAccount),
    StartTimestamp: one.startMs,
    ...(endMs !== undefined && { EndTimestamp: endMs }),
    ActiveHandshakeId: one.handshakeId,
  }
}
