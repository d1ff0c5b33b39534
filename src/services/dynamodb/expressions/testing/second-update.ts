import fc from "fast-check"
import type { AttributeValue, Item } from "../../values/attribute-value.ts"
import { normalNumber } from "../../values/number.ts"
import type { PathNode } from "../syntax/tree.ts"
import { paths, printOperand, values } from "./arbitraries.ts"
import { exact, lookUp } from "./second-evaluator.ts"

/**
 * Updates of all kinds, and a second way to make them, for tests: written from AWS's docs ("Using
 * update expressions in DynamoDB") without an eye on speed or on the first.
 */

type Operand =
  | { readonly is: "value"; readonly value: AttributeValue }
  | { readonly is: "path"; readonly path: PathNode }
  | { readonly is: "if_not_exists"; readonly path: PathNode; readonly value: AttributeValue }
  | { readonly is: "list_append" | "+" | "-"; readonly of: readonly [Operand, Operand] }

export type Clause =
  | { readonly does: "SET"; readonly path: PathNode; readonly to: Operand }
  | { readonly does: "REMOVE"; readonly path: PathNode }
  | { readonly does: "ADD" | "DELETE"; readonly path: PathNode; readonly value: AttributeValue }

const simple: fc.Arbitrary<Operand> = fc.oneof(
  values.map((value) => ({ is: "value" as const, value })),
  paths.map((path) => ({ is: "path" as const, path })),
  fc.tuple(paths, values).map(([path, value]) => ({ is: "if_not_exists" as const, path, value })),
)

/** Operands that fit more often than not. */
const number: fc.Arbitrary<Operand> = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map((n) => ({ is: "value" as const, value: { N: `${n}` } })),
  simple,
)
const list: fc.Arbitrary<Operand> = fc.oneof(
  fc.array(values, { maxLength: 2 }).map((L) => ({ is: "value" as const, value: { L } })),
  simple,
)

const operands: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 3, arbitrary: simple },
  fc
    .tuple(fc.constantFrom("+" as const, "-" as const), number, number)
    .map(([is, a, b]): Operand => ({ is, of: [a, b] })),
  fc.tuple(list, list).map(([a, b]): Operand => ({ is: "list_append", of: [a, b] })),
)

const sets = fc.constantFrom<AttributeValue[]>(
  { SS: ["a"] },
  { SS: ["a", "ab", "b"] },
  { NS: ["1", "2"] },
  { NS: ["3"] },
)
const addable = fc.oneof(sets, fc.constantFrom<AttributeValue[]>({ N: "1" }, { N: "-2.5" }))

export const clauses: fc.Arbitrary<readonly Clause[]> = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ does: fc.constant("SET" as const), path: paths, to: operands }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant("REMOVE" as const), path: paths }) },
    fc.record({ does: fc.constant("ADD" as const), path: paths, value: addable }),
    fc.record({ does: fc.constant("DELETE" as const), path: paths, value: sets }),
  ),
  { minLength: 1, maxLength: 4 },
)

/** The expression, and the values that it names. */
export function printUpdate(all: readonly Clause[]): {
  readonly text: string
  readonly given: Readonly<Record<string, AttributeValue>>
} {
  const given: Record<string, AttributeValue> = {}
  const name = (value: AttributeValue): string => {
    const placeholder = `:v${Object.keys(given).length}`
    given[placeholder] = value
    return placeholder
  }
  const print = (operand: Operand): string => {
    if (operand.is === "value") return name(operand.value)
    if (operand.is === "path") return printOperand(operand.path)
    if (operand.is === "if_not_exists")
      return `if_not_exists(${printOperand(operand.path)}, ${name(operand.value)})`
    const [a, b] = operand.of.map(print)
    return operand.is === "list_append" ? `list_append(${a}, ${b})` : `${a} ${operand.is} ${b}`
  }
  const sections = Map.groupBy(all, ({ does }) => does)
  const text = [...sections].map(([does, of]) => {
    const printed = of.map((clause) => {
      const path = printOperand(clause.path)
      if (clause.does === "SET") return `${path} = ${print(clause.to)}`
      return clause.does === "REMOVE" ? path : `${path} ${name(clause.value)}`
    })
    return `${does} ${printed.join(", ")}`
  })
  return { text: text.join(" "), given }
}

