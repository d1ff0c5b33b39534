import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import type { Tag } from "../tag/tag.ts"

/** What an organization lets member accounts do in it: one policy, of the management account. */
export interface ResourcePolicy {
  readonly organizationId: string
  /** `rp-…`. */
  readonly id: string
  readonly content: string
  readonly tags: readonly Tag[]
}

export const resourcePolicies = table<ResourcePolicy>("organizations/resource-policy", {
  key: (policy) => [policy.organizationId],
  cached: true,
})

export const resourcePolicyOf = (tx: ReadTx, organizationId: string): ResourcePolicy | undefined =>
  tx.get(resourcePolicies, [organizationId])

export const resourcePolicyArn = (organization: Organization, { id }: ResourcePolicy): string =>
  organizationsArn(organization, `resourcepolicy/${organization.id}/${id}`)
