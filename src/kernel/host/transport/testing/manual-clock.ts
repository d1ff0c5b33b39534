import type { HostClock } from "../../../clock.ts"

/** A host clock that stands still until told otherwise. */
export interface ManualClock extends HostClock {
  /** Moves on, running what falls due on the way, in order. */
  advance(ms: number): void
  /** Waiting timers. */
  readonly timers: number
}

export function manualClock(): ManualClock {
  let nowMs = Date.UTC(2026, 10, 21, 8, 0, 0)
  const timers = new Set<{ at: number; fn: () => void }>()
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    defer: (fn) => void setImmediate(fn),
    after(ms, fn) {
      const timer = { at: nowMs + ms, fn }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const until = nowMs + ms
      for (;;) {
        const due = [...timers].filter((t) => t.at <= until).toSorted((a, b) => a.at - b.at)[0]
        if (due === undefined) break
        timers.delete(due)
        nowMs = due.at
        due.fn()
      }
      nowMs = until
    },
    get timers() {
      return timers.size
    },
  }
}
