import type { Shape, StructureShape } from "../../src/models/schema.ts"

/** Structures that hold themselves end here. */
const DEPTH = 6

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value }

/** The least that a shape's constraints allow: required members only, shortest texts. */
export function minimalValue(shape: Shape, depth = 0): Value {
  switch (shape.type) {
    case "structure":
      return minimalStructure(shape, depth)
    case "list":
      return Array.from({ length: depth < DEPTH ? (shape.min ?? 0) : 0 }, () =>
        minimalValue(shape.member.shape, depth + 1),
      )
    case "map":
      return {}
    case "integer":
    case "long":
    case "float":
    case "double":
    case "bigdecimal":
    case "biginteger":
      return shape.min ?? 0
    case "boolean":
      return false
    case "timestamp":
      return 0
    case "blob":
      return ""
    default:
      return shape.enum?.[0] ?? "a".repeat(Math.max(1, Math.min(shape.min ?? 1, 300)))
  }
}

export function minimalStructure(
  { members, required = [], union }: StructureShape,
  depth = 0,
): { [name: string]: Value } {
  if (depth >= DEPTH) return {}
  const names = union && required.length === 0 ? Object.keys(members).slice(0, 1) : required
  const value: { [name: string]: Value } = {}
  for (const name of names) {
    const member = members[name]
    if (member) value[name] = minimalValue(member.shape, depth + 1)
  }
  return value
}

/** The text of a scalar, or of a list of them, in a path, a query or a header. */
export function textOf(value: Value, shape?: Shape): string {
  if (shape?.type === "timestamp") return "2026-01-01T00:00:00Z"
  if (Array.isArray(value)) return value.map((one) => textOf(one)).join(",")
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}
