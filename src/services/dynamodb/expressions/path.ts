import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts"

/** Where a value stands in an item: names of attributes and of members of maps, indexes of lists. */
export type Path = readonly [string, ...(string | number)[]]

/** The value at the path, or undefined where the item has none there. */
export function valueAt(item: Item, path: Path): AttributeValue | undefined {
  let value = attributeOf(item, path[0])
  for (let i = 1; i < path.length && value !== undefined; i++) value = memberOf(value, path[i])
  return value
}

function memberOf(
  value: AttributeValue,
  step: string | number | undefined,
): AttributeValue | undefined {
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined
  return "M" in value ? attributeOf(value.M, step as string) : undefined
}

/** As AWS shows paths in messages: `[a, b, [1]]`. */
export function pathText(path: Path): string {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : step))
  return `[${steps.join(", ")}]`
}

export const samePath = (one: Path, two: Path): boolean =>
  one.length === two.length && one.every((step, i) => step === two[i])

/** How two paths may not stand together: one holds the other, or they need different types. */
function clashOf(one: Path, two: Path): "overlap" | "conflict" | undefined {
  const shorter = Math.min(one.length, two.length)
  for (let i = 0; i < shorter; i++) {
    if (one[i] === two[i]) continue
    return typeof one[i] === typeof two[i] ? undefined : "conflict"
  }
  return "overlap"
}

/** The first two paths that clash; overlaps come before conflicts (recorded). */
export function firstClash(
  paths: readonly Path[],
): { readonly how: "overlap" | "conflict"; readonly one: Path; readonly two: Path } | undefined {
  if (paths.length < 2 || areDistinctNames(paths)) return undefined
  for (const how of ["overlap", "conflict"] as const) {
    for (let second = 1; second < paths.length; second++) {
      const two = paths[second] as Path
      const one = paths.slice(0, second).find((path) => clashOf(path, two) === how)
      if (one) return { how, one, two }
    }
  }
  return undefined
}

/** Most expressions: attributes, each named once. */
function areDistinctNames(paths: readonly Path[]): boolean {
  return new Set(paths.map(([name]) => name)).size === paths.length
}
