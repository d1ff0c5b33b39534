import type { CallerTexts, PolicyText } from "../iam/caller-policies.ts"
import type { CompiledPolicy } from "../iam/policy/compile.ts"
import { contextOf } from "../iam/policy/context.ts"
import type { PolicyLevels } from "../iam/policy/decision.ts"
import type { PolicyKind } from "../iam/policy/document.ts"
import type { PolicyCache } from "../iam/policy/policy-cache.ts"
import type { Principal } from "../iam/principal.ts"
import type { DeciderParts } from "../iam/resource-policy-decider.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { managedText, policiesOfRole, policiesOfUser } from "../services/iam/port.ts"
import { controlsOf, organizationOf, orgPathOf } from "../services/organizations/port.ts"
import {
  findSession,
  isNamedOnly,
  type Federation,
  type Session,
  type SessionTag,
} from "../services/sts/port.ts"

/**
 * What applies to a caller: the policies of its user or role, cut down by those that were passed
 * with its session and by the SCPs above its account. Of a standalone account nothing limits root,
 * nor roles that exist only because somebody named them.
 */
export const callerPolicies: Required<DeciderParts>["callerPolicies"] = (tx, principal, cache) => {
  const own = ownPolicies(tx, principal)
  const found = "accessKeyId" in principal ? findSession(tx, principal.accessKeyId) : undefined
  const texts = found ? { ...own, ...sessionSide(tx, found, own) } : own
  const scps = levelsAbove(tx, principal, cache)
  if (!texts && !scps) return undefined
  const compiled = (kind: PolicyKind, policies: readonly PolicyText[]): CompiledPolicy[] =>
    compiledOf(cache, kind, policies)
  const { identity, boundary, session, facts }: CallerTexts = texts ?? {}
  return {
    policies: {
      scps,
      identity: identity && compiled("identity", identity),
      boundary: boundary && compiled("boundary", [boundary]),
      session: session && compiled("session", session),
    },
    facts,
  }
}

const EVERYTHING: PolicyText = Object.freeze({
  name: "root",
  text: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
})

const compiledOf = (
  cache: PolicyCache,
  kind: PolicyKind,
  policies: readonly PolicyText[],
): CompiledPolicy[] => policies.flatMap(({ name, text }) => cache.compiled(kind, text, name) ?? [])

/** Services and nobody have no account that an SCP could hold. */
function levelsAbove(tx: ReadTx, principal: Principal, cache: PolicyCache) {
  if (principal.type === "service" || principal.type === "anonymous") return undefined
  const levels = controlsOf(tx, principal.account, "SERVICE_CONTROL_POLICY")
  return levels?.map((level) => compiledOf(cache, "scp", level))
}

/** The organization of an account, and the RCPs that hold what it owns. */
export const standing: Required<DeciderParts>["standing"] = (tx, account, cache) => {
  const organization = organizationOf(tx, account)
  const orgPath = orgPathOf(tx, account)
  if (!organization || orgPath === undefined) return undefined
  const levels = controlsOf(tx, account, "RESOURCE_CONTROL_POLICY")
  const rcps: PolicyLevels | undefined = levels?.map((level) => compiledOf(cache, "rcp", level))
  return { orgId: organization.id, orgPath, rcps }
}

function ownPolicies(tx: ReadTx, principal: Principal): CallerTexts | undefined {
  const { account } = principal
  switch (principal.type) {
    case "user":
      return policiesOfUser(tx, account, principal.userId)
    case "federated-user":
      return principal.userId === undefined
        ? undefined
        : // "… no permissions" unless a session policy gives some ("GetFederationToken").
          { session: [], ...policiesOfUser(tx, account, principal.userId), facts: {} }
    case "assumed-role": {
      const { roleId, roleArn } = principal
      const found = policiesOfRole(tx, account, roleId)
      // A role that was deleted leaves its sessions without permissions.
      return found ?? (isNamedOnly(account, roleArn, roleId) ? undefined : { identity: [] })
    }
    case "root":
    case "service":
    case "anonymous":
      return undefined
  }
}

/** Session policies and what condition keys tell of a session. */
function sessionSide(
  tx: ReadTx,
  { principal, policy, policyArns, tags, ...session }: Session,
  own: CallerTexts | undefined,
): CallerTexts {
  const passed: PolicyText[] = policyArns.flatMap((arn) => managedText(tx, principal.account, arn))
  if (policy !== undefined) passed.push({ name: "session policy", text: policy })
  // Policies of root tasks only deny: they hold root, who may do everything else.
  if (session.origin === "AssumeRoot")
    return { identity: [EVERYTHING, ...passed], facts: { assumedRoot: true } }
  const limited = policy !== undefined || policyArns.length > 0
  const { mfa, sourceIdentity, federation } = session
  return {
    ...(limited && { session: passed }),
    facts: {
      ...own?.facts,
      // Session tags stand in front of the role's tags of the same name.
      tags: tagsOf(own?.facts?.tags, tags),
      mfa: mfa ? { present: true, authenticatedAt: mfa.authenticatedAt } : { present: false },
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(federation && {
        federatedProvider: federation.provider,
        claims: claimsOf(federation),
      }),
    },
  }
}

/** A session tag takes the place of the role's tag whose key differs in case only ("Passing session tags in AWS STS"). */
function tagsOf(
  own: Readonly<Record<string, string>> = {},
  tags: readonly SessionTag[],
): Readonly<Record<string, string>> {
  if (tags.length === 0) return own
  const passed = new Set(tags.map(({ Key }) => Key.toLowerCase()))
  const left = Object.entries(own).filter(([key]) => !passed.has(key.toLowerCase()))
  return Object.fromEntries([...left, ...tags.map(({ Key, Value }) => [Key, Value] as const)])
}

/**
 * Of the keys of a federated identity those that later requests have too ("Cross-service … federation
 * context keys", IAM user guide); the others are for the trust policy only.
 */
const LASTING = /:(?:amr|aud|email|oaud|sub)$|^saml:(?:namequalifier|sub|sub_type)$/

const claimsOf = ({ claims }: Federation) =>
  contextOf(
    Object.fromEntries(
      claims
        .filter(({ key }) => LASTING.test(key) && key !== "saml:aud")
        .map(({ key, values }) => [key, values.length === 1 ? values[0] : values]),
    ),
  )
