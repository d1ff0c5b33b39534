import { expect, test } from "vitest"
import type { GivenItem } from "../values/validation.ts"
import { compileKeyCondition, keyRangeOf, Substitutes, type KeyRange } from "./expressions.ts"

const KEYS = { hash: { name: "pk", type: "S" }, range: { name: "sk", type: "N" } } as const

const rangeOf = (
  text: string,
  values: GivenItem,
  keys: Parameters<typeof keyRangeOf>[1] = KEYS,
): KeyRange => keyRangeOf(compileKeyCondition(text, new Substitutes(undefined, values)), keys)

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return "accepted"
}

test.each<[string, KeyRange["sort"]]>([
  ["pk = :p", undefined],
  [":p = pk AND sk = :n", { operator: "=", value: { N: "1" } }],
  ["sk < :n AND pk = :p", { operator: "<", value: { N: "1" } }],
  ["pk = :p AND :n <= sk", { operator: ">=", value: { N: "1" } }],
  ["pk = :p AND :n > sk", { operator: "<", value: { N: "1" } }],
  [
    "(pk = :p AND (sk BETWEEN :n AND :m))",
    { operator: "between", low: { N: "1" }, high: { N: "2" } },
  ],
])("a range of keys: %s", (text, sort) => {
  const values: GivenItem = { ":p": { S: "x" }, ":n": { N: "1" }, ":m": { N: "2" } }
  expect(rangeOf(text, values)).toEqual({ partition: { S: "x" }, sort })
})

test("begins_with is a range of text and of bytes", () => {
  const keys = { hash: KEYS.hash, range: { name: "sk", type: "S" } } as const
  const values: GivenItem = { ":p": { S: "x" }, ":s": { S: "pre" } }
  expect(rangeOf("pk = :p AND begins_with(sk, :s)", values, keys).sort).toEqual({
    operator: "begins_with",
    value: { S: "pre" },
  })
})

const A: GivenItem = { ":a": { S: "1" }, ":b": { S: "1" } }

test.each([
  ["a > b and size(b) > c or a > c", "Invalid operator used in KeyConditionExpression: OR"],
  ["a in (b, size(c), d)", "Invalid operator used in KeyConditionExpression: IN"],
  ["attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists"],
  [
    "attribute_not_exists(a)",
    "Invalid operator used in KeyConditionExpression: attribute_not_exists",
  ],
  ["contains(a.d, b)", "Invalid operator used in KeyConditionExpression: contains"],
  ["not a > b", "Invalid operator used in KeyConditionExpression: NOT"],
  ["a <> b", "Invalid operator used in KeyConditionExpression: <>"],
  [
    ":a between size(b) and size(a) and b > :b",
    "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand",
  ],
  [
    "begins_with(:a, b) and a > :b",
    "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand",
  ],
  ["size(b) > a AND a.b > b AND b > c", "KeyConditionExpressions cannot contain nested operations"],
  ["a > size(b.d)", "KeyConditionExpressions cannot contain nested operations"],
  ["a between size(b) and size(a)", "KeyConditionExpressions cannot contain nested operations"],
  [
    "b > a.b",
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
  ],
  [
    "b between c[1] and d",
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
  ],
  [
    "a between b and size(a)",
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
  ],
  [
    "begins_with(a, b)",
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
  ],
  ["b.d > a AND c.d > e.f", "KeyConditionExpressions cannot have conditions on nested attributes"],
  ["b[0] > a", "KeyConditionExpressions cannot have conditions on nested attributes"],
  [":b > :a AND a < :b", "Invalid condition in KeyConditionExpression: No key attribute specified"],
  [
    "b > :a AND b < :a and c = :a and d = :a",
    "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
  ],
  [
    "(a > :a and b > :a) and (b > :a and c > :a)",
    "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
  ],
])("DDB-47: no key condition: %s", (text, message) => {
  const used = Object.entries(A).filter(([key]) => text.includes(key))
  const values = used.length > 0 ? Object.fromEntries(used) : undefined
  expect(refusal(() => compileKeyCondition(text, new Substitutes(undefined, values)))).toBe(message)
})

test("the bounds of BETWEEN are of one type and in order", () => {
  const between = (values: GivenItem): string =>
    refusal(() => compileKeyCondition("a between :b and :a", new Substitutes(undefined, values)))
  expect(between({ ":a": { S: "a" }, ":b": { N: "1" } })).toBe(
    "Invalid KeyConditionExpression: The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
  )
  expect(between({ ":a": { S: "a" }, ":b": { S: "b" } })).toBe(
    "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
  )
})

const HASH_ONLY = { hash: { name: "a", type: "S" } } as const

test.each([
  ["a > :a", "Query key condition not supported"],
  ["begins_with(a, :a)", "Query key condition not supported"],
  ["a between :a and :a", "Query key condition not supported"],
  [
    "a = :a AND b = :a",
    "The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)",
  ],
  ["b = :a", "Query condition missed key schema element: a"],
])("DDB-43: a query needs the partition key's one value: %s", (text, message) => {
  const values = { ":a": { S: "1" } }
  expect(refusal(() => rangeOf(text, values, HASH_ONLY))).toBe(message)
})

test("the conditions are on the keys, of their types", () => {
  expect(refusal(() => rangeOf("pk = :a", { ":a": { N: "1" } }))).toBe(
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  )
  expect(refusal(() => rangeOf("pk = :a AND another = :a", { ":a": { S: "1" } }))).toBe(
    "Query condition missed key schema element: sk",
  )
  expect(refusal(() => rangeOf("sk = :a", { ":a": { N: "1" } }))).toBe(
    "Query condition missed key schema element: pk",
  )
})
