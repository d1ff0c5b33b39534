import type { Naming } from "./actor.ts"
import { conditionsHold, type CompiledPolicy, type CompiledStatement } from "./compile.ts"
import {
  ALLOWED,
  groupsOf,
  resourceType,
  type Decision,
  type DecisionRequest,
  type PolicyType,
} from "./decision.ts"
import { resourceOf, type Resource } from "./match.ts"

/** A request with what all statements compare it by. */
interface Question {
  readonly request: DecisionRequest
  readonly action: string
  readonly resource: Resource
  /** The last part of the resource's ARN. */
  readonly tail: string
}

/** What one set of policies says. */
interface Finding {
  readonly type: PolicyType
  /** How the best Allow names the caller. */
  allow: Naming | undefined
  deny: { readonly policy: CompiledPolicy; readonly statement: CompiledStatement } | undefined
}

/**
 * Decides as AWS does ("Policy evaluation logic"): an explicit Deny anywhere ends it; every level
 * of the organization and the endpoint must allow; then the resource's policy and the caller's own
 * are taken together in one account, and asked both between two.
 */
export function evaluate(request: DecisionRequest): Decision {
  const { action } = request
  const resource = resourceOf(request.resource)
  const question: Question = { request, action, resource, tail: resource.parts?.at(-1) ?? "" }
  const findings: Finding[] = []
  for (const { type, policies } of groupsOf(request)) {
    const finding: Finding = { type, allow: undefined, deny: undefined }
    look(question, policies, finding)
    if (finding.deny) return { allowed: false, explicit: true, type, ...finding.deny }
    findings.push(finding)
  }
  const missing = missingAllow(request, findings)
  return missing ? { allowed: false, explicit: false, type: missing } : ALLOWED
}

/** Reads policies until one denies. */
function look(question: Question, policies: readonly CompiledPolicy[], finding: Finding): void {
  for (const policy of policies) {
    for (const statement of policy.statementsOn(question.action)) {
      // An Allow that could not add to what is allowed already need not be looked at.
      if (statement.allows && finding.allow === "caller") continue
      if (statement.tail !== "" && !question.tail.startsWith(statement.tail)) continue
      const naming = applies(question, statement)
      if (naming === undefined) continue
      if (!statement.allows) {
        finding.deny = { policy, statement }
        return
      }
      finding.allow = better(finding.allow, naming)
    }
  }
}

function applies(
  { request, resource }: Question,
  statement: CompiledStatement,
): Naming | undefined {
  if (!statement.matchesResource(resource, request.context)) return undefined
  const naming = statement.naming(request.actor)
  return naming && conditionsHold(statement, request.context) ? naming : undefined
}

const better = (one: Naming | undefined, other: Naming): Naming =>
  one === "caller" || other === "caller"
    ? "caller"
    : one === "parent" || other === "parent"
      ? "parent"
      : "account"

/** The first kind of policy that should have allowed and did not. */
function missingAllow(
  request: DecisionRequest,
  findings: readonly Finding[],
): PolicyType | undefined {
  for (const { type, allow } of findings) {
    if ((type === "rcp" || type === "scp" || type === "endpoint") && !allow) return type
  }
  const { actor, resourceAccount, policies } = request
  const resource = resourceType(policies.resource)
  const given = findings.find(({ type }) => type === resource)?.allow
  // Services, providers and nobody have no policies of their own.
  if (actor.account === "") return given ? undefined : resource
  if (actor.account !== resourceAccount)
    return missingOwn(request, findings, "all") ?? (given ? undefined : resource)
  if (given === "caller") return undefined
  if (given === undefined && request.resourceMustAllow) return resource
  return missingOwn(request, findings, given === "parent" ? "limits" : "all")
}

/** What the caller's side leaves out: its policies, and what limits them. */
function missingOwn(
  { actor, policies, unlimited }: DecisionRequest,
  findings: readonly Finding[],
  asked: "all" | "limits",
): PolicyType | undefined {
  const allows = (wanted: PolicyType): boolean =>
    findings.some(({ type, allow }) => type === wanted && allow !== undefined)
  // "The root user … isn't limited by identity-based policies".
  const free = unlimited || actor.type === "root"
  if (asked === "all" && !free && !allows("identity")) return "identity"
  if (policies.boundary && !allows("boundary")) return "boundary"
  if (policies.session && !allows("session")) return "session"
  return undefined
}
