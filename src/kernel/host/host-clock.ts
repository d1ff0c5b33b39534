import type { HostClock } from "../clock.ts"

/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. */
export const hostClock: HostClock = Object.freeze({
  now: () => Date.now(),
  // `performance` comes with modules that take some 2 ms to load (measured).
  monotonic: () => {
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1e3 + nanoseconds / 1e6
  },
  defer: (fn: () => void) => void setImmediate(fn),
  after: (ms: number, fn: () => void, awaited?: "awaited") => {
    const timer = setTimeout(fn, Math.min(Math.max(0, Math.ceil(ms)), LONGEST_TIMER_MS))
    if (!awaited) timer.unref()
    return () => clearTimeout(timer)
  },
})
