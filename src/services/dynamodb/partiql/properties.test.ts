import fc from "fast-check"
import { expect, test } from "vitest"
import { AwsError } from "../../../protocols/aws-error.ts"
import { holds } from "../expressions/condition.ts"
import { conditions, items, print, values } from "../expressions/testing/arbitraries.ts"
import { naive } from "../expressions/testing/second-evaluator.ts"
import type { AttributeValue } from "../values/attribute-value.ts"
import { parseStatement } from "./syntax/statement.ts"
import { conditionOf } from "./where.ts"

test("WHERE means what the second evaluator of conditions means", () => {
  let compared = 0
  fc.assert(
    fc.property(conditions, items, fc.tuple(values, values, values), (node, item, given) => {
      const parameters: AttributeValue[] = []
      const where = print(node).replaceAll(/:v(\d)/g, (_, index: string) => {
        parameters.push(given[Number(index)] as AttributeValue)
        return "?"
      })
      const statement = parseStatement(`SELECT * FROM t WHERE ${where}`)
      expect(statement.parameters).toBe(parameters.length)
      let condition
      try {
        if (statement.node.kind !== "select" || !statement.node.where) throw new Error("no select")
        condition = conditionOf(statement.node.where, parameters)
      } catch (error) {
        expect((error as AwsError).code).toBe("ValidationException")
        return
      }
      compared += 1
      const [v0, v1, v2] = given
      expect(holds(condition, item)).toBe(naive(node, item, { ":v0": v0, ":v1": v1, ":v2": v2 }))
    }),
    { numRuns: 1000 },
  )
  expect(compared).toBeGreaterThan(200)
})

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."SELECT INSERT UPDATE DELETE INTO VALUE SET REMOVE FROM WHERE ORDER BY RETURNING ALL OLD".split(
          " ",
        ),
        ..."AND OR NOT IN BETWEEN IS NULL MISSING TRUE t pk \"a b\" 'x' 1 .5e3 ? * , . ; ( ) [ ] { } : << >>".split(
          " ",
        ),
        ..."= <> < <= + - size list_append set_add EXISTS /* */ -- \n ' \" 😀".split(" "),
      ),
      fc.string({ maxLength: 2 }),
    ),
    { maxLength: 16 },
  )
  .chain((words) =>
    fc
      .constantFrom("", "SELECT * FROM t WHERE ", "UPDATE t SET a = ", "INSERT INTO t VALUE ")
      .map((start) => start + words.join(" ")),
  )

test("whatever is given is accepted or refused, and nothing breaks", () => {
  fc.assert(
    fc.property(soup, (text) => {
      try {
        parseStatement(text)
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError)
        expect((error as AwsError).code).toBe("ValidationException")
      }
    }),
    { numRuns: 3000 },
  )
})

test("what nests too deep is refused, and does not end the stack", () => {
  for (const open of ["(", "[", "{'a':", "NOT ", "size("]) {
    const text = `SELECT * FROM t WHERE a = ${open.repeat(1600)}`
    expect(() => parseStatement(text)).toThrow(/wasn't well formed/)
    expect(() => parseStatement(`SELECT * FROM t WHERE ${open.repeat(1600)}`)).toThrow(AwsError)
  }
})
