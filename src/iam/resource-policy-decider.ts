import { partitionOf } from "../kernel/places.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { AccessDecider, AccessQuestion, AccessRequest } from "./access.ts"
import { actorOf, type Actor } from "./policy/actor.ts"
import type { CompiledPolicy } from "./policy/compile.ts"
import { callContext, type CallFacts, type PrincipalFacts } from "./policy/context.ts"
import type { DecisionRequest, PolicySets } from "./policy/decision.ts"
import { denialReason } from "./policy/denial.ts"
import { evaluate } from "./policy/evaluate.ts"
import { createPolicyCache, type PolicyCache } from "./policy/policy-cache.ts"
import { principalFacts } from "./principal-facts.ts"
import type { Principal } from "./principal.ts"

/** What limits a caller and what is known of it, beyond the principal itself. */
export interface CallerPolicies {
  /** All but the resource's own. Without `identity` a caller may do what its account may. */
  readonly policies: Omit<PolicySets, "resource">
  readonly actor?: Partial<Actor> | undefined
  /** Tags, MFA, organization. */
  readonly facts?: Partial<PrincipalFacts> | undefined
}

export interface DeciderParts {
  readonly cache?: PolicyCache | undefined
  /** Looks up what applies to a caller; undefined for one who is not limited. */
  readonly callerPolicies?: (
    tx: ReadTx,
    principal: Principal,
    cache: PolicyCache,
  ) => CallerPolicies | undefined
}

const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
})
const ALLOWED = Object.freeze({ allowed: true })

/**
 * Decides by the resource's policy and by what limits the caller. A caller whom nothing limits may
 * do in its own account what no resource policy denies; others, services and nobody get in only
 * through the resource's policy. A policy that cannot be read gives nothing.
 */
export function resourcePolicyDecider(parts: DeciderParts = {}): AccessDecider {
  const { cache = createPolicyCache(), callerPolicies } = parts
  return (tx, question) => {
    const { principal, request } = question
    // Services call as themselves, with no account of their own.
    const own = principal.type !== "service" && principal.account === request.owner
    const caller = callerPolicies?.(tx, principal, cache)
    const spared = own && request.ownerOnly && principal.type === "root"
    const unruled = request.policy === undefined && request.trust === undefined
    if (own && !caller && (unruled || spared)) return ALLOWED
    // What is the owner's alone no policy gives to others, or takes from the owner's root.
    const ruled = !spared && (own || !request.ownerOnly)
    const resource = ruled ? resourcePolicies(cache, request) : []
    const decision = evaluate(requestOf({ tx, question, caller, resource, cache }))
    if (decision.allowed) return ALLOWED
    return { allowed: false, reason: denialReason(decision, request.action) }
  }
}

function resourcePolicies(
  cache: PolicyCache,
  { policy, trust, resource }: AccessRequest,
): readonly CompiledPolicy[] {
  const text = trust ?? policy
  if (text === undefined) return []
  const compiled = cache.compiled(trust === undefined ? "resource" : "trust", text, resource)
  return compiled ? [compiled] : []
}

interface Asked {
  readonly tx: ReadTx
  readonly question: AccessQuestion
  readonly caller: CallerPolicies | undefined
  readonly resource: readonly CompiledPolicy[]
  readonly cache: PolicyCache
}

function requestOf({ tx, question, caller, resource, cache }: Asked): DecisionRequest {
  const { principal, request, region } = question
  const everything = cache.compiled("identity", EVERYTHING, "everything")
  const identity = caller?.policies.identity ?? (everything ? [everything] : [])
  return {
    actor: { ...actorOf(principal, partitionOf(region).id), ...caller?.actor },
    action: request.action,
    resource: request.resource,
    resourceAccount: request.owner,
    resourceMustAllow: request.trust !== undefined,
    context: callContext(() => factsOf(tx, question, caller), request.context),
    policies: { ...caller?.policies, identity, resource },
  }
}

function factsOf(
  tx: ReadTx,
  question: AccessQuestion,
  caller: CallerPolicies | undefined,
): CallFacts {
  const { principal, region } = question
  const facts = principalFacts(principal, partitionOf(region).id)
  return {
    now: tx.now,
    region,
    sourceIp: question.sourceIp,
    secure: question.secure,
    userAgent: question.userAgent,
    calledVia: question.via,
    sourceArn: question.source?.arn,
    sourceAccount: question.source?.account,
    resourceAccount: question.request.owner,
    principal: facts && { ...facts, ...caller?.facts },
    principalIsService: principal.type === "service" ? principal.name : undefined,
  }
}
