import type { WhyNot } from "../src/gateway/audit/rules.ts"

/** A condition key that requests for an action do not carry, though AWS lists it. */
export interface NotCarried {
  readonly key: string
  readonly action: string
  readonly why: WhyNot
}

const INTRODUCTION = `# Condition keys that requests do not carry

AWS's service authorization reference lists, for each action and resource, the condition keys that
policies can look at. Requests here carry them, but for these. Written by \`scripts/condition-keys.ts\`
from what the services say of their keys; every test holds decisions to it.

A condition on a key that a request does not carry is false, unless its operator ends in
\`IfExists\` or says that something is not so, as on AWS.
`

const MEANINGS: Readonly<Record<WhyNot, string>> = {
  "feature not here": "What the key tells of is a feature that does not exist here yet.",
  "its guide says otherwise":
    "AWS's list has it, but the service's guide says that it does not work.",
  "no VPC endpoints yet": "Requests come from no VPC yet.",
  "no such hardware here": "The key tells what a machine or device attests.",
  "not verified": "What AWS tells by it is not known well enough.",
  "nothing that it could tell":
    "Neither the request nor the resource has anything of the kind: a request without tags, a resource that is only to be made.",
  "service not here": "The key is about a service that does not exist here yet.",
}

/** The page: a section for each reason, a line for each key; all in order. */
export function conditionKeysDocument(
  missing: readonly NotCarried[],
  global: Readonly<Record<string, WhyNot>>,
): string {
  const reasons = (Object.keys(MEANINGS) as WhyNot[]).toSorted()
  const sections = reasons.flatMap((why) => {
    const lines = linesOf(missing.filter((one) => one.why === why))
    const globals = Object.keys(global).filter((key) => global[key] === why)
    const rows = [...globals.map((key) => `| \`${key}\` | all |`), ...lines].toSorted()
    if (rows.length === 0) return []
    return [`## ${why[0]?.toUpperCase()}${why.slice(1)}`, MEANINGS[why], table(rows)]
  })
  return `${[INTRODUCTION.trim(), ...sections].join("\n\n")}\n`
}

const table = (rows: readonly string[]): string =>
  ["| Condition key | Actions |", "| --- | --- |", ...rows].join("\n")

function linesOf(missing: readonly NotCarried[]): string[] {
  const actions = new Map<string, string[]>()
  for (const { key, action } of missing) actions.set(key, [...(actions.get(key) ?? []), action])
  return [...actions].map(([key, all]) => `| \`${key}\` | ${all.toSorted().join(", ")} |`)
}
