import type { Shape, StructureShape } from "../../src/models/schema.ts"
import { minimalStructure, minimalValue, type Value } from "./minimal-input.ts"

/** An input and what is odd about it. */
export interface OddInput {
  readonly what: string
  readonly input: { readonly [name: string]: Value }
}

const PROTOTYPE_NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"]
const ODD_TEXTS = [
  "",
  " ",
  "\0",
  "\ud800",
  "a\r\nb: c",
  "<&>\"'",
  "😀".repeat(50),
  "%00%ff",
  "${7*7}",
]
const ODD_NUMBERS = [-1, 0, 2 ** 31, -(2 ** 31) - 1, 2 ** 53, 1e308, 0.5, Number.MIN_VALUE]
const LONG = 100_000
const DEEP = 2_000

/** What is none of a shape's: each is put where the shape expects something else. */
const STRANGERS: readonly Value[] = [null, true, 17, "text", [], [null], {}, { a: { b: [] } }]

/**
 * Inputs around the bounds of one operation, for every member on its own: missing, of each wrong
 * type, at and beyond its lengths and numbers, unknown, with names that objects have by themselves.
 * `base` gives members their meaningful values; the rest is the least that the model allows.
 */
export function* oddInputs(
  shape: StructureShape,
  base: Readonly<Record<string, Value>>,
): Iterable<OddInput> {
  const least = minimalStructure(shape)
  const good = { ...least, ...pick(base, Object.keys(shape.members)) }
  yield { what: "good", input: good }
  yield { what: "nothing", input: {} }
  for (const name of PROTOTYPE_NAMES) {
    yield { what: `a member ${name}`, input: withOwn(good, name, { polluted: true }) }
    yield { what: `a member ${name}`, input: withOwn(good, name, "text") }
  }
  yield { what: "an unknown member", input: { ...good, NoSuchMember: "text" } }
  yield { what: "many members", input: { ...good, ...manyMembers() } }
  for (const [name, member] of Object.entries(shape.members)) {
    const { [name]: _gone, ...without } = good
    yield { what: `without ${name}`, input: without }
    for (const value of oddValues(member.shape, base[name] ?? minimalValue(member.shape)))
      yield { what: `${name} is ${short(value)}`, input: { ...good, [name]: value } }
  }
}

function pick(from: Readonly<Record<string, Value>>, names: readonly string[]) {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)))
}

/** Also for names that an assignment would not make a member of. */
function withOwn(input: object, name: string, value: Value): { [name: string]: Value } {
  return Object.defineProperty({ ...input }, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

const manyMembers = (): { [name: string]: Value } =>
  Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`Member${index}`, index]))

function* oddValues(shape: Shape, good: Value): Iterable<Value> {
  yield* STRANGERS
  yield nested(DEEP)
  switch (shape.type) {
    case "string":
      yield* ODD_TEXTS
      for (const length of [shape.min ?? 1, shape.max ?? 80, 1_024])
        for (const by of [-1, 0, 1]) yield "a".repeat(Math.max(0, length + by))
      yield "a".repeat(LONG)
      yield* shape.enum ?? []
      break
    case "list":
      for (const count of [1, 10, 11, 300])
        yield Array.from({ length: count }, () => leastOf(shape))
      for (const odd of oddValues(shape.member.shape, leastOf(shape))) yield [odd]
      break
    case "map":
      for (const name of ["", "All", "a", ...PROTOTYPE_NAMES])
        yield withOwn({}, name, minimalValue(shape.value.shape))
      for (const odd of oddValues(shape.value.shape, minimalValue(shape.value.shape)))
        yield { key: odd }
      break
    case "structure":
      for (const [name, member] of Object.entries(shape.members))
        for (const odd of oddValues(member.shape, minimalValue(member.shape)))
          yield { ...(good as object), [name]: odd }
      break
    case "blob":
      yield* ["AAAA", "A", "====", "not base64!", "AA\n=="]
      break
    case "timestamp":
      yield* ["2026-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "yesterday", -1, 1e15, "1e9"]
      break
    case "boolean":
      yield* ["true", "TRUE", "yes", 1]
      break
    default:
      yield* ODD_NUMBERS
      for (const bound of [shape.min, shape.max])
        if (bound !== undefined) yield* [bound - 1, bound, bound + 1]
      yield* ["1", "+1", "1e3", "0x10", "NaN", "Infinity", "١"]
  }
}

const leastOf = (shape: Extract<Shape, { type: "list" }>): Value => minimalValue(shape.member.shape)

function nested(depth: number): Value {
  let value: Value = []
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? { a: value } : [value]
  return value
}

/** The beginning of a value, without walking through all of a deep one. */
function short(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 30))
  if (typeof value !== "object" || value === null) return String(value)
  return Array.isArray(value)
    ? `a list of ${value.length}`
    : `{${Object.keys(value).slice(0, 3).join()}}`
}
