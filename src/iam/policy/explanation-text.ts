import type { ContextValue } from "./context.ts"
import type { PolicyType } from "./decision.ts"
import { denialReason } from "./denial.ts"
import type {
  ExplainedGroup,
  ExplainedStatement,
  Explanation,
  Match,
  Mismatch,
  Tested,
} from "./explain.ts"
import type { Remedy } from "./remedy.ts"

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

const SAYS: Readonly<Record<ExplainedGroup["says"], string>> = {
  Allow: "allowed here",
  Deny: "denied here",
  nothing: "not allowed here",
}

/** More than fits a line is told by number. */
const MOST_VALUES = 4

/** The decision tree as lines of text. */
export function explanationText({ request, decision, groups, remedies }: Explanation): string {
  const { actor, action, resource } = request
  const why = decision.allowed ? "" : ` ${denialReason(decision, request)}`
  const lines = [
    `${decision.allowed ? "ALLOWED" : "DENIED"} ${action} on ${resource} to ${actor.arn}${why}`,
  ]
  for (const group of groups) lines.push(...groupLines(group))
  if (request.unlimited) lines.push("  nothing on the caller's own side limits it")
  for (const remedy of remedies) lines.push(remedyText(remedy))
  return lines.join("\n")
}

function groupLines({ type, says, policies }: ExplainedGroup): string[] {
  if (policies.length === 0) return [`  ${TITLES[type]}: none`]
  const lines = [`  ${TITLES[type]}: ${SAYS[says]}`]
  for (const { name, statements } of policies) {
    lines.push(`    ${name}`)
    for (const one of statements) lines.push(`      ${statementText(one)}`)
  }
  return lines
}

function statementText({ name, effect, match, mismatch }: ExplainedStatement): string {
  if (match) return `${name}: ${effect} matches${matchText(match)}`
  return `${name}: ${effect} does not match${mismatch ? `: ${mismatchText(mismatch)}` : ""}`
}

function matchText({ action, resource, conditions }: Match): string {
  const parts = [
    ...(action === undefined ? [] : [`Action ${action}`]),
    ...(resource === undefined ? [] : [`Resource ${resource}`]),
    ...conditions.map(testedText),
  ]
  return parts.length === 0 ? "" : `: ${parts.join("; ")}`
}

const mismatchText = (mismatch: Mismatch): string =>
  mismatch.element === "Condition"
    ? testedText(mismatch)
    : `${mismatch.element} is ${listText(mismatch.values)}`

function listText(values: readonly string[]): string {
  const shown = values.slice(0, MOST_VALUES).join(", ")
  const more = values.length - MOST_VALUES
  return more > 0 ? `${shown} and ${more} more` : shown
}

function testedText({ test, actual }: Tested): string {
  const found = actual === undefined ? "the request has none" : `it is ${valueText(actual)}`
  return `${test.operator} ${test.key} ${JSON.stringify(test.values)}, ${found}`
}

const valueText = (value: ContextValue): string => JSON.stringify(value)

function remedyText(remedy: Remedy): string {
  const where = TITLES[remedy.type]
  return remedy.kind === "add"
    ? `To allow it, say in the ${where}: ${JSON.stringify(remedy.statement)}`
    : `To allow it, change ${remedy.statement} of ${remedy.policy} in the ${where}: no Allow wins over a Deny`
}
