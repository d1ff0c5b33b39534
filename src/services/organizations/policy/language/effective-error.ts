import type { EffectiveNode } from "./inherit.ts"
import { tagRules } from "./tag-policy.ts"

/** What makes the policy that is in force in an account invalid as a whole. */
export interface EffectiveError {
  /** The three that the guide names ("About invalid effective policy alerts"). */
  readonly code: "ELEMENTS_TOO_MANY" | "ELEMENTS_TOO_FEW" | "KEY_REQUIRED"
  readonly message: string
  /** Names from the top of the policy: `plans`, `hourly-backup`, `rules`. */
  readonly path: readonly string[]
}

/** "more than 10 rules are given for a backup plan" */
const MOST_RULES = 10
/** Tags that may be required of one type of resource; not verified. */
const MOST_REQUIRED = 50

/** What is wrong with an effective policy; of types whose rules are not known nothing is. */
export function effectiveErrors(type: string, policy: EffectiveNode): readonly EffectiveError[] {
  if (type === "BACKUP_POLICY") return backupErrors(policy)
  return type === "TAG_POLICY" ? tagErrors(policy) : []
}

interface Place {
  readonly node: EffectiveNode
  readonly path: readonly string[]
}

/** The settings of the author's choosing under a name. */
const entriesOf = ({ node, path }: Place, name: string): readonly Place[] =>
  [...(node.children.get(name)?.children ?? [])]
    .filter(([, child]) => isThere(child))
    .map(([entry, child]) => ({ node: child, path: [...path, name, entry] }))

/** What has neither values nor settings is not published, so it is not there. */
const isThere = (node: EffectiveNode): boolean =>
  node.value !== undefined || [...node.children.values()].some(isThere)

function backupErrors(policy: EffectiveNode): readonly EffectiveError[] {
  return entriesOf({ node: policy, path: [] }, "plans").flatMap((plan) => [
    ...missing(plan, ["rules", "regions", "selections"]),
    ...tooFew(plan, "regions"),
    ...tooMany(plan, "rules"),
    ...entriesOf(plan, "rules").flatMap((rule) => missing(rule, ["target_backup_vault_name"])),
    ...selectionsOf(plan).flatMap((tag) => [
      ...missing(tag, ["iam_role_arn", "tag_key", "tag_value"]),
      ...tooFew(tag, "tag_value"),
    ]),
  ])
}

function selectionsOf({ node, path }: Place): readonly Place[] {
  const selections = node.children.get("selections")
  return selections ? entriesOf({ node: selections, path: [...path, "selections"] }, "tags") : []
}

/** "a backup plan is missing a backup rule"; the words are not verified. */
const missing = ({ node, path }: Place, names: readonly string[]): readonly EffectiveError[] =>
  names
    .filter((name) => {
      const child = node.children.get(name)
      return !child || !isThere(child)
    })
    .map((name) => ({ code: "KEY_REQUIRED", message: `'${name}' is missing`, path }))

/** "no region is defined for a backup plan": all were removed; the words are not verified. */
function tooFew({ node, path }: Place, name: string): readonly EffectiveError[] {
  const value = node.children.get(name)?.value
  if (value === undefined || typeof value === "string" || value.length > 0) return []
  const message = `'${name}' is less than the allowed minimum limit 1`
  return [{ code: "ELEMENTS_TOO_FEW", message, path: [...path, name] }]
}

/** Words as in the guide's example of a CloudTrail event. */
function tooMany(plan: Place, name: string): readonly EffectiveError[] {
  if (entriesOf(plan, name).length <= MOST_RULES) return []
  const message = `'${name}' exceeds the allowed maximum limit ${MOST_RULES}`
  return [{ code: "ELEMENTS_TOO_MANY", message, path: [...plan.path, name] }]
}

/** The rule is AWS's quota of required tags; the words are not verified. */
function tagErrors(policy: EffectiveNode): readonly EffectiveError[] {
  const keys = new Map<string, number>()
  for (const { requiredFor } of tagRules(policy))
    for (const type of new Set(requiredFor)) keys.set(type, (keys.get(type) ?? 0) + 1)
  return [...keys]
    .filter(([, count]) => count > MOST_REQUIRED)
    .map(([type, count]) => ({
      code: "ELEMENTS_TOO_MANY",
      message: `Resource type '${type}' has ${count} tags for 'report_required_tag_for', which exceeds the maximum limit of ${MOST_REQUIRED}`,
      path: ["tags"],
    }))
}
