import { invalidValues, validation } from "../errors.ts"
import { keyAttributes, type KeyAttribute, type KeySchema } from "../tables/table.ts"
import { typeOf, type AttributeValue } from "../values/attribute-value.ts"
import type { Condition, Operand } from "./condition.ts"
import { invalidExpression } from "./errors.ts"

/** One condition on one key attribute. */
export type KeyTest =
  | { readonly operator: "=" | "<" | "<=" | ">" | ">="; readonly value: AttributeValue }
  | { readonly operator: "begins_with"; readonly value: AttributeValue }
  | { readonly operator: "between"; readonly low: AttributeValue; readonly high: AttributeValue }
  /** Of KeyConditions only: operators that do not work on keys, refused when the schema is known. */
  | { readonly operator: "not indexable" }

/** The conditions of a query by the name of their attribute. */
export type KeyCondition = ReadonlyMap<string, KeyTest>

/** The items that a query asks for: those of one partition, or some of them in order. */
export interface KeyRange {
  readonly partition: AttributeValue
  /** Of an index whose keys have several attributes. */
  readonly several?: SeveralKeys | undefined
  /** Undefined for all items of the partition. */
  readonly sort?: Exclude<KeyTest, { readonly operator: "not indexable" }> | undefined
}

export interface SeveralKeys {
  /** The other attributes of the partition key, behind `partition`. */
  readonly partitions: readonly AttributeValue[]
  /** The attributes of the sort key before that which `sort` is of: each equals its value. */
  readonly leading: readonly AttributeValue[]
  /** The name of the attribute that `sort` is of. */
  readonly sortName: string | undefined
}

