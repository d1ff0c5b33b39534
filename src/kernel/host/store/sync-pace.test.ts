import { expect, test } from "vitest"
import { SyncPace } from "./sync-pace.ts"

test("the thread is held where the last sync was quick, and before the first one not at all", () => {
  const pace = new SyncPace()
  expect(pace.mayHold(0)).toBe(false)
  pace.awaited(0.4)
  expect(pace.mayHold(0)).toBe(true)
  pace.held(0.9, 1)
  expect(pace.mayHold(1)).toBe(true)
  pace.awaited(1.1)
  expect(pace.mayHold(1)).toBe(false)
})

test("where every other sync is slow, the thread stands still for a tenth of the time", () => {
  const pace = new SyncPace()
  let [now, heldMs] = [0, 0]
  for (let n = 0; now < 60_000; n += 1) {
    const tookMs = n % 2 === 0 ? 0.3 : 40
    if (pace.mayHold(now)) {
      heldMs += tookMs
      pace.held(tookMs, (now += tookMs))
    } else pace.awaited(((now += tookMs), tookMs))
  }
  expect(heldMs).toBeGreaterThan(0)
  expect(heldMs / now).toBeLessThan(0.1)
})
