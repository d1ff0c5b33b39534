import type { CallerTexts, PolicyText } from "../iam/caller-policies.ts"
import type { CompiledPolicy } from "../iam/policy/compile.ts"
import type { PolicyKind } from "../iam/policy/document.ts"
import type { Principal } from "../iam/principal.ts"
import type { DeciderParts } from "../iam/resource-policy-decider.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import { managedText, policiesOfRole, policiesOfUser } from "../services/iam/port.ts"
import { findSession, isNamedOnly, type Session } from "../services/sts/port.ts"

/**
 * What applies to a caller: the policies of its user or role, cut down by those that were passed
 * with its session. Nothing limits root, nor roles that exist only because somebody named them.
 */
export const callerPolicies: Required<DeciderParts>["callerPolicies"] = (tx, principal, cache) => {
  const own = ownPolicies(tx, principal)
  const found = "accessKeyId" in principal ? findSession(tx, principal.accessKeyId) : undefined
  const texts = found ? { ...own, ...sessionSide(tx, found, own) } : own
  if (!texts) return undefined
  const compiled = (kind: PolicyKind, policies: readonly PolicyText[]): CompiledPolicy[] =>
    policies.flatMap(({ name, text }) => cache.compiled(kind, text, name) ?? [])
  const { identity, boundary, session, facts } = texts
  return {
    policies: {
      identity: identity && compiled("identity", identity),
      boundary: boundary && compiled("boundary", [boundary]),
      session: session && compiled("session", session),
    },
    facts,
  }
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
  const limited = policy !== undefined || policyArns.length > 0
  const { mfa, sourceIdentity, federation } = session
  return {
    ...(limited && { session: passed }),
    facts: {
      ...own?.facts,
      // Session tags stand in front of the role's tags of the same name.
      tags: { ...own?.facts?.tags, ...Object.fromEntries(tags.map((t) => [t.Key, t.Value])) },
      mfa: mfa ? { present: true, authenticatedAt: mfa.authenticatedAt } : { present: false },
      ...(sourceIdentity !== undefined && { sourceIdentity }),
      ...(federation && { federatedProvider: federation.provider }),
    },
  }
}
