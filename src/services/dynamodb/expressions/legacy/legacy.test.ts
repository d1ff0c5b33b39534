import { expect, test } from "vitest"
import type { Item } from "../../values/attribute-value.ts"
import { holds, keyRangeOf } from "../expressions.ts"
import {
  compileParameters,
  refuseMixed,
  type GivenParameters,
  type RequestKind,
} from "../parameters.ts"

function refusal(kind: RequestKind, given: GivenParameters): string {
  try {
    refuseMixed(kind, given)
    compileParameters(kind, given)
  } catch (error) {
    return (error as Error).message
  }
  return "accepted"
}

const INVALID = "One or more parameter values were invalid: "

const EQ = { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] }
const mixed = (others: string, expressions: string): string =>
  "Can not use both expression and non-expression parameters in the same request: " +
  `Non-expression parameters: {${others}} Expression parameters: {${expressions}}`

test.each<[RequestKind, GivenParameters, string]>([
  [
    "update",
    { Expected: {}, AttributeUpdates: {}, ConditionExpression: "", UpdateExpression: "" },
    mixed("AttributeUpdates, Expected", "UpdateExpression, ConditionExpression"),
  ],
  [
    "query",
    {
      AttributesToGet: ["a", "a"],
      QueryFilter: { a: EQ },
      ConditionalOperator: "OR",
      KeyConditions: { a: EQ },
      ProjectionExpression: "",
      FilterExpression: "",
      KeyConditionExpression: "",
    },
    mixed(
      "AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions",
      "ProjectionExpression, FilterExpression, KeyConditionExpression",
    ),
  ],
  [
    "query",
    { AttributesToGet: ["a"], KeyConditions: { a: EQ }, FilterExpression: "" },
    mixed("AttributesToGet", "FilterExpression"),
  ],
  [
    "get",
    { AttributesToGet: ["a"], ProjectionExpression: "" },
    mixed("AttributesToGet", "ProjectionExpression"),
  ],
  [
    "put",
    { Expected: {}, ExpressionAttributeNames: {} },
    "ExpressionAttributeNames can only be specified when using expressions",
  ],
  [
    "put",
    { Expected: {}, ExpressionAttributeValues: {} },
    "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null",
  ],
  [
    "update",
    { ExpressionAttributeValues: {} },
    "ExpressionAttributeValues can only be specified when using expressions: UpdateExpression and ConditionExpression are null",
  ],
  [
    "query",
    { KeyConditions: { a: EQ }, ExpressionAttributeValues: {} },
    "ExpressionAttributeValues can only be specified when using expressions: FilterExpression and KeyConditionExpression are null",
  ],
  [
    "query",
    {},
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
  ],
])("what goes with what: %s %o", (kind, given, message) => {
  expect(refusal(kind, given)).toBe(message)
})

const expected = (a: object): GivenParameters => ({ Expected: { a } })

test.each<[object, string]>([
  [{}, "Value must be provided when Exists is null for Attribute: a"],
  [{ Exists: true }, "Value must be provided when Exists is true for Attribute: a"],
  [
    { Exists: false, Value: { S: "a" } },
    "Value cannot be used when Exists is false for Attribute: a",
  ],
  [
    { ComparisonOperator: "LT" },
    "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: a",
  ],
  [
    { Exists: true, ComparisonOperator: "LT" },
    "Exists and ComparisonOperator cannot be used together for Attribute: a",
  ],
  [
    { AttributeValueList: [{ S: "a" }], Value: { S: "a" }, ComparisonOperator: "LT" },
    "Value and AttributeValueList cannot be used together for Attribute: a",
  ],
  [
    { AttributeValueList: [{ S: "a" }] },
    "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
  ],
  [
    { Exists: true, AttributeValueList: [{ S: "a" }] },
    "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
  ],
  [
    { AttributeValueList: [], ComparisonOperator: "EQ" },
    "Invalid number of argument(s) for the EQ ComparisonOperator",
  ],
  [
    { Value: { S: "a" }, ComparisonOperator: "NULL" },
    "Invalid number of argument(s) for the NULL ComparisonOperator",
  ],
  [
    { AttributeValueList: [], ComparisonOperator: "IN" },
    "Invalid number of argument(s) for the IN ComparisonOperator",
  ],
  [
    { Value: { S: "a" }, ComparisonOperator: "BETWEEN" },
    "Invalid number of argument(s) for the BETWEEN ComparisonOperator",
  ],
])("Expected is refused: %o", (a, reason) => {
  expect(refusal("put", expected(a))).toBe(INVALID + reason)
})

