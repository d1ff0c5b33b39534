import type { HostClock } from "../clock.ts"
import { xoshiro } from "./seeded-random.ts"

/**
 * Host time of a simulated machine: it moves only when the simulation moves it, and what is
 * deferred runs one by one, in an order that the seed decides.
 */
export interface SimClock extends HostClock {
  /** Runs one deferred call or due timer; false when there is none. */
  step(): boolean
  /** Moves host time to the next timer; false when there is none. */
  skip(): boolean
}

interface Timer {
  readonly at: number
  readonly fn: () => void
}

export function createSimClock(seed: string, startMs: number): SimClock {
  const next = xoshiro(`${seed}/clock`)
  const deferred: (() => void)[] = []
  const timers = new Set<Timer>()
  let now = startMs
  const earliest = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (!first || timer.at < first.at) first = timer
    return first
  }
  return {
    now: () => now,
    monotonic: () => now - startMs,
    defer: (fn) => void deferred.push(fn),
    after: (ms, fn) => {
      const timer = { at: now + ms, fn }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    step() {
      const timer = earliest()
      if (timer && timer.at <= now) {
        timers.delete(timer)
        timer.fn()
        return true
      }
      const [fn] = deferred.splice(next() % Math.max(1, deferred.length), 1)
      fn?.()
      return fn !== undefined
    },
    skip() {
      const timer = earliest()
      if (!timer) return false
      now = Math.max(now, timer.at)
      return true
    },
  }
}
