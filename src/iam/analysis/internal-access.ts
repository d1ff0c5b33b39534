import { parseOperator } from "../policy/conditions.ts"
import type { ConditionTest, PolicyDocument, Statement } from "../policy/document.ts"
import { actionsIn } from "./action-set.ts"
import { isWithin, patternOf } from "./pattern.ts"
import {
  resourceSetOf,
  resourcesOf,
  resourcesOverlap,
  resourcesWithin,
  type ResourceSet,
} from "./resource-set.ts"

/** A user or role, and all that says what it may do. */
export interface InternalPrincipal {
  readonly arn: string
  readonly account: string
  readonly kind: "user" | "role"
  readonly identity: readonly PolicyDocument[]
  readonly boundary?: PolicyDocument | undefined
  /** Service control policies, level by level. */
  readonly scps?: readonly (readonly PolicyDocument[])[] | undefined
  /** What condition keys are certain to say of it, by name in lower case. */
  readonly facts: ReadonlyMap<string, string>
}

/** A resource with what its owner says of it. */
export interface InternalResource {
  readonly account: string
  /** Its own ARN, and patterns of what is in it. */
  readonly arns: readonly string[]
  /** Names of actions about it, in lower case. */
  readonly actions: ReadonlySet<string>
  readonly policy?: PolicyDocument | undefined
  readonly rcps?: readonly (readonly PolicyDocument[])[] | undefined
}

/** What somebody may do with a resource under one set of conditions. */
export interface InternalAccess {
  /** In lower case. */
  readonly actions: readonly string[]
  readonly condition: Readonly<Record<string, string>>
}

/** A statement, as far as it is about the principal and the resource. */
interface Part {
  readonly actions: ReadonlySet<string>
  /** Those that are not certain to hold. */
  readonly conditions: readonly ConditionTest[]
  /** The resource's policy names the principal itself, or everybody. */
  readonly direct: boolean
}

/**
 * What a principal may do with a resource by all policies together ("Policy evaluation logic"). An
 * Allow counts where it is about some of the resource, and its conditions are told; a Deny where it
 * takes the whole resource away on no condition: no access is overlooked.
 */
export function internalAccess(
  who: InternalPrincipal,
  what: InternalResource,
): readonly InternalAccess[] {
  const on = resourceSetOf(what.arns)
  const within = (document: PolicyDocument) => partsOf(document, { who, what, on })
  const own = who.identity.flatMap((document) => within(document))
  const given = what.policy ? within(what.policy) : []
  const ways = who.account === what.account ? together(own, given) : both(own, given)
  const limits = [...(who.scps ?? []), ...(what.rcps ?? [])].map((level) =>
    allowedBy(level, within),
  )
  const boundary = who.boundary && allowedBy([who.boundary], within)
  const denied = deniedBy(
    [
      ...who.identity,
      ...(who.boundary ? [who.boundary] : []),
      ...(what.policy ? [what.policy] : []),
      ...[...(who.scps ?? []), ...(what.rcps ?? [])].flat(),
    ],
    { who, what, on },
  )
  return merged(
    ways.map((way) => ({
      ...way,
      actions: new Set(
        [...way.actions].filter(
          (action) =>
            !denied.has(action) &&
            limits.every((level) => level.has(action)) &&
            // "… the user's ARN" in the resource's policy is not limited by the boundary.
            (!boundary || boundary.has(action) || (way.direct && who.kind === "user")),
        ),
      ),
    })),
  )
}

interface Looked {
  readonly who: InternalPrincipal
  readonly what: InternalResource
  readonly on: ResourceSet
}

/** In one account either side is enough: the identity's, or the resource's if it names the identity. */
const together = (own: readonly Part[], given: readonly Part[]): readonly Part[] => [
  ...own,
  ...given.filter(({ direct }) => direct),
]

/** Between two accounts both sides must agree. */
const both = (own: readonly Part[], given: readonly Part[]): readonly Part[] =>
  own.flatMap((one) =>
    given.map((other) => ({
      actions: new Set([...one.actions].filter((action) => other.actions.has(action))),
      conditions: [...one.conditions, ...other.conditions],
      direct: false,
    })),
  )

