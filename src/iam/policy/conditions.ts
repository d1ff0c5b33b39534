import type { Context, ContextValue } from "./context.ts"
import { parseDate } from "./dates.ts"
import type { ConditionTest } from "./document.ts"
import { inIpRange, parseIpRange } from "./ip-range.ts"
import { arnMatcher, resourceOf, textMatcher, type Matcher } from "./match.ts"

/** A condition operator, read from its name. Null asks only whether there is a value. */
export interface Operator {
  readonly base: Base
  /** `StringNotEquals`, `NotIpAddress` …: none of the values matches. */
  readonly negated: boolean
  readonly ifExists: boolean
  readonly set: "all" | "any" | undefined
}

type Base =
  | "string"
  | "string-ignore-case"
  | "string-like"
  | "arn"
  | "bool"
  | "binary"
  | "ip"
  | "null"
  | `${"numeric" | "date"}-${Order}`
type Order = "equals" | "less" | "less-equals" | "greater" | "greater-equals"

/** Names in lower case ("IAM JSON policy elements: Condition operators"). */
const OPERATORS: Readonly<Record<string, readonly [Base, negated: boolean]>> = {
  stringequals: ["string", false],
  stringnotequals: ["string", true],
  stringequalsignorecase: ["string-ignore-case", false],
  stringnotequalsignorecase: ["string-ignore-case", true],
  stringlike: ["string-like", false],
  stringnotlike: ["string-like", true],
  numericequals: ["numeric-equals", false],
  numericnotequals: ["numeric-equals", true],
  numericlessthan: ["numeric-less", false],
  numericlessthanequals: ["numeric-less-equals", false],
  numericgreaterthan: ["numeric-greater", false],
  numericgreaterthanequals: ["numeric-greater-equals", false],
  dateequals: ["date-equals", false],
  datenotequals: ["date-equals", true],
  datelessthan: ["date-less", false],
  datelessthanequals: ["date-less-equals", false],
  dategreaterthan: ["date-greater", false],
  dategreaterthanequals: ["date-greater-equals", false],
  bool: ["bool", false],
  binaryequals: ["binary", false],
  ipaddress: ["ip", false],
  notipaddress: ["ip", true],
  arnequals: ["arn", false],
  arnlike: ["arn", false],
  arnnotequals: ["arn", true],
  arnnotlike: ["arn", true],
  null: ["null", false],
}

const NAME = /^(?:for(allvalues|anyvalue):)?([a-z]+?)(ifexists)?$/

/** Undefined when there is no such operator. Case does not matter. */
export function parseOperator(name: string): Operator | undefined {
  const match = NAME.exec(name.toLowerCase())
  if (!match) return undefined
  const [, set, plain = "", ifExists] = match
  const known = Object.hasOwn(OPERATORS, plain) ? OPERATORS[plain] : undefined
  if (!known || (known[0] === "null" && ifExists)) return undefined
  const [base, negated] = known
  return {
    base,
    negated,
    ifExists: ifExists !== undefined,
    set: set === undefined ? undefined : set === "allvalues" ? "all" : "any",
  }
}

/** One key under one operator. */
export interface CompiledCondition {
  readonly test: ConditionTest
  readonly holds: (context: Context) => boolean
}

export function compileCondition(test: ConditionTest, variables: boolean): CompiledCondition {
  const operator = parseOperator(test.operator)
  // A policy that was checked has no other operators: what is not understood never holds.
  if (!operator) return { test, holds: () => false }
  const key = test.key.toLowerCase()
  if (operator.base === "null") return { test, holds: nullTest(key, test.values) }
  const matchers = test.values.map((value) => valueMatcher(operator.base, value, variables))
  return { test, holds: (context) => holds(operator, matchers, { context, key }) }
}

function nullTest(key: string, values: readonly string[]): (context: Context) => boolean {
  const wanted = values.map((value) => value.toLowerCase() === "true")
  return (context) => {
    const value = context.get(key)
    const absent = value === undefined || (typeof value !== "string" && value.length === 0)
    return wanted.includes(absent)
  }
}

function holds(
  { negated, ifExists, set }: Operator,
  matchers: readonly Matcher[],
  { context, key }: { context: Context; key: string },
): boolean {
  const value = context.get(key)
  // "ForAllValues … returns true if there are no context keys in the request or if the context key
  // value resolves to a null dataset, such as an empty string"; ForAnyValue then is false, and
  // IfExists changes neither.
  if (set !== undefined && isNothing(value)) return set === "all"
  if (typeof value === "string") return matchesOne(matchers, value, context) !== negated
  if (value === undefined || value.length === 0) return negated || ifExists
  const holdsFor = (one: string): boolean => matchesOne(matchers, one, context) !== negated
  if (set === "all") return value.every(holdsFor)
  if (set === "any") return value.some(holdsFor)
  // Not documented for a list without a set operator: one that matches decides.
  return value.some((one) => matchesOne(matchers, one, context)) !== negated
}

const isNothing = (value: ContextValue | undefined): value is undefined =>
  value === undefined ||
  (typeof value === "string"
    ? value === ""
    : value.length === 0 || (value.length === 1 && value[0] === ""))

function matchesOne(matchers: readonly Matcher[], value: string, context: Context): boolean {
  for (const matches of matchers) if (matches(value, context)) return true
  return false
}

const never: Matcher = () => false

/** How one value of the policy is compared with one of the request. */
function valueMatcher(base: Base, value: string, variables: boolean): Matcher {
  switch (base) {
    case "string":
    case "binary":
      return textMatcher(value, { variables: variables && base === "string", wildcards: false })
    case "string-ignore-case":
      return ignoringCase(value, variables)
    case "string-like":
      return textMatcher(value, { variables, wildcards: true })
    case "arn":
      return arnValueMatcher(value, variables)
    case "bool":
      return ignoringCase(value, variables)
    case "ip":
      return ipMatcher(value)
    case "null":
      return never
    default:
      return orderMatcher(base, value)
  }
}

function arnValueMatcher(value: string, variables: boolean): Matcher {
  const matches = arnMatcher(value, variables, false)
  return (tested, context) => matches(resourceOf(tested), context)
}

function ignoringCase(value: string, variables: boolean): Matcher {
  const folded = textMatcher(value.toLowerCase(), { variables, wildcards: false })
  return (tested, context) => folded(tested.toLowerCase(), lowerCase(context))
}

/** The same keys with their values in lower case. */
function lowerCase(context: Context): Context {
  return {
    get(key) {
      const value = context.get(key)
      if (value === undefined) return undefined
      return typeof value === "string" ? value.toLowerCase() : value.map((one) => one.toLowerCase())
    },
  }
}

function ipMatcher(value: string): Matcher {
  const range = parseIpRange(value)
  return range ? (tested) => inIpRange(range, tested) : never
}

function orderMatcher(base: `${"numeric" | "date"}-${Order}`, value: string): Matcher {
  const read = base.startsWith("date") ? parseDate : parseNumber
  const wanted = read(value)
  const order = base.slice(base.indexOf("-") + 1) as Order
  if (wanted === undefined) return never
  return (tested) => {
    const given = read(tested)
    return given !== undefined && inOrder(order, given, wanted)
  }
}

function inOrder(order: Order, given: number, wanted: number): boolean {
  switch (order) {
    case "equals":
      return given === wanted
    case "less":
      return given < wanted
    case "less-equals":
      return given <= wanted
    case "greater":
      return given > wanted
    case "greater-equals":
      return given >= wanted
  }
}

function parseNumber(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined
}
