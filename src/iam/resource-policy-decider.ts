import { BoundedMap, Derived } from "../kernel/derived.ts"
import { partitionOf } from "../kernel/places.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { AccessDecider, AccessDecision, AccessQuestion, AccessRequest } from "./access.ts"
import { actorOf, type Actor } from "./policy/actor.ts"
import type { CompiledPolicy } from "./policy/compile.ts"
import { callContext, type CallFacts, type PrincipalFacts } from "./policy/context.ts"
import type { DecisionRequest, PolicyLevels, PolicySets } from "./policy/decision.ts"
import { denialReason } from "./policy/denial.ts"
import { evaluate } from "./policy/evaluate.ts"
import { createPolicyCache, type PolicyCache } from "./policy/policy-cache.ts"
import { isResourceControlled } from "./policy/resource-control.ts"
import { principalFacts } from "./principal-facts.ts"
import type { Principal } from "./principal.ts"

/** What limits a caller and what is known of it, beyond the principal itself. */
export interface CallerPolicies {
  /** All but the resource's own. Without `identity` a caller may do what its account may. */
  readonly policies: Omit<PolicySets, "resource">
  readonly actor?: Partial<Actor> | undefined
  /** Tags, MFA. */
  readonly facts?: Partial<PrincipalFacts> | undefined
}

/** What its organization makes of an account. */
export interface Standing {
  readonly orgId: string
  /** `o-x/r-x/ou-x/`. */
  readonly orgPath: string
  /** RCPs that hold what the account owns; absent where there are none. */
  readonly rcps?: PolicyLevels | undefined
}

export interface DeciderParts {
  readonly cache?: PolicyCache | undefined
  /** Looks up what applies to a caller; undefined for one who is not limited. */
  readonly callerPolicies?: (
    tx: ReadTx,
    principal: Principal,
    cache: PolicyCache,
  ) => CallerPolicies | undefined
  /** Looks up the organization of an account; undefined for one that stands alone. */
  readonly standing?: (tx: ReadTx, account: string, cache: PolicyCache) => Standing | undefined
}

/** More accounts than most clouds have. */
const ACCOUNTS_KEPT = 1_000

const UNASKED: AccessDecision = Object.freeze({ allowed: true })

/**
 * Decides by the resource's policy and by what limits the caller. A caller whom nothing limits may
 * do in its own account what no resource policy denies; others, services and nobody get in only
 * through the resource's policy. A policy that cannot be read gives nothing.
 */
export function resourcePolicyDecider(parts: DeciderParts = {}): AccessDecider {
  const { cache = createPolicyCache(), callerPolicies, standing } = parts
  // By the principal itself: whoever authenticates hands out the same one for the same key.
  const callers = new Derived<Principal, CallerPolicies | undefined>(
    new WeakMap(),
    (tx, principal) => callerPolicies?.(tx, principal, cache),
  )
  const standings = new Derived<string, Standing | undefined>(
    new BoundedMap(ACCOUNTS_KEPT),
    (tx, account) => standing?.(tx, account, cache),
  )
  return (tx, question) => {
    const { principal, request } = question
    // Services call as themselves, with no account of their own.
    const own = principal.type !== "service" && principal.account === request.owner
    const caller = callers.get(tx, principal)
    const spared = own && request.ownerOnly && principal.type === "root"
    const unruled = request.policy === undefined && request.trust === undefined
    const owner = standings.get(tx, request.owner)
    const rcps = isResourceControlled(request) ? owner?.rcps : undefined
    if (own && !caller && !rcps && (unruled || spared)) return UNASKED
    // What is the owner's alone no policy gives to others, or takes from the owner's root.
    const ruled = !spared && (own || !request.ownerOnly)
    const resource = ruled ? resourcePolicies(cache, request) : NO_POLICIES
    const home = own ? owner : standings.get(tx, principal.account)
    const asked = requestOf({ now: tx.now, question, caller, resource, rcps, home, owner })
    const decision = evaluate(asked)
    if (decision.allowed) return { allowed: true, asked }
    return { allowed: false, reason: denialReason(decision, request.action), asked }
  }
}

const NO_POLICIES: readonly CompiledPolicy[] = Object.freeze([])

function resourcePolicies(
  cache: PolicyCache,
  { policy, trust, resource }: AccessRequest,
): readonly CompiledPolicy[] {
  const text = trust ?? policy
  if (text === undefined) return NO_POLICIES
  const compiled = cache.compiled(trust === undefined ? "resource" : "trust", text, resource)
  return compiled ? [compiled] : NO_POLICIES
}

interface Asked {
  readonly now: number
  readonly question: AccessQuestion
  readonly caller: CallerPolicies | undefined
  readonly resource: readonly CompiledPolicy[]
  readonly rcps: PolicyLevels | undefined
  /** Of the caller's account, and of the resource's. */
  readonly home: Standing | undefined
  readonly owner: Standing | undefined
}

/** All that decides, as it is now: it can be kept, and gives the same answer later. */
function requestOf(asked: Asked): DecisionRequest {
  const { question, caller, resource, rcps } = asked
  const { principal, request, region } = question
  return {
    actor: { ...actorOf(principal, partitionOf(region).id), ...caller?.actor },
    action: request.action,
    resource: request.resource,
    resourceAccount: request.owner,
    resourceMustAllow: request.trust !== undefined,
    unlimited: caller?.policies.identity === undefined,
    context: callContext(() => factsOf(asked), request.context),
    policies: { ...caller?.policies, rcps, resource },
  }
}

function factsOf({ now, question, caller, home, owner }: Asked): CallFacts {
  const { principal, region } = question
  const facts = principalFacts(principal, partitionOf(region).id)
  return {
    now,
    region,
    sourceIp: question.sourceIp,
    secure: question.secure,
    userAgent: question.userAgent,
    calledVia: question.via,
    sourceArn: question.source?.arn,
    sourceAccount: question.source?.account,
    resourceAccount: question.request.owner,
    resourceOrgId: owner?.orgId,
    resourceOrgPaths: owner && [owner.orgPath],
    principal: facts && {
      ...facts,
      orgId: home?.orgId,
      orgPaths: home && [home.orgPath],
      ...caller?.facts,
    },
    principalIsService: principal.type === "service" ? principal.name : undefined,
  }
}
