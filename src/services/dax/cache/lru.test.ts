import { expect, test } from "vitest"
import { Lru } from "./lru.ts"

const at = (now: number, ttlMs = 0) => ({ now, ttlMs })

test("what was used last stays when there is no more room", () => {
  const cache = new Lru<string>({ entries: 2, bytes: 100 })
  const store = (key: string, bytes = 1) => cache.set(key, { value: key, bytes, storedMs: 0 })
  store("a")
  store("b")
  expect(cache.get("a", at(1))).toBe("a")
  store("c")
  expect(["a", "b", "c"].map((key) => cache.get(key, at(1)))).toEqual(["a", undefined, "c"])
  store("d", 100)
  expect(["a", "c", "d"].map((key) => cache.get(key, at(1)))).toEqual([undefined, undefined, "d"])
  store("e", 101)
  expect(cache.get("e", at(1))).toBeUndefined()
})

test("what is older than the TTL is gone; without one it stays", () => {
  const cache = new Lru<string>({ entries: 2, bytes: 100 })
  cache.set("a", { value: "a", bytes: 1, storedMs: 1_000 })
  expect(cache.get("a", at(9e9))).toBe("a")
  expect(cache.get("a", at(1_999, 1_000))).toBe("a")
  expect(cache.get("a", at(2_000, 1_000))).toBeUndefined()
  expect(cache.get("a", at(1_999, 1_000))).toBeUndefined()
})
