import type { Principal } from "../../iam/principal.ts"
import type { Table } from "../../kernel/table.ts"
import type { ReadTx } from "../../kernel/transaction.ts"
import { accessKeys, endedKeys } from "./access-key/access-key.ts"
import { delegationRequests } from "./account/delegation/delegation-request.ts"
import { partnerPolicies, partners } from "./account/delegation/partner.ts"
import { groups } from "./group/group.ts"
import { memberships } from "./group/membership.ts"
import { lastUseTables } from "./last-use/use.ts"
import { mfaDevices } from "./mfa/mfa-device.ts"
import { nameKey } from "./names.ts"
import { attachments } from "./policy/attachment.ts"
import { inlinePolicies } from "./policy/inline.ts"
import { policies, policyVersions } from "./policy/policy.ts"
import { outboundFederations } from "./outbound-federation/federation.ts"
import { oidcProviders } from "./provider/oidc-provider.ts"
import { samlProviders } from "./provider/saml-provider.ts"
import { rootAccess } from "./account/root-access/root-access.ts"
import { roleArn, roles } from "./role/role.ts"
import { trustings } from "./role/trusting.ts"
import { tagRecord } from "./tags.ts"
import { userArn, users } from "./user/user.ts"

export { delegationOfToken } from "./account/delegation/token.ts"
export {
  registerPartner,
  type PartnerRegistration,
  type RegisteredPartner,
} from "./account/delegation/partner.ts"
export { entityUsages, heldPolicies, type EntityUsage } from "./last-use/entity-usage.ts"
export { loginProfiles } from "./login-profile/login-profile.ts"
export { recordUse, userOf, type Use } from "./last-use/record.ts"
export { SPAN_MS } from "./last-use/use.ts"
export { checkMfaCode, spendMfaCode } from "./mfa/mfa-device.ts"
export { hasOutboundFederation } from "./outbound-federation/federation.ts"
export { oidcProviderOf } from "./provider/oidc-provider.ts"
export { samlProviderOf } from "./provider/saml-provider.ts"
export { readSamlMetadata } from "./provider/saml-metadata.ts"
export {
  keptPolicy,
  keptPrincipal,
  shownPolicy,
  shownPrincipal,
  type KeptPolicy,
} from "./principals/kept-policy.ts"
export { roleResource } from "./role/role.ts"
export { createServiceLinkedRole, createTrustingRole } from "./role/for-others.ts"
export {
  managedText,
  policiesOfCaller,
  policiesOfRole,
  policiesOfUser,
} from "./policy/identity-policies.ts"

export { mayEnterRoot, type RootFeature } from "./account/root-access/root-access.ts"

/** The tables behind the functions of this port: needed before anything of IAM is called. */
export const identityTables: readonly Table<object>[] = [
  ...[users, groups, memberships, roles, trustings, accessKeys, endedKeys, mfaDevices],
  ...[oidcProviders, samlProviders, outboundFederations, rootAccess],
  ...[policies, policyVersions, attachments, inlinePolicies],
  ...[partners, partnerPolicies, delegationRequests],
  ...lastUseTables,
]

/** What STS needs of the role of that ARN. */
export function roleOfArn(tx: ReadTx, account: string, arn: string) {
  const role = tx.get(roles, [account, nameKey(arn.slice(arn.lastIndexOf("/") + 1))])
  if (!role || roleArn(role) !== arn) return undefined
  const { name, id, maxSessionSeconds: maxDurationSeconds, trust, tags } = role
  return { name, id, maxDurationSeconds, trust, tags: tagRecord(tags) }
}

/** Whether there is a user of that ARN. */
export function hasUser(tx: ReadTx, account: string, arn: string): boolean {
  const user = tx.get(users, [account, nameKey(arn.slice(arn.lastIndexOf("/") + 1))])
  return user !== undefined && userArn(user) === arn
}

export interface UserKey {
  readonly secret: string
  readonly principal: Principal
}

/** Whether a key that nobody can sign with now was one of this cloud: inactive, or deleted. */
export const wasUserKey = (tx: ReadTx, accessKeyId: string): boolean =>
  tx.get(accessKeys, [accessKeyId]) !== undefined || tx.get(endedKeys, [accessKeyId]) !== undefined

/** The active key of that id with whom it acts as: a user, or the root of its account. */
export function findUserKey(tx: ReadTx, accessKeyId: string): UserKey | undefined {
  const key = tx.get(accessKeys, [accessKeyId])
  if (key?.status !== "Active") return undefined
  const { account, secret, userId, userName } = key
  if (userId === account) return { secret, principal: { type: "root", account, accessKeyId } }
  const user = tx.get(users, [account, nameKey(userName)])
  if (!user) return undefined
  const { name, path } = user
  return {
    secret,
    principal: { type: "user", account, accessKeyId, userName: name, userId, path },
  }
}
