import { expect, test } from "vitest"
import { table } from "./table.ts"
import { createTestWorld } from "./testing/test-world.ts"

interface Basket {
  readonly id: string
  readonly items: string[]
  readonly bytes?: Uint8Array
}

const baskets = table<Basket>("test/basket", { key: (basket) => [basket.id] })
const kept = table<Basket>("test/kept", { key: (basket) => [basket.id], cached: true })

test.each([
  ["rows", baskets],
  ["cached rows", kept],
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
