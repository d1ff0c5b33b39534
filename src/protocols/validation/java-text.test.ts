import { expect, test } from "vitest"
import { javaPattern } from "./java-pattern.ts"
import { enumOrder, hashMapOrder, javaDouble, javaHash } from "./java-text.ts"

test("String.hashCode", () => {
  expect(javaHash("")).toBe(0)
  expect(javaHash("hello")).toBe(99162322)
  expect(javaHash("polygenelubricants")).toBe(-2147483648)
})

// As AWS listed them; sorted here, the function has to find the order by itself.
test.each([
  ["HEAD, POST, PATCH, DELETE, PUT, GET, OPTIONS", "POST,GET,HEAD,OPTIONS,PUT,PATCH,DELETE"],
  [
    "SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING",
    "RUNNING,SUCCEEDED,FAILED,TIMED_OUT,ABORTED,PENDING_REDRIVE",
  ],
  [
    "RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER",
    "API,AUTHORIZER,MODEL,RESOURCE,METHOD,PATH_PARAMETER,QUERY_PARAMETER,REQUEST_HEADER,REQUEST_BODY,RESPONSE,RESPONSE_HEADER,RESPONSE_BODY",
  ],
  ["w3c, raw, json, plain, parquet", "json,plain,w3c,raw,parquet"],
  ["INDEXES, TOTAL, NONE", "INDEXES,TOTAL,NONE"],
  ["Terminate, Allow", "Allow,Terminate"],
])("values of an enumeration: %s", (listed, model) => {
  expect(enumOrder(model.split(",")).join(", ")).toBe(listed)
})

// DynamoDB's GetItem (7 members) and Query (17): the table grows with the number of members.
test("members of a structure", () => {
  const getItem =
    "TableName,Key,AttributesToGet,ConsistentRead,ReturnConsumedCapacity,ProjectionExpression,ExpressionAttributeNames"
  const query =
    "TableName,IndexName,Select,AttributesToGet,Limit,ConsistentRead,KeyConditions,QueryFilter,ConditionalOperator,ScanIndexForward,ExclusiveStartKey,ReturnConsumedCapacity,ProjectionExpression,FilterExpression,KeyConditionExpression,ExpressionAttributeNames,ExpressionAttributeValues"
  const order = (names: string, of: readonly string[]) =>
    hashMapOrder(names.split(",").map((name) => name.charAt(0).toLowerCase() + name.slice(1)))
      .filter((name) => of.includes(name))
      .join(" ")
  expect(order(getItem, ["attributesToGet", "returnConsumedCapacity", "key", "tableName"])).toBe(
    "attributesToGet returnConsumedCapacity key tableName",
  )
  // Without queryFilter: it shares a bucket with another, and who came first is not known.
  const recorded =
    "select indexName returnConsumedCapacity tableName conditionalOperator attributesToGet limit keyConditions"
  expect(order(query, recorded.split(" "))).toBe(recorded)
})

test("Double.toString", () => {
  const written = [0, -0, 1, 0.5, 0.001, 0.0001, 1e7, 1234567, 12345678.9, -1e21, NaN].map(
    javaDouble,
  )
  expect(written).toEqual([
    ...["0.0", "-0.0", "1.0", "0.5", "0.001", "1.0E-4", "1.0E7", "1234567.0"],
    ...["1.23456789E7", "-1.0E21", "NaN"],
  ])
})

test.each([
  // Anchored as Java's matches() is, whatever the pattern says.
  ["[a-z]+", ["abc"], ["abc1", "", "abc\n"]],
  ["a|b", ["a", "b"], ["ab", "ax"]],
  ["^[a-z]$", ["a"], ["ab"]],
  // Escapes that JavaScript does not have.
  ["[\\w\\-\\_]+\\@\\w", ["a-_@b"], ["a b"]],
  ["\\Asnap-\\d\\z", ["snap-1"], ["snap-"]],
  ["[a\\.\\-\\_]*\\'", ["a.-_'"], ["b'"]],
  ["\\Qa.b\\E+", ["a.b", "a.bb"], ["axb"]],
  ["[\\x{41}-\\x43\\u0044]", ["A", "B", "D"], ["E"]],
  // Classes: POSIX, nested, intersections, hyphens.
  ["\\p{Print}+", ["a ~"], ["ä", "\n"]],
  ["[^\\p{Cntrl}]*", ["aä"], ["a\t"]],
  ["\\P{Punct}", ["a"], ["!"]],
  ["\\pL+", ["aä"], ["1"]],
  ["[\\p{Print}&&[^|:/]]+", ["a b"], ["a|b", "a:b", "ä"]],
  ["[a-c[x-z]]+", ["ax"], ["d"]],
  ["[\\p{L}\\p{N}-_]*(?<! )", ["a-_"], ["a "]],
  ["[\\w-.]+", ["a-."], ["a+"]],
  ["[.-\\w]+", [".-a"], ["/"]],
  ["[]a]+\\_", ["]a_"], ["b_"]],
  // Quantifiers.
  ["\\d{1}+:\\d{2}++x\\_", ["1:22x_"], ["1:2x_"]],
  ["[a]{2}{0,2}\\_", ["_", "aaaa_"], ["a_"]],
  ["a*${1,4}", ["aa"], ["b"]],
  ["(?>a|b)+\\_", ["ab_"], ["c_"]],
  ["(/(?!\\.)+[^$\\n]+){1,2}", ["/a"], ["/.a"]],
  // Flags.
  ["(?s).+", ["a\nb"], [""]],
  ["^(?i)(true|false)$", ["TRUE", "false"], ["yes"]],
] as const)("%s", (pattern, matching, others) => {
  const regex = javaPattern(pattern)
  expect(matching.filter((text) => !regex?.test(text))).toEqual([])
  expect(others.filter((text) => regex?.test(text))).toEqual([])
})

test.each(["[a", "(a", "a)", "\\", "*a", "\\p{NoSuchThing}", "[z-a]"])("%s is none", (pattern) => {
  expect(javaPattern(pattern)).toBeUndefined()
})
