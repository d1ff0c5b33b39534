import { partitionOf } from "../kernel/places.ts"
import type { ReadTx } from "../kernel/transaction.ts"
import type { AccessDecider, AccessQuestion } from "./access.ts"
import { actorOf } from "./policy/actor.ts"
import { compilePolicy, type CompiledPolicy } from "./policy/compile.ts"
import { callContext, type CallFacts } from "./policy/context.ts"
import { denialReason } from "./policy/denial.ts"
import { parsePolicy } from "./policy/document.ts"
import { evaluate } from "./policy/evaluate.ts"
import { createPolicyCache, type PolicyCache } from "./policy/policy-cache.ts"
import { principalFacts } from "./principal-facts.ts"

const EVERYTHING = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
})

/**
 * What holds before there are identities with policies: callers may do in their own account what
 * no resource policy denies them; others, services and nobody only what a resource policy allows.
 * A policy that cannot be read lets nobody in.
 */
export function resourcePolicyDecider(cache: PolicyCache = createPolicyCache()): AccessDecider {
  const identity = [compilePolicy(parsePolicy(EVERYTHING, { kind: "identity" }), "everything")]
  return (tx, question) => {
    const { principal, request } = question
    const { action, policy } = request
    // Services call as themselves, with no account of their own.
    const own = principal.type !== "service" && principal.account === request.owner
    if (own && (policy === undefined || (request.ownerOnly && principal.type === "root")))
      return ALLOWED
    const compiled =
      policy === undefined || (request.ownerOnly && !own)
        ? undefined
        : cache.compiled("resource", policy, request.resource)
    const decision = evaluate({
      actor: actorOf(principal, partitionOf(question.region).id),
      action,
      resource: request.resource,
      resourceAccount: request.owner,
      context: callContext(() => factsOf(tx, question), request.context),
      policies: { identity, resource: listOf(compiled) },
    })
    return decision.allowed ? ALLOWED : { allowed: false, reason: denialReason(decision, action) }
  }
}

const ALLOWED = Object.freeze({ allowed: true })

const listOf = (policy: CompiledPolicy | undefined): readonly CompiledPolicy[] =>
  policy ? [policy] : []

function factsOf(tx: ReadTx, question: AccessQuestion): CallFacts {
  const { principal, region } = question
  return {
    now: tx.now,
    region,
    sourceIp: question.sourceIp,
    secure: question.secure,
    userAgent: question.userAgent,
    resourceAccount: question.request.owner,
    principal: principalFacts(principal, partitionOf(region).id),
    principalIsService: principal.type === "service" ? principal.name : undefined,
  }
}
