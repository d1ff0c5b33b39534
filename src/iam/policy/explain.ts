import { conditionsHold, type CompiledPolicy, type CompiledStatement } from "./compile.ts"
import type { Context } from "./context.ts"
import {
  groupsOf,
  type Decision,
  type DecisionRequest,
  type PolicyGroup,
  type PolicyType,
} from "./decision.ts"
import { denialReason } from "./denial.ts"
import type { ConditionTest } from "./document.ts"
import { evaluate } from "./evaluate.ts"
import { resourceOf } from "./match.ts"

/** A decision with all that led to it. */
export interface Explanation {
  readonly request: DecisionRequest
  readonly decision: Decision
  /** Every set of policies that applies, in AWS's order; one for each level of an organization. */
  readonly groups: readonly ExplainedGroup[]
  /** What would have to be said, and where, for the request to be allowed. */
  readonly remedy: Remedy | undefined
}

export interface ExplainedGroup {
  readonly type: PolicyType
  readonly policies: readonly ExplainedPolicy[]
}

export interface ExplainedPolicy {
  readonly name: string
  readonly statements: readonly ExplainedStatement[]
}

export interface ExplainedStatement {
  /** The Sid, or its place: `statement 2`. */
  readonly name: string
  readonly effect: "Allow" | "Deny"
  /** The first element that does not match; undefined when all of the statement does. */
  readonly mismatch: Mismatch | undefined
}

export type Mismatch =
  | { readonly element: "action" | "resource" | "principal" }
  | {
      readonly element: "condition"
      readonly test: ConditionTest
      /** The request's value; undefined when it has none. */
      readonly actual: string | readonly string[] | undefined
    }

export type Remedy =
  | { readonly kind: "add"; readonly type: PolicyType; readonly statement: AllowStatement }
  /** No Allow helps: this statement has to go, or to spare the request. */
  | {
      readonly kind: "change"
      readonly type: PolicyType
      readonly policy: string
      readonly statement: string
    }

/** The smallest statement that allows a request. */
export interface AllowStatement {
  readonly Effect: "Allow"
  readonly Principal?: "*" | { readonly [kind: string]: string } | undefined
  readonly Action: string
  readonly Resource?: string | undefined
}

/** Looks at every statement, unlike `evaluate`, which stops when it knows. */
export function explain(request: DecisionRequest): Explanation {
  const decision = evaluate(request)
  return {
    request,
    decision,
    groups: groupsOf(request).map((group) => explainGroup(request, group)),
    remedy: decision.allowed ? undefined : remedyOf(request, decision),
  }
}

function explainGroup(request: DecisionRequest, { type, policies }: PolicyGroup): ExplainedGroup {
  return { type, policies: policies.map((policy) => explainPolicy(request, policy)) }
}

function explainPolicy(request: DecisionRequest, policy: CompiledPolicy): ExplainedPolicy {
  return {
    name: policy.name,
    statements: policy.statements.map((statement) => ({
      name: nameOf(statement),
      effect: statement.statement.effect,
      mismatch: mismatchOf(request, statement),
    })),
  }
}

const nameOf = ({ statement, index }: CompiledStatement): string =>
  statement.sid ?? `statement ${index + 1}`

function mismatchOf(
  { actor, action, resource, context }: DecisionRequest,
  statement: CompiledStatement,
): Mismatch | undefined {
  if (!statement.matchesAction(action.toLowerCase())) return { element: "action" }
  if (!statement.matchesResource(resourceOf(resource), context)) return { element: "resource" }
  if (!statement.naming(actor)) return { element: "principal" }
  return conditionsHold(statement, context) ? undefined : failedCondition(statement, context)
}

function failedCondition(
  { conditions }: CompiledStatement,
  context: Context,
): Mismatch | undefined {
  const failed = conditions.find((condition) => !condition.holds(context))
  if (!failed) return undefined
  const { test } = failed
  return { element: "condition", test, actual: context.get(test.key.toLowerCase()) }
}

function remedyOf(
  request: DecisionRequest,
  decision: Exclude<Decision, { allowed: true }>,
): Remedy {
  const { type } = decision
  if (!decision.explicit) return { kind: "add", type, statement: smallestAllow(request, type) }
  const { policy, statement } = decision
  return { kind: "change", type, policy: policy.name, statement: nameOf(statement) }
}

/** The smallest statement that lets the request pass policies of that type. */
export function smallestAllow(
  { actor, action, resource }: DecisionRequest,
  type: PolicyType,
): AllowStatement {
  const Action = action
  switch (type) {
    case "trust":
      return { Effect: "Allow", Principal: principalOf(actor), Action }
    case "resource":
    case "endpoint":
      return { Effect: "Allow", Principal: principalOf(actor), Action, Resource: resource }
    case "rcp":
      return { Effect: "Allow", Principal: "*", Action, Resource: resource }
    default:
      return { Effect: "Allow", Action, Resource: resource }
  }
}

function principalOf({ type, arn }: DecisionRequest["actor"]): "*" | { [kind: string]: string } {
  switch (type) {
    case "anonymous":
      return "*"
    case "service":
      return { Service: arn }
    case "federated":
      return { Federated: arn }
    default:
      return { AWS: arn }
  }
}

const TITLES: Readonly<Record<PolicyType, string>> = {
  rcp: "resource control policies",
  scp: "service control policies",
  endpoint: "VPC endpoint policy",
  resource: "resource-based policy",
  trust: "role trust policy",
  identity: "identity-based policies",
  boundary: "permissions boundary",
  session: "session policies",
}

/** The decision tree as lines of text. */
export function explanationText({ request, decision, groups, remedy }: Explanation): string {
  const { actor, action, resource } = request
  const why = decision.allowed ? "" : ` ${denialReason(decision, action)}`
  const lines = [
    `${decision.allowed ? "ALLOWED" : "DENIED"} ${action} on ${resource} to ${actor.arn}${why}`,
  ]
  for (const { type, policies } of groups) {
    lines.push(`  ${TITLES[type]}${policies.length === 0 ? ": none" : ""}`)
    for (const { name, statements } of policies) {
      lines.push(`    ${name}`)
      for (const one of statements) lines.push(`      ${statementText(one)}`)
    }
  }
  if (remedy) lines.push(remedyText(remedy))
  return lines.join("\n")
}

function statementText({ name, effect, mismatch }: ExplainedStatement): string {
  if (!mismatch) return `${name}: ${effect} matches`
  if (mismatch.element !== "condition")
    return `${name}: ${effect} does not match: another ${mismatch.element}`
  const { test, actual } = mismatch
  const found = actual === undefined ? "the request has none" : `it is ${JSON.stringify(actual)}`
  return `${name}: ${effect} does not match: ${test.operator} ${test.key} ${JSON.stringify(test.values)}, ${found}`
}

function remedyText(remedy: Remedy): string {
  const where = TITLES[remedy.type]
  return remedy.kind === "add"
    ? `To allow it, say in the ${where}: ${JSON.stringify(remedy.statement)}`
    : `To allow it, change ${remedy.statement} of ${remedy.policy} in the ${where}: no Allow wins over a Deny`
}
