import { table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import type { PolicyTypeSummary } from "../../../models/types/organizations.ts"
import { organizationsArn, type Organization } from "../organization/organization.ts"
import type { Tag } from "../tag/tag.ts"

/** The one root of an organization. */
export interface Root {
  /** `r-…`. */
  readonly id: string
  readonly organizationId: string
  /** Which types of policy are in force in the organization. */
  readonly policyTypes: readonly PolicyTypeSummary[]
  readonly tags: readonly Tag[]
}

export const roots = table<Root>("organizations/root", {
  key: (root) => [root.id],
  cached: true,
})

export const ROOT_NAME = "Root"

export const rootArn = (organization: Organization): string =>
  organizationsArn(organization, `root/${organization.id}/${organization.rootId}`)

export function rootOf(tx: ReadTx, { rootId }: Organization): Root {
  const root = tx.get(roots, [rootId])
  if (!root) throw new Error(`no root ${rootId}`)
  return root
}
