import { xoshiro } from "../../src/kernel/sim/seeded-random.ts"

/** Choices that follow from a seed. Each name has its own: a new chooser does not shift the others. */
export interface Dice {
  /** An integer from 0 to `limit` − 1. */
  integer(limit: number): number
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number
  /** True once in a while: `share` of 1. */
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the names, by weight. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name
}

export function createDice(seed: string): Dice {
  const next = xoshiro(seed)
  const share = (): number => next() / 2 ** 32
  const dice: Dice = {
    integer: (limit) => Math.floor(share() * limit),
    between: (low, high) => low + Math.floor(share() * (high - low + 1)),
    chance: (wanted) => wanted > 0 && share() < wanted,
    pick: (list) => list[dice.integer(list.length)] as (typeof list)[number],
    weighted(weights) {
      const entries = Object.entries<number>(weights) as [never, number][]
      let left = share() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [name, weight] of entries) if ((left -= weight) < 0) return name
      return (entries.at(-1) as [never, number])[0]
    },
  }
  return dice
}
