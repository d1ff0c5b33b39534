import type { ReadTx } from "../../kernel/transaction.ts"
import type { Call } from "../../registry/call.ts"
import { memberOf, type Member } from "./account/account.ts"
import { isDelegate } from "./delegation/delegate.ts"
import { accessDenied, notInUse } from "./errors.ts"
import { organizationOfId, type Organization } from "./organization/organization.ts"
import { resourcePolicyOf } from "./resource-policy/resource-policy.ts"

/** Operations that a resource policy can open ("Delegated administrator for AWS Organizations"). */
const DELEGABLE: ReadonlySet<string> = new Set([
  ...["DescribeOrganization", "DescribeOrganizationalUnit", "DescribeAccount", "DescribePolicy"],
  ...["DescribeEffectivePolicy", "DescribeResourcePolicy", "ListRoots", "ListParents"],
  ...["ListOrganizationalUnitsForParent", "ListChildren", "ListAccounts", "ListAccountsForParent"],
  ...["ListPolicies", "ListPoliciesForTarget", "ListTargetsForPolicy", "ListTagsForResource"],
  ...["ListAWSServiceAccessForOrganization", "ListCreateAccountStatus"],
  ...["DescribeCreateAccountStatus", "DescribeHandshake", "ListHandshakesForOrganization"],
  ...["ListHandshakesForAccount", "ListDelegatedAdministrators", "ListDelegatedServicesForAccount"],
  ...["ListAccountsWithInvalidEffectivePolicy", "ListEffectivePolicyValidationErrors"],
  ...["CreatePolicy", "UpdatePolicy", "DeletePolicy", "AttachPolicy", "DetachPolicy"],
  ...["EnablePolicyType", "DisablePolicyType", "TagResource", "UntagResource"],
])

export const isDelegable = (operation: string): boolean => DELEGABLE.has(operation)

/** The caller's own account as a member. Throws AWSOrganizationsNotInUseException. */
export function callingMember(tx: ReadTx, { account }: Pick<Call, "account">): Member {
  const member = memberOf(tx, account)
  if (!member) throw notInUse()
  return member
}

/** The organization that the caller's account is in, whatever its part there. */
export const ownOrganization = (tx: ReadTx, call: Pick<Call, "account">): Organization =>
  organizationOfId(tx, callingMember(tx, call).membership.organizationId)

/** Whether the account manages its organization, or may read it as an administrator of a service. */
export function governs(tx: ReadTx, organization: Organization, call: Call): boolean {
  const { account, operation } = call
  if (organization.managementAccount === account) return true
  return /^(?:Describe|List)/.test(operation) && isDelegate(tx, organization.id, account)
}

/** "only from the management account". Throws AWSOrganizationsNotInUse and AccessDenied. */
export function managedOrganization(tx: ReadTx, call: Pick<Call, "account">): Organization {
  const organization = ownOrganization(tx, call)
  if (organization.managementAccount !== call.account) throw accessDenied()
  return organization
}

/**
 * The caller's organization, for operations of whoever governs it: the management account; to
 * read, also administrators of a service; and members to whom the resource policy opens the
 * operation, which `authorize` has asked (see access.ts). Throws AWSOrganizationsNotInUse and
 * AccessDenied.
 */
export function governedOrganization(tx: ReadTx, call: Call): Organization {
  const organization = ownOrganization(tx, call)
  if (governs(tx, organization, call)) return organization
  if (isDelegable(call.operation) && resourcePolicyOf(tx, organization.id)) return organization
  throw accessDenied()
}