const FLIPPED = { "=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const

/** Reads a condition as one on keys. Throws ValidationException in AWS's words (recorded). */
export function keyConditionOf(condition: Condition): KeyCondition {
  const tests = new Map<string, KeyTest>()
  collect(condition, tests)
  return tests
}

function collect(condition: Condition, tests: Map<string, KeyTest>): void {
  if (condition.kind === "and") {
    for (const term of condition.terms) collect(term, tests)
    return
  }
  const operator = forbiddenOperator(condition)
  if (operator !== undefined)
    throw validation(`Invalid operator used in KeyConditionExpression: ${operator}`)
  const [name, test] = testOf(condition)
  if (tests.has(name))
    throw invalidExpression(
      "KeyConditionExpression",
      "KeyConditionExpressions must only contain one condition per key",
    )
  tests.set(name, test)
}

function forbiddenOperator(condition: Condition): string | undefined {
  switch (condition.kind) {
    case "or":
      return "OR"
    case "in":
      return "IN"
    case "contains":
      return "contains"
    case "exists":
      return "attribute_exists"
    case "type":
      return "attribute_type"
    case "not":
      return condition.word ?? "NOT"
    case "compare":
      return condition.operator === "<>" ? "<>" : undefined
    default:
      return undefined
  }
}

function testOf(condition: Condition): [name: string, KeyTest] {
  switch (condition.kind) {
    case "compare": {
      const { left, right } = condition
      const operator = condition.operator as keyof typeof FLIPPED
      const name = attributeAmong([left, right])
      return left.kind === "path"
        ? [name, { operator, value: given(right) }]
        : [name, { operator: FLIPPED[operator], value: given(left) }]
    }
    case "between": {
      const { operand, low, high } = condition
      requireFirst("BETWEEN", operand)
      const name = attributeAmong([operand, low, high])
      return [name, { operator: "between", low: given(low), high: given(high) }]
    }
    case "begins_with": {
      const { left, right } = condition
      requireFirst("begins_with", left)
      return [attributeAmong([left, right]), { operator: "begins_with", value: given(right) }]
    }
    default:
      throw new Error(`${condition.kind} was not refused as a key condition`)
  }
}

const invalidCondition = (reason: string): Error =>
  validation(`Invalid condition in KeyConditionExpression: ${reason}`)

function requireFirst(operator: string, operand: Operand): void {
  if (operand.kind !== "path")
    throw invalidCondition(`${operator} operator must have the key attribute as its first operand`)
}

/** The one attribute that a condition names. */
function attributeAmong(operands: readonly Operand[]): string {
  let name: string | undefined
  for (const operand of operands) {
    if (operand.kind === "size")
      throw validation("KeyConditionExpressions cannot contain nested operations")
    if (operand.kind !== "path") continue
    if (name !== undefined) throw invalidCondition("Multiple attribute names used in one condition")
    if (operand.path.length > 1)
      throw validation("KeyConditionExpressions cannot have conditions on nested attributes")
    name = operand.path[0]
  }
  if (name === undefined) throw invalidCondition("No key attribute specified")
  return name
}

const given = (operand: Operand): AttributeValue => (operand as { value: AttributeValue }).value

/**
 * The range of keys that a query asks for, in a table or an index with these keys. Throws
 * ValidationException in AWS's words (recorded).
 */
export function keyRangeOf(condition: KeyCondition, keys: KeySchema): KeyRange {
  if (keys.hashes || keys.ranges) return severalRangeOf(condition, keys)
  const { hash, range } = keys
  const attributes = range ? 2 : 1
  if (condition.size > attributes)
    throw validation(
      `The number of query conditions (${condition.size}) exceeds the number of key attributes defined in the schema (${attributes})`,
    )
  const partition = condition.get(hash.name)
  checkTest(partition, hash)
  if (range) checkTest(condition.get(range.name), range)
  if (partition === undefined) throw missedKey(hash.name)
  if (partition.operator !== "=") throw notSupported()
  if (condition.size === 1 || range === undefined) return { partition: partition.value }
  const sort = condition.get(range.name)
  if (sort === undefined) throw missedKey(range.name)
  if (sort.operator === "not indexable") throw notSupported()
  return { partition: partition.value, sort }
}

/**
 * The same of keys with several attributes (docs: "Multi-attribute keys pattern"): all of the partition
 * equal values; of the sort key some are named from the left on, and only the last of them may be other
 * than equal. The words are those for keys of one attribute, not verified here.
 */
function severalRangeOf(condition: KeyCondition, keys: KeySchema): KeyRange {
  const attributes = keyAttributes(keys)
  if (condition.size > attributes.length)
    throw validation(
      `The number of query conditions (${condition.size}) exceeds the number of key attributes defined in the schema (${attributes.length})`,
    )
  for (const attribute of attributes) checkTest(condition.get(attribute.name), attribute)
  const { length } = keys.hashes ?? [keys.hash]
  const [partition, ...partitions] = attributes.slice(0, length).map(({ name }) => {
    const test = condition.get(name)
    if (test === undefined) throw missedKey(name)
    if (test.operator !== "=") throw notSupported()
    return test.value
  })
  const sorts = attributes.slice(length)
  const named = sorts.slice(0, condition.size - length)
  const leading: AttributeValue[] = []
  let sort: KeyRange["sort"]
  for (const [i, { name }] of named.entries()) {
    const test = condition.get(name)
    if (test === undefined) throw missedKey(name)
    if (test.operator === "not indexable") throw notSupported()
    if (i === named.length - 1) sort = test
    else if (test.operator === "=") leading.push(test.value)
    else throw notSupported()
  }
  const several = { partitions, leading, sortName: named.at(-1)?.name }
  return { partition: partition as AttributeValue, several, sort }
}

const missedKey = (name: string): Error =>
  validation(`Query condition missed key schema element: ${name}`)

const notSupported = (): Error => validation("Query key condition not supported")

function checkTest(test: KeyTest | undefined, { type }: KeyAttribute): void {
  if (test === undefined) return
  if (test.operator === "not indexable")
    throw validation("Attempted conditional constraint is not an indexable operation")
  for (const value of test.operator === "between" ? [test.low, test.high] : [test.value]) {
    if (typeOf(value) !== type)
      throw invalidValues("Condition parameter type does not match schema type")
  }
}
