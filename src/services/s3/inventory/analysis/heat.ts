import type { AnalysisDay } from "./analysis.ts"
import { AGE_GROUPS, NOTHING, sumOfAll } from "./cell.ts"

/** "Observes the access patterns of a filtered data set for 30 days or longer". */
const WATCHED_DAYS = 30
/**
 * AWS does not publish by what it recommends. Here: by the age from which on, in 30 days, less is
 * read than is stored, about where STANDARD_IA becomes cheaper; recommended when it has not changed
 * for a week.
 */
const COLD = 1
const STABLE_DAYS = 7
/** "… must be stored for at least 30 days before transitioning": no lifecycle rule moves sooner. */
const LEAST_DAYS = 30

/** Stands for all groups, and what is in none. */
export const ALL = AGE_GROUPS.length

/** Bytes up to a day. */
interface Sum {
  readonly retrieved: number
  readonly stored: number
}

/** How much of a storage class is read, day by day, in an age group and all that are older. */
export class Heat {
  /** By group, and by day the sum of it and all before. */
  readonly #sums: readonly (readonly Sum[])[]

  constructor(days: readonly AnalysisDay[], storageClass: string) {
    const sums: Sum[][] = Array.from({ length: ALL + 1 }, () => [])
    for (const { cells } of days) {
      let older: Sum = NOTHING
      for (let group = ALL - 1; group >= 0; group -= 1) {
        older = added(older, cells[storageClass]?.[group] ?? NOTHING)
        sums[group]?.push(added(sums[group]?.at(-1) ?? NOTHING, older))
      }
      sums[ALL]?.push(added(sums[ALL]?.at(-1) ?? NOTHING, sumOfAll(cells, storageClass)))
    }
    this.#sums = sums
  }

  /**
   * The CumulativeAccessRatio on a day: what was read in up to 30 days to what was stored on average,
   * of a group and all older ones. Undefined where nothing was.
   */
  ratio(day: number, group: number): number | undefined {
    const last = this.#sums[group]?.[day] ?? NOTHING
    const before = this.#sums[group]?.[day - WATCHED_DAYS] ?? NOTHING
    const stored = last.stored - before.stored
    const days = Math.min(day + 1, WATCHED_DAYS)
    return stored === 0 ? undefined : ((last.retrieved - before.retrieved) * days) / stored
  }

  /** The youngest age, in days, from which on objects are rarely read; not before 30 days. */
  observedAge(day: number): number | undefined {
    if (day + 1 < WATCHED_DAYS) return undefined
    for (const [group, [from]] of AGE_GROUPS.entries()) {
      if (from < LEAST_DAYS) continue
      const ratio = this.ratio(day, group)
      if (ratio !== undefined && ratio < COLD) return from
    }
    return undefined
  }

  /** "… after the ObjectAgeForSIATransition stabilizes". */
  recommendedAge(day: number): number | undefined {
    const age = this.observedAge(day)
    for (let before = 1; before < STABLE_DAYS; before += 1)
      if (this.observedAge(day - before) !== age) return undefined
    return age
  }
}

const added = (one: Sum, other: Sum): Sum => ({
  retrieved: one.retrieved + other.retrieved,
  stored: one.stored + other.stored,
})
