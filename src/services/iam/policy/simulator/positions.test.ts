import { expect, test } from "vitest"
import { statementSpans } from "./positions.ts"

const spansOf = (text: string): string[] =>
  statementSpans(text).map(
    ({ StartPosition: start, EndPosition: end }) =>
      `${start.Line}:${start.Column}-${end.Line}:${end.Column}`,
  )

test("a statement that stands alone: recorded", () => {
  const text = `{"Version": "2012-10-17", "Statement": {"Sid": "", "Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}`
  expect(spansOf(text)).toEqual(["1:41-1:113"])
})

test("a list of one, on lines of its own: as AWS tells of AdministratorAccess", () => {
  const statement = { Effect: "Allow", Action: "*", Resource: "*" }
  const text = JSON.stringify({ Version: "2012-10-17", Statement: [statement] }, undefined, 2)
  expect(spansOf(text)).toEqual(["3:17-8:6"])
})

test("several statements, with braces, quotes and lists in their texts", () => {
  const text = `{"Id":"\\"Statement\\": {","Statement":[{"Sid":"}","Action":["a:b"],"Condition":{"Bool":{"a:b":"true"}}},{"Sid":"]"}]}`
  expect(spansOf(text)).toHaveLength(2)
  const [first = "", second = ""] = spansOf(text)
  expect(first.split("-")[1]).toBe(second.split("-")[0])
  expect(second.split("-")[1]).toBe(`1:${text.length - 1}`)
})

test("what has no statement has no place", () => {
  expect(spansOf(`{"Id":"Statement"}`)).toEqual([])
})
