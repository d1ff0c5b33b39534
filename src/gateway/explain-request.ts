import type { DecisionRequest } from "../iam/policy/decision.ts"
import { denialReason } from "../iam/policy/denial.ts"
import {
  explain,
  type ExplainedGroup,
  type ExplainedStatement,
  type Explanation,
} from "../iam/policy/explain.ts"
import { explanationText } from "../iam/policy/explanation-text.ts"
import type { Remedy } from "../iam/policy/remedy.ts"
import type { World } from "../kernel/world.ts"
import { shownPrincipal } from "../services/iam/port.ts"
import type { KeptCall, KeptDecision, RecentCalls } from "./recent-calls.ts"

/** A request in a list. Times are ISO 8601, of cloud time. */
export interface RequestSummary {
  readonly requestId: string
  readonly time: string
  readonly service?: string | undefined
  readonly operation?: string | undefined
  readonly region?: string | undefined
  /** ARN; absent where nobody was authenticated. */
  readonly caller?: string | undefined
  readonly outcome: "allowed" | "denied" | "undecided"
  readonly error?: { readonly code: string; readonly message: string } | undefined
}

/** Why a request was allowed or denied. */
export interface RequestExplanation extends RequestSummary {
  /** In the order of asking; the first that is denied ends the request. */
  readonly decisions: readonly AccessExplanation[]
  /** What services called in the course of the request, with the caller's rights. */
  readonly inner: readonly (RequestSummary & { readonly decisions: readonly AccessExplanation[] })[]
  /** The same for a person to read. */
  readonly text: string
}

/** One access that was decided, with all that was looked at. */
export interface AccessExplanation {
  readonly action: string
  readonly resource: string
  /** The account that owns the resource. */
  readonly owner: string
  readonly allowed: boolean
  /** AWS's words for a denial: `because no … allows …`, `with an explicit deny in …`. */
  readonly reason?: string | undefined
  /** Nothing on the caller's own side limits it: root, and roles that only somebody's word made. */
  readonly unlimited: boolean
  readonly groups: readonly ExplainedGroup[]
  readonly remedies: readonly Remedy[]
}

/** The id of no request that is kept. */
export class UnknownRequestError extends RangeError {
  constructor(requestId: string) {
    super(
      `no recent request has the id ${requestId}: the last few thousand are kept, until the cloud ` +
        "stops or is reset (cloudarium requests lists them)",
    )
  }
}

/** Throws UnknownRequestError. */
export function explainRequest(
  recent: RecentCalls,
  requestId: string,
  world: Pick<World, "peek">,
): RequestExplanation {
  const found = recent.find(requestId.trim().toLowerCase())
  const call = found.at(-1)
  if (!call) throw new UnknownRequestError(requestId)
  const inner = found.slice(0, -1)
  const nameOf = (name: string): string => world.peek((tx) => shownPrincipal(tx, name))
  const explained: Explain = (asked) => withNames(explain(asked), nameOf)
  return {
    ...summaryOf(call),
    decisions: accessesOf(call, explained),
    inner: inner.map((one) => ({
      ...summaryOf(one),
      decisions: accessesOf(one, explained),
    })),
    text: [
      ...callLines(call, explained),
      ...inner.flatMap((one) => innerLines(one, explained)),
    ].join("\n"),
  }
}

type Explain = (asked: DecisionRequest) => Explanation

/** With principals as people know them: policies are kept by unique ids. */
function withNames(explanation: Explanation, nameOf: (name: string) => string): Explanation {
  const named = (one: ExplainedStatement): ExplainedStatement => {
    const { mismatch } = one
    return mismatch?.element === "Principal" || mismatch?.element === "NotPrincipal"
      ? { ...one, mismatch: { ...mismatch, values: mismatch.values.map(nameOf) } }
      : one
  }
  const groups = explanation.groups.map((group) => ({
    ...group,
    policies: group.policies.map((policy) => ({
      ...policy,
      statements: policy.statements.map(named),
    })),
  }))
  return { ...explanation, groups }
}

export function summaryOf(call: KeptCall): RequestSummary {
  const { requestId, service, operation, region, caller, outcome, error } = call
  const time = new Date(call.answeredMs).toISOString()
  return {
    ...{ requestId, time, service, operation, caller, outcome, error },
    region: region === "" ? undefined : region,
  }
}

const accessesOf = (call: KeptCall, explained: Explain): AccessExplanation[] =>
  call.decisions.map((one) => {
    const asked = call.asked(one)
    return explainAccess(one, asked, asked && explained(asked))
  })

function explainAccess(
  { request, allowed }: KeptDecision,
  asked: DecisionRequest | undefined,
  explanation: Explanation | undefined,
): AccessExplanation {
  const { action, resource, owner } = request
  const head = { action, resource, owner, allowed }
  if (!asked || !explanation) return { ...head, unlimited: true, groups: [], remedies: [] }
  return {
    ...head,
    reason: reasonOf(explanation),
    unlimited: asked.unlimited === true,
    groups: explanation.groups,
    remedies: explanation.remedies,
  }
}

const reasonOf = ({ decision, request }: Explanation): string | undefined =>
  decision.allowed ? undefined : denialReason(decision, request)

function callLines(call: KeptCall, explained: Explain): string[] {
  const { requestId, error } = call
  return [
    `Request ${requestId}`,
    `${callTitle(call)}: ${call.outcome.toUpperCase()}`,
    `Caller: ${call.caller ?? "not authenticated"}`,
    `Answer: ${error ? `${error.code}: ${error.message}` : "the operation's output"}`,
    ...decisionLines(call, explained),
  ]
}

function innerLines(call: KeptCall, explained: Explain): string[] {
  return ["", `On the way the service called ${callTitle(call)}`, ...decisionLines(call, explained)]
}

function callTitle({ service, operation, region, answeredMs }: KeptCall): string {
  const where = region === "" ? "" : ` in ${region}`
  const when = new Date(answeredMs).toISOString()
  return `${service ?? "unknown service"} ${operation ?? "(unknown operation)"}${where} at ${when}`
}

function decisionLines(call: KeptCall, explained: Explain): string[] {
  if (call.decisions.length > 0)
    return call.decisions.flatMap((one) => {
      const asked = call.asked(one)
      return ["", decisionText(one, asked && explained(asked))]
    })
  return ["", undecidedText(call)]
}

function decisionText({ request }: KeptDecision, explanation: Explanation | undefined): string {
  if (explanation) return explanationText(explanation)
  const { action, resource } = request
  return `ALLOWED ${action} on ${resource}\n  nothing limits the caller in its own account`
}

function undecidedText({ caller, error }: KeptCall): string {
  if (!error) return "No decision was needed: AWS lets every caller use this operation."
  if (caller) return `It came to no decision: ${error.code} was found before.`
  return `It came to no decision: the caller was not known, or what was asked is not there (${error.code}).`
}
