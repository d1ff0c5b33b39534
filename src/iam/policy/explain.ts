import { conditionsHold, type CompiledPolicy, type CompiledStatement } from "./compile.ts"
import type { ContextValue } from "./context.ts"
import {
  groupsOf,
  type Decision,
  type DecisionRequest,
  type PolicyGroup,
  type PolicyType,
} from "./decision.ts"
import type { ConditionTest, PolicyDocument, Statement } from "./document.ts"
import { evaluate } from "./evaluate.ts"
import { actionMatcher, arnMatcher, resourceOf } from "./match.ts"
import type { PrincipalElement } from "./principal-element.ts"
import { remediesOf, type Remedy } from "./remedy.ts"

/** A decision with all that led to it. */
export interface Explanation {
  readonly request: DecisionRequest
  readonly decision: Decision
  /** Every set of policies that applies, in AWS's order; one for each level of an organization. */
  readonly groups: readonly ExplainedGroup[]
  /** What would have to be said, and where, for the request to be allowed: all of it, in order. */
  readonly remedies: readonly Remedy[]
}

export interface ExplainedGroup {
  readonly type: PolicyType
  /** What all its policies together say of the request. */
  readonly says: "Allow" | "Deny" | "nothing"
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
  /** What matches, where all of the statement does. */
  readonly match: Match | undefined
  /** Otherwise the first element that does not. */
  readonly mismatch: Mismatch | undefined
}

export interface Match {
  /** The pattern that the action matches; undefined under NotAction. */
  readonly action: string | undefined
  /** The pattern that the resource matches; undefined under NotResource and where there is none. */
  readonly resource: string | undefined
  readonly conditions: readonly Tested[]
}

export type Mismatch =
  | { readonly element: Element; readonly values: readonly string[] }
  | ({ readonly element: "Condition" } & Tested)

/** A condition with the request's value; undefined when it has none. */
export interface Tested {
  readonly test: ConditionTest
  readonly actual: ContextValue | undefined
}

type Element = "Action" | "NotAction" | "Resource" | "NotResource" | "Principal" | "NotPrincipal"

/** Looks at every statement, unlike `evaluate`, which stops when it knows. */
export function explain(request: DecisionRequest): Explanation {
  return {
    request,
    decision: evaluate(request),
    groups: groupsOf(request).map((group) => explainGroup(request, group)),
    remedies: remediesOf(request),
  }
}

function explainGroup(request: DecisionRequest, { type, policies }: PolicyGroup): ExplainedGroup {
  const explained = policies.map((policy) => explainPolicy(request, policy))
  const matching = explained.flatMap(({ statements }) => statements.filter(({ match }) => match))
  const says = (effect: "Allow" | "Deny") => matching.some((one) => one.effect === effect)
  return {
    type,
    says: says("Deny") ? "Deny" : says("Allow") ? "Allow" : "nothing",
    policies: explained,
  }
}

const explainPolicy = (request: DecisionRequest, policy: CompiledPolicy): ExplainedPolicy => ({
  name: policy.name,
  statements: policy.statements.map((statement) => {
    const mismatch = mismatchOf(request, statement)
    return {
      name: nameOf(statement),
      effect: statement.statement.effect,
      match: mismatch ? undefined : matchOf(request, statement, policy.document),
      mismatch,
    }
  }),
})

const nameOf = ({ statement, index }: CompiledStatement): string =>
  statement.sid ?? `statement ${index + 1}`

function mismatchOf(
  { actor, action, resource, context }: DecisionRequest,
  compiled: CompiledStatement,
): Mismatch | undefined {
  const { statement, conditions } = compiled
  if (!compiled.matchesAction(action.toLowerCase())) return elementOf(statement, "Action")
  if (!compiled.matchesResource(resourceOf(resource), context))
    return elementOf(statement, "Resource")
  if (!compiled.naming(actor)) return elementOf(statement, "Principal")
  if (conditionsHold(compiled, context)) return undefined
  const failed = conditions.find((condition) => !condition.holds(context))
  return failed && { element: "Condition", ...testedBy({ context }, failed.test) }
}

/** What the statement says there: under the element, or under its `Not…`. */
function elementOf(
  { action, notAction, resource, notResource, principal, notPrincipal }: Statement,
  element: "Action" | "Resource" | "Principal",
): Mismatch {
  switch (element) {
    case "Action":
      if (action) return { element, values: action }
      return { element: "NotAction", values: notAction ?? [] }
    case "Resource":
      if (resource) return { element, values: resource }
      return { element: "NotResource", values: notResource ?? [] }
    case "Principal":
      if (principal) return { element, values: namesIn(principal) }
      return { element: "NotPrincipal", values: notPrincipal ? namesIn(notPrincipal) : [] }
  }
}

const namesIn = (element: PrincipalElement): readonly string[] => [
  ...(element.anyone ? ["*"] : []),
  ...element.aws,
  ...element.services,
  ...element.federated,
  ...element.canonicalUsers,
]

function matchOf(
  request: DecisionRequest,
  { statement, conditions }: CompiledStatement,
  { version }: PolicyDocument,
): Match {
  const { context } = request
  const asked = resourceOf(request.resource)
  const action = request.action.toLowerCase()
  return {
    action: statement.action?.find((pattern) => actionMatcher([pattern])(action)),
    resource: statement.resource?.find((pattern) =>
      arnMatcher(pattern, version === "2012-10-17", true)(asked, context),
    ),
    conditions: conditions.map(({ test }) => testedBy(request, test)),
  }
}

const testedBy = ({ context }: Pick<DecisionRequest, "context">, test: ConditionTest): Tested => ({
  test,
  actual: context.get(test.key.toLowerCase()),
})
