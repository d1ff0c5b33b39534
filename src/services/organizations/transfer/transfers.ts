import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { op, type Out } from "../define.ts"
import { pageOfList } from "../paging.ts"
import { managedOrganization } from "../rights.ts"
import { groundOf } from "../tree/arns.ts"
import {
  endNotMonth,
  endTooEarly,
  transferFixed,
  transferNotAccepted,
  transferWithdrawn,
} from "./errors.ts"
import { isMonthEnd, monthEndMs } from "./month.ts"
import {
  directionFor,
  findTransfer,
  statusOf,
  transferArn,
  transferMember,
  transfers,
  transfersOf,
  type Direction,
} from "./transfer.ts"

/** The keys' values are those of the ARN and the API, in capitals: not verified. */
const contextOf = (type: string, direction: Direction) => ({
  "organizations:TransferType": type,
  "organizations:TransferDirection": direction,
})

function onTransfer(tx: ReadTx, input: { readonly Id: string }, call: Call): AccessRequest {
  const one = tx.get(transfers, [input.Id])
  const { organizationId: id, managementAccount } = groundOf(tx, call)
  const direction = (one && directionFor(tx, one, call)) ?? "INBOUND"
  const named = { id: input.Id, partition: call.partition, type: "BILLING" } as const
  return accessTo(tx, input, {
    arn: transferArn(named, { id, managementAccount }, direction),
    tags: one?.targetAccount === call.account ? one.tags : [],
    call,
    context: contextOf("BILLING", direction),
  })
}

const onList =
  (direction: Direction) =>
  (tx: ReadTx, input: { readonly Type: string }, call: Call): AccessRequest =>
    accessTo(tx, input, { call, context: contextOf(input.Type, direction) })

export const DescribeResponsibilityTransfer = op.read("DescribeResponsibilityTransfer", {
  authorize: onTransfer,
  run(tx, { Id }, call): Out<"DescribeResponsibilityTransfer"> {
    const organization = managedOrganization(tx, call)
    const one = findTransfer(tx, Id, call)
    return { ResponsibilityTransfer: transferMember(tx, one, organization) }
  },
})

/** "rename a responsibility transfer to or from your organization" (Service Authorization Reference). */
export const UpdateResponsibilityTransfer = op.write("UpdateResponsibilityTransfer", {
  authorize: onTransfer,
  run(tx, { Id, Name }, call): Out<"UpdateResponsibilityTransfer"> {
    const organization = managedOrganization(tx, call)
    const one = findTransfer(tx, Id, call)
    const status = statusOf(tx, one)
    if (status !== "REQUESTED" && status !== "ACCEPTED") throw transferFixed()
    const renamed = { ...one, name: Name }
    tx.replace(transfers, one, renamed)
    return { ResponsibilityTransfer: transferMember(tx, renamed, organization) }
  },
})

/** "Either account involved in a transfer can withdraw the transfer at any time." */
export const TerminateResponsibilityTransfer = op.write("TerminateResponsibilityTransfer", {
  authorize: onTransfer,
  run(tx, { Id, EndTimestamp }, call): Out<"TerminateResponsibilityTransfer"> {
    const organization = managedOrganization(tx, call)
    const one = findTransfer(tx, Id, call)
    const status = statusOf(tx, one)
    if (status === "WITHDRAWN") throw transferWithdrawn()
    if (status !== "ACCEPTED") throw transferNotAccepted(status)
    const ended = { ...one, endMs: endOf(tx, EndTimestamp) }
    tx.replace(transfers, one, ended)
    return { ResponsibilityTransfer: transferMember(tx, ended, organization) }
  },
})

/** The end of a month; of this one where none is named. Throws InvalidInputException. */
function endOf(tx: ReadTx, askedMs: number | undefined): number {
  if (askedMs === undefined) return monthEndMs(tx.now)
  if (!isMonthEnd(askedMs)) throw endNotMonth()
  if (askedMs < tx.now) throw endTooEarly()
  return monthEndMs(askedMs)
}

export const ListInboundResponsibilityTransfers = op.read("ListInboundResponsibilityTransfers", {
  authorize: onList("INBOUND"),
  run(tx, { Id, ...input }, call): Out<"ListInboundResponsibilityTransfers"> {
    const organization = managedOrganization(tx, call)
    const all = transfersOf(tx, call, "INBOUND")
    const wanted = Id === undefined ? all : all.filter((one) => one.id === Id)
    const { items, more } = pageOfList(wanted, ({ id }) => id, input)
    const ResponsibilityTransfers = items.map((one) => transferMember(tx, one, organization))
    return { ResponsibilityTransfers, ...more }
  },
})

/** "returns both transfer invitations and transfers". */
export const ListOutboundResponsibilityTransfers = op.read("ListOutboundResponsibilityTransfers", {
  authorize: onList("OUTBOUND"),
  run(tx, input, call): Out<"ListOutboundResponsibilityTransfers"> {
    const organization = managedOrganization(tx, call)
    const all = transfersOf(tx, call, "OUTBOUND")
    const { items, more } = pageOfList(all, ({ id }) => id, input)
    const ResponsibilityTransfers = items.map((one) => transferMember(tx, one, organization))
    return { ResponsibilityTransfers, ...more }
  },
})
