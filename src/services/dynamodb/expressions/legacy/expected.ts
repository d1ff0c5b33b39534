import { invalidValues } from "../../errors.ts"
import { checkedValue, type GivenValue } from "../../values/validation.ts"
import type { Condition } from "../condition.ts"
import { checkArguments, comparingCondition, type ComparisonOperator } from "./comparison.ts"
import { joined } from "./conditions.ts"

/** A member of Expected. */
export interface GivenExpected {
  readonly Value?: GivenValue | undefined
  readonly Exists?: boolean | undefined
  readonly ComparisonOperator?: string | undefined
  readonly AttributeValueList?: readonly GivenValue[] | undefined
}

/** Expected as a condition; undefined where it is empty. Throws ValidationException (recorded). */
export function expectedCondition(
  given: Readonly<Record<string, GivenExpected>> | undefined,
  conditionalOperator: string | undefined,
): Condition | undefined {
  const terms = Object.entries(given ?? {}).map(([name, one]) => expectedTerm(name, one))
  return joined(terms, conditionalOperator)
}

function expectedTerm(name: string, given: GivenExpected): Condition {
  const { Value, Exists, ComparisonOperator, AttributeValueList } = given
  if (ComparisonOperator !== undefined) {
    if (Exists !== undefined)
      throw forAttribute("Exists and ComparisonOperator cannot be used together", name)
    if (Value !== undefined && AttributeValueList !== undefined)
      throw forAttribute("Value and AttributeValueList cannot be used together", name)
    const isNull = ComparisonOperator === "NULL" || ComparisonOperator === "NOT_NULL"
    if (Value === undefined && AttributeValueList === undefined && !isNull)
      throw forAttribute(
        `Value or AttributeValueList must be used with ComparisonOperator: ${ComparisonOperator}`,
        name,
      )
    const values = AttributeValueList ?? (Value ? [Value] : [])
    const comparing = {
      operator: ComparisonOperator as ComparisonOperator,
      values: values.map(checkedValue),
    }
    checkArguments(comparing)
    return comparingCondition(name, comparing)
  }
  if (AttributeValueList !== undefined)
    throw forAttribute("AttributeValueList can only be used with a ComparisonOperator", name)
  if (Exists === false) {
    if (Value !== undefined) throw forAttribute("Value cannot be used when Exists is false", name)
    return comparingCondition(name, { operator: "NULL", values: [] })
  }
  if (Value === undefined)
    throw forAttribute(`Value must be provided when Exists is ${Exists ?? "null"}`, name)
  return comparingCondition(name, { operator: "EQ", values: [checkedValue(Value)] })
}

const forAttribute = (reason: string, name: string): Error =>
  invalidValues(`${reason} for Attribute: ${name}`)