test.each([
  ...["LT", "LE", "GT", "GE", "IN"].flatMap((operator) =>
    ["BOOL", "NULL", "SS", "NS", "M", "L"].map((type) => [operator, type] as const),
  ),
  ...["CONTAINS", "NOT_CONTAINS"].flatMap((operator) =>
    ["SS", "NS", "M", "L"].map((type) => [operator, type] as const),
  ),
  ...["N", "BOOL", "NULL", "SS", "NS", "M", "L"].map((type) => ["BEGINS_WITH", type] as const),
])("%s does not take values of type %s", (operator, type) => {
  const values = {
    N: { N: "1" },
    BOOL: { BOOL: true },
    NULL: { NULL: true },
    SS: { SS: ["a"] },
    NS: { NS: ["1"] },
    M: { M: {} },
    L: { L: [] },
  }
  const AttributeValueList = [values[type as keyof typeof values]]
  expect(
    refusal("scan", { ScanFilter: { a: { ComparisonOperator: operator, AttributeValueList } } }),
  ).toBe(`${INVALID}ComparisonOperator ${operator} is not valid for ${type} AttributeValue type`)
})

test("values of one condition are of one type and in order", () => {
  const key = (ComparisonOperator: string, ...AttributeValueList: object[]): string =>
    refusal("query", { KeyConditions: { a: { ComparisonOperator, AttributeValueList } } })
  expect(key("IN", { S: "b" }, { N: "1" })).toBe(
    `${INVALID}AttributeValues inside AttributeValueList must be of same type`,
  )
  expect(key("BETWEEN", { S: "b" }, { S: "a" })).toBe(
    "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
  )
})

test("ConditionalOperator joins two conditions or more", () => {
  expect(refusal("scan", { ConditionalOperator: "AND" })).toBe(
    "ConditionalOperator cannot be used without Filter or Expected",
  )
  expect(refusal("scan", { ScanFilter: { a: EQ }, ConditionalOperator: "OR" })).toBe(
    "ConditionalOperator can only be used when Filter or Expected has two or more elements",
  )
  const { filter } = compileParameters("scan", {
    ScanFilter: { a: EQ, b: EQ },
    ConditionalOperator: "OR",
  })
  expect(filter && holds(filter, { b: { S: "a" } })).toBe(true)
})

test.each<[string, readonly object[], boolean]>([
  ["EQ", [{ N: "12.0" }], true],
  ["NE", [{ S: "12" }], true],
  ["LE", [{ N: "12" }], true],
  ["GT", [{ N: "12" }], false],
  ["BETWEEN", [{ N: "1" }, { N: "12" }], true],
  ["IN", [{ N: "1" }, { N: "12" }], true],
  ["NULL", [], false],
  ["NOT_NULL", [], true],
  ["NOT_CONTAINS", [{ N: "12" }], true],
])("%s %o of a number is %s", (ComparisonOperator, AttributeValueList, result) => {
  const { condition } = compileParameters("put", {
    Expected: { n: { ComparisonOperator, AttributeValueList } },
  })
  expect(condition && holds(condition, { n: { N: "12" } })).toBe(result)
})

test("of what is not there NE is true and NOT_CONTAINS is not", () => {
  const holdsOf = (ComparisonOperator: string): boolean | undefined => {
    const { condition } = compileParameters("put", {
      Expected: { n: { ComparisonOperator, AttributeValueList: [{ S: "x" }] } },
    })
    return condition && holds(condition, {})
  }
  expect(holdsOf("NE")).toBe(true)
  expect(holdsOf("NOT_CONTAINS")).toBe(false)
  const { condition } = compileParameters("put", { Expected: { n: { Exists: false } } })
  expect(condition && holds(condition, {})).toBe(true)
})

