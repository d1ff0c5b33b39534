import type { ConditionTest, PolicyDocument, Statement } from "../policy/document.ts"
import { actionsIn, namesOf } from "./action-set.ts"
import { conditionsImply } from "./condition-set.ts"
import { principalsOf, principalsWithin, type PrincipalSet } from "./principal-set.ts"
import {
  resourceSetOf,
  resourcesOf,
  resourcesOverlap,
  resourcesWithin,
  type ResourceSet,
} from "./resource-set.ts"

/**
 * A statement as a set of requests: actions × resources × principals × conditions. Policy variables
 * are read so that an Allow means at least what it gives and a Deny at most what it takes.
 */
interface Box {
  readonly index: number
  readonly actions: ReadonlySet<string>
  readonly resources: ResourceSet
  readonly principals: PrincipalSet
  readonly conditions: readonly ConditionTest[]
}

interface Boxes {
  readonly allows: readonly Box[]
  readonly denies: readonly Box[]
}

/**
 * The statements of `updated` that may give access which `existing` does not give. An empty answer
 * is proof that nothing new is given; a statement may be named wrongly where access is covered only
 * by several statements together, or by conditions on the same key with different operators.
 */
export function newAccess(existing: PolicyDocument, updated: PolicyDocument): readonly number[] {
  const before = boxesOf(existing, "existing")
  const after = boxesOf(updated, "updated")
  return after.allows.filter((box) => !isCovered(box, before, after)).map(({ index }) => index)
}

/** What is not to be given: any of the actions on any of the resources. */
export interface Access {
  readonly actions?: readonly string[] | undefined
  readonly resources?: readonly string[] | undefined
}

/** The statements that may give some of the accesses; none is proof that no access is given. */
export function grantedAccess(
  policy: PolicyDocument,
  wanted: readonly Access[],
): readonly number[] {
  const { allows, denies } = boxesOf(policy, "updated")
  const sets = wanted.map(({ actions, resources }) => ({
    actions: actions && new Set(actions.flatMap(namesOf)),
    resources: resourceSetOf(resources ?? ["*"]),
  }))
  const grants = (box: Box): boolean =>
    sets.some(({ actions, resources }) => {
      if (!resourcesOverlap(box.resources, resources)) return false
      const taken = deniesOf(meet(box, resources), denies)
      return some(box.actions, (one) => (!actions || actions.has(one)) && !hasAction(taken, one))
    })
  return allows.filter(grants).map(({ index }) => index)
}

/** The part of a box that is about these resources, if that is simple to say. */
const meet = (box: Box, resources: ResourceSet): Box =>
  resourcesWithin(resources, box.resources) ? { ...box, resources } : box

/** Each action of the box is denied after, or was allowed and not denied before. */
function isCovered(box: Box, before: Boxes, after: Boxes): boolean {
  const wholes = before.allows.filter((allow) => isWithinBox(box, allow))
  const limits = before.denies.filter(
    (deny) =>
      resourcesOverlap(deny.resources, box.resources) &&
      !after.denies.some((kept) => isWithinBox(deny, kept) && isSubset(deny.actions, kept.actions)),
  )
  const taken = deniesOf(box, after.denies)
  return !some(
    box.actions,
    (one) => !hasAction(taken, one) && (!hasAction(wholes, one) || hasAction(limits, one)),
  )
}

/** Those that take their actions away from the whole box. */
const deniesOf = (box: Box, denies: readonly Box[]): readonly Box[] =>
  denies.filter((deny) => isWithinBox(box, deny))

const hasAction = (boxes: readonly Box[], action: string): boolean =>
  boxes.some(({ actions }) => actions.has(action))

function some(actions: ReadonlySet<string>, test: (action: string) => boolean): boolean {
  for (const action of actions) if (test(action)) return true
  return false
}

/** Resources, principals and conditions; not actions. */
const isWithinBox = (inner: Box, outer: Box): boolean =>
  resourcesWithin(inner.resources, outer.resources) &&
  principalsWithin(inner.principals, outer.principals) &&
  conditionsImply(inner.conditions, outer.conditions)

function isSubset(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  for (const one of inner) if (!outer.has(one)) return false
  return true
}

function boxesOf(policy: PolicyDocument, role: "existing" | "updated"): Boxes {
  const boxes = policy.statements.map((statement, index) => boxOf(statement, index, role))
  const denies = (box: Box): boolean => policy.statements[box.index]?.effect === "Deny"
  return { allows: boxes.filter((box) => !denies(box)), denies: boxes.filter(denies) }
}

/**
 * Read to be sure: of the updated policy an Allow means the most and a Deny the least that it may
 * mean, of the existing one the other way round.
 */
function boxOf(statement: Statement, index: number, role: "existing" | "updated"): Box {
  const most = (statement.effect === "Allow") === (role === "updated")
  return {
    index,
    actions: actionsIn(statement),
    resources: resourcesOf(statement, most ? "anything" : "itself"),
    principals: principalsOf(statement),
    conditions: statement.conditions,
  }
}