/** The Allow statements about the principal and some of the resource. */
function partsOf(document: PolicyDocument, { who, what, on }: Looked): readonly Part[] {
  return document.statements.flatMap((statement) => {
    if (statement.effect === "Deny") return []
    const naming = namingOf(statement, who)
    if (!naming || !resourcesOverlap(resourcesOf(statement, "anything"), on)) return []
    const conditions = openConditions(statement.conditions, who)
    if (!conditions) return []
    const direct = document.kind === "resource" && naming === "itself"
    const actions = new Set([...actionsIn(statement)].filter((name) => what.actions.has(name)))
    return actions.size === 0 ? [] : [{ actions, conditions, direct }]
  })
}

const allowedBy = (
  documents: readonly PolicyDocument[],
  within: (document: PolicyDocument) => readonly Part[],
): ReadonlySet<string> => new Set(documents.flatMap(within).flatMap(({ actions }) => [...actions]))

/** Actions that some statement takes away for certain. */
function deniedBy(
  documents: readonly PolicyDocument[],
  { who, what, on }: Looked,
): ReadonlySet<string> {
  const denied = new Set<string>()
  for (const { statements } of documents)
    for (const statement of statements) {
      if (statement.effect === "Allow" || !namingOf(statement, who)) continue
      if (!resourcesWithin(on, resourcesOf(statement, "itself"))) continue
      if (openConditions(statement.conditions, who)?.length !== 0) continue
      for (const name of actionsIn(statement)) if (what.actions.has(name)) denied.add(name)
    }
  return denied
}

/** Policies of identities name nobody; those of resources the principal, its account or everybody. */
function namingOf(statement: Statement, who: InternalPrincipal): "itself" | "account" | undefined {
  const { principal, notPrincipal } = statement
  if (notPrincipal) {
    const left = namesOf(notPrincipal.aws, who) || notPrincipal.anyone
    return left ? undefined : "itself"
  }
  if (!principal || principal.anyone || principal.aws.includes(who.arn)) return "itself"
  // A Deny of the account is one of all that are in it.
  return namesOf(principal.aws, who) ? "account" : undefined
}

const namesOf = (names: readonly string[], { arn, account }: InternalPrincipal): boolean =>
  names.some((name) => name === arn || name === account || name.endsWith(`::${account}:root`))

/** The conditions that may or may not hold; undefined when one is certain not to. */
function openConditions(
  conditions: readonly ConditionTest[],
  { facts }: InternalPrincipal,
): readonly ConditionTest[] | undefined {
  const open: ConditionTest[] = []
  for (const test of conditions) {
    const outcome = outcomeOf(test, facts.get(test.key.toLowerCase()))
    if (outcome === false) return undefined
    if (outcome === undefined) open.push(test)
  }
  return open
}

/** What is certain of a condition: nothing, unless it compares texts with a key that is known. */
function outcomeOf({ operator, values }: ConditionTest, value: string | undefined) {
  const parsed = parseOperator(operator)
  if (value === undefined || !parsed || parsed.set || !TEXTS.has(parsed.base)) return undefined
  if (values.some((one) => one.includes("${"))) return undefined
  const wildcards = parsed.base !== "string"
  const text = patternOf(value, { wildcards: false })
  const hit = values.some((one) =>
    isWithin(text, patternOf(one, { wildcards, variables: "itself" })),
  )
  return hit !== parsed.negated
}

const TEXTS: ReadonlySet<string> = Object.freeze(new Set(["string", "string-like", "arn"]))

/** One entry for each set of conditions. */
function merged(parts: readonly Part[]): readonly InternalAccess[] {
  const found = new Map<string, { actions: Set<string>; condition: Record<string, string> }>()
  for (const { actions, conditions } of parts) {
    if (actions.size === 0) continue
    const condition = Object.fromEntries(
      conditions.map(({ key, values }) => [key, values.join(",")]),
    )
    const name = JSON.stringify(condition)
    const before = found.get(name)?.actions ?? []
    found.set(name, { condition, actions: new Set([...before, ...actions]) })
  }
  return [...found.values()].map(({ actions, condition }) => ({
    ...{ condition, actions: [...actions].toSorted() },
  }))
}
