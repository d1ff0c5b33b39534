import { table } from "../../../../kernel/table.ts"
import type { ReadTx } from "../../../../kernel/transaction.ts"
import { isAdministrator, organizationOf } from "../../../organizations/port.ts"

export type RootFeature = "RootCredentialsManagement" | "RootSessions"

/** What an organization's management account may do as the root of its member accounts. */
interface RootAccess {
  readonly organizationId: string
  readonly features: readonly RootFeature[]
}

export const rootAccess = table<RootAccess>("iam/rootAccess", {
  key: ({ organizationId }) => [organizationId],
  cached: true,
})

/** By this name IAM is trusted and delegated in Organizations. */
export const IAM = "iam.amazonaws.com"

export const rootFeaturesOf = (tx: ReadTx, organizationId: string): readonly RootFeature[] =>
  tx.get(rootAccess, [organizationId])?.features ?? []

/**
 * Whether the account may have sessions as the root of `member` with this feature: it manages the
 * organization of both, or administers IAM for it. Of the management account nobody has any.
 */
export function mayEnterRoot(
  tx: ReadTx,
  caller: string,
  { member, feature }: { readonly member: string; readonly feature: RootFeature },
): boolean {
  const organization = organizationOf(tx, caller)
  if (!organization || organizationOf(tx, member)?.id !== organization.id) return false
  if (member === organization.managementAccount) return false
  const governs = isAdministrator(tx, organization, { account: caller, service: IAM })
  return governs && rootFeaturesOf(tx, organization.id).includes(feature)
}
