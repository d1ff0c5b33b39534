import { invalidValues, RequestError, validation } from "../errors.ts"
import type { Condition } from "./condition.ts"
import {
  compileExpressions,
  type CompiledExpressions,
  type GivenExpressions,
} from "./expressions.ts"
import { attributeUpdates, type GivenUpdate } from "./legacy/attribute-updates.ts"
import { filterOf, keyConditionsOf, type GivenConditions } from "./legacy/conditions.ts"
import { expectedCondition, type GivenExpected } from "./legacy/expected.ts"
import { Projection } from "./projection.ts"
import { assertName } from "../values/validation.ts"

/** Everything in a request that selects, conditions or changes items, old parameters and new. */
export interface GivenParameters extends GivenExpressions {
  readonly Expected?: Readonly<Record<string, GivenExpected>> | undefined
  readonly AttributeUpdates?: Readonly<Record<string, GivenUpdate>> | undefined
  readonly KeyConditions?: GivenConditions | undefined
  readonly QueryFilter?: GivenConditions | undefined
  readonly ScanFilter?: GivenConditions | undefined
  readonly ConditionalOperator?: string | undefined
  readonly AttributesToGet?: readonly string[] | undefined
}

type Name = keyof GivenParameters

interface Accepted {
  /** In the order in which messages name them. */
  readonly expressions: readonly Name[]
  readonly others: readonly Name[]
}

/** Recorded, but for the places of ConditionalOperator in writes. */
const ACCEPTED = {
  get: { expressions: ["ProjectionExpression"], others: ["AttributesToGet"] },
  put: { expressions: ["ConditionExpression"], others: ["Expected", "ConditionalOperator"] },
  update: {
    expressions: ["UpdateExpression", "ConditionExpression"],
    others: ["AttributeUpdates", "Expected", "ConditionalOperator"],
  },
  query: {
    expressions: ["ProjectionExpression", "FilterExpression", "KeyConditionExpression"],
    others: ["AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"],
  },
  scan: {
    expressions: ["ProjectionExpression", "FilterExpression"],
    others: ["AttributesToGet", "ScanFilter", "ConditionalOperator"],
  },
} as const satisfies Record<string, Accepted>

/** `put` stands for DeleteItem too, and `get` for each table of BatchGetItem. */
export type RequestKind = keyof typeof ACCEPTED

/**
 * Refuses requests that mix old parameters and expressions, or give substitutes to none. AWS looks
 * at this before the keys and the item. Throws ValidationException (recorded).
 */
export function refuseMixed(kind: RequestKind, given: GivenParameters): void {
  const { expressions, others }: Accepted = ACCEPTED[kind]
  const used = expressions.filter((name) => given[name] !== undefined)
  if (used.length > 0) {
    const old = others.filter((name) => given[name] !== undefined && !mayStay(name, given))
    if (old.length > 0)
      throw validation(
        "Can not use both expression and non-expression parameters in the same request: " +
          `Non-expression parameters: {${old.join(", ")}} Expression parameters: {${used.join(", ")}}`,
      )
  } else if (given.ExpressionAttributeNames !== undefined)
    throw validation("ExpressionAttributeNames can only be specified when using expressions")
  refuseValuesOfNone(kind, given)
}

/** KeyConditions go with a filter expression. */
const mayStay = (name: Name, given: GivenParameters): boolean =>
  name === "KeyConditions" && given.KeyConditionExpression === undefined

function refuseValuesOfNone(kind: RequestKind, given: GivenParameters): void {
  if (given.ExpressionAttributeValues === undefined) return
  const { expressions }: Accepted = ACCEPTED[kind]
  const takers = expressions.filter((name) => name !== "ProjectionExpression")
  if (takers.length === 0 || takers.some((name) => given[name] !== undefined)) return
  const brief = "ExpressionAttributeValues can only be specified when using expressions"
  const message = `${brief}: ${takers.join(" and ")} ${takers.length > 1 ? "are" : "is"} null`
  // Recorded of PutItem and DeleteItem; of queries it is unknown.
  throw new RequestError(message, { newer: kind === "query" ? message : brief })
}

/** What a request asks for, whichever parameters say so. */
export function compileParameters(kind: RequestKind, given: GivenParameters): CompiledExpressions {
  switch (kind) {
    case "get":
      return { ...compileExpressions(given), ...legacyProjection(given) }
    case "put":
      return withExpected(given)
    case "update": {
      // AWS looks at AttributeUpdates before Expected (recorded).
      const update = given.AttributeUpdates && attributeUpdates(given.AttributeUpdates)
      const compiled = withExpected(given)
      return update ? { ...compiled, update } : compiled
    }
    case "scan": {
      const filter = filterOf(given.ScanFilter, given.ConditionalOperator)
      const old = legacyProjection(given)
      return withFilter({ ...compileExpressions(given), ...old }, filter)
    }
    case "query":
      return compileQuery(given)
  }
}

function compileQuery(given: GivenParameters): CompiledExpressions {
  const filter = filterOf(given.QueryFilter, given.ConditionalOperator)
  const old = legacyProjection(given)
  if (given.KeyConditions === undefined && given.KeyConditionExpression === undefined)
    throw validation(
      "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    )
  const compiled = { ...compileExpressions(given), ...old }
  const keyCondition = given.KeyConditions && keyConditionsOf(given.KeyConditions)
  return withFilter(keyCondition ? { ...compiled, keyCondition } : compiled, filter)
}

function withExpected(given: GivenParameters): CompiledExpressions {
  const condition = expectedCondition(given.Expected, given.ConditionalOperator)
  const compiled = compileExpressions(given)
  return condition ? { ...compiled, condition } : compiled
}

const withFilter = (
  compiled: CompiledExpressions,
  filter: Condition | undefined,
): CompiledExpressions => (filter ? { ...compiled, filter } : compiled)

function legacyProjection({ AttributesToGet: names }: GivenParameters): {
  projection?: Projection
} {
  if (names === undefined) return {}
  names.forEach(assertName)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw invalidValues(`Duplicate value in attribute name: ${twice}`)
  return { projection: new Projection(names.map((name) => [name] as const)) }
}
