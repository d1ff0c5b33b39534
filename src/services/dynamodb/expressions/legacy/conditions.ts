import { validation } from "../../errors.ts"
import type { KeySchema } from "../../tables/table.ts"
import { checkedValue, type GivenValue } from "../../values/validation.ts"
import type { Condition } from "../condition.ts"
import type { KeyCondition, KeyTest } from "../key-condition.ts"
import {
  checkArguments,
  comparingCondition,
  comparingKey,
  type Comparing,
  type ComparisonOperator,
} from "./comparison.ts"

/** A member of KeyConditions, QueryFilter or ScanFilter. */
export interface GivenCondition {
  readonly ComparisonOperator: string
  readonly AttributeValueList?: readonly GivenValue[] | undefined
}

export type GivenConditions = Readonly<Record<string, GivenCondition>>

/** The conditions by attribute, checked. Throws ValidationException. */
function checkedConditions(given: GivenConditions): ReadonlyMap<string, Comparing> {
  const checked = new Map<string, Comparing>()
  for (const [name, { ComparisonOperator, AttributeValueList }] of Object.entries(given)) {
    const comparing: Comparing = {
      operator: ComparisonOperator as ComparisonOperator,
      values: (AttributeValueList ?? []).map(checkedValue),
    }
    checkArguments(comparing)
    checked.set(name, comparing)
  }
  return checked
}

/** QueryFilter and ScanFilter; undefined where they are empty. */
export function filterOf(
  given: GivenConditions | undefined,
  conditionalOperator: string | undefined,
): Condition | undefined {
  const checked = given && checkedConditions(given)
  const terms = [...(checked ?? [])].map(([name, one]) => comparingCondition(name, one))
  return joined(terms, conditionalOperator)
}

/** Several conditions in one: all, or with OR any. The texts are recorded. */
export function joined(
  terms: readonly Condition[],
  conditionalOperator: string | undefined,
): Condition | undefined {
  if (conditionalOperator !== undefined) {
    if (terms.length === 0)
      throw validation("ConditionalOperator cannot be used without Filter or Expected")
    if (terms.length === 1)
      throw validation(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements",
      )
  }
  if (terms.length < 2) return terms[0]
  return { kind: conditionalOperator === "OR" ? "or" : "and", terms }
}

/** How many there may be is the schema's matter: an index may have keys of several attributes. */
export function keyConditionsOf(given: GivenConditions): KeyCondition {
  const tests = new Map<string, KeyTest>()
  for (const [name, comparing] of checkedConditions(given)) tests.set(name, comparingKey(comparing))
  if (tests.size === 0) throw wrongNumber()
  return tests
}

/** Keys of one attribute, or two, have their own words for too many. */
export function assertNumber(
  given: GivenConditions | undefined,
  { hashes, ranges }: KeySchema,
): void {
  if (hashes || ranges || given === undefined) return
  if (Object.keys(given).length > 2) throw wrongNumber()
}

/** An older recording. */
const wrongNumber = (): Error => validation("Conditions can be of length 1 or 2 only")
