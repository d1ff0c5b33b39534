import { compilePolicy, type CompiledPolicy, type CompiledStatement } from "./compile.ts"
import type { Decision, DecisionRequest, PolicySets, PolicyType } from "./decision.ts"
import { parsePolicy } from "./document.ts"
import { evaluate } from "./evaluate.ts"

/** One thing that stands against a request, and what would remove it. */
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

/** More than the kinds of policies and the Deny statements that one would meet in them. */
const MOST_REMEDIES = 20

/** All that has to change for the request to be allowed, each found as if those before were done. */
export function remediesOf(request: DecisionRequest): readonly Remedy[] {
  const remedies: Remedy[] = []
  let asked = request
  for (let round = 0; round < MOST_REMEDIES; round++) {
    const decision = evaluate(asked)
    if (decision.allowed) break
    const step = decision.explicit ? without(asked, decision) : withAllow(asked, decision.type)
    remedies.push(step.remedy)
    asked = { ...asked, policies: step.policies }
  }
  return remedies
}

interface Step {
  readonly remedy: Remedy
  readonly policies: PolicySets
}

type Change = (policies: readonly CompiledPolicy[]) => readonly CompiledPolicy[]

function withAllow(request: DecisionRequest, type: PolicyType): Step {
  const statement = smallestAllow(request, type)
  const text = JSON.stringify({ Version: "2012-10-17", Statement: statement })
  const more = compilePolicy(parsePolicy(text, { kind: type }), "remedy")
  return {
    remedy: { kind: "add", type, statement },
    policies: changed(request.policies, type, (policies) => [...policies, more]),
  }
}

function without(
  { policies }: DecisionRequest,
  { type, policy, statement }: Extract<Decision, { readonly explicit: true }>,
): Step {
  const remedy: Remedy = {
    ...{ kind: "change", type, policy: policy.name },
    statement: statement.statement.sid ?? `statement ${statement.index + 1}`,
  }
  const spared = (one: CompiledPolicy): CompiledPolicy =>
    one === policy ? lacking(policy, statement) : one
  return { remedy, policies: changed(policies, type, (list) => list.map(spared)) }
}

function lacking(policy: CompiledPolicy, statement: CompiledStatement): CompiledPolicy {
  const statements = policy.statements.filter((one) => one !== statement)
  return {
    ...policy,
    statements,
    statementsOn: (action) => statements.filter((one) => one.matchesAction(action.toLowerCase())),
  }
}

function changed(policies: PolicySets, type: PolicyType, change: Change): PolicySets {
  switch (type) {
    case "scp":
      return { ...policies, scps: policies.scps?.map(change) }
    case "rcp":
      return { ...policies, rcps: policies.rcps?.map(change) }
    case "trust":
      return { ...policies, resource: change(policies.resource ?? []) }
    default:
      return { ...policies, [type]: change(policies[type] ?? []) }
  }
}

/** The smallest statement that lets the request pass policies of that type. */
function smallestAllow(
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
