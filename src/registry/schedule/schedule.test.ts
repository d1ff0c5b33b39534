import { expect, test } from "vitest"
import { nextTime, parseCron, type Cron } from "./cron.ts"
import { timeZone } from "./time-zone.ts"

/** A Thursday. */
const FROM = Date.UTC(2026, 0, 15, 12, 30)

function next(text: string, zone?: string, from = FROM): string | undefined {
  const ms = nextTime(parseCron(text) as Cron, from, zone ? timeZone(zone)?.toUtc : undefined)
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

test.each([
  ["0 8 * * ? *", "2026-01-16T08:00:00.000Z"],
  ["*/15 * * * ? *", "2026-01-15T12:45:00.000Z"],
  ["35 12 ? * THU *", "2026-01-15T12:35:00.000Z"],
  ["0 3 L * ? *", "2026-01-31T03:00:00.000Z"],
  ["0 3 29 2 ? *", "2028-02-29T03:00:00.000Z"],
  ["0 3 31W * ? *", "2026-01-30T03:00:00.000Z"],
  ["0 3 1W 2 ? *", "2026-02-02T03:00:00.000Z"],
  ["0 3 ? JAN/3 6L *", "2026-01-30T03:00:00.000Z"],
  ["0 3 ? * 2#1 *", "2026-02-02T03:00:00.000Z"],
  ["0 0 1 1 ? 2030", "2030-01-01T00:00:00.000Z"],
  ["0 0 1 1 ? 2020", undefined],
])("cron(%s) comes next at %s", (text, at) => {
  expect(next(text)).toBe(at)
})

test.each(["0 8 * * * *", "60 8 * * ? *", "0 8 * * ?", "0 24 * * ? *", "0 8 32W * ? *", "a b c"])(
  "cron(%s) is no expression",
  (text) => {
    expect(parseCron(text)).toBeUndefined()
  },
)

test("a zone's wall clock moves with its summer time", () => {
  expect(next("0 8 * * ? *", "Europe/Berlin")).toBe("2026-01-16T07:00:00.000Z")
  expect(next("0 8 * * ? *", "Europe/Berlin", Date.UTC(2026, 6, 1, 7))).toBe(
    "2026-07-02T06:00:00.000Z",
  )
  expect(next("0 8 * * ? *", "Pacific/Kiritimati")).toBe("2026-01-15T18:00:00.000Z")
})

test("a time that the clocks leap over does not come; of two the first does", () => {
  const spring = Date.UTC(2026, 2, 28, 12)
  expect(next("30 2 * * ? *", "Europe/Berlin", spring)).toBe("2026-03-30T00:30:00.000Z")
  const autumn = Date.UTC(2026, 9, 24, 12)
  expect(next("30 2 * * ? *", "Europe/Berlin", autumn)).toBe("2026-10-25T00:30:00.000Z")
})

test("what has no name is no zone", () => {
  expect([timeZone("Mars/Base"), timeZone("+01:00"), timeZone("")]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
