import { expect, test } from "vitest"
import { SlowPatternError } from "../patterns.ts"
import { createVmPatterns } from "./vm-patterns.ts"

test("an expression is answered, or given up when it takes too long", () => {
  const patterns = createVmPatterns()
  expect(patterns.matches(/^a+$/u, "aaa", 1_000)).toBe(true)
  expect(patterns.matches(/^a+$/u, "aab", 1_000)).toBe(false)
  const endless = () => patterns.matches(/^(a+)+$/u, `${"a".repeat(60)}b`, 20)
  expect(endless).toThrow(SlowPatternError)
  // The next is none the worse for it.
  expect(patterns.matches(/b$/u, "aab", 1_000)).toBe(true)
})

test("an expression that had no processor meanwhile is tried again, but not for ever", () => {
  const endless = (used: readonly number[]) => {
    const left = [...used]
    const patterns = createVmPatterns(() => left.shift() ?? 0)
    const run = () => patterns.matches(/^(a+)+$/u, `${"a".repeat(60)}b`, 20)
    expect(run).toThrow(SlowPatternError)
    return used.length - left.length
  }
  expect(endless([0, 20, 20, 40])).toBe(2)
  expect(endless([0, 1, 1, 2, 2, 22, 22, 42])).toBe(6)
  expect(endless(Array.from({ length: 40 }, () => 0))).toBe(19)
})
