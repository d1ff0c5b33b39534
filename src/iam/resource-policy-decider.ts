import { BoundedMap, Derived } from "../kernel/derived.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { AccessDecider, AccessDecision, AccessGrant, AccessRequest } from "./access.ts"
import {
  decisionRequest,
  type CallerPolicies,
  type DecisionBasis,
  type Standing,
} from "./decision-basis.ts"
import type { CompiledPolicy } from "./policy/compile.ts"
import { denialReason } from "./policy/denial.ts"
import { evaluate } from "./policy/evaluate.ts"
import { createPolicyCache, type PolicyCache } from "./policy/policy-cache.ts"
import { isResourceControlled } from "./policy/resource-control.ts"
import type { Principal } from "./principal.ts"

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
    const rcps = owner?.rcps && isResourceControlled(request) ? owner.rcps : undefined
    if (own && !caller && !rcps && (unruled || spared)) return UNASKED
    // What is the owner's alone no policy gives to others, or takes from the owner's root.
    const ruled = !spared && (own || !request.ownerOnly)
    const resource = ruled ? resourcePolicies(cache, request) : NO_POLICIES
    const home = own ? owner : standings.get(tx, principal.account)
    const account = principal.type === "service" ? question.source?.account : undefined
    const source = account === undefined ? undefined : standings.get(tx, account)
    const basis: DecisionBasis = { caller, resource, rcps, home, owner, source }
    const asked = decisionRequest({ now: tx.now, question, basis })
    const decision = evaluate(asked)
    if (decision.allowed) return { allowed: true, basis }
    return { allowed: false, reason: denialReason(decision, asked), basis }
  }
}

const NO_POLICIES: readonly CompiledPolicy[] = Object.freeze([])

function resourcePolicies(
  cache: PolicyCache,
  { policy, trust, resource, grant, action }: AccessRequest,
): readonly CompiledPolicy[] {
  const text = trust ?? policy
  const compiled =
    text === undefined
      ? undefined
      : cache.compiled(trust === undefined ? "resource" : "trust", text, resource)
  const policies = compiled ? [compiled] : NO_POLICIES
  const granted = grant && cache.compiled("resource", grantText(grant, action), grant.name)
  return granted ? [...policies, granted] : policies
}

/** A grant as the statement of a resource's policy that it is like. */
function grantText({ grantee }: AccessGrant, action: string): string {
  // Of these only names of services have dots and no colons.
  const isService = grantee.includes(".") && !grantee.includes(":")
  const Principal = isService ? { Service: grantee } : { AWS: grantee }
  const Statement = [{ Effect: "Allow", Principal, Action: action, Resource: "*" }]
  return JSON.stringify({ Version: "2012-10-17", Statement })
}
