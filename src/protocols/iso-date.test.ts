import fc from "fast-check"
import { expect, test } from "vitest"
import { isoDate } from "./iso-date.ts"

const MIN = -62_167_219_200_000
const MAX = 253_402_300_799_999

function expected(ms: number): string {
  return new Date(ms).toISOString().replace(".000Z", "Z")
}

test("the text is Date's, without an empty fraction", () => {
  const days = [MIN, MAX, 0, -1, 1, 951_782_400_000, 4_107_542_399_999, -2_203_891_200_000]
  for (const ms of days) expect(isoDate(ms)).toBe(expected(ms))
  fc.assert(fc.property(fc.integer({ min: MIN, max: MAX }), (ms) => isoDate(ms) === expected(ms)))
})

test("every day of 800 years is right", () => {
  const first = Date.UTC(1599, 11, 31)
  for (let day = 0; day < 292_300; day++) {
    const ms = first + day * 86_400_000
    if (isoDate(ms) !== expected(ms)) expect(isoDate(ms)).toBe(expected(ms))
  }
})
