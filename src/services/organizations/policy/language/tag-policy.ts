import type { EffectiveContent, EffectiveNode } from "./inherit.ts"
import { MalformedPolicy, type PolicyNode } from "./document.ts"
import { list, mapOf, record, text, type Shape } from "./shape.ts"

/** "a wildcard … one for each value". */
const TAG_VALUE = /^[^*]*\*?[^*]*$/
/** `sqs:queue`, `ecs:ALL_SUPPORTED`; the older `*` is kept out for most services (recorded of ECS). */
const RESOURCE_TYPE = /^[a-z0-9-]+:(?:[A-Za-z0-9_/-]+|\*)$/

/** ("Tag policy syntax and examples", Organizations user guide.) */
export const TAG_POLICY: Shape = record({
  tags: mapOf(
    record({
      tag_key: text(),
      tag_value: list(TAG_VALUE),
      enforced_for: list(RESOURCE_TYPE),
      report_required_tag_for: list(RESOURCE_TYPE),
    }),
  ),
})

/** Recorded: `tag_key` may only say how the policy key is written. */
export function assertTagKeys({ children }: PolicyNode): void {
  for (const [name, rule] of children.get("tags")?.children ?? []) {
    const written = rule.children.get("tag_key")?.assign
    if (typeof written === "string" && written.toLowerCase() !== name) throw new MalformedPolicy()
  }
}

/** What holds for one tag key. */
export interface TagRule {
  /** As it is to be written. */
  readonly key: string
  readonly values: readonly string[]
  readonly enforcedFor: readonly string[]
  readonly requiredFor: readonly string[]
}

/** Recorded: a key that nobody writes is in lower case, values that nobody lists are all. */
export function tagRules({ children }: EffectiveNode): readonly TagRule[] {
  return [...(children.get("tags")?.children ?? [])].map(([name, rule]) => {
    const values = (of: string) => rule.children.get(of)?.value
    const written = values("tag_key")
    return {
      key: typeof written === "string" ? written : name,
      values: listed(values("tag_value")) ?? ["*"],
      enforcedFor: listed(values("enforced_for")) ?? [],
      requiredFor: listed(values("report_required_tag_for")) ?? [],
    }
  })
}

const listed = (value: string | readonly string[] | undefined): readonly string[] | undefined =>
  typeof value === "string" ? [value] : value

export function tagPolicyContent(node: EffectiveNode): EffectiveContent {
  const rules = tagRules(node).map(({ key, values, enforcedFor, requiredFor }) => {
    const content: EffectiveContent = {
      tag_value: values,
      tag_key: key,
      ...(enforcedFor.length > 0 && { enforced_for: enforcedFor }),
      ...(requiredFor.length > 0 && { report_required_tag_for: requiredFor }),
    }
    return [key.toLowerCase(), content] as const
  })
  return rules.length === 0 ? {} : { tags: Object.fromEntries(rules) }
}
