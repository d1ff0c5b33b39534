import fc from "fast-check"
import { expect, test } from "vitest"
import { AwsError } from "../../../protocols/aws-error.ts"
import type { AttributeValue, Item } from "../values/attribute-value.ts"
import { normalNumber } from "../values/number.ts"
import {
  compileCondition,
  compileExpressions,
  compileProjection,
  compileUpdate,
  holds,
  Substitutes,
} from "./expressions.ts"
import { exact, lookUp, naive, plain, type Given } from "./testing/second-evaluator.ts"
import { parseCondition } from "./syntax/condition.ts"
import type { ConditionNode, OperandNode, PathNode } from "./syntax/tree.ts"

const NAMES = ["a", "b", "c"]

const numbers = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
    fc.integer({ min: -60, max: 60 }),
  )
  .map(([digits, exponent]) => normalNumber(`${digits}e${exponent}`))
const fewNumbers = fc.oneof(fc.integer({ min: -3, max: 3 }).map(String), numbers)
const texts = fc.oneof(fc.constantFrom("", "a", "ab", "b", "é", "😀", "\ufffd"), fc.string())
const binaries = fc.uint8Array({ maxLength: 3 })

const scalars: fc.Arbitrary<AttributeValue> = fc.oneof(
  texts.map((S) => ({ S })),
  fewNumbers.map((N) => ({ N })),
  binaries.map((B) => ({ B })),
  fc.boolean().map((BOOL) => ({ BOOL })),
  fc.constant({ NULL: true as const }),
  fc.uniqueArray(texts, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })),
  fc.uniqueArray(fewNumbers, { minLength: 1, maxLength: 3 }).map((NS) => ({ NS })),
)

/** So few that two of them are often equal. */
const alike: fc.Arbitrary<AttributeValue> = fc.constantFrom<AttributeValue[]>(
  { N: "1" },
  { N: "2" },
  { S: "a" },
  { S: "ab" },
)

const values = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 4, arbitrary: alike },
    scalars,
    fc.array(tie("value"), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 3 }).map((M) => ({ M })),
  ),
})).value

const items: fc.Arbitrary<Item> = fc.dictionary(fc.constantFrom(...NAMES), values, { maxKeys: 3 })

const paths: fc.Arbitrary<PathNode> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.array(fc.oneof(fc.constantFrom(...NAMES), fc.integer({ min: 0, max: 2 })), { maxLength: 2 }),
  )
  .map(([first, rest]) => ({ kind: "path", steps: [first, ...rest] }))

const VALUES = [":v0", ":v1", ":v2"]
const operands: fc.Arbitrary<OperandNode> = fc.oneof(
  { weight: 4, arbitrary: paths },
  {
    weight: 3,
    arbitrary: fc.constantFrom(...VALUES).map((name) => ({ kind: "value" as const, name })),
  },
  {
    weight: 1,
    arbitrary: paths.map((path) => ({ kind: "call" as const, name: "size", operands: [path] })),
  },
)

const calls = (name: string, ...of: fc.Arbitrary<OperandNode>[]): fc.Arbitrary<ConditionNode> =>
  fc.tuple(...of).map((given) => ({ kind: "call", name, operands: given }))

const conditions = fc.letrec<{ condition: ConditionNode }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    fc.record({
      kind: fc.constant("compare" as const),
      operator: fc.constantFrom("=", "<>", "<", "<=", ">", ">="),
      left: operands,
      right: operands,
    }),
    fc.record({
      kind: fc.constant("between" as const),
      operand: operands,
      low: operands,
      high: operands,
    }),
    fc.record({
      kind: fc.constant("in" as const),
      operand: operands,
      list: fc.array(operands, { minLength: 1, maxLength: 3 }),
    }),
    calls("attribute_exists", paths),
    calls("attribute_not_exists", paths),
    calls("begins_with", operands, operands),
    calls("contains", operands, operands),
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      terms: fc.array(tie("condition"), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), term: tie("condition") }),
  ) as fc.Arbitrary<ConditionNode>,
})).condition

function printOperand(node: OperandNode): string {
  if (node.kind === "value") return node.name
  if (node.kind === "call") return `${node.name}(${node.operands.map(printOperand).join(", ")})`
  return node.steps
    .map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join("")
}

/** Terms of another operator stand in parentheses; a comparison does not. */
function print(node: ConditionNode): string {
  switch (node.kind) {
    case "and":
    case "or":
      return node.terms.map(printTerm).join(` ${node.kind.toUpperCase()} `)
    case "not":
      return `NOT ${printTerm(node.term)}`
    case "compare":
      return `${printOperand(node.left)} ${node.operator} ${printOperand(node.right)}`
    case "between":
      return `${printOperand(node.operand)} BETWEEN ${printOperand(node.low)} AND ${printOperand(node.high)}`
    case "in":
      return `${printOperand(node.operand)} IN (${node.list.map(printOperand).join(", ")})`
    case "call":
      return printOperand(node)
  }
}

const printTerm = (node: ConditionNode): string =>
  node.kind === "and" || node.kind === "or" ? `(${print(node)})` : print(node)

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
