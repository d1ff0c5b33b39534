import { invalidValues, validation } from "../../errors.ts"
import { typeOf, type AttributeValue, type TypeName } from "../../values/attribute-value.ts"
import { compareValues } from "../../values/compare.ts"
import type { Condition, Operand } from "../condition.ts"
import type { KeyTest } from "../key-condition.ts"
import type { Path } from "../path.ts"
import type { Comparator } from "../syntax/tree.ts"

/** The operators of Expected, KeyConditions, QueryFilter and ScanFilter. */
export type ComparisonOperator =
  | "EQ"
  | "NE"
  | "LE"
  | "LT"
  | "GE"
  | "GT"
  | "NOT_NULL"
  | "NULL"
  | "CONTAINS"
  | "NOT_CONTAINS"
  | "BEGINS_WITH"
  | "IN"
  | "BETWEEN"

interface Arguments {
  readonly least: number
  readonly most: number
  /** Undefined for all. */
  readonly types?: ReadonlySet<TypeName>
}

const ORDERED: ReadonlySet<TypeName> = new Set(["S", "N", "B"])
const TEXT: ReadonlySet<TypeName> = new Set(["S", "B"])
const SCALAR: ReadonlySet<TypeName> = new Set(["S", "N", "B", "BOOL", "NULL"])

/** Recorded. */
const ARGUMENTS: Readonly<Record<ComparisonOperator, Arguments>> = {
  EQ: { least: 1, most: 1 },
  NE: { least: 1, most: 1 },
  LE: { least: 1, most: 1, types: ORDERED },
  LT: { least: 1, most: 1, types: ORDERED },
  GE: { least: 1, most: 1, types: ORDERED },
  GT: { least: 1, most: 1, types: ORDERED },
  NOT_NULL: { least: 0, most: 0 },
  NULL: { least: 0, most: 0 },
  CONTAINS: { least: 1, most: 1, types: SCALAR },
  NOT_CONTAINS: { least: 1, most: 1, types: SCALAR },
  BEGINS_WITH: { least: 1, most: 1, types: TEXT },
  IN: { least: 1, most: Number.POSITIVE_INFINITY, types: ORDERED },
  BETWEEN: { least: 2, most: 2, types: ORDERED },
}

const COMPARATORS: Readonly<Partial<Record<ComparisonOperator, Comparator>>> = {
  EQ: "=",
  NE: "<>",
  LE: "<=",
  LT: "<",
  GE: ">=",
  GT: ">",
}

/** An operator with the values that it takes. */
export interface Comparing {
  readonly operator: ComparisonOperator
  readonly values: readonly AttributeValue[]
}

/** Checks number and types of the values. Throws ValidationException (recorded, with the order). */
export function checkArguments({ operator, values }: Comparing): void {
  const { least, most, types } = ARGUMENTS[operator]
  if (values.length < least || values.length > most)
    throw invalidValues(`Invalid number of argument(s) for the ${operator} ComparisonOperator`)
  const [first] = values
  if (first === undefined) return
  const type = typeOf(first)
  if (values.some((value) => typeOf(value) !== type))
    throw invalidValues("AttributeValues inside AttributeValueList must be of same type")
  if (types && !types.has(type))
    throw invalidValues(
      `ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`,
    )
  if (operator === "BETWEEN" && (compareValues(first, values[1] as AttributeValue) ?? 0) > 0)
    throw validation(
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    )
}

/** The condition that the attribute compares so. */
export function comparingCondition(name: string, { operator, values }: Comparing): Condition {
  const path: Path = [name]
  const left: Operand = { kind: "path", path }
  const list = values.map((value): Operand => ({ kind: "value", value }))
  const [right, second] = list as [Operand, Operand]
  const comparator = COMPARATORS[operator]
  if (comparator) return { kind: "compare", operator: comparator, left, right }
  const exists: Condition = { kind: "exists", path }
  switch (operator) {
    case "NULL":
      return { kind: "not", term: exists }
    case "NOT_NULL":
      return exists
    case "CONTAINS":
      return { kind: "contains", left, right }
    case "NOT_CONTAINS": {
      // Not true of an attribute that is not there (recorded).
      const contains: Condition = { kind: "contains", left, right }
      return { kind: "and", terms: [exists, { kind: "not", term: contains }] }
    }
    case "BEGINS_WITH":
      return { kind: "begins_with", left, right }
    case "IN":
      return { kind: "in", operand: left, list }
    default:
      return { kind: "between", operand: left, low: right, high: second }
  }
}

/** The same as a test of a key. */
export function comparingKey({ operator, values }: Comparing): KeyTest {
  const [value, second] = values as [AttributeValue, AttributeValue]
  const comparator = COMPARATORS[operator]
  if (comparator && comparator !== "<>") return { operator: comparator, value }
  if (operator === "BEGINS_WITH") return { operator: "begins_with", value }
  if (operator === "BETWEEN") return { operator: "between", low: value, high: second }
  return { operator: "not indexable" }
}
