import fc from "fast-check"
import { expect, test } from "vitest"
import { KeyCounts, type StoredCounts } from "./key-counts.ts"

/** Which keys come, one after another, and with how many units. */
const uses = fc.array(
  fc.record({ key: fc.nat(120).map(String), units: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 400 },
)

test("a key's count is never too high, and too low by a fortieth of all units at most", () => {
  fc.assert(
    fc.property(uses, (all) => {
      const exact: Record<string, number> = {}
      let counts = KeyCounts.of()
      let total = 0
      for (const [i, { key, units }] of all.entries()) {
        exact[key] = (exact[key] ?? 0) + units
        total += units
        counts = counts.with(key, units, i)
      }
      for (const [key, units] of Object.entries(exact)) {
        const counted = counts.before(key, all.length)
        expect(counted).toBeLessThanOrEqual(units)
        expect(counted).toBeGreaterThanOrEqual(units - total / 40)
      }
      expect(counts.stored().keys.length).toBeLessThanOrEqual(40)
    }),
  )
})

test("what comes in one instant counts when it is over, also of keys that others push out", () => {
  let counts = KeyCounts.of().with("a", 5, 1).with("a", 7, 2).with("b", 1, 2)
  expect([counts.before("a", 2), counts.before("b", 2)]).toEqual([5, 0])
  expect([counts.before("a", 3), counts.before("b", 3)]).toEqual([12, 1])
  for (let i = 0; i < 39; i += 1) counts = counts.with(`c${i}`, 2, 3)
  expect([counts.before("a", 3), counts.before("b", 3), counts.before("c0", 3)]).toEqual([11, 0, 0])
  expect([counts.before("a", 4), counts.before("c0", 4)]).toEqual([11, 1])
})

test("counts are kept, and nothing changes them", () => {
  const counts = KeyCounts.of().with("__proto__", 3, 1).with("7", 0.5, 1)
  counts.with("7", 9, 2)
  const text = JSON.stringify(counts.stored())
  const again = KeyCounts.of(JSON.parse(text) as StoredCounts)
  expect([again.before("__proto__", 1), again.before("7", 1)]).toEqual([3, 0.5])
})
