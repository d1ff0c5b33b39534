import { expect, test } from "vitest"
import { joinHeaderList, splitDateList, splitHeaderList } from "./header-list.ts"

test("items are split at commas outside of quotes", () => {
  expect(splitHeaderList("a, b ,c")).toEqual(["a", "b", "c"])
  expect(splitHeaderList(String.raw`"b,c", "\"def\"" ,a`)).toEqual(["b,c", '"def"', "a"])
  expect(splitHeaderList(' "" ')).toEqual([""])
  expect(splitHeaderList("")).toEqual([])
})

test("a quoted string that does not end, or goes on, is no list", () => {
  expect(splitHeaderList('"a, b')).toBeUndefined()
  expect(splitHeaderList('"a"b')).toBeUndefined()
})

test("what is joined is split into the same", () => {
  const items = ["a", "b,c", '"d"', String.raw`e\,"`, "f g"]
  expect(splitHeaderList(joinHeaderList(items))).toEqual(items)
})

test("dates keep their own comma", () => {
  const date = "Mon, 16 Dec 2019 23:48:18 GMT"
  expect(splitDateList(`${date}, ${date}`)).toEqual([date, date])
})
