import { test } from "vitest"
import type { Faults } from "./faults.ts"
import { Violation } from "./moments.ts"
import { Simulation, type Boot, type System } from "./simulation.ts"

export interface SimulateOptions<S extends System> {
  /** How many seeds a run takes, unless SEEDS says otherwise. */
  readonly seeds: number
  /** By seed, so that some runs are calm in some way. */
  readonly faults: (seed: number) => Faults
  readonly boot: (boot: Boot) => Promise<S>
}

/** Plays one seed to its end and checks it; throws what went wrong. */
export type Scenario<S extends System> = (sim: Simulation<S>) => Promise<void>

const MINUTES = 60_000

/**
 * A test of many seeded runs. SEED=1234 replays one, SEEDS=5000 takes more of them, FROM=1000
 * begins there.
 */
export function simulate<S extends System>(
  title: string,
  options: SimulateOptions<S>,
  scenario: Scenario<S>,
): void {
  const { SEED, SEEDS, FROM } = process.env
  const first = Number(SEED ?? FROM ?? 1)
  const count = SEED === undefined ? Number(SEEDS ?? options.seeds) : 1
  test(
    `${title}: ${count} seeds from ${first}`,
    { timeout: (5 + count / 20) * MINUTES },
    async () => {
      for (let seed = first; seed < first + count; seed += 1)
        await playSeed(title, seed, options, scenario)
    },
  )
}

/** Plays one seed; its failure says how to play it again. Gives back the finished simulation. */
export async function playSeed<S extends System>(
  title: string,
  seed: number,
  { faults, boot }: Omit<SimulateOptions<S>, "seeds">,
  scenario: Scenario<S>,
): Promise<Simulation<S>> {
  const sim = new Simulation(seed, faults(seed), boot)
  try {
    await scenario(sim)
    return sim
  } catch (error) {
    const what = error instanceof Violation ? error.message : (error as Error).stack
    const failure = new Error(
      `seed ${seed}, step ${sim.step}: ${String(what)}\n` +
        `replay: SEED=${seed} npm run sim -- -t "${title}"\nof its history:\n` +
        sim.excerpt(error instanceof Violation ? error.steps : undefined),
    )
    // Where the driver stood says nothing.
    delete failure.stack
    throw failure
  }
}
