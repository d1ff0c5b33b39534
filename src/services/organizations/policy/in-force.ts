import type { PolicyText } from "../../../iam/caller-policies.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { memberOf } from "../account/account.ts"
import { AwsError } from "../../../protocols/aws-error.ts"
import { organizationOfId, type Organization } from "../organization/organization.ts"
import { effectiveTagRules } from "./effective.ts"
import { isEnabled } from "./enabled.ts"
import type { TagRule } from "./language/tag-policy.ts"
import { arnOfPolicy, findPolicy } from "./policy.ts"
import type { ControlType } from "./policy-type.ts"
import { attachedTo } from "./target.ts"

/**
 * The SCPs or RCPs above an account, a list for each level from the root to the account itself;
 * undefined where none hold it: outside of organizations, in management accounts ("SCPs don't
 * affect users or roles in the management account", nor RCPs its resources), and while the type is
 * not enabled.
 */
export function controlsOf(
  tx: ReadTx,
  accountId: string,
  type: ControlType,
): readonly (readonly PolicyText[])[] | undefined {
  const membership = memberOf(tx, accountId)?.membership
  if (!membership || membership.managementAccount === accountId) return undefined
  const organization = organizationOfId(tx, membership.organizationId)
  if (!isEnabled(tx, organization, type)) return undefined
  return [...membership.path, accountId].map((targetId) =>
    attachedTo(tx, { organization, targetId, type }).map((id) => {
      const policy = findPolicy(tx, organization, id)
      return { name: arnOfPolicy(policy, organization.partition), text: policy.content }
    }),
  )
}

/** The rules of the tag policies that hold in an account; tag policies hold management accounts too. */
export function tagRulesOf(tx: ReadTx, accountId: string): readonly TagRule[] {
  const membership = memberOf(tx, accountId)?.membership
  if (!membership) return []
  const organization = organizationOfId(tx, membership.organizationId)
  if (!isEnabled(tx, organization, "TAG_POLICY")) return []
  return effectiveTagRules(tx, { organization, path: [...membership.path, accountId] })
}

/** The texts of the SCPs on each of the nodes; undefined while SCPs are not enabled. */
export function serviceControlsOn(
  tx: ReadTx,
  organization: Organization,
  path: readonly string[],
): readonly (readonly string[])[] | undefined {
  const type = "SERVICE_CONTROL_POLICY"
  if (!isEnabled(tx, organization, type)) return undefined
  return path.map((targetId) =>
    attachedTo(tx, { organization, targetId, type }).map(
      (id) => findPolicy(tx, organization, id).content,
    ),
  )
}

/** The text of an organization's policy; undefined where there is none of that id. */
export function controlPolicyText(
  tx: ReadTx,
  organization: Organization,
  id: string,
): string | undefined {
  try {
    return findPolicy(tx, organization, id).content
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}
