import { expect, test } from "vitest"
import { BoundedMap, Derived } from "./derived.ts"
import { createMemoryEngine } from "./sim/memory-engine.ts"
import { table } from "./table.ts"
import { createTestWorld } from "./testing/test-world.ts"
import type { ReadTx } from "./transaction.ts"

interface Basket {
  readonly id: string
  readonly items: number
}

const spec = {
  key: (basket: Basket) => [basket.id],
  indexes: { byItems: (b: Basket) => [b.items] },
}
const kept = table<Basket>("test/kept", { ...spec, cached: true })
const other = table<Basket>("test/other", { ...spec, cached: true })
const plain = table<Basket>("test/plain", spec)

/** A derived value that counts how often it is made. */
function counted<Value>(read: (tx: ReadTx, key: string) => Value) {
  const counter = { made: 0 }
  const derived = new Derived<string, Value>(new BoundedMap(2), (tx, key) => {
    counter.made += 1
    return read(tx, key)
  })
  return { derived, counter }
}

const items = (tx: ReadTx, key: string): number => tx.get(kept, [key])?.items ?? 0

async function filled() {
  const { world } = createTestWorld()
  await world.write((tx) => {
    for (const of of [kept, other, plain]) tx.put(of, { id: "a", items: 1 })
  })
  return world
}

test("a value is made once, until a table changes that was read for it", async () => {
  const world = await filled()
  const { derived, counter } = counted(items)
  const read = () => world.read((tx) => derived.get(tx, "a"))
  expect([await read(), await read(), world.peek((tx) => derived.get(tx, "a"))]).toEqual([1, 1, 1])
  expect(counter.made).toBe(1)
  await world.write((tx) => tx.put(other, { id: "a", items: 9 }))
  expect([await read(), counter.made]).toEqual([1, 1])
  await world.write((tx) => tx.put(kept, { id: "a", items: 2 }))
  expect([await read(), counter.made]).toEqual([2, 2])
})

test.each<
  [
    string,
    (tx: Parameters<Parameters<Awaited<ReturnType<typeof filled>>["write"]>[0]>[0]) => unknown,
    number,
  ]
>([
  ["put", (tx) => tx.put(kept, { id: "a", items: 5 }), 5],
  ["replace", (tx) => tx.replace(kept, { id: "a", items: 1 }, { id: "a", items: 6 }), 6],
  ["delete", (tx) => tx.delete(kept, ["a"]), 0],
  ["remove", (tx) => tx.remove(kept, { id: "a", items: 1 }), 0],
  ["insert of another row", (tx) => tx.insert(kept, { id: "b", items: 7 }), 1],
])("%s is seen at once, in its own transaction too", async (_what, change, expected) => {
  const world = await filled()
  const { derived, counter } = counted(items)
  await world.read((tx) => derived.get(tx, "a"))
  const within = await world.write((tx) => {
    change(tx)
    return derived.get(tx, "a")
  })
  expect([within, await world.read((tx) => derived.get(tx, "a"))]).toEqual([expected, expected])
  expect(counter.made).toBe(2)
})

test("what was read of a write that is undone is not kept", async () => {
  const world = await filled()
  const { derived } = counted(items)
  const [undone, next] = await Promise.allSettled([
    world.write((tx) => {
      tx.put(kept, { id: "a", items: 66 })
      expect(derived.get(tx, "a")).toBe(66)
      throw new Error("no")
    }),
    world.read((tx) => derived.get(tx, "a")),
  ])
  expect(undone.status).toBe("rejected")
  expect(next).toEqual({ status: "fulfilled", value: 1 })
  expect(world.peek((tx) => derived.get(tx, "a"))).toBe(1)
})

test("what was read of a commit that the store refused is not kept", async () => {
  const engine = createMemoryEngine()
  const { world } = createTestWorld({ engine })
  const { derived } = counted(items)
  const commit = engine.commit
  engine.commit = () => {
    throw new Error("the disk is full")
  }
  const write = world.write((tx) => {
    tx.put(kept, { id: "a", items: 66 })
    return derived.get(tx, "a")
  })
  await expect(write).rejects.toThrow("refused")
  engine.commit = commit
  expect(world.peek((tx) => derived.get(tx, "a"))).toBe(0)
})

test("a value that looked at the time, or at a table that is not cached, is made each time", async () => {
  const world = await filled()
  for (const read of [
    (tx: ReadTx) => tx.now + items(tx, "a"),
    (tx: ReadTx) => tx.faults.length + items(tx, "a"),
    (tx: ReadTx) => (tx.get(plain, ["a"])?.items ?? 0) + items(tx, "a"),
    (tx: ReadTx) => tx.scan(plain, { limit: 1 }).rows.length,
    (tx: ReadTx) => tx.first(plain, { index: "byItems" })?.items,
  ]) {
    const { derived, counter } = counted(read)
    await world.read((tx) => [derived.get(tx, "a"), derived.get(tx, "a")])
    expect(counter.made).toBe(2)
  }
})

test("scans count as reads", async () => {
  const world = await filled()
  const { derived, counter } = counted(
    (tx) => tx.scan(kept, { index: "byItems", limit: 9 }).rows.length,
  )
  const { derived: firsts } = counted((tx) => tx.first(kept, { index: "byItems" })?.items)
  const read = () => world.read((tx) => [derived.get(tx, "a"), firsts.get(tx, "a")])
  expect(await read()).toEqual([1, 1])
  await world.write((tx) => tx.put(kept, { id: "0", items: 0 }))
  expect(await read()).toEqual([2, 0])
  expect(counter.made).toBe(2)
})

test("a value made of values changes with what is below them", async () => {
  const world = await filled()
  const inner = counted(items)
  const outer = counted((tx, key) => inner.derived.get(tx, key) * 10)
  const timely = counted((tx, key) => (tx.now > 0 ? items(tx, key) : 0))
  const outerTimely = counted((tx, key) => timely.derived.get(tx, key))
  const read = () =>
    world.read((tx) => [outer.derived.get(tx, "a"), outerTimely.derived.get(tx, "a")])
  // The inner one is known already when the outer one is made.
  await world.read((tx) => inner.derived.get(tx, "a"))
  expect(await read()).toEqual([10, 1])
  await world.write((tx) => tx.put(kept, { id: "a", items: 3 }))
  expect(await read()).toEqual([30, 3])
  expect([outer.counter.made, outerTimely.counter.made]).toEqual([2, 2])
  await read()
  expect([outer.counter.made, outerTimely.counter.made]).toEqual([2, 3])
})

test("a bounded map forgets rather than grows", () => {
  const map = new BoundedMap<string, number>(2)
  for (const [at, key] of ["a", "b", "c"].entries()) map.set(key, at)
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([undefined, undefined, 2])
})
