import type { GivenItem } from "../values/validation.ts"
import { ConditionBinder, placesOf } from "./bind-condition.ts"
import { bindUpdate, refuseClashes } from "./bind-update.ts"
import type { Condition } from "./condition.ts"
import { keyConditionOf, type KeyCondition } from "./key-condition.ts"
import { Projection } from "./projection.ts"
import { Substitutes } from "./substitutes.ts"
import { parseCondition } from "./syntax/condition.ts"
import { parseProjection } from "./syntax/projection.ts"
import type { ExpressionParameter } from "./syntax/tree.ts"
import { parseUpdate } from "./syntax/update.ts"
import type { Update } from "./update.ts"

export { holds, type Condition } from "./condition.ts"
export { keyRangeOf, type KeyCondition, type KeyRange, type KeyTest } from "./key-condition.ts"
export { Projection } from "./projection.ts"
export { Substitutes } from "./substitutes.ts"
export { Update } from "./update.ts"

/** The expressions of a request. */
export interface GivenExpressions {
  readonly ConditionExpression?: string | undefined
  readonly UpdateExpression?: string | undefined
  readonly KeyConditionExpression?: string | undefined
  readonly FilterExpression?: string | undefined
  readonly ProjectionExpression?: string | undefined
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined
  readonly ExpressionAttributeValues?: GivenItem | undefined
}

export interface CompiledExpressions {
  readonly update: Update | undefined
  readonly condition: Condition | undefined
  readonly keyCondition: KeyCondition | undefined
  readonly filter: Condition | undefined
  readonly projection: Projection | undefined
}

/**
 * The expressions of a request, ready to be used on items. Throws ValidationException in AWS's
 * order (recorded): names, values, each expression, substitutes without use, keys of a query.
 */
export function compileExpressions(given: GivenExpressions): CompiledExpressions {
  const use = new Substitutes(given.ExpressionAttributeNames, given.ExpressionAttributeValues)
  const { UpdateExpression, ProjectionExpression } = given
  const update = UpdateExpression === undefined ? undefined : compileUpdate(UpdateExpression, use)
  const condition = optionalCondition("ConditionExpression", given, use)
  const key = optionalCondition("KeyConditionExpression", given, use)
  const filter = optionalCondition("FilterExpression", given, use)
  const projection =
    ProjectionExpression === undefined ? undefined : compileProjection(ProjectionExpression, use)
  use.refuseUnused()
  return { update, condition, keyCondition: key && keyConditionOf(key), filter, projection }
}

function optionalCondition(
  parameter: "ConditionExpression" | "FilterExpression" | "KeyConditionExpression",
  given: GivenExpressions,
  substitutes: Substitutes,
): Condition | undefined {
  const text = given[parameter]
  return text === undefined ? undefined : compileCondition(parameter, text, substitutes)
}

/** One condition, filter or key condition. Throws ValidationException, as all these do. */
export function compileCondition(
  parameter: ExpressionParameter,
  text: string,
  substitutes: Substitutes,
): Condition {
  const node = parseCondition(parameter, text)
  return new ConditionBinder(placesOf(parameter, substitutes)).bind(node)
}

export function compileKeyCondition(text: string, substitutes: Substitutes): KeyCondition {
  return keyConditionOf(compileCondition("KeyConditionExpression", text, substitutes))
}

export function compileProjection(text: string, substitutes: Substitutes): Projection {
  const nodes = parseProjection(text)
  const paths = nodes.map((node) => substitutes.path(node, "ProjectionExpression"))
  refuseClashes(paths, "ProjectionExpression")
  return new Projection(paths)
}

export function compileUpdate(text: string, substitutes: Substitutes): Update {
  return bindUpdate(parseUpdate(text), substitutes)
}
