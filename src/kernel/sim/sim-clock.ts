import type { HostClock } from "../clock.ts"
import { xoshiro } from "./seeded-random.ts"

/**
 * Host time of a simulated machine: it moves only when the simulation moves it, and what is
 * deferred or due runs one by one, in an order that the seed decides.
 */
export interface SimClock extends HostClock {
  /** Runs one deferred call or due timer; false when there is none. */
  step(): boolean
  /** Moves host time to the next timer; false when there is none. */
  skip(): boolean
  /** Lets `ms` of host time go by. */
  pass(ms: number): void
  /** Sets the machine's clock forward or back; timers do not notice. */
  adjust(ms: number): void
  /** The clock as one process has it: what it plans dies with it. */
  process(): SimProcess
}

export interface SimProcess extends HostClock {
  /** Drops all that this process has planned, and whatever it plans from now on. */
  kill(): void
}

interface Life {
  alive: boolean
}

interface Waiting {
  readonly fn: () => void
  readonly of: Life
  /** The step at which it began to wait. */
  readonly since: number
}

interface Timer {
  readonly at: number
  readonly fn: () => void
  readonly of: Life
}

/** However the seed decides, nothing waits longer than this many steps. */
const PATIENCE = 100

export function createSimClock(seed: string, startMs: number): SimClock {
  const next = xoshiro(`${seed}/clock`)
  const timers = new Set<Timer>()
  const machine: Life = { alive: true }
  let waiting: Waiting[] = []
  let elapsed = 0
  let adjustedBy = 0
  let steps = 0

  const wakeDue = (): void => {
    for (const timer of timers) {
      if (timer.at > elapsed) continue
      timers.delete(timer)
      waiting.push({ fn: timer.fn, of: timer.of, since: steps })
    }
  }
  const viewOf = (of: Life): HostClock => ({
    now: () => startMs + elapsed + adjustedBy,
    monotonic: () => elapsed,
    defer(fn) {
      if (of.alive) waiting.push({ fn, of, since: steps })
    },
    after(ms, fn) {
      if (!of.alive) return () => {}
      const timer = { at: elapsed + ms, fn, of }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  })
  return {
    ...viewOf(machine),
    step() {
      wakeDue()
      const oldest = waiting[0]
      if (!oldest) return false
      steps += 1
      const at = steps - oldest.since > PATIENCE ? 0 : next() % waiting.length
      const [chosen] = waiting.splice(at, 1)
      chosen?.fn()
      return true
    },
    skip() {
      let first: Timer | undefined
      for (const timer of timers) if (!first || timer.at < first.at) first = timer
      if (!first) return false
      elapsed = Math.max(elapsed, first.at)
      return true
    },
    pass(ms) {
      elapsed += ms
    },
    adjust(ms) {
      adjustedBy += ms
    },
    process() {
      const life: Life = { alive: true }
      return {
        ...viewOf(life),
        kill() {
          life.alive = false
          waiting = waiting.filter(({ of }) => of !== life)
          for (const timer of timers) if (timer.of === life) timers.delete(timer)
        },
      }
    },
  }
}
