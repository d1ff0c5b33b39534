import fc from "fast-check"
import { expect, test } from "vitest"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import {
  compileCondition,
  compileExpressions,
  compileProjection,
  compileUpdate,
  holds,
  Substitutes,
} from "./expressions.ts"
import {
  NAMES,
  conditions,
  items,
  numbers,
  paths,
  print,
  printOperand,
  values,
} from "./testing/arbitraries.ts"
import { exact, lookUp, naive, plain, type Given } from "./testing/second-evaluator.ts"
import { parseCondition } from "./syntax/condition.ts"

test("what is printed is parsed again", () => {
  fc.assert(
    fc.property(conditions, (node) => {
      expect(parseCondition("FilterExpression", print(node))).toEqual(node)
    }),
  )
})

/** The values that the text uses; undefined where it uses none. */
function usedIn(text: string, given: Given): Given | undefined {
  const used = Object.entries(given).filter(([name]) => text.includes(name))
  return used.length > 0 ? Object.fromEntries(used) : undefined
}

test("two evaluators agree on conditions", () => {
  let compared = 0
  fc.assert(
    fc.property(conditions, items, fc.tuple(values, values, values), (node, item, [v0, v1, v2]) => {
      const given = { ":v0": v0, ":v1": v1, ":v2": v2 }
      const text = print(node)
      let condition
      try {
        condition = compileCondition(
          "FilterExpression",
          text,
          new Substitutes(undefined, usedIn(text, given)),
        )
      } catch (error) {
        expect((error as AwsError).code).toBe("ValidationException")
        return
      }
      compared += 1
      expect(holds(condition, item)).toBe(naive(node, item, given))
    }),
    { numRuns: 2000 },
  )
  expect(compared).toBeGreaterThan(500)
})

test("a projection has what is at its paths, and nothing else", () => {
  fc.assert(
    fc.property(items, fc.array(paths, { minLength: 1, maxLength: 4 }), (item, wanted) => {
      let projection
      try {
        projection = compileProjection(wanted.map(printOperand).join(), new Substitutes())
      } catch {
        return
      }
      const part = projection.of(item)
      const leaves = wanted
        .map(({ steps }) => lookUp(item, steps))
        .filter((value) => value !== undefined)
      // Lists close up, so only their number can be compared by itself.
      for (const { steps } of wanted) {
        if (steps.every((step) => typeof step === "string"))
          expect(lookUp(part, steps)).toEqual(lookUp(item, steps))
      }
      const count = (value: AttributeValue): number =>
        "M" in value
          ? Object.values(value.M).reduce((sum, one) => sum + count(one), 1)
          : "L" in value
            ? value.L.reduce((sum, one) => sum + count(one), 1)
            : 1
      const most = leaves.reduce((sum, one) => sum + count(one) + 2, 0)
      expect(count({ M: part }) - 1).toBeLessThanOrEqual(most)
      expect(Object.keys(part).length === 0).toBe(leaves.length === 0)
    }),
  )
})

test("an update changes its targets, and nothing else", () => {
  fc.assert(
    fc.property(
      items,
      fc.array(fc.tuple(paths, values), { minLength: 1, maxLength: 3 }),
      (item, changes) => {
        const text = `SET ${changes.map(([path], i) => `${printOperand(path)} = :v${i}`).join()}`
        const given = Object.fromEntries(changes.map(([, value], i) => [`:v${i}`, value]))
        const before = plain({ M: item })
        let made: Item
        try {
          made = compileUpdate(text, new Substitutes(undefined, given)).apply(item, {}) as Item
        } catch (error) {
          expect((error as AwsError).code).toBe("ValidationException")
          return
        } finally {
          expect(plain({ M: item })).toBe(before)
        }
        changes.forEach(([{ steps }, value]) => {
          if (steps.every((step) => typeof step === "string"))
            expect(lookUp(made, steps)).toEqual(value)
        })
        const touched = new Set(changes.map(([{ steps }]) => steps[0]))
        for (const name of NAMES) if (!touched.has(name)) expect(made[name]).toEqual(item[name])
      },
    ),
  )
})

test("adding is exact, or refused beyond 38 digits", () => {
  fc.assert(
    fc.property(numbers, numbers, (one, two) => {
      const use = new Substitutes(undefined, { ":a": { N: one }, ":b": { N: two } })
      const update = compileUpdate("SET n = :a + :b", use)
      let sum: AttributeValue | undefined
      try {
        sum = update.apply({}, {})?.n
      } catch (error) {
        expect((error as AwsError).code).toBe("ValidationException")
        return
      }
      expect(exact((sum as { N: string }).N)).toBe(exact(one) + exact(two))
    }),
  )
})

const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."a b #n :v . , ( ) [ ] 0 1 = <> < <= > >= + - AND OR NOT BETWEEN IN SET REMOVE ADD DELETE".split(
          " ",
        ),
        ..."size attribute_exists begins_with contains if_not_exists list_append name \" ' 😀 \u0000".split(
          " ",
        ),
      ),
      fc.string({ maxLength: 2 }),
    ),
    { maxLength: 14 },
  )
  .chain((words) => fc.constantFrom(" ", "").map((space) => words.join(space)))

test("whatever is given is accepted or refused, and nothing breaks", () => {
  const parameters = [
    "ConditionExpression",
    "UpdateExpression",
    "ProjectionExpression",
    "KeyConditionExpression",
  ] as const
  fc.assert(
    fc.property(soup, fc.constantFrom(...parameters), (text, parameter) => {
      try {
        compileExpressions({
          [parameter]: text,
          ExpressionAttributeNames: { "#n": "n" },
          ExpressionAttributeValues: { ":v": { N: "1" } },
        })
      } catch (error) {
        expect(error).toBeInstanceOf(AwsError)
        expect((error as AwsError).code).toBe("ValidationException")
      }
    }),
    { numRuns: 3000 },
  )
})
