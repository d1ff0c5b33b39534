import { partitionOf } from "../kernel/places.ts"
import type { AccessQuestion } from "./access.ts"
import { actorOf, type Actor } from "./policy/actor.ts"
import type { CompiledPolicy } from "./policy/compile.ts"
import { callContext, type CallFacts, type PrincipalFacts } from "./policy/context.ts"
import type { DecisionRequest, PolicyLevels, PolicySets } from "./policy/decision.ts"
import { principalFacts } from "./principal-facts.ts"

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

/**
 * All that a decision stands on beside the question. Its parts live as long as the policies that
 * they are made of, so it may be kept for a later explanation: whoever keeps it keeps little.
 */
export interface DecisionBasis {
  /** Undefined for a caller whom nothing limits. */
  readonly caller: CallerPolicies | undefined
  /** The resource's own policies. */
  readonly resource: readonly CompiledPolicy[]
  readonly rcps: PolicyLevels | undefined
  /** Of the caller's account, and of the resource's. */
  readonly home: Standing | undefined
  readonly owner: Standing | undefined
  /** Of the account for whose resource a service calls. */
  readonly source: Standing | undefined
}

export interface Asked {
  /** Cloud time of the decision. */
  readonly now: number
  readonly question: AccessQuestion
  readonly basis: DecisionBasis
}

/** What the policy engine decides on: the same at every time for the same question and basis. */
export function decisionRequest(asked: Asked): DecisionRequest {
  const { question, basis } = asked
  const { caller, resource, rcps } = basis
  const { principal, request, region } = question
  return {
    actor: { ...actorOf(principal, partitionOf(region).id), ...caller?.actor },
    action: request.action,
    resource: request.resource,
    resourceAccount: request.owner,
    resourceMustAllow: request.trust !== undefined || request.policyMustAllow === true,
    unlimited: caller?.policies.identity === undefined,
    context: callContext(() => factsOf(asked), request.context),
    policies: { ...caller?.policies, rcps, resource },
  }
}

function factsOf({ now, question, basis }: Asked): CallFacts {
  const { caller, home, owner, source } = basis
  const { principal, region } = question
  const facts = principalFacts(principal, partitionOf(region).id)
  return {
    now,
    region,
    sourceIp: question.sourceIp,
    secure: question.secure,
    userAgent: question.userAgent,
    referer: question.referer,
    calledVia: question.via,
    sourceArn: question.source?.arn,
    sourceAccount: question.source?.account,
    sourceOrgId: source?.orgId,
    sourceOrgPaths: source && [source.orgPath],
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
