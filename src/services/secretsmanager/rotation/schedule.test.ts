import { expect, test } from "vitest"
import { AwsError } from "../../../protocols/aws-error.ts"
import { assertRules, nextWindow } from "./schedule.ts"

/** A Thursday. */
const FROM = Date.UTC(2026, 0, 15, 12, 30)

const next = (ScheduleExpression: string, more: object = {}): readonly string[] => {
  const window = nextWindow({ ScheduleExpression, ...more }, { fromMs: FROM, afterMs: FROM })
  return window ? [window.startMs, window.endMs].map((ms) => new Date(ms).toISOString()) : []
}

test.each([
  ["rate(10 days)", "2026-01-25T00:00:00.000Z", "2026-01-25T23:59:59.000Z"],
  ["rate(4 hours)", "2026-01-15T16:00:00.000Z", "2026-01-15T17:00:00.000Z"],
  ["cron(0 8 * * ? *)", "2026-01-16T08:00:00.000Z", "2026-01-16T23:59:59.000Z"],
  ["cron(0 /8 * * ? *)", "2026-01-15T16:00:00.000Z", "2026-01-15T17:00:00.000Z"],
  ["cron(0 1 1,15 * ? *)", "2026-02-01T01:00:00.000Z", "2026-02-01T23:59:59.000Z"],
  ["cron(0 3 L * ? *)", "2026-01-31T03:00:00.000Z", "2026-01-31T23:59:59.000Z"],
  ["cron(0 3 29 2 ? *)", "2028-02-29T03:00:00.000Z", "2028-02-29T23:59:59.000Z"],
  ["cron(0 3 ? * MON-TUE *)", "2026-01-19T03:00:00.000Z", "2026-01-19T23:59:59.000Z"],
  ["cron(0 3 ? JAN/3 6L *)", "2026-01-30T03:00:00.000Z", "2026-01-30T23:59:59.000Z"],
  ["cron(0 3 ? * 2#1 *)", "2026-02-02T03:00:00.000Z", "2026-02-02T23:59:59.000Z"],
])("%s opens next at %s and closes at %s", (expression, start, end) => {
  expect(next(expression.replace("/8", "0/8"))).toEqual([start, end])
})

test("a duration ends the window", () => {
  expect(next("cron(0 8 * * ? *)", { Duration: "3h" })[1]).toBe("2026-01-16T11:00:00.000Z")
})

test.each([
  ...["rate(3 hours)", "rate(1001 days)", "cron(5 8 * * ? *)", "cron(0 8 * * * *)"],
  ...[
    "cron(0 8 * * ? 2027)",
    "cron(0 24 * * ? *)",
    "cron(0 8 0 * ? *)",
    "daily",
    "cron(0 5-2 * * ? *)",
  ],
])("%s is no schedule", (ScheduleExpression) => {
  expect(() => assertRules({ ScheduleExpression })).toThrow(AwsError)
})

test("rules exclude each other", () => {
  const both = { AutomaticallyAfterDays: 1, ScheduleExpression: "rate(4 days)" }
  expect(() => assertRules(both)).toThrow()
  expect(() => assertRules({ ScheduleExpression: "rate(4 hours)", Duration: "5h" })).toThrow()
  expect(() => assertRules({ AutomaticallyAfterDays: 1, Duration: "25h" })).toThrow()
})
