import { quota } from "../../../kernel/quotas.ts"
import type { Table } from "../../../kernel/table.ts"
import type { ReadTx } from "../../../kernel/transaction.ts"
import { keysOf } from "../access-key/access-key.ts"
import { serverCertificates } from "../certificate/server-certificate.ts"
import { PER_USER, signingCertificatesOf } from "../certificate/signing.ts"
import { op, type Out } from "../define.ts"
import { onAccount } from "../grant.ts"
import { groups } from "../group/group.ts"
import { instanceProfiles } from "../instance-profile/instance-profile.ts"
import * as limits from "../limits.ts"
import { DEVICES_PER_USER, mfaDevices } from "../mfa/mfa-device.ts"
import { policies, policyVersions } from "../policy/policy.ts"
import { oidcProviders } from "../provider/oidc-provider.ts"
import { samlProviders } from "../provider/saml-provider.ts"
import { mostOf, QUOTAS } from "./quotas.ts"
import { tokenVersionOf } from "./token-preferences.ts"
import { roles } from "../role/role.ts"
import { users } from "../user/user.ts"

/** "IAM and AWS STS quotas" (IAM user guide). */
const VERSIONS_IN_USE = 10_000

/** Every list here is as long as its quota at most. */
const MOST = Math.max(
  mostOf(QUOTAS.users) * DEVICES_PER_USER,
  mostOf(QUOTAS.policies) * limits.POLICY_VERSIONS,
)

const rowsOf = <Row extends object>(tx: ReadTx, table: Table<Row>, account: string) =>
  tx.scan(table, { prefix: [account], limit: MOST }).rows

/** Root's own MFA devices and password do not exist here. */
export const GetAccountSummary = op.read("GetAccountSummary", {
  authorize: onAccount,
  run: (tx, _input, { account }): Out<"GetAccountSummary"> => ({
    SummaryMap: { ...FIXED, ...adjustable(tx, account), ...counts(tx, account) },
  }),
})

function counts(tx: ReadTx, account: string): Readonly<Record<string, number>> {
  const count = <Row extends object>(table: Table<Row>) => rowsOf(tx, table, account).length
  const devices = rowsOf(tx, mfaDevices, account)
  const root = { account, userId: account }
  return {
    AccountAccessKeysPresent: Math.min(keysOf(tx, account, account).length, 1),
    AccountMFAEnabled: 0,
    GlobalEndpointTokenVersion: tokenVersionOf(tx, account),
    AccountSigningCertificatesPresent: Math.min(signingCertificatesOf(tx, root).length, 1),
    Groups: count(groups),
    InstanceProfiles: count(instanceProfiles),
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ userId }) => userId !== undefined).length,
    Policies: count(policies),
    // Whether AWS counts the versions of policies that nobody has: not verified.
    PolicyVersionsInUse: count(policyVersions),
    Providers: count(oidcProviders) + count(samlProviders),
    Roles: count(roles),
    ServerCertificates: count(serverCertificates),
    Users: count(users),
  }
}

function adjustable(tx: ReadTx, account: string): Readonly<Record<string, number>> {
  const of = (name: keyof typeof QUOTAS): number => quota(tx, QUOTAS[name], { account })
  return {
    AssumeRolePolicySizeQuota: of("trustPolicyLength"),
    AttachedPoliciesPerGroupQuota: of("policiesPerGroup"),
    AttachedPoliciesPerRoleQuota: of("policiesPerRole"),
    AttachedPoliciesPerUserQuota: of("policiesPerUser"),
    GroupsQuota: of("groups"),
    InstanceProfilesQuota: of("instanceProfiles"),
    PoliciesQuota: of("policies"),
    RolesQuota: of("roles"),
    ServerCertificatesQuota: of("serverCertificates"),
    UsersQuota: of("users"),
  }
}

const FIXED: Readonly<Record<string, number>> = {
  AccessKeysPerUserQuota: limits.KEYS_PER_USER,
  GroupPolicySizeQuota: limits.INLINE_LENGTH.group,
  GroupsPerUserQuota: limits.GROUPS_PER_USER,
  PolicySizeQuota: limits.MANAGED_POLICY_LENGTH,
  PolicyVersionsInUseQuota: VERSIONS_IN_USE,
  RolePolicySizeQuota: limits.INLINE_LENGTH.role,
  SigningCertificatesPerUserQuota: PER_USER,
  UserPolicySizeQuota: limits.INLINE_LENGTH.user,
  VersionsPerPolicyQuota: limits.POLICY_VERSIONS,
}
