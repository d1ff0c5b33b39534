import { badFilter, filterWithoutValues, tooManyFilterValues } from "./errors.ts"
import { FILTER_VALUES } from "./limits.ts"

/** A filter as requests carry it. */
export interface Filter {
  readonly Name?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** What each filter of an operation looks at; undefined where the resource has nothing of it. */
export type FilterFacts<Item> = Readonly<Record<string, (item: Item) => string | undefined>>

/**
 * The items that all filters let through: each filter one of its values, case-sensitive, in which
 * `*` stands for any characters and `?` for one, unless a backslash stands before them (docs: "List
 * and filter resources using the CLI and API"). Throws InvalidParameterValue, FilterLimitExceeded.
 */
export function filtered<Item>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  facts: FilterFacts<Item>,
): readonly Item[] {
  if (filters === undefined || filters.length === 0) return items
  const count = filters.reduce((sum, { Values }) => sum + (Values?.length ?? 0), 0)
  if (count > FILTER_VALUES) throw tooManyFilterValues(FILTER_VALUES)
  const tests = filters.map(({ Name = "", Values = [] }) => {
    const fact = Object.hasOwn(facts, Name) ? facts[Name] : undefined
    if (!fact) throw badFilter(Name)
    if (Values.length === 0) throw filterWithoutValues(Name)
    return (item: Item): boolean => {
      const value = fact(item)
      return value !== undefined && Values.some((wanted) => isLike(value, wanted))
    }
  })
  return items.filter((item) => tests.every((test) => test(item)))
}

/** Goes back to the last `*` where the rest does not fit: never more than length times length. */
function isLike(value: string, wanted: string): boolean {
  let at = 0
  let i = 0
  let star: { readonly at: number; i: number } | undefined
  while (i < value.length) {
    const char = wanted[at]
    const escaped = char === "\\" && at + 1 < wanted.length
    if (char === "*") {
      star = { at, i }
      at += 1
    } else if (char === "?" || (escaped ? wanted[at + 1] : char) === value[i]) {
      at += escaped ? 2 : 1
      i += 1
    } else if (star) {
      star.i += 1
      i = star.i
      at = star.at + 1
    } else return false
  }
  while (wanted[at] === "*") at += 1
  return at === wanted.length
}
