import fc from "fast-check"
import type { AttributeValue, Item } from "../../values/attribute-value.ts"
import { normalNumber } from "../../values/number.ts"
import type { ConditionNode, OperandNode, PathNode } from "../syntax/tree.ts"

/** Items and conditions of all kinds, for tests; their names and values are few, so that they meet. */

export const NAMES = ["a", "b", "c"]

export const numbers = fc
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

export const values = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { weight: 4, arbitrary: alike },
    scalars,
    fc.array(tie("value"), { maxLength: 3 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom(...NAMES), tie("value"), { maxKeys: 3 }).map((M) => ({ M })),
  ),
})).value

export const items: fc.Arbitrary<Item> = fc.dictionary(fc.constantFrom(...NAMES), values, {
  maxKeys: 3,
})

export const paths: fc.Arbitrary<PathNode> = fc
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

export const conditions = fc.letrec<{ condition: ConditionNode }>((tie) => ({
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

export function printOperand(node: OperandNode): string {
  if (node.kind === "value") return node.name
  if (node.kind === "call") return `${node.name}(${node.operands.map(printOperand).join(", ")})`
  return node.steps
    .map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join("")
}

/** Terms of another operator stand in parentheses; a comparison does not. */
export function print(node: ConditionNode): string {
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
