import type { Actor } from "../../../../iam/policy/actor.ts"
import {
  conditionsHold,
  type CompiledPolicy,
  type CompiledStatement,
} from "../../../../iam/policy/compile.ts"
import type { Context } from "../../../../iam/policy/context.ts"
import type { DecisionRequest, PolicyLevels, PolicyType } from "../../../../iam/policy/decision.ts"
import { evaluate } from "../../../../iam/policy/evaluate.ts"
import { resourceOf } from "../../../../iam/policy/match.ts"
import type { Out } from "../../define.ts"
import { keysOfStatement, missingKeys } from "./context-keys.ts"
import type { Source } from "./sources.ts"

export type Result = NonNullable<Out<"SimulateCustomPolicy">["EvaluationResults"]>[number]
type Matched = NonNullable<Result["MatchedStatements"]>[number]
type Verdict = Result["EvalDecision"]

/** Who would call, what would apply, and under which circumstances. */
export interface Simulation {
  readonly actor: Actor
  readonly identity: readonly Source[]
  readonly boundary: readonly Source[] | undefined
  readonly resource: readonly Source[] | undefined
  /** The service control policies above the caller's account, where some hold it. */
  readonly controls: PolicyLevels | undefined
  /** The account of a resource whose ARN tells none. */
  readonly resourceOwner: string
  contextOf(resourceAccount: string): Context
}

/** What would become of one action on one resource, decided by the engine that decides real calls. */
export interface Outcome {
  readonly verdict: Verdict
  readonly matched: readonly Matched[]
  readonly missing: readonly string[]
  readonly details: Readonly<Record<string, Verdict>>
  readonly boundary: boolean | undefined
  readonly organizations: boolean | undefined
}

export function outcomeOf(simulation: Simulation, action: string, resource: string): Outcome {
  const { actor, identity, boundary, resource: given, controls } = simulation
  const resourceAccount = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1]
  const owner = resourceAccount ?? simulation.resourceOwner
  const context = simulation.contextOf(owner)
  const policies = (sources: readonly Source[]): readonly CompiledPolicy[] =>
    sources.map(({ policy }) => policy)
  const request: DecisionRequest = {
    ...{ actor, action, resource, resourceAccount: owner, context },
    policies: {
      scps: controls,
      identity: policies(identity),
      boundary: boundary && policies(boundary),
      resource: given && policies(given),
    },
  }
  const decision = evaluate(request)
  const statements = statementsOf(request, simulation)
  const crossAccount = actor.account !== owner
  const denied = !decision.allowed && decision.explicit
  return {
    verdict: decision.allowed ? "allowed" : denied ? "explicitDeny" : "implicitDeny",
    // "… the deny statement is the only entry included in the result" (API: EvaluationResult).
    matched: statements
      .filter((one) => isTold(one) && (!denied || one.effect === "Deny"))
      .map(matchedMember),
    missing: missingKeys(
      context,
      statements.filter(({ concerned }) => concerned).flatMap(({ keys }) => keys),
    ),
    details: crossAccount ? detailsOf(statements) : {},
    boundary: boundary && verdictOf(statements, "boundary") === "allowed",
    organizations: controls && controlsAllow(request),
  }
}

/** Root is asked for: it has no policies of its own, but those of the organization hold it. */
const controlsAllow = (request: DecisionRequest): boolean =>
  evaluate({
    ...request,
    actor: { type: "root", account: request.actor.account, arn: request.actor.arn },
    resourceAccount: request.actor.account,
    policies: { scps: request.policies.scps },
  }).allowed

/** A statement with what the request makes of it. */
interface Looked {
  readonly type: PolicyType
  readonly effect: "Allow" | "Deny"
  readonly matches: boolean
  /** It speaks of this action and resource: only a condition, or a variable, may be in the way. */
  readonly concerned: boolean
  readonly keys: readonly string[]
  readonly source: Source
  readonly index: number
}

/** All statements, in AWS's order: the resource's policy, the caller's own, its boundary. */
function statementsOf(request: DecisionRequest, simulation: Simulation): readonly Looked[] {
  const { identity, boundary = [], resource = [] } = simulation
  const looked = (type: PolicyType, sources: readonly Source[]): Looked[] =>
    sources.flatMap((source) =>
      source.policy.statements.map((statement) => look(request, type, { source, statement })),
    )
  return [
    ...looked("resource", resource),
    ...looked("identity", identity),
    ...looked("boundary", boundary),
  ]
}

function look(
  { actor, action, resource, context }: DecisionRequest,
  type: PolicyType,
  { source, statement }: { readonly source: Source; readonly statement: CompiledStatement },
): Looked {
  const { statement: written, index } = statement
  const about = statement.matchesAction(action.toLowerCase()) && statement.naming(actor)
  const on = statement.matchesResource(resourceOf(resource), context)
  const variable = (written.resource ?? written.notResource)?.some((text) => text.includes("${"))
  return {
    ...{ type, source, index, effect: written.effect },
    matches: Boolean(about) && on && conditionsHold(statement, context),
    concerned: Boolean(about) && (on || variable === true),
    keys: keysOfStatement(written),
  }
}

/** An Allow of a boundary gives nothing by itself. */
const isTold = ({ matches, type, effect }: Looked): boolean =>
  matches && (type !== "boundary" || effect === "Deny")

const matchedMember = ({ source, index }: Looked): Matched => ({
  SourcePolicyId: source.id,
  SourcePolicyType: source.type,
  ...source.spans[index],
})

function verdictOf(statements: readonly Looked[], type: PolicyType): Verdict {
  const matching = statements.filter((one) => one.type === type && one.matches)
  if (matching.some(({ effect }) => effect === "Deny")) return "explicitDeny"
  return matching.length > 0 ? "allowed" : "implicitDeny"
}

/** "Populated for only cross-account simulations"; the names are not verified. */
const detailsOf = (statements: readonly Looked[]): Readonly<Record<string, Verdict>> => ({
  "IAM Policy": verdictOf(statements, "identity"),
  "Resource Policy": verdictOf(statements, "resource"),
})
