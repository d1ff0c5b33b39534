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
