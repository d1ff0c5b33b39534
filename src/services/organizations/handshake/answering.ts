import type { AccessRequest } from "../../../iam/access.ts"
import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { memberOf } from "../account/account.ts"
import { join } from "../account/joining.ts"
import { knownAccount } from "../account/known.ts"
import { letGo } from "../account/leaving.ts"
import { op, type Out } from "../define.ts"
import { accessDenied, handshakeConstraint } from "../errors.ts"
import {
  organizationOfId,
  organizations,
  organizationsArn,
  type Organization,
} from "../organization/organization.ts"
import { acceptTransfer } from "../transfer/inviting.ts"
import { groundOf } from "../tree/arns.ts"
import { handshakeMember } from "./answer.ts"
import { finalizeFeatures, noteApproval } from "./features.ts"
import {
  endHandshake,
  findHandshake,
  handshakeArn,
  handshakes,
  type Handshake,
} from "./handshake.ts"

interface Named {
  readonly HandshakeId: string
}

const onHandshake = (tx: ReadTx, input: Named, call: Call): AccessRequest => {
  const one = tx.get(handshakes, [input.HandshakeId])
  const ground = groundOf(tx, call)
  const missing = `handshake/${ground.organizationId}/invite/${input.HandshakeId}`
  return accessTo(tx, input, {
    arn: one ? handshakeArn(one) : organizationsArn(ground, missing),
    call,
  })
}

const isAsked = (tx: ReadTx, { asked }: Handshake, { account, partition }: Call): boolean => {
  if (asked?.type === "ACCOUNT") return asked.id === account
  const { email } = knownAccount(tx, { id: account, partition })
  return asked?.id.toLowerCase() === email.toLowerCase()
}

/** The handshake for the one who is asked. Throws HandshakeNotFound and AccessDenied. */
function findOwn(tx: ReadTx, id: string, call: Call): Handshake {
  const one = findHandshake(tx, id)
  if (!isAsked(tx, one, call)) throw accessDenied()
  return one
}

export const AcceptHandshake = op.write("AcceptHandshake", {
  authorize: onHandshake,
  run(tx, { HandshakeId }, call): Out<"AcceptHandshake"> {
    const one = findOwn(tx, HandshakeId, call)
    const accepted = endHandshake(tx, one, "ACCEPTED")
    const organization = tx.get(organizations, [one.organizationId])
    // Its handshakes end with an organization.
    if (!organization) throw accessDenied()
    carryOut(tx, organization, { one: accepted, call })
    return { Handshake: handshakeMember(tx, accepted) }
  },
})

function carryOut(
  tx: WriteTx,
  organization: Organization,
  { one, call }: { readonly one: Handshake; readonly call: Call },
): void {
  switch (one.action) {
    case "INVITE":
      admit(tx, organization, { one, call })
      return
    case "ENABLE_ALL_FEATURES":
      noteApproval(tx, organization, one)
      return
    case "APPROVE_ALL_FEATURES":
      finalizeFeatures(tx, organization, one)
      return
    case "TRANSFER_RESPONSIBILITY":
      acceptTransfer(tx, one, call)
  }
}

/**
 * A member of another organization leaves that one first, if it may: "If the account departed one
 * organization and joined another …" (AcceptHandshake).
 */
function admit(
  tx: WriteTx,
  organization: Organization,
  { one, call: { account: id, partition } }: { readonly one: Handshake; readonly call: Call },
): void {
  const before = memberOf(tx, id)
  if (before?.membership.organizationId === organization.id)
    throw handshakeConstraint("ALREADY_IN_AN_ORGANIZATION")
  if (before) letGo(tx, organizationOfId(tx, before.membership.organizationId), before)
  const account = { ...knownAccount(tx, { id, partition }), tags: one.tags }
  join(tx, organization, { account, method: "INVITED" })
}

export const DeclineHandshake = op.write("DeclineHandshake", {
  authorize: onHandshake,
  run(tx, { HandshakeId }, call): Out<"DeclineHandshake"> {
    const declined = endHandshake(tx, findOwn(tx, HandshakeId, call), "DECLINED")
    return { Handshake: handshakeMember(tx, declined) }
  },
})

/** "Only the account that sent the handshake can call this operation." */
export const CancelHandshake = op.write("CancelHandshake", {
  authorize: onHandshake,
  run(tx, { HandshakeId }, call): Out<"CancelHandshake"> {
    const one = findHandshake(tx, HandshakeId)
    if (one.managementAccount !== call.account) throw accessDenied()
    return { Handshake: handshakeMember(tx, endHandshake(tx, one, "CANCELED")) }
  },
})

/** "You can call this operation from any account": one that sent or received it, that is. */
export const DescribeHandshake = op.read("DescribeHandshake", {
  authorize: onHandshake,
  run(tx, { HandshakeId }, call): Out<"DescribeHandshake"> {
    const one = findHandshake(tx, HandshakeId)
    if (one.managementAccount !== call.account && !isAsked(tx, one, call)) throw accessDenied()
    return { Handshake: handshakeMember(tx, one) }
  },
})
