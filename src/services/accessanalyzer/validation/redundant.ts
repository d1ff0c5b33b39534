import { isWithin, patternOf, type Pattern } from "../../../iam/analysis/pattern.ts"
import { textOf, type JsonNode } from "./json-tree.ts"

/** More patterns with wildcards than a policy of AWS's can hold; what follows is not compared. */
const MOST_WIDE = 500

/** The texts of a list that another of it means already; of two that mean the same the later. */
export function redundantOf(
  items: readonly JsonNode[],
  fold: (text: string) => string,
): readonly JsonNode[] {
  const texts = items.map((item) => fold(textOf(item) ?? ""))
  const first = new Map<string, number>()
  for (const [at, text] of texts.entries()) if (!first.has(text)) first.set(text, at)
  const wide = texts
    .map((text, at) => ({ text, at }))
    .filter(({ text, at }) => /[*?]/.test(text) && first.get(text) === at)
    .slice(0, MOST_WIDE)
    .map(({ text, at }) => ({ at, pattern: patternOf(text, { variables: "itself" }) }))
  const isRedundant = (text: string, at: number): boolean => {
    if (first.get(text) !== at) return true
    const pattern = patternOf(text, { variables: "itself" })
    return wide.some((other) => other.at !== at && covers(other, { at, pattern }))
  }
  return items.filter((_item, at) => isRedundant(texts[at] ?? "", at))
}

interface Placed {
  readonly at: number
  readonly pattern: Pattern
}

const covers = (outer: Placed, inner: Placed): boolean =>
  isWithin(inner.pattern, outer.pattern) &&
  (outer.at < inner.at || !isWithin(outer.pattern, inner.pattern))
