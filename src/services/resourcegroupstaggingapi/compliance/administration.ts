import { partitionOf } from "../../../kernel/places.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { Call } from "../../../registry/call.ts"
import {
  isAdministrator,
  isTrusted,
  membersUnder,
  nodePathOf,
  organizationOf,
  type Organization,
} from "../../organizations/port.ts"
import { constraint, invalid } from "../errors.ts"

/** By this name tag policies act for an organization. */
export const TAG_POLICIES = "tagpolicies.tag.amazonaws.com"

/**
 * The organization that the caller may look at as a whole: "only from the organization's management
 * account and from the us-east-1 Region", with trusted access; an administrator that it has
 * delegated to tag policies may, too.
 */
export function administered(tx: ReadTx, { account, region }: Call): Organization {
  if (partitionOf(region).globalRegion !== region)
    throw constraint(`This operation is available in ${partitionOf(region).globalRegion} only.`)
  const organization = organizationOf(tx, account)
  if (!organization || !isAdministrator(tx, organization, { account, service: TAG_POLICIES }))
    throw constraint("This operation is for the management account of an organization.")
  if (!isTrusted(tx, organization.id, TAG_POLICIES))
    throw constraint(`The organization does not trust ${TAG_POLICIES}.`)
  return organization
}

/**
 * The organization's accounts, or those in or under the targets. Throws InvalidParameterException for
 * a target that is none: "The target ID is invalid, unsupported, or doesn't exist".
 */
export function accountsOf(
  tx: ReadTx,
  organization: Organization,
  targets: readonly string[] = [organization.rootId],
): readonly string[] {
  const found = new Set<string>()
  for (const target of targets) {
    if (!nodePathOf(tx, organization, target))
      throw invalid(`The target ID is invalid, or does not exist: ${target}`)
    const { managementAccount } = organization
    if (nodePathOf(tx, organization, managementAccount)?.includes(target))
      found.add(managementAccount)
    for (const { id } of membersUnder(tx, organization, target)) found.add(id)
  }
  return [...found].toSorted()
}
