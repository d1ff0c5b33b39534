import { expect, test } from "vitest"
import { isWithin, overlap, patternOf } from "./pattern.ts"

const texts = (() => {
  const all = [""]
  for (let length = 0; length < 4; length += 1)
    for (const text of all.filter((one) => one.length === length))
      for (const char of "ab") all.push(text + char)
  return all
})()

/** What a pattern means, by the plainest of ways. */
const means = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/\*/g, ".*").replace(/\?/g, ".")}$`).test(text)

const PATTERNS = ["", "*", "?", "a", "a*", "*a", "a?b", "*ab*", "??", "a*b", "?*", "*b*a", "ab"]

test.each(PATTERNS.flatMap((one) => PATTERNS.map((other) => [one, other])))(
  "%j and %j: within and overlap are what texts show",
  (one, other) => {
    const [inner, outer] = [patternOf(one), patternOf(other)]
    const meant = texts.filter((text) => means(one, text))
    if (isWithin(inner, outer)) expect(meant.filter((text) => !means(other, text))).toEqual([])
    else
      expect(
        [...meant, "abcabc", "c", "cc", "acb", "cabc"].some(
          (text) => means(one, text) && !means(other, text),
        ),
      ).toBe(true)
    if (!overlap(inner, outer)) expect(meant.filter((text) => means(other, text))).toEqual([])
    else
      expect(
        [...meant, "aabba", "abba", "aaba"].some((text) => means(one, text) && means(other, text)),
      ).toBe(true)
  },
)

test("a pattern that would take too long is not within", () => {
  const long = patternOf(`${"*a?".repeat(200)}b`)
  expect(isWithin(long, patternOf(`${"*a?".repeat(199)}*b`))).toBeTypeOf("boolean")
})