test("KeyConditions are a range of keys", () => {
  const keys = { hash: { name: "a", type: "S" }, range: { name: "b", type: "S" } } as const
  const { keyCondition } = compileParameters("query", {
    KeyConditions: {
      a: EQ,
      b: { ComparisonOperator: "BEGINS_WITH", AttributeValueList: [{ S: "x" }] },
    },
  })
  expect(keyCondition && keyRangeOf(keyCondition, keys)).toEqual({
    partition: { S: "a" },
    sort: { operator: "begins_with", value: { S: "x" } },
  })
  const contains = compileParameters("query", {
    KeyConditions: {
      a: EQ,
      b: { ComparisonOperator: "CONTAINS", AttributeValueList: [{ S: "x" }] },
    },
  })
  expect(() => contains.keyCondition && keyRangeOf(contains.keyCondition, keys)).toThrow(
    "Attempted conditional constraint is not an indexable operation",
  )
  expect(refusal("query", { KeyConditions: {} })).toBe("Conditions can be of length 1 or 2 only")
})

test.each<[object, string]>([
  [{ Action: "PUT" }, "Only DELETE action is allowed when no attribute value is specified"],
  [
    { Action: "DELETE", Value: { S: "1" } },
    "DELETE action with value is not supported for the type S",
  ],
  [{ Action: "ADD", Value: { M: {} } }, "ADD action is not supported for the type M"],
])("AttributeUpdates are refused: %o", (a, reason) => {
  expect(refusal("update", { AttributeUpdates: { a } })).toBe(INVALID + reason)
})

test.each<[object, Item | string]>([
  [{ n: { Value: { S: "x" } } }, { n: { S: "x" } }],
  [{ n: { Action: "ADD", Value: { N: "2" } } }, { n: { N: "3" } }],
  [{ l: { Action: "ADD", Value: { L: [{ N: "2" }] } } }, { l: { L: [{ N: "1" }, { N: "2" }] } }],
  [{ n: { Action: "DELETE" } }, { n: undefined as never }],
  [{ n: { Action: "ADD", Value: { NS: ["1"] } } }, "Type mismatch for attribute to update"],
  [{ n: { Action: "DELETE", Value: { NS: ["1"] } } }, "Type mismatch for attribute to update"],
])("AttributeUpdates of an item: %o", (AttributeUpdates, changed) => {
  const old: Item = { n: { N: "1" }, l: { L: [{ N: "1" }] } }
  const { update } = compileParameters("update", { AttributeUpdates: AttributeUpdates as never })
  if (typeof changed === "string") expect(() => update?.apply(old, {})).toThrow(changed)
  else expect(update?.apply(old, {})).toEqual({ ...old, ...changed })
})

test("AttributesToGet are named once", () => {
  expect(refusal("get", { AttributesToGet: ["a", "a"] })).toBe(
    `${INVALID}Duplicate value in attribute name: a`,
  )
  const { projection } = compileParameters("get", { AttributesToGet: ["a.b", "c"] })
  expect(projection?.of({ "a.b": { N: "1" }, d: { N: "2" } })).toEqual({ "a.b": { N: "1" } })
})

test("attributes have names, of less than 64 KB", () => {
  const long = "n".repeat(65_536)
  for (const [name, reason] of [
    ["", /Empty attribute name$/],
    [long, /less than 65536 bytes$/],
  ] as const) {
    expect(refusal("get", { AttributesToGet: [name] })).toMatch(reason)
    expect(refusal("update", { AttributeUpdates: { [name]: { Value: { S: "x" } } } })).toMatch(
      reason,
    )
  }
  const names = (name: string): string =>
    refusal("get", { ProjectionExpression: "#n", ExpressionAttributeNames: { "#n": name } })
  expect(names("")).toMatch(
    /^ExpressionAttributeNames contains invalid value: .*Empty attribute name for key #n$/,
  )
  expect(names(long)).toMatch(/less than 65536 bytes for key #n$/)
  expect(names("n".repeat(65_535))).toBe("accepted")
})
