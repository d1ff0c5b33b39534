import { expect, test } from "vitest"
import { queryPairs } from "./query-pairs.ts"

test("parameters are decoded in their order, repeated ones included", () => {
  expect(queryPairs("a=1&b=x%20y+z&a=%E6%97%A5&c&=d&&e=f=g")).toEqual([
    ...["a", "1", "b", "x y z", "a", "日", "c", "", "", "d", "e", "f=g"],
  ])
  expect(queryPairs("")).toEqual([])
})

test("a malformed escape is no text", () => {
  for (const text of ["a=%", "a=%1", "a=%zz", "a=%ff", "%e6%97=1"]) {
    expect(queryPairs(text)).toBeUndefined()
  }
})
