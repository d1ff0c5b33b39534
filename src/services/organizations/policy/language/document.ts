import { parseJson } from "../../../../iam/policy/json.ts"
import { PolicyRefusal } from "../../../../iam/policy/refusal.ts"
import type { Shape } from "./shape.ts"

export type ValueOperator = "@@assign" | "@@append" | "@@remove"

/** A setting of a management policy, or what holds settings. Values are texts, as AWS keeps them. */
export interface PolicyNode {
  readonly assign?: string | readonly string[] | undefined
  readonly append?: readonly string[] | undefined
  readonly remove?: readonly string[] | undefined
  /** What `@@operators_allowed_for_child_policies` leaves to policies further down. */
  readonly allowed?: readonly ValueOperator[] | undefined
  /** By name in lower case: names are told apart, and published, without case (recorded). */
  readonly children: ReadonlyMap<string, PolicyNode>
}

/** A text that is no policy of its type. AWS does not say what is wrong with it. */
export class MalformedPolicy extends Error {
  constructor() {
    super("malformed policy")
    this.name = "MalformedPolicy"
  }
}

export const VALUE_OPERATORS: readonly ValueOperator[] = ["@@assign", "@@append", "@@remove"]
const CONTROL = "@@operators_allowed_for_child_policies"

/** Reads a policy of that shape ("Policy syntax … for management policy types"); throws MalformedPolicy. */
export function readPolicy(content: string, shape: Shape): PolicyNode {
  const value = jsonOf(content)
  // Recorded: an empty document is none.
  if (!isObject(value) || Object.keys(value).length === 0) throw new MalformedPolicy()
  return readNode(value, shape)
}

function jsonOf(content: string): unknown {
  try {
    return parseJson(content)
  } catch (error) {
    if (error instanceof PolicyRefusal) throw new MalformedPolicy()
    throw error
  }
}

function readNode(value: unknown, shape: Shape): PolicyNode {
  if (!isObject(value)) throw new MalformedPolicy()
  const operators = new Map<string, unknown>()
  const members = new Map<string, unknown>()
  for (const [given, member] of Object.entries(value)) {
    const name = given.toLowerCase()
    const into = name.startsWith("@@") ? operators : members
    // Recorded: names that differ only in case are the same name twice.
    if (into.has(name)) throw new MalformedPolicy()
    assertName(given, shape)
    into.set(name, member)
  }
  const children = new Map<string, PolicyNode>()
  for (const [name, member] of members)
    children.set(name, readNode(member, memberShape(name, shape)))
  if (isValue(operators) && children.size > 0) throw new MalformedPolicy()
  return { ...readOperators(operators, shape), children }
}

/** Names of the author's choosing are checked as they are written. */
function assertName(given: string, shape: Shape): void {
  if (given.startsWith("@@")) return
  if (given === "") throw new MalformedPolicy()
  if (shape.kind === "map" && shape.names && !shape.names.test(given)) throw new MalformedPolicy()
}

function memberShape(name: string, shape: Shape): Shape {
  if (shape.kind === "any") return shape
  if (shape.kind === "map") return shape.entries
  const member =
    shape.kind === "record" && Object.hasOwn(shape.members, name) ? shape.members[name] : undefined
  if (!member) throw new MalformedPolicy()
  return member
}

const isValue = (operators: ReadonlyMap<string, unknown>): boolean =>
  VALUE_OPERATORS.some((operator) => operators.has(operator))

function readOperators(
  operators: ReadonlyMap<string, unknown>,
  shape: Shape,
): Omit<PolicyNode, "children"> {
  let node: Omit<PolicyNode, "children"> = {}
  for (const [name, value] of operators) {
    switch (name) {
      case CONTROL:
        node = { ...node, allowed: readControl(value) }
        break
      case "@@assign":
        node = { ...node, assign: readAssigned(value, shape) }
        break
      case "@@append":
        node = { ...node, append: readList(value, shape) }
        break
      case "@@remove":
        node = { ...node, remove: readList(value, shape) }
        break
      default:
        throw new MalformedPolicy()
    }
  }
  return node
}

/** Recorded: `@@none` stands alone, and nothing stands twice. */
function readControl(value: unknown): readonly ValueOperator[] {
  if (!Array.isArray(value) || value.length === 0) throw new MalformedPolicy()
  const names = (value as unknown[]).map((name) => {
    if (typeof name !== "string") throw new MalformedPolicy()
    return name.toLowerCase()
  })
  if (new Set(value).size < value.length) throw new MalformedPolicy()
  if (names.includes("@@none")) {
    if (names.length > 1) throw new MalformedPolicy()
    return []
  }
  if (!names.every((name) => name === "@@all" || VALUE_OPERATORS.some((one) => one === name)))
    throw new MalformedPolicy()
  return names.includes("@@all")
    ? VALUE_OPERATORS
    : VALUE_OPERATORS.filter((operator) => names.includes(operator))
}

function readAssigned(value: unknown, shape: Shape): string | readonly string[] {
  switch (shape.kind) {
    case "list":
      return readList(value, shape)
    case "text":
      if (typeof value !== "string" && !(shape.numbers && typeof value === "number"))
        throw new MalformedPolicy()
      return matching(String(value), shape.values)
    case "any":
      return Array.isArray(value) ? readList(value, shape) : scalar(value)
    default:
      throw new MalformedPolicy()
  }
}

function readList(value: unknown, shape: Shape): readonly string[] {
  if (shape.kind !== "list" && shape.kind !== "any") throw new MalformedPolicy()
  if (!Array.isArray(value)) throw new MalformedPolicy()
  const values = shape.kind === "list" ? shape.values : undefined
  return (value as unknown[]).map((one) => matching(scalar(one), values))
}

/** Recorded: numbers, booleans and null become texts. */
function scalar(value: unknown): string {
  if (typeof value === "object" && value !== null) throw new MalformedPolicy()
  return String(value)
}

function matching(text: string, values: RegExp | undefined): string {
  if (values && !values.test(text)) throw new MalformedPolicy()
  return text
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
