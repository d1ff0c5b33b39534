import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { accountOfEmail, knownAccount } from "../account/known.ts"
import { op, type In, type Out } from "../define.ts"
import { accessDenied, handshakeConstraint, handshakeExists, notInUse } from "../errors.ts"
import { handshakeMember } from "../handshake/answer.ts"
import { handshakes, type Handshake } from "../handshake/handshake.ts"
import { askedBy } from "../handshake/asked.ts"
import { newHandshakeId, newTransferId } from "../ids.ts"
import { DAY_MS, INVITATION_DAYS } from "../limits.ts"
import { organizations, type Organization } from "../organization/organization.ts"
import { managedOrganization } from "../rights.ts"
import { withTagging } from "../tag/access.ts"
import { withTags } from "../tag/tag.ts"
import { memberOf } from "../account/account.ts"
import { groundOf, nodeArn } from "../tree/arns.ts"
import { startNotDay, startNotMonth, startTooEarly } from "./errors.ts"
import { isDayStart, isMonthStart, nextMonthMs } from "./month.ts"
import { isLive, transfers, transfersOf, type Transfer } from "./transfer.ts"

type Input = In<"InviteOrganizationToTransferResponsibility">

function onTarget(tx: ReadTx, input: Input, call: Call): AccessRequest {
  const { Id, Type } = input.Target
  const arn = Type === "ACCOUNT" ? nodeArn(groundOf(tx, call), Id) : undefined
  // "designate your account": the inviting side's transfers are inbound.
  const context = { ...TRANSFER_TYPE, "organizations:TransferDirection": "INBOUND" }
  return accessTo(tx, input, { arn, call, context })
}

const TRANSFER_TYPE = Object.freeze({ "organizations:TransferType": "BILLING" })

/** The account that invites is to pay for the organization of the one that it invites. */
export const InviteOrganizationToTransferResponsibility = op.write(
  "InviteOrganizationToTransferResponsibility",
  {
    authorize: withTagging(onTarget),
    run(tx, input, call): Out<"InviteOrganizationToTransferResponsibility"> {
      const organization = managedOrganization(tx, call)
      const asked = askedBy(input.Target)
      assertStart(tx, input.StartTimestamp)
      assertMayAsk(tx, organization, asked)
      const transfer = newTransfer(tx, organization, { input, asked })
      const invitation = invitationTo(tx, organization, { transfer, asked, notes: input.Notes })
      tx.insert(transfers, transfer)
      tx.insert(handshakes, invitation)
      return { Handshake: handshakeMember(tx, invitation) }
    },
  },
)

type Asked = NonNullable<Handshake["asked"]>

/** Throws InvalidInputException. How late a start may be is unknown: any is taken. */
function assertStart(tx: ReadTx, startMs: number): void {
  if (!isDayStart(startMs)) throw startNotDay()
  if (!isMonthStart(startMs)) throw startNotMonth()
  if (startMs < nextMonthMs(tx.now)) throw startTooEarly()
}

/** Throws HandshakeConstraintViolation and DuplicateHandshake. */
function assertMayAsk(tx: ReadTx, organization: Organization, asked: Asked): void {
  const { partition, managementAccount: account } = organization
  const source =
    asked.type === "ACCOUNT" ? asked.id : accountOfEmail(tx, { email: asked.id, partition })?.id
  if (source === account) throw handshakeConstraint("SOURCE_AND_TARGET_CANNOT_MATCH")
  const inbound = transfersOf(tx, { account, partition }, "INBOUND")
  const same = inbound.some((one) => isLive(tx, one) && isFrom(one, { source, asked }))
  if (same) throw handshakeExists()
}

const isFrom = (
  one: Transfer,
  { source, asked }: { readonly source: string | undefined; readonly asked: Asked },
): boolean =>
  (source !== undefined && one.sourceAccount === source) ||
  one.sourceEmail === asked.id.toLowerCase()

const newTransfer = (
  tx: WriteTx,
  organization: Organization,
  { input, asked }: { readonly input: Input; readonly asked: Asked },
): Transfer => ({
  id: newTransferId(tx),
  partition: organization.partition,
  name: input.SourceName,
  type: "BILLING",
  handshakeId: newHandshakeId(tx),
  targetAccount: organization.managementAccount,
  targetOrganization: organization.id,
  ...(asked.type === "ACCOUNT"
    ? { sourceAccount: asked.id }
    : { sourceEmail: asked.id.toLowerCase() }),
  startMs: input.StartTimestamp,
  tags: withTags([], input.Tags),
})

interface Inviting {
  readonly transfer: Transfer
  readonly asked: Asked
  readonly notes: string | undefined
}

/** What is told, and in which order, is not verified. */
function invitationTo(
  tx: ReadTx,
  organization: Organization,
  { transfer, asked, notes }: Inviting,
): Handshake {
  const { id, partition, managementAccount } = organization
  const management = knownAccount(tx, { id: managementAccount, partition })
  return {
    id: transfer.handshakeId,
    partition,
    organizationId: id,
    managementAccount,
    action: "TRANSFER_RESPONSIBILITY",
    state: "OPEN",
    requestedMs: tx.now,
    expiresMs: tx.now + INVITATION_DAYS * DAY_MS,
    asked,
    told: [
      { type: "MANAGEMENT_ACCOUNT", value: managementAccount },
      { type: "MANAGEMENT_EMAIL", value: organization.managementEmail },
      { type: "MANAGEMENT_NAME", value: management.name },
      { type: "RESPONSIBILITY_TRANSFER", value: transfer.id },
      { type: "TRANSFER_TYPE", value: transfer.type },
      { type: "TRANSFER_START_TIMESTAMP", value: new Date(transfer.startMs).toISOString() },
    ],
    notes,
    transfer: transfer.id,
    tags: [],
  }
}

/**
 * The management account that was asked hands its organization's bill over. Throws
 * AWSOrganizationsNotInUse, AccessDenied and HandshakeConstraintViolation.
 */
export function acceptTransfer(
  tx: WriteTx,
  { transfer: id }: Pick<Handshake, "transfer">,
  call: Pick<Call, "account" | "partition">,
): void {
  const transfer = id === undefined ? undefined : tx.get(transfers, [id])
  if (!transfer) throw accessDenied()
  const membership = memberOf(tx, call.account)?.membership
  const organization = membership && tx.get(organizations, [membership.organizationId])
  if (!organization) throw notInUse()
  if (organization.managementAccount !== call.account) throw accessDenied()
  // Only one other account can pay a bill.
  const others = transfersOf(tx, call, "OUTBOUND").filter((one) => one.id !== transfer.id)
  if (others.some((one) => one.sourceOrganization !== undefined && isLive(tx, one)))
    throw handshakeConstraint("RESPONSIBILITY_TRANSFER_ALREADY_EXISTS")
  const { sourceEmail: _email, ...rest } = transfer
  tx.replace(transfers, transfer, {
    ...rest,
    sourceAccount: call.account,
    sourceOrganization: organization.id,
  })
}
