import fc from "fast-check"
import { expect, test } from "vitest"
import { httpDate, isoDate, IsoDates } from "./iso-date.ts"

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

test("the date of a header is Date's", () => {
  for (const ms of [MIN, MAX, 0, -1, 999, 86_399_999, 951_782_400_000])
    expect(httpDate(ms)).toBe(new Date(ms).toUTCString())
  const any = fc.integer({ min: MIN, max: MAX })
  fc.assert(fc.property(any, (ms) => httpDate(ms) === new Date(ms).toUTCString()))
})

test("many dates are told as one is, with what a whole second ends with", () => {
  const dates = new IsoDates(".000Z")
  const any = fc.integer({ min: MIN, max: MAX })
  fc.assert(
    fc.property(any, fc.integer({ min: 0, max: 61_000 }), (ms, behind) => {
      const both = [ms, Math.min(ms + behind, MAX)]
      return both.every((one) => dates.text(one) === new Date(one).toISOString())
    }),
  )
})
