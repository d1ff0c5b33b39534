import { plainMatcher } from "../../iam/policy/match.ts"
import { ANY, ONE } from "../../iam/policy/variables.ts"
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
    const wanted = Values.map(likeMatcher)
    return (item: Item): boolean => {
      const value = fact(item)
      return value !== undefined && wanted.some((matches) => matches(value))
    }
  })
  return items.filter((item) => tests.every((test) => test(item)))
}

/** What stands for itself with a backslash before it, what does not, and other text. */
const PIECE = /\\([^])|([*?])|[^\\*?]+|\\/g

function likeMatcher(wanted: string): (value: string) => boolean {
  return plainMatcher(
    Array.from(wanted.matchAll(PIECE), ([text, escaped, wildcard]) => {
      if (wildcard !== undefined) return wildcard === "*" ? ANY : ONE
      return escaped ?? text
    }),
  )
}
