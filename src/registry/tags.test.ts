import { expect, test } from "vitest"
import { isTagKey, isTagText, isTagValue } from "./tags.ts"

test("keys and values of tags are letters of any script, numbers, spaces and eight signs", () => {
  for (const text of ["a", "ü", "日本", "٣", "a b", "+-=._:/@"]) {
    expect(isTagText(text), text).toBe(true)
    expect(isTagKey(text), text).toBe(true)
    expect(isTagValue(text), text).toBe(true)
  }
  for (const text of ["a,b", "a\tb", "a\n", "#", "🐈", "a*"]) {
    expect(isTagText(text), text).toBe(false)
    expect(isTagKey(text), text).toBe(false)
    expect(isTagValue(text), text).toBe(false)
  }
})

test("a key has 1 to 128 characters, a value 0 to 256", () => {
  const lengths = [0, 1, 128, 129, 256, 257]
  expect(lengths.filter((length) => isTagKey("a".repeat(length)))).toEqual([1, 128])
  expect(lengths.filter((length) => isTagValue("a".repeat(length)))).toEqual([0, 1, 128, 129, 256])
})
