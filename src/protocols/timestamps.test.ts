import fc from "fast-check"
import { expect, test } from "vitest"
import type { TimestampFormat } from "../models/schema.ts"
import { formatTimestamp, parseTimestamp, TimestampError } from "./timestamps.ts"

const MS = Date.UTC(2014, 3, 29, 18, 30, 38)

test("reads each format", () => {
  expect(parseTimestamp("2014-04-29T18:30:38Z", "iso8601")).toBe(MS)
  expect(parseTimestamp("2014-04-29T18:30:38.123Z", "iso8601")).toBe(MS + 123)
  expect(parseTimestamp("2014-04-29T18:30:38.1239Z", "iso8601")).toBe(MS + 123)
  expect(parseTimestamp("2014-04-29T19:00:38+00:30", "iso8601")).toBe(MS)
  expect(parseTimestamp("2014-04-29T10:30:38-08:00", "iso8601")).toBe(MS)
  expect(parseTimestamp("Tue, 29 Apr 2014 18:30:38 GMT", "rfc822")).toBe(MS)
  expect(parseTimestamp("Tue, 29 Apr 2014 18:30:38.5 GMT", "rfc822")).toBe(MS + 500)
  expect(parseTimestamp(MS / 1000, "unixTimestamp")).toBe(MS)
  expect(parseTimestamp("1398796238", "unixTimestamp")).toBe(MS)
  expect(parseTimestamp("1398796238.001", "unixTimestamp")).toBe(MS + 1)
  expect(parseTimestamp("-1.5", "unixTimestamp")).toBe(-1500)
  expect(parseTimestamp(1.398796238e9, "unixTimestamp")).toBe(MS)
})

test("writes a fraction only when there is one", () => {
  expect(formatTimestamp(MS, "iso8601")).toBe("2014-04-29T18:30:38Z")
  expect(formatTimestamp(MS + 7, "iso8601")).toBe("2014-04-29T18:30:38.007Z")
  expect(formatTimestamp(MS, "rfc822")).toBe("Tue, 29 Apr 2014 18:30:38 GMT")
  expect(formatTimestamp(MS, "unixTimestamp")).toBe(1398796238)
  expect(formatTimestamp(MS + 7, "unixTimestamp")).toBe(1398796238.007)
})

const wrong: readonly [TimestampFormat, string | number][] = [
  ["iso8601", ""],
  ["iso8601", 1398796238],
  ["iso8601", "2014-04-29"],
  ["iso8601", "2014-04-29T18:30:38"],
  ["iso8601", "2014-04-29T18:30Z"],
  ["iso8601", "2014-02-30T18:30:38Z"],
  ["iso8601", "2014-13-01T18:30:38Z"],
  ["iso8601", "2014-04-29T24:30:38Z"],
  ["iso8601", "2014-04-29T18:30:60Z"],
  ["iso8601", "2014-04-29T18:30:38+24:00"],
  ["iso8601", " 2014-04-29T18:30:38Z"],
  ["iso8601", "0000-01-01T00:00:00+01:00"],
  ["iso8601", `2014-04-29T18:30:38.${"1".repeat(100)}Z`],
  ["rfc822", "Wed, 29 Apr 2014 18:30:38 GMT"],
  ["rfc822", "Tue, 29 Xxx 2014 18:30:38 GMT"],
  ["rfc822", "Tue, 29 Apr 2014 18:30:38 UTC"],
  ["rfc822", "Tue, 29 Apr 14 18:30:38 GMT"],
  ["unixTimestamp", ""],
  ["unixTimestamp", " 1"],
  ["unixTimestamp", "0x10"],
  ["unixTimestamp", "Infinity"],
  ["unixTimestamp", Number.NaN],
  ["unixTimestamp", 1e300],
  ["unixTimestamp", 253_402_300_800],
]
test.each(wrong)("refuses %s %s", (format, value) => {
  expect(() => parseTimestamp(value, format)).toThrow(TimestampError)
})

test("refuses to write what no format can show", () => {
  for (const format of ["iso8601", "rfc822", "unixTimestamp"] as const) {
    expect(() => formatTimestamp(Number.NaN, format)).toThrow(TimestampError)
    expect(() => formatTimestamp(1e15, format)).toThrow(TimestampError)
  }
})

test("what is written is read back", () => {
  const anyMs = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 })
  fc.assert(
    fc.property(anyMs, (ms) => {
      expect(parseTimestamp(formatTimestamp(ms, "iso8601"), "iso8601")).toBe(ms)
      expect(parseTimestamp(formatTimestamp(ms, "unixTimestamp"), "unixTimestamp")).toBe(ms)
      const second = Math.floor(ms / 1000) * 1000
      expect(parseTimestamp(formatTimestamp(ms, "rfc822"), "rfc822")).toBe(second)
    }),
  )
})
