import { expect, test } from "vitest"
import type { Entry } from "../../store/layered-scan.ts"
import { RangeCache } from "./range-cache.ts"

const range = (n: number, limit = 10) => ({ start: `${n}`, end: `${n}~`, limit })
const page = (length: number): readonly Entry[] => [["k", "x".repeat(length - 1)]]

/** Reads as a store does; whether it had to. */
function reads(cache: RangeCache, of: ReturnType<typeof range>, entries: readonly Entry[]) {
  const kept = cache.get(of)
  if (!kept) cache.offer(of, entries)
  return kept === undefined
}

test("a page is kept when it is asked for the second time, until the store changes", () => {
  const cache = new RangeCache()
  const entries = page(5)
  expect([1, 2, 3, 4].map(() => reads(cache, range(1), entries))).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(cache.get(range(1))).toBe(entries)
  expect(cache.get(range(1, 11))).toBeUndefined()
  expect(cache.get({ ...range(1), end: "2" })).toBeUndefined()
  expect(cache.get({ ...range(1), reverse: true })).toBeUndefined()
  cache.clear()
  expect(cache.get(range(1))).toBeUndefined()
})

test("what is asked for once in a while is not kept, nor what is long", () => {
  const cache = new RangeCache()
  for (let turn = 0; turn < 3; turn += 1)
    for (let n = 0; n < 10_000; n += 1) expect(reads(cache, range(n), page(5))).toBe(true)
  for (let i = 0; i < 4; i += 1) expect(reads(cache, range(1), page(70_000))).toBe(true)
})

test("what is kept has a limit, in characters and in pages", () => {
  const keptOf = (count: number, length: number): number => {
    const cache = new RangeCache()
    const ask = (n: number) => [1, 2, 3].map(() => reads(cache, range(n), page(length)))
    for (let n = 0; n < count; n += 1) expect(ask(n)).toEqual([true, true, false])
    return Array.from({ length: count }, (_, n) => n).filter((n) => cache.get(range(n))).length
  }
  expect(keptOf(100, 60_000) * 60_000).toBeLessThan(512 * 1024)
  expect(keptOf(5_000, 10)).toBeLessThan(600)
})
