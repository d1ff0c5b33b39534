import type { ReadTx } from "../../../kernel/transaction.ts"
import type {
  Handshake as HandshakeShape,
  HandshakeResource,
} from "../../../models/types/organizations.ts"
import { handshakeArn, stateOf, type Handshake } from "./handshake.ts"

/** The handshake as AWS shows it ("InviteAccountToOrganization", example of an answer). */
export function handshakeMember(tx: ReadTx, one: Handshake): HandshakeShape {
  const { asked, organizationId } = one
  const organization = { Id: organizationId, Type: "ORGANIZATION" }
  return {
    Id: one.id,
    Arn: handshakeArn(one),
    Parties: asked ? [organization, { Id: asked.id, Type: asked.type }] : [organization],
    State: stateOf(tx, one),
    RequestedTimestamp: one.requestedMs,
    ExpirationTimestamp: one.expiresMs,
    Action: one.action,
    Resources: resourcesOf(one),
  }
}

function resourcesOf({ organizationId, told, asked, notes, parent }: Handshake) {
  const resources: HandshakeResource[] = [
    {
      Type: "ORGANIZATION",
      Value: organizationId,
      ...(told.length > 0 && {
        Resources: told.map(({ type, value }) => ({ Type: type, Value: value })),
      }),
    },
  ]
  if (asked) resources.push({ Type: asked.type, Value: asked.id })
  if (parent !== undefined) resources.push({ Type: "PARENT_HANDSHAKE", Value: parent })
  if (notes !== undefined) resources.push({ Type: "NOTES", Value: notes })
  return resources
}