/** The update cannot be made. */
export class Refused extends Error {}

const GONE: AttributeValue = Object.freeze({ S: "an element that is taken away" })

type Mutable = { M: Record<string, AttributeValue> } | { L: AttributeValue[] }

export function naiveUpdate(all: readonly Clause[], item: Item): Item {
  const made = { M: structuredClone(item) as Record<string, AttributeValue> }
  const changes = all.map((clause) => ({ steps: clause.path.steps, to: resultOf(clause, item) }))
  // Elements beyond a list's end are put there in the order of their indexes.
  changes.sort((a, b) => Number(a.steps.at(-1)) - Number(b.steps.at(-1)) || 0)
  for (const { steps, to } of changes) change({ made, item }, steps, to)
  return (swept(made) as { M: Item }).M
}

/** Maps and lists only: nothing else has members. */
function memberOf(of: Mutable, step: string | number): Mutable | undefined {
  const member = "M" in of ? of.M[step as string] : "L" in of ? of.L[step as number] : undefined
  return member as Mutable | undefined
}

function change(
  { made, item }: { made: Mutable; item: Item },
  steps: PathNode["steps"],
  to: AttributeValue | "nothing" | undefined,
): void {
  const last = steps.at(-1) as string | number
  const parent = steps
    .slice(0, -1)
    .reduce<Mutable | undefined>((at, step) => at && memberOf(at, step), made)
  if (!parent || !(typeof last === "number" ? "L" in parent : "M" in parent)) throw new Refused()
  if (to === "nothing") return
  if ("M" in parent) {
    if (to) parent.M[last as string] = to
    else delete parent.M[last as string]
    return
  }
  const before = lookUp(item, steps.slice(0, -1)) as { L: readonly AttributeValue[] }
  const isThere = (last as number) < before.L.length
  if (isThere) parent.L[last as number] = to ?? GONE
  else if (to) parent.L.push(to)
}

function swept(value: AttributeValue): AttributeValue {
  if ("L" in value) return { L: value.L.filter((one) => one !== GONE).map(swept) }
  if (!("M" in value)) return value
  return { M: Object.fromEntries(Object.entries(value.M).map(([name, of]) => [name, swept(of)])) }
}

/** Undefined: it is taken away. */
function resultOf(clause: Clause, item: Item): AttributeValue | "nothing" | undefined {
  if (clause.does === "SET") return evaluate(clause.to, item)
  if (clause.does === "REMOVE") return undefined
  const { does, value } = clause
  const before = lookUp(item, clause.path.steps)
  if (!before) return does === "ADD" ? value : "nothing"
  if (does === "ADD" && "N" in before && "N" in value) return sum(before.N, exact(value.N))
  for (const type of ["SS", "NS"] as const) {
    const [a, b] = [before, value].map(
      (of) => (of as unknown as Partial<Record<string, string[]>>)[type],
    )
    if (!a || !b) continue
    if (does === "ADD") return { [type]: [...new Set([...a, ...b])] } as { SS: string[] }
    const left = a.filter((one) => !b.includes(one))
    return left.length > 0 ? ({ [type]: left } as { SS: string[] }) : undefined
  }
  throw new Refused()
}

function evaluate(operand: Operand, item: Item): AttributeValue {
  if (operand.is === "value") return operand.value
  if (operand.is === "path" || operand.is === "if_not_exists") {
    const found =
      lookUp(item, operand.path.steps) ?? ("value" in operand ? operand.value : undefined)
    if (!found) throw new Refused()
    return found
  }
  const [a, b] = operand.of.map((one) => evaluate(one, item)) as [AttributeValue, AttributeValue]
  if (operand.is === "list_append") {
    if (!("L" in a) || !("L" in b)) throw new Refused()
    return { L: [...a.L, ...b.L] }
  }
  if (!("N" in a) || !("N" in b)) throw new Refused()
  return sum(a.N, operand.is === "+" ? exact(b.N) : -exact(b.N))
}

/** Numbers of 140 digits behind the point, which lose their zeros again. */
function sum(a: string, b: bigint): AttributeValue {
  try {
    return { N: normalNumber(`${exact(a) + b}e-140`) }
  } catch {
    throw new Refused()
  }
}
