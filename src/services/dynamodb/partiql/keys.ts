import type { Condition, Operand } from "../expressions/condition.ts"
import { keyRangeOf, type KeyRange, type KeyTest } from "../expressions/expressions.ts"
import type { KeySchema } from "../tables/table.ts"
import { equalValues, type AttributeValue, type Item } from "../values/attribute-value.ts"

/** What a condition says of a primary key, and what else it says. */
export interface KeyAndRest {
  /** Undefined unless each key attribute equals one value. */
  readonly key: Item | undefined
  readonly rest: readonly Condition[]
}

const termsOf = (condition: Condition | undefined): readonly Condition[] =>
  condition === undefined
    ? []
    : condition.kind === "and"
      ? condition.terms.flatMap(termsOf)
      : [condition]

export function keyOf(condition: Condition | undefined, { hash, range }: KeySchema): KeyAndRest {
  const key = new Map<string, AttributeValue>()
  const rest: Condition[] = []
  for (const term of termsOf(condition)) {
    const [name, test] = testOf(term) ?? []
    const isKey = name === hash.name || (name !== undefined && name === range?.name)
    if (isKey && test?.operator === "=" && !key.has(name)) key.set(name, test.value)
    else rest.push(term)
  }
  return { key: key.size === (range ? 2 : 1) ? Object.fromEntries(key) : undefined, rest }
}

/**
 * The ranges of keys that hold all items of which the condition can be true: of one partition, or
 * of each that `IN` names. Undefined where those may be anywhere. Throws ValidationException where
 * a value is not of its key's type (recorded).
 */
export function rangesOf(
  condition: Condition | undefined,
  keys: KeySchema,
): readonly KeyRange[] | undefined {
  // Statements on such an index read all of it.
  if (keys.hashes || keys.ranges) return undefined
  const tests = new Map<string, KeyTest>()
  let partitions: readonly AttributeValue[] | undefined
  for (const term of termsOf(condition)) {
    partitions ??= valuesAmong(term, keys.hash.name)
    const [name, test] = testOf(term) ?? []
    if (name === undefined || test === undefined || tests.has(name)) continue
    if (name === keys.hash.name ? test.operator === "=" : name === keys.range?.name)
      tests.set(name, test)
  }
  if (tests.has(keys.hash.name)) return [keyRangeOf(tests, keys)]
  return partitions?.map((value) =>
    keyRangeOf(new Map(tests).set(keys.hash.name, { operator: "=", value }), keys),
  )
}

/** The values of which the attribute is one, each once. */
function valuesAmong(term: Condition, name: string): readonly AttributeValue[] | undefined {
  if (term.kind !== "in" || attribute(term.operand) !== name) return undefined
  const values: AttributeValue[] = []
  for (const one of term.list) {
    if (one.kind !== "value") return undefined
    if (!values.some((value) => equalValues(value, one.value))) values.push(one.value)
  }
  return values
}

const FLIPPED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const

/** A comparison of an attribute with a value. */
function testOf(term: Condition): readonly [name: string, KeyTest] | undefined {
  switch (term.kind) {
    case "compare": {
      const { operator, left, right } = term
      if (operator === "<>") return undefined
      const [own, flipped] = [attribute(left), attribute(right)]
      if (own !== undefined && right.kind === "value")
        return [own, { operator, value: right.value }]
      if (flipped !== undefined && left.kind === "value")
        return [flipped, { operator: FLIPPED[operator], value: left.value }]
      return undefined
    }
    case "between": {
      const { operand, low, high } = term
      const name = attribute(operand)
      if (name === undefined || low.kind !== "value" || high.kind !== "value") return undefined
      return [name, { operator: "between", low: low.value, high: high.value }]
    }
    case "begins_with": {
      const name = attribute(term.left)
      if (name === undefined || term.right.kind !== "value") return undefined
      return [name, { operator: "begins_with", value: term.right.value }]
    }
    default:
      return undefined
  }
}

const attribute = (operand: Operand): string | undefined =>
  operand.kind === "path" && operand.path.length === 1 ? operand.path[0] : undefined
