import type { Shape, StructureShape } from "../../src/models/schema.ts"
import type { Dice } from "../simulation/dice.ts"
import type { Value } from "./minimal-input.ts"
import type { Input } from "./shaped-request.ts"

const KEPT = 12
const DEPTH = 7

/** What answers named so far, by the name of the member, so that later requests may mean it. */
export class Harvest {
  readonly #byName = new Map<string, Value[]>()
  readonly #arns: string[] = []

  add(name: string, value: Value): void {
    const key = name.toLowerCase()
    const list = this.#byName.get(key) ?? []
    if (list.some((one) => one === value)) return
    list.push(value)
    if (list.length > KEPT) list.splice(1, 1)
    this.#byName.set(key, list)
    if (typeof value === "string" && value.startsWith("arn:")) {
      this.#arns.push(value)
      if (this.#arns.length > 60) this.#arns.splice(10, 1)
    }
  }

  /** All strings of an answer, of JSON or XML. */
  read(text: string): void {
    if (text.startsWith("{")) {
      try {
        this.#walk("", JSON.parse(text) as Value)
      } catch {
        return
      }
    } else
      for (const [, name = "", value = ""] of text.matchAll(/<(\w+)>([^<>]{1,2000})<\/\1>/g))
        this.add(name, value)
  }

  #walk(name: string, value: Value): void {
    if (typeof value === "string" && value.length < 5_000) this.add(name, value)
    else if (Array.isArray(value))
      for (const one of value.slice(0, 5)) this.#walk(name.replace(/s$/, ""), one)
    else if (typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value).slice(0, 40)) this.#walk(key, one)
  }

  find(dice: Dice, name: string): Value | undefined {
    const list = this.#byName.get(name.toLowerCase())
    if (list && dice.chance(0.9)) return dice.pick(list)
    if (/arn$/i.test(name) && this.#arns.length > 0) return dice.pick(this.#arns)
    for (const [key, values] of this.#byName)
      if (key.length > 3 && name.toLowerCase().endsWith(key)) return dice.pick(values)
    return undefined
  }
}

/** A value that the model allows, of what answers named where they named something. */
export function likely(dice: Dice, harvest: Harvest, of: { name: string; shape: Shape }): Value {
  return valueOf({ dice, harvest }, of, 0)
}

interface From {
  readonly dice: Dice
  readonly harvest: Harvest
}

function valueOf(
  from: From,
  { name, shape }: { name: string; shape: Shape },
  depth: number,
): Value {
  const { dice, harvest } = from
  const known = harvest.find(dice, name)
  if (known !== undefined && fits(known, shape)) return known
  switch (shape.type) {
    case "structure":
      return structureOf(from, shape, depth)
    case "list": {
      const count = depth > DEPTH ? 0 : Math.max(shape.min ?? 0, dice.pick([0, 1, 1, 2]))
      const inner = { name: name.replace(/s$/, ""), shape: shape.member.shape }
      return Array.from({ length: Math.min(count, 3) }, () => valueOf(from, inner, depth + 1))
    }
    case "map": {
      if (depth > DEPTH) return {}
      const key = valueOf(from, { name: `${name}Key`, shape: shape.key.shape }, depth + 1)
      return {
        [typeof key === "string" ? key : "key"]: valueOf(
          from,
          { name, shape: shape.value.shape },
          depth + 1,
        ),
      }
    }
    case "boolean":
      return dice.chance(0.5)
    case "timestamp":
      return dice.pick([
        1_768_478_400,
        1_768_478_400 - 86_400,
        "2026-01-14T00:00:00Z",
        1_800_000_000,
      ])
    case "blob":
      return dice.pick(["AAAA", "eyJhIjoxfQ==", ""])
    case "string":
    case "character":
      return shape.enum ? dice.pick(shape.enum) : stringOf(dice, shape)
    default:
      return dice.pick([shape.min ?? 1, shape.max ?? 10, Math.max(shape.min ?? 1, 7), 1, 5])
  }
}

function structureOf(from: From, shape: StructureShape, depth: number): Value {
  const value: { [name: string]: Value } = {}
  const names = Object.keys(shape.members)
  const only = shape.union ? from.dice.pick(names) : undefined
  for (const name of names) {
    const member = shape.members[name]
    if (!member) continue
    const wanted = shape.union ? name === only : shape.required?.includes(name)
    if (!wanted && (shape.union || depth > DEPTH || !from.dice.chance(depth > 2 ? 0.15 : 0.3)))
      continue
    if (depth > DEPTH + 3) continue
    value[name] = valueOf(from, { name, shape: member.shape }, depth + 1)
  }
  return value
}

function fits(value: Value, shape: Shape): boolean {
  if (shape.type === "string")
    return typeof value === "string" && !(shape.enum && !shape.enum.includes(value))
  if (shape.type === "list") return Array.isArray(value)
  if (shape.type === "structure" || shape.type === "map")
    return typeof value === "object" && value !== null && !Array.isArray(value)
  return false
}

function stringOf(dice: Dice, shape: Shape): string {
  if (!("min" in shape) && !("max" in shape)) return dice.pick(["a", "abc", "0", "prefix/", "*"])
  const min = Math.min((shape as { min?: number }).min ?? 1, 3_000)
  const max = Math.min((shape as { max?: number }).max ?? 40, 3_000)
  return dice.pick(["a", "1", "b"]).repeat(dice.pick([Math.max(min, 1), Math.max(min, 12), max]))
}

/** What a member is not: of wrong types, at and beyond bounds, deep. */
const ODD: readonly Value[] = [
  null,
  true,
  -1,
  0,
  2 ** 53,
  1e308,
  0.5,
  "",
  " ",
  "\0",
  "\ud800",
  "__proto__",
  "constructor",
  "a\r\nb: c",
  "<&>\"'",
  "%00%ff",
  "😀".repeat(50),
  "x".repeat(70_000),
  [],
  [null],
  [{}],
  {},
  { a: { b: [] } },
  { __proto__x: 1, constructor: {}, toString: "text" },
  "http://[::1",
  "arn:aws:sqs:::",
  "arn:aws:s3:::",
  "arn:aws:iam::000000000000:role/",
  "arn:aws:kms:us-west-2:111111111111:key/x",
  "AA==",
  "2026-13-45T99:99:99Z",
  "NaN",
  "Infinity",
  "9".repeat(400),
  "(".repeat(3_000),
  "{".repeat(3_000),
  '{"Version":"2012-10-17","Statement":[]}',
  "[".repeat(3_000),
]

/** The input with one value somewhere inside replaced by something odd, taken away or added. */
export function spoiled(dice: Dice, input: Input): Input {
  const copy = structuredClone<{ [name: string]: Value }>(input)
  let at: { [name: string]: Value } = copy
  for (let depth = 0; depth < 8; depth += 1) {
    const names = Object.keys(at)
    if (names.length === 0) break
    const name = dice.pick(names)
    const value = at[name]
    if (typeof value === "object" && value !== null && dice.chance(0.7)) {
      at = value as { [name: string]: Value }
      continue
    }
    if (dice.chance(0.15)) delete at[name]
    else at[name] = dice.chance(0.08) ? deep(1_500) : structuredClone(dice.pick(ODD))
    return copy
  }
  if (!Array.isArray(at))
    at[dice.pick(["NoSuchMember", "toString", "constructor"])] = dice.pick(ODD)
  return copy
}

function deep(depth: number): Value {
  let value: Value = []
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? { a: value } : [value]
  return value
}
