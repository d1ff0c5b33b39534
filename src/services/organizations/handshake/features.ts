import type { ReadTx, WriteTx } from "../../../kernel/transaction.ts"
import { isMember } from "../account/account.ts"
import { membersOf } from "../account/counting.ts"
import { linkOrganizations } from "../account/joining.ts"
import { newHandshakeId } from "../ids.ts"
import { ALL_FEATURES_DAYS, DAY_MS } from "../limits.ts"
import { organizations, type Organization } from "../organization/organization.ts"
import {
  childrenOf,
  endHandshake,
  handshakes,
  handshakesOf,
  isPending,
  type Handshake,
} from "./handshake.ts"

/** The request to enable all features that is under way. */
export const requestOf = (tx: ReadTx, organization: Organization): Handshake | undefined =>
  handshakesOf(tx, organization, "ENABLE_ALL_FEATURES").find(
    (one) => one.parent === undefined && isPending(tx, one),
  )

/**
 * Asks every invited member: "Created accounts do not receive this because those accounts were
 * created by the organization's management account and approval is inferred" (HandshakeFilter).
 */
export function requestAllFeatures(tx: WriteTx, organization: Organization): Handshake {
  const request = newHandshake(tx, organization, { action: "ENABLE_ALL_FEATURES" })
  for (const { id, membership } of membersOf(tx, organization)) {
    if (membership?.joinedMethod !== "INVITED" || id === organization.managementAccount) continue
    newHandshake(tx, organization, {
      action: "ENABLE_ALL_FEATURES",
      parent: request.id,
      asked: { type: "ACCOUNT", id },
    })
  }
  askManagement(tx, organization, request)
  return request
}

function newHandshake(
  tx: WriteTx,
  organization: Organization,
  { action, parent, asked }: Pick<Handshake, "action" | "parent" | "asked">,
): Handshake {
  const one: Handshake = {
    id: newHandshakeId(tx),
    partition: organization.partition,
    organizationId: organization.id,
    managementAccount: organization.managementAccount,
    action,
    state: asked ? "OPEN" : "REQUESTED",
    requestedMs: tx.now,
    expiresMs: tx.now + ALL_FEATURES_DAYS * DAY_MS,
    asked,
    told: [],
    parent,
    tags: [],
  }
  tx.insert(handshakes, one)
  return one
}

/** When nobody's approval is missing, the management account is asked to finalize. */
function askManagement(tx: WriteTx, organization: Organization, request: Handshake): void {
  const children = childrenOf(tx, request.id)
  if (children.some(({ action }) => action === "APPROVE_ALL_FEATURES")) return
  if (children.some(({ state }) => state !== "ACCEPTED")) return
  newHandshake(tx, organization, {
    action: "APPROVE_ALL_FEATURES",
    parent: request.id,
    asked: { type: "ACCOUNT", id: organization.managementAccount },
  })
}

/** After a member's approval. */
export function noteApproval(
  tx: WriteTx,
  organization: Organization,
  { parent }: Pick<Handshake, "parent">,
): void {
  const request = parent === undefined ? undefined : tx.get(handshakes, [parent])
  if (request && isPending(tx, request)) askManagement(tx, organization, request)
}

/** After the management account's: "You can't go back". */
export function finalizeFeatures(tx: WriteTx, organization: Organization, one: Handshake): void {
  tx.replace(organizations, organization, { ...organization, featureSet: "ALL" })
  for (const member of membersOf(tx, organization))
    if (isMember(member)) linkOrganizations(tx, member)
  const request = one.parent === undefined ? undefined : tx.get(handshakes, [one.parent])
  if (request && isPending(tx, request)) endHandshake(tx, request, "ACCEPTED")
}

/** An account that is no member any more need not approve. */
export function dropApprovalOf(tx: WriteTx, organization: Organization, account: string): void {
  const request = requestOf(tx, organization)
  if (!request) return
  for (const one of childrenOf(tx, request.id))
    if (one.asked?.id === account) tx.delete(handshakes, [one.id])
  askManagement(tx, organization, request)
}
