import type { Zone } from "../../../iam/analysis/external-access.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import {
  isAdministrator,
  isTrusted,
  membersUnder,
  organizationOf,
} from "../../organizations/port.ts"
import type { Out } from "../define.ts"
import { isOfOrganization, type Analyzer } from "./analyzer.ts"

export const SERVICE = "access-analyzer.amazonaws.com"

type Reason = NonNullable<NonNullable<Out<"GetAnalyzer">["analyzer"]>["statusReason"]>["code"]

/**
 * The accounts that an analyzer looks at, in order, which are also those that trust each other; or
 * why it looks at none (any more).
 */
export function zoneOf(
  tx: ReadTx,
  { account, type }: Pick<Analyzer, "account" | "type">,
): Zone | { readonly disabled: Reason } {
  if (!isOfOrganization(type)) return { accounts: [account] }
  const organization = organizationOf(tx, account)
  if (!organization) return { disabled: "ORGANIZATION_DELETED" }
  if (!isTrusted(tx, organization.id, SERVICE)) return { disabled: "AWS_SERVICE_ACCESS_DISABLED" }
  if (!isAdministrator(tx, organization, { account, service: SERVICE }))
    return { disabled: "DELEGATED_ADMINISTRATOR_DEREGISTERED" }
  const members = membersUnder(tx, organization, organization.rootId).map(({ id }) => id)
  const accounts = [...members, organization.managementAccount].toSorted()
  return { accounts, organization: organization.id }
}

/** The zone of an analyzer that works; of another an empty one. */
export function workingZone(tx: ReadTx, analyzer: Pick<Analyzer, "account" | "type">): Zone {
  const zone = zoneOf(tx, analyzer)
  return "disabled" in zone ? { accounts: [] } : zone
}

/** The account at which a walk over a zone goes on: this one, or the next that is still there. */
export const accountFrom = ({ accounts }: Zone, from: string | undefined): string | undefined =>
  accounts.find((one) => one >= (from ?? ""))

/** The account after this one. */
export const accountAfter = ({ accounts }: Zone, account: string): string | undefined =>
  accounts.find((one) => one > account)
