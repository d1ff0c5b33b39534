import { isListed, namingOf, type Actor, type Naming } from "./actor.ts"
import { compileCondition, type CompiledCondition } from "./conditions.ts"
import type { Context } from "./context.ts"
import type { PolicyDocument, PolicyKind, Statement } from "./document.ts"
import { actionMatcher, arnMatcher, type Matcher } from "./match.ts"

/** A policy made ready to decide with. */
export interface CompiledPolicy {
  /** What explanations call it: an ARN, or the name of an inline policy. */
  readonly name: string
  readonly kind: PolicyKind
  readonly document: PolicyDocument
  readonly statements: readonly CompiledStatement[]
  /** The statements that can concern a service, in order. */
  statementsOf(service: string): readonly CompiledStatement[]
}

export interface CompiledStatement {
  /** Place in the policy, from 0. */
  readonly index: number
  readonly statement: Statement
  readonly allows: boolean
  readonly conditions: readonly CompiledCondition[]
  /** Takes the action in lower case. */
  readonly matchesAction: (action: string) => boolean
  readonly matchesResource: Matcher
  /** How the statement names the caller; statements without principals mean every caller. */
  naming(actor: Actor): Naming | undefined
}

export function compilePolicy(document: PolicyDocument, name: string): CompiledPolicy {
  const variables = document.version === "2012-10-17"
  const statements = document.statements.map((one, index) => compile(one, index, variables))
  const services = new Map<string, readonly CompiledStatement[]>()
  const byService = statements.map(({ statement }) => servicesOf(statement))
  for (const service of new Set(byService.flatMap((one) => one ?? []))) {
    const concerned = statements.filter(
      (_, at) => byService[at] === undefined || byService[at].includes(service),
    )
    services.set(service, concerned)
  }
  const general = statements.filter((_, at) => byService[at] === undefined)
  return {
    name,
    kind: document.kind,
    document,
    statements,
    statementsOf: (service) => services.get(service) ?? general,
  }
}

function compile(statement: Statement, index: number, variables: boolean): CompiledStatement {
  const { principal, notPrincipal, action, notAction, conditions } = statement
  const acts = actionMatcher(action ?? notAction ?? [])
  return {
    index,
    statement,
    allows: statement.effect === "Allow",
    conditions: conditions.map((test) => compileCondition(test, variables)),
    matchesAction: action ? acts : (lowerCase) => !acts(lowerCase),
    matchesResource: resourceMatcher(statement, variables),
    naming(actor) {
      if (principal) return namingOf(principal, actor)
      if (notPrincipal) return isListed(notPrincipal, actor) ? undefined : "caller"
      return "caller"
    },
  }
}

function resourceMatcher(statement: Statement, variables: boolean): Matcher {
  const { resource, notResource } = statement
  const texts = resource ?? notResource
  // Trust policies and some others say nothing: the resource that they are attached to is meant.
  if (texts === undefined) return () => true
  const matchers = texts.map((text) => arnMatcher(text, variables, true))
  const [only] = matchers
  const some: Matcher =
    matchers.length === 1 && only
      ? only
      : (arn, context) => matchers.some((matches) => matches(arn, context))
  return resource ? some : (arn, context) => !some(arn, context)
}

/** The services whose actions a statement can match; undefined for any. */
function servicesOf({ action }: Statement): readonly string[] | undefined {
  if (!action) return undefined
  const services = action.map((text) => text.slice(0, Math.max(0, text.indexOf(":"))).toLowerCase())
  return services.some((service) => service === "" || /[*?]/.test(service)) ? undefined : services
}

/** Whether all conditions hold. */
export function conditionsHold({ conditions }: CompiledStatement, context: Context): boolean {
  for (const condition of conditions) if (!condition.holds(context)) return false
  return true
}
