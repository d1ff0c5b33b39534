import fc from "fast-check"
import { expect, test } from "vitest"
import { KeyMap } from "./key-map.ts"

/** "Aa" and "BB" have the same hash, and so have all strings of as many of them. */
const key = fc
  .array(fc.constantFrom("Aa", "BB", "x"), { maxLength: 4 })
  .map((parts) => parts.join(""))
const step = fc.record({
  key,
  act: fc.constantFrom("set", "add", "delete", "find"),
  value: fc.nat(),
})

test("a map is a Map, whatever keys collide", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const map = new KeyMap<number>()
      const model = new Map<string, number>()
      for (const { key, act, value } of steps) {
        const known = model.get(key)
        if (act === "find") expect(map.find(key)?.value).toBe(known)
        else if (act === "delete") expect(map.delete(key) !== undefined).toBe(model.delete(key))
        else if (act === "set") {
          expect(map.set(key, value)).toBe(known === undefined)
          model.set(key, value)
        } else {
          expect(map.findOrAdd(key, value).value).toBe(known ?? value)
          if (known === undefined) model.set(key, value)
        }
        expect(map.size).toBe(model.size)
        for (const one of ["", "Aa", "BB", "AaBB", "BBAa"]) {
          expect(map.has(one)).toBe(model.has(one))
          expect(map.get(one)).toBe(model.get(one))
        }
      }
      expect(new Map(map)).toEqual(model)
      expect(new Set(map.keys())).toEqual(new Set(model.keys()))
      const visited = new Map<string, number>()
      map.forEach((value, key, slot) => {
        visited.set(key, value)
        expect(map.find(key, slot.hash)).toBe(slot)
      })
      expect(visited).toEqual(model)
      map.clear()
      expect([...map]).toEqual([])
      expect(map.size).toBe(0)
    }),
  )
})

test("a map that grows loses none of its keys, and gives up those that are deleted", () => {
  const map = new KeyMap<number>()
  for (let i = 0; i < 1_000; i += 1) expect(map.set(`key ${i}`, i)).toBe(true)
  for (let i = 0; i < 1_000; i += 2) expect(map.delete(`key ${i}`)?.value).toBe(i)
  expect(map.size).toBe(500)
  for (let i = 0; i < 1_000; i += 1) expect(map.get(`key ${i}`)).toBe(i % 2 ? i : undefined)
  expect(new Map(map).size).toBe(500)
})
