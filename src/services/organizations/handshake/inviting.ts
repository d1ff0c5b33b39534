import type { ReadTx } from "../../../kernel/transaction.ts"
import type { AccessRequest } from "../../../iam/access.ts"
import type { Call } from "../../../registry/call.ts"
import { accessTo } from "../access.ts"
import { groundOf, nodeArn } from "../tree/arns.ts"
import { accounts } from "../account/account.ts"
import { isFull } from "../account/counting.ts"
import { accountOfEmail, knownAccount } from "../account/known.ts"
import { op, type In, type Out } from "../define.ts"
import { accountMissing, handshakeConstraint, handshakeExists } from "../errors.ts"
import { newHandshakeId } from "../ids.ts"
import { DAY_MS, INVITATION_DAYS, INVITATIONS_A_DAY } from "../limits.ts"
import type { Organization } from "../organization/organization.ts"
import { governedOrganization } from "../rights.ts"
import { withTagging } from "../tag/access.ts"
import { withTags } from "../tag/tag.ts"
import { handshakeMember } from "./answer.ts"
import { askedBy } from "./asked.ts"
import { requestOf } from "./features.ts"
import { handshakes, handshakesOf, handshakesTo, isPending, type Handshake } from "./handshake.ts"

export const InviteAccountToOrganization = op.write("InviteAccountToOrganization", {
  authorize: withTagging(onTarget),
  run(tx, input, call): Out<"InviteAccountToOrganization"> {
    const organization = governedOrganization(tx, call)
    const asked = askedBy(input.Target)
    assertMayInvite(tx, organization, asked)
    const management = knownAccount(tx, { ...organization, id: organization.managementAccount })
    const invitation: Handshake = {
      id: newHandshakeId(tx),
      partition: organization.partition,
      organizationId: organization.id,
      managementAccount: organization.managementAccount,
      action: "INVITE",
      state: "OPEN",
      requestedMs: tx.now,
      expiresMs: tx.now + INVITATION_DAYS * DAY_MS,
      asked,
      told: [
        { type: "MASTER_EMAIL", value: organization.managementEmail },
        { type: "MASTER_NAME", value: management.name },
        { type: "ORGANIZATION_FEATURE_SET", value: organization.featureSet },
      ],
      notes: input.Notes,
      tags: withTags([], input.Tags),
    }
    tx.insert(handshakes, invitation)
    return { Handshake: handshakeMember(tx, invitation) }
  },
})

/** Accounts are resources before they are members; addresses are none. */
function onTarget(tx: ReadTx, input: In<"InviteAccountToOrganization">, call: Call): AccessRequest {
  const { Id, Type } = input.Target
  const arn = Type === "ACCOUNT" ? nodeArn(groundOf(tx, call), Id) : undefined
  return accessTo(tx, input, { arn, call })
}

type Asked = NonNullable<Handshake["asked"]>

/** Throws HandshakeConstraintViolation and DuplicateHandshake. */
function assertMayInvite(tx: ReadTx, organization: Organization, asked: Asked): void {
  const account =
    asked.type === "ACCOUNT"
      ? tx.get(accounts, [asked.id])
      : accountOfEmail(tx, { email: asked.id, partition: organization.partition })
  if (account && account.state !== "ACTIVE") throw accountMissing()
  const own = account?.membership?.organizationId === organization.id
  if (own || asked.id === organization.managementAccount)
    throw handshakeConstraint("ALREADY_IN_AN_ORGANIZATION")
  if (requestOf(tx, organization))
    throw handshakeConstraint("INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES")
  const open = handshakesTo(tx, asked).some(
    (one) => one.organizationId === organization.id && isPending(tx, one),
  )
  if (open) throw handshakeExists()
  if (isFull(tx, organization)) throw handshakeConstraint("ACCOUNT_NUMBER_LIMIT_EXCEEDED")
  const since = tx.now - DAY_MS
  const sent = handshakesOf(tx, organization, "INVITE").filter((one) => one.requestedMs > since)
  if (sent.length >= INVITATIONS_A_DAY) throw handshakeConstraint("HANDSHAKE_RATE_LIMIT_EXCEEDED")
}
