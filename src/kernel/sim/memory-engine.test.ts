import { expect, test } from "vitest"
import { encodeKey, prefixEnd } from "../key.ts"
import { testEngine } from "../testing/engine-suite.ts"
import { createMemoryEngine } from "./memory-engine.ts"

testEngine("memory engine", async () => createMemoryEngine())

test("dump and load carry everything to another engine", () => {
  const first = createMemoryEngine()
  first.commit(
    new Map<string, string | Uint8Array>([
      ["b", "2"],
      ["a", Uint8Array.from([1])],
    ]),
  )
  const second = createMemoryEngine()
  second.load(first.dump())
  expect([...second.dump()]).toEqual([...first.dump()])
  expect(second.count()).toBe(2)
  expect(second.size()).toBe(first.size())
})

test("size follows replacement and deletion", () => {
  const engine = createMemoryEngine()
  engine.commit(new Map([["key", "value"]]))
  expect(engine.size()).toBe(8)
  engine.commit(new Map([["key", "v"]]))
  expect(engine.size()).toBe(4)
  engine.commit(new Map([["key", undefined]]))
  expect(engine.size()).toBe(0)
})

test("a backup needs someone to write it", async () => {
  await expect(createMemoryEngine().backup("folder")).rejects.toThrow("no disk")
  const saved: unknown[] = []
  const engine = createMemoryEngine({
    saveBackup: async (folder, entries) => void saved.push(folder, ...entries),
  })
  engine.commit(new Map([["a", "1"]]))
  await engine.backup("there")
  expect(saved).toEqual(["there", ["a", "1"]])
})

test("stays ordered through growth and shrinkage over several levels", () => {
  const engine = createMemoryEngine()
  const count = 20_000
  // A fixed permutation: 7919 is coprime to the count.
  const key = (i: number) => encodeKey(["row", (i * 7919) % count])
  for (let i = 0; i < count; i++) engine.commit(new Map([[key(i), String(i)]]))
  expect(engine.count()).toBe(count)
  for (let i = 0; i < count; i++) {
    if (i % 10 !== 0) engine.commit(new Map([[key(i), undefined]]))
  }
  const prefix = encodeKey(["row"])
  const left = [...engine.scan({ start: prefix, end: prefixEnd(prefix) })]
  const back = [...engine.scan({ start: prefix, end: prefixEnd(prefix), reverse: true })]
  expect(left).toHaveLength(count / 10)
  expect(back.toReversed()).toEqual(left)
  expect(left.every(([k], i) => i === 0 || (left[i - 1]?.[0] ?? "") < k)).toBe(true)
  for (let i = 0; i < count; i += 10) engine.commit(new Map([[key(i), undefined]]))
  expect(engine.count()).toBe(0)
  expect([...engine.dump()]).toEqual([])
})
