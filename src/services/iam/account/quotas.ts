import { quota, type Quota } from "../../../kernel/quotas.ts"
import type { Table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { quotaExceeded } from "../errors.ts"

/** A quota with the name that IAM's refusals give it. */
export interface IamQuota extends Quota {
  readonly refusal: string
}

type Numbers = { readonly value: number; readonly most?: number }

const iamQuota = (
  code: string,
  names: [name: string, refusal: string],
  numbers: Numbers,
): IamQuota =>
  Object.freeze({
    ...{ service: "iam", code, name: names[0], refusal: names[1] },
    ...numbers,
    scope: "account" as const,
    unit: "None" as const,
  })

/**
 * The quotas that an account may have raised: names and defaults of "AWS Identity and Access
 * Management endpoints and quotas" (AWS General Reference), the highest values of "IAM and AWS STS
 * quotas" (IAM user guide). The codes are those that users of Service Quotas name.
 */
export const QUOTAS = Object.freeze({
  users: iamQuota("L-F55AF5E4", ["Users per account", "UsersPerAccount"], { value: 5_000 }),
  groups: iamQuota("L-F4A5425F", ["Groups per account", "GroupsPerAccount"], {
    value: 300,
    most: 500,
  }),
  roles: iamQuota("L-FE177D64", ["Roles per account", "RolesPerAccount"], {
    value: 1_000,
    most: 10_000,
  }),
  policies: iamQuota(
    "L-E95E4862",
    ["Customer managed policies per account", "PoliciesPerAccount"],
    { value: 1_500, most: 10_000 },
  ),
  policiesPerRole: iamQuota("L-0DA4ABF3", ["Managed policies per role", "PoliciesPerRole"], {
    value: 10,
    most: 25,
  }),
  policiesPerUser: iamQuota("L-4019AD8B", ["Managed policies per user", "PoliciesPerUser"], {
    value: 10,
    most: 20,
  }),
  policiesPerGroup: iamQuota("L-384571C4", ["Managed policies per group", "PoliciesPerGroup"], {
    value: 10,
  }),
  instanceProfiles: iamQuota(
    "L-6E65F664",
    ["Instance profiles per account", "InstanceProfilesPerAccount"],
    { value: 1_000, most: 5_000 },
  ),
  serverCertificates: iamQuota(
    "L-BF35879D",
    ["Server certificates per account", "ServerCertificatesPerAccount"],
    { value: 20, most: 1_000 },
  ),
  oidcProviders: iamQuota(
    "L-858F3967",
    ["OpenId connect providers per account", "OpenIdConnectProvidersPerAccount"],
    { value: 100, most: 700 },
  ),
  samlProviders: iamQuota("L-DB618D39", ["SAML providers per account", "SAMLProvidersPerAccount"], {
    value: 100,
  }),
  trustPolicyLength: iamQuota("L-C07B4B0D", ["Role trust policy length", "ACLSizePerRole"], {
    value: 2_048,
    most: 8_192,
  }),
})

/** As many as any account can have: no scan needs to look further. */
export const mostOf = ({ value, most = value }: Quota): number => most

/** Throws LimitExceeded when the account has as many rows of a table as it may have. */
export function assertRoom<Row extends object>(
  tx: ReadTx,
  table: Table<Row>,
  { account, of }: { readonly account: string; readonly of: IamQuota },
): void {
  const limit = quota(tx, of, { account })
  if (tx.count(table, { prefix: [account], limit: Math.max(limit, 1) }) >= limit)
    throw quotaExceeded(of.refusal, limit)
}
