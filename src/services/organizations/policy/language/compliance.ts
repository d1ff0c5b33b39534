import { arnType } from "../../../../registry/arn-type.ts"
import type { TagRule } from "./tag-policy.ts"

/** What is wrong with the tags of a resource; nothing where all lists are empty. */
export interface TagFaults {
  /** Keys as the resource has them, which the policy writes in other case. */
  readonly wrongKeys: readonly string[]
  /** Keys as the resource has them, whose values the policy does not list. */
  readonly wrongValues: readonly string[]
  /** Keys as the policy writes them. */
  readonly missingKeys: readonly string[]
}

/** Holds the tags of a resource against the rules of its account. */
export function tagFaults(
  rules: readonly TagRule[],
  arn: string,
  tags: Readonly<Record<string, string>>,
): TagFaults {
  const wrongKeys: string[] = []
  const wrongValues: string[] = []
  for (const [key, value] of Object.entries(tags)) {
    const rule = ruleOf(rules, key)
    if (!rule) continue
    if (rule.key !== key) wrongKeys.push(key)
    if (!isListed(rule, value)) wrongValues.push(key)
  }
  const missingKeys = rules
    .filter(({ key, requiredFor }) => !isTagged(tags, key) && namesType(requiredFor, arn))
    .map(({ key }) => key)
  return { wrongKeys, wrongValues, missingKeys }
}

/** One in another case is a wrong key, not a missing one (not verified). */
const isTagged = (tags: Readonly<Record<string, string>>, key: string): boolean =>
  Object.keys(tags).some((one) => one.toLowerCase() === key.toLowerCase())

/** Keys are the same in any case, and must be written as the policy writes them. */
export function tagComplies(rules: readonly TagRule[], key: string, value: string): boolean {
  const rule = ruleOf(rules, key)
  return !rule || (rule.key === key && isListed(rule, value))
}

const ruleOf = (rules: readonly TagRule[], key: string): TagRule | undefined =>
  rules.find((one) => one.key.toLowerCase() === key.toLowerCase())

const isListed = ({ values }: TagRule, value: string): boolean =>
  values.some((pattern) => matches(pattern, value))

/** Of the one `*` that a value of a policy may have. */
function matches(pattern: string, value: string): boolean {
  const at = pattern.indexOf("*")
  if (at < 0) return pattern === value
  const [start, end] = [pattern.slice(0, at), pattern.slice(at + 1)]
  return value.length >= start.length + end.length && value.startsWith(start) && value.endsWith(end)
}

/** Whether a list of types names the resource's: `sqs:queue`, or all: `sqs:*`, `sqs:ALL_SUPPORTED`. */
export function namesType(types: readonly string[], arn: string): boolean {
  if (types.length === 0) return false
  const { service, type } = arnType(arn)
  return types.some((one) => {
    const [ofService, ofType = ""] = one.split(":")
    return (
      ofService === service && (ofType === type || ofType === "*" || ofType === "ALL_SUPPORTED")
    )
  })
}
