import { expect, test } from "vitest"
import { table } from "../table.ts"
import { NotLoaded } from "./not-loaded.ts"
import { createMemoryEngine } from "../sim/memory-engine.ts"
import { createTestWorld } from "../testing/test-world.ts"
import type { ReadTx } from "../transaction.ts"

interface Basket {
  readonly id: string
  readonly items: string[]
  readonly bytes?: Uint8Array
}

const baskets = table<Basket>("test/basket", { key: (basket) => [basket.id] })
const kept = table<Basket>("test/kept", { key: (basket) => [basket.id], cached: true })
const busy = table<Basket>("test/busy", { key: (basket) => [basket.id], rewritten: true })

test.each([
  ["rows", baskets],
  ["cached rows", kept],
  ["rows that are rewritten", busy],
])("nobody changes %s that others will read", async (_what, of) => {
  const { world } = createTestWorld()
  const row: Basket = { id: "a", items: ["one"] }
  await world.write((tx) => tx.put(of, row))
  expect(() => row.items.push("two")).toThrow(TypeError)
  for (let i = 0; i < 2; i += 1)
    await expect(world.read((tx) => tx.get(of, ["a"])?.items.push("two"))).rejects.toThrow(
      TypeError,
    )
  const scanned = world.read((tx) => tx.first(of, {})?.items)
  expect(await scanned).toEqual(["one"])
})

test("a row that was read and undone is not remembered as it never was", async () => {
  const { world } = createTestWorld()
  await world.write((tx) => tx.put(kept, { id: "a", items: ["one"] }))
  await Promise.allSettled([
    world.write((tx) => {
      tx.put(kept, { id: "a", items: ["two"] })
      tx.get(kept, ["a"])
      throw new Error("no")
    }),
    world.read((tx) => tx.get(kept, ["a"])),
  ])
  expect(await world.read((tx) => tx.get(kept, ["a"])?.items)).toEqual(["one"])
  expect(world.peek((tx) => tx.get(kept, ["a"])?.items)).toEqual(["one"])
})

test("rows that are rewritten are what was written last, and not what was undone", async () => {
  const engine = createMemoryEngine()
  const { world } = createTestWorld({ engine })
  const put = (...items: string[]) => world.write((tx) => tx.put(busy, { id: "a", items }))
  const puts = [put("one"), put("two")]
  const failing = world.write((tx) => {
    tx.put(busy, { id: "a", items: ["undone"] })
    throw new Error("no")
  })
  const seen = world.read((tx) => [tx.get(busy, ["a"])?.items, tx.first(busy, {})?.items])
  await Promise.allSettled([...puts, failing])
  expect(await seen).toEqual([["two"], ["two"]])
  const removed = world.write((tx) => {
    tx.put(busy, { id: "a", items: ["three"] })
    return tx.delete(busy, ["a"])
  })
  const last = put("four")
  expect(await removed).toBe(true)
  await last
  const after = createTestWorld({ engine }).world
  expect(await after.read((tx) => tx.get(busy, ["a"])?.items)).toEqual(["four"])
})

test("what is counted of refusals is written in the place of what is undone", async () => {
  const { world } = createTestWorld()
  const failing = world.write((tx) => {
    tx.put(baskets, { id: "undone", items: [] })
    tx.despiteFailure((counting) => counting.put(baskets, { id: "counted", items: [] }))
    throw new Error("no")
  })
  await expect(failing).rejects.toThrow("no")
  await world.write((tx) => tx.despiteFailure((counting) => counting.delete(baskets, ["counted"])))
  const ids = await world.read((tx) => tx.scan(baskets, { limit: 9 }).rows.map(({ id }) => id))
  expect(ids).toEqual(["counted"])
})

test("a transaction that needs code which is not there yet is undone, and runs again when it is", async () => {
  const { world } = createTestWorld()
  const code = Promise.withResolvers<void>()
  const runs: string[] = []
  let there = false
  const writing = world.write((tx) => {
    runs.push(tx.get(baskets, ["a"])?.items[0] ?? "nothing")
    if (tx.get(baskets, ["a"]) === undefined) tx.put(baskets, { id: "a", items: ["mine"] })
    tx.despiteFailure((counting) => counting.put(baskets, { id: "counted", items: [] }))
    if (!there) throw new NotLoaded(code.promise)
    return "done"
  })
  const other = world.write((tx) => {
    const seen = tx.get(baskets, ["a"])
    tx.put(baskets, { id: "a", items: ["another's"] })
    return seen
  })
  expect(await other).toBeUndefined()
  const settled = world.settle()
  there = true
  code.resolve()
  expect(await writing).toBe("done")
  await settled
  expect(runs).toEqual(["nothing", "another's"])
  expect(await world.read((tx) => tx.get(baskets, ["counted"]))).toBeUndefined()
})

test("whoever waits for code that cannot be loaded is told why", async () => {
  const { world } = createTestWorld()
  const failing = world.read(() => {
    throw new NotLoaded(Promise.reject(new Error("the disk is full")))
  })
  await expect(failing).rejects.toThrow("the disk is full")
})

test("a cached row that was read lately is read anew once it is changed", async () => {
  const { world } = createTestWorld()
  const put = (...items: string[]) => world.write((tx) => tx.put(kept, { id: "a", items }))
  const read = () => world.read((tx) => tx.get(kept, ["a"])?.items)
  await put("one")
  expect([await read(), await read()]).toEqual([["one"], ["one"]])
  expect((await Promise.all([read(), put("two"), read()]))[2]).toEqual(["two"])
  expect(await read()).toEqual(["two"])
  expect(world.peek((tx) => tx.get(kept, ["a"])?.items)).toEqual(["two"])
})

test("rows are counted by range, with those that the transaction has just written", async () => {
  const shelved = table<{ readonly shelf: string; readonly id: number; readonly big: boolean }>(
    "test/shelved",
    {
      key: ({ shelf, id }) => [shelf, id],
      indexes: { big: ({ shelf, id, big }) => big && [shelf, id] },
    },
  )
  const { world } = createTestWorld()
  await world.write((tx) => {
    for (let id = 0; id < 5; id += 1) tx.insert(shelved, { shelf: "a", id, big: id > 2 })
    tx.insert(shelved, { shelf: "b", id: 0, big: false })
    tx.delete(shelved, ["a", 4])
    expect(tx.count(shelved, { prefix: ["a"], limit: 10 })).toBe(4)
  })
  const count = (range: Parameters<ReadTx["count"]>[1]) =>
    world.read((tx) => tx.count(shelved, range))
  expect(await count({ prefix: ["a"], limit: 10 })).toBe(4)
  expect(await count({ prefix: ["a"], limit: 3 })).toBe(3)
  expect(await count({ index: "big", prefix: ["a"], limit: 10 })).toBe(1)
  expect(await count({ prefix: ["c"], limit: 10 })).toBe(0)
  await expect(count({ limit: 0 })).rejects.toThrow(/needs a limit/)
})
