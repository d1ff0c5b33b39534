import { isListed, namingOf, type Actor, type Naming } from "./actor.ts"
import { compileCondition, type CompiledCondition } from "./conditions.ts"
import type { Context } from "./context.ts"
import type { PolicyDocument, PolicyKind, Statement } from "./document.ts"
import { actionMatcher, arnMatcher, arnTail, type ArnMatcher } from "./match.ts"

/** A policy made ready to decide with. */
export interface CompiledPolicy {
  /** What explanations call it: an ARN, or the name of an inline policy. */
  readonly name: string
  readonly kind: PolicyKind
  readonly document: PolicyDocument
  readonly statements: readonly CompiledStatement[]
  /** The statements about an action, in order; it is found fastest as services always write it. */
  statementsOn(action: string): readonly CompiledStatement[]
}

export interface CompiledStatement {
  /** Place in the policy, from 0. */
  readonly index: number
  readonly statement: Statement
  readonly allows: boolean
  readonly conditions: readonly CompiledCondition[]
  /** Takes the action in lower case. */
  readonly matchesAction: (action: string) => boolean
  readonly matchesResource: ArnMatcher
  /** What the last part of a resource's ARN must begin with: tells most that do not match. */
  readonly tail: string
  /** How the statement names the caller; statements without principals mean every caller. */
  naming(actor: Actor): Naming | undefined
}

/** More different actions than one account asks for in a while. */
const ACTIONS_KEPT = 500

export function compilePolicy(document: PolicyDocument, name: string): CompiledPolicy {
  const variables = document.version === "2012-10-17"
  const statements = document.statements.map((one, index) => compile(one, index, variables))
  const known = new Map<string, readonly CompiledStatement[]>()
  return {
    name,
    kind: document.kind,
    document,
    statements,
    statementsOn(action) {
      const found = known.get(action)
      if (found) return found
      if (known.size >= ACTIONS_KEPT) known.clear()
      const lowerCase = action.toLowerCase()
      const concerned = statements.filter((statement) => statement.matchesAction(lowerCase))
      known.set(action, concerned)
      return concerned
    },
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
    tail: tailOf(statement, variables),
    naming(actor) {
      if (principal) return namingOf(principal, actor)
      if (notPrincipal) return isListed(notPrincipal, actor) ? undefined : "caller"
      return "caller"
    },
  }
}

function resourceMatcher(statement: Statement, variables: boolean): ArnMatcher {
  const { resource, notResource } = statement
  const texts = resource ?? notResource
  // Trust policies and some others say nothing: the resource that they are attached to is meant.
  if (texts === undefined) return () => true
  const matchers = texts.map((text) => arnMatcher(text, variables, true))
  const [only] = matchers
  const some: ArnMatcher =
    matchers.length === 1 && only
      ? only
      : (arn, context) => matchers.some((matches) => matches(arn, context))
  return resource ? some : (arn, context) => !some(arn, context)
}

function tailOf({ resource }: Statement, variables: boolean): string {
  const [only, more] = resource ?? []
  return only === undefined || more !== undefined ? "" : arnTail(only, variables)
}

/** Whether all conditions hold. */
export function conditionsHold({ conditions }: CompiledStatement, context: Context): boolean {
  for (const condition of conditions) if (!condition.holds(context)) return false
  return true
}
