import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"

export type FeatureSet = "ALL" | "CONSOLIDATED_BILLING"

export interface Organization {
  /** `o-…`. */
  readonly id: string
  readonly partition: string
  readonly managementAccount: string
  readonly managementEmail: string
  readonly rootId: string
  readonly featureSet: FeatureSet
  readonly createdMs: number
}

export const organizations = table<Organization>("organizations/organization", {
  key: (organization) => [organization.id],
  cached: true,
})

/** ARNs of an organization's things name its management account. */
export const organizationsArn = (
  { partition, managementAccount }: Pick<Organization, "partition" | "managementAccount">,
  resource: string,
): string => `arn:${partition}:organizations::${managementAccount}:${resource}`

export const organizationArn = (organization: Organization): string =>
  organizationsArn(organization, `organization/${organization.id}`)

/** The organization that a row of it belongs to; there is one as long as there is the row. */
export function organizationOfId(tx: ReadTx, id: string): Organization {
  const organization = tx.get(organizations, [id])
  if (!organization) throw new Error(`no organization ${id}`)
  return organization
}
