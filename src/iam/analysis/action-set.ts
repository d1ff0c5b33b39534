import { actionNames, expandActions } from "../actions/actions.ts"
import { actionMatcher } from "../policy/match.ts"
import type { Statement } from "../policy/document.ts"

/**
 * The actions that a statement means, in lower case: those of AWS's list that its patterns match,
 * and those that it names in full, whether or not AWS lists them.
 */
export function actionsIn(statement: Statement): ReadonlySet<string> {
  const { action, notAction } = statement
  if (action?.length === 1 && action[0] === "*") return actionNames()
  if (action) return new Set(action.flatMap(namesOf))
  const left = actionMatcher(notAction ?? [])
  return new Set([...actionNames()].filter((name) => !left(name)))
}

/** `sqs:Send*` → `sqs:sendmessage`; a name without wildcards is itself. */
export function namesOf(pattern: string): readonly string[] {
  if (!/[*?]/.test(pattern)) return [pattern.toLowerCase()]
  if (pattern === "*") return [...actionNames()]
  return expandActions(pattern).map(({ service, name }) => `${service}:${name}`.toLowerCase())
}
