import { expect, test } from "vitest"
import { createTestWorld } from "../../../kernel/testing/test-world.ts"
import type { World } from "../../../kernel/world.ts"
import { objects } from "../objects/version.ts"
import { KeyReader } from "./key-reader.ts"
import { fillPage, type Wanted } from "./walk.ts"

/** A bucket of 100 folders with so many objects each. */
async function worldOf(each: number): Promise<World> {
  const { world } = createTestWorld()
  world.register([objects])
  const facts = { bucket: 1, versionId: "null", modifiedMs: 0, sizeBytes: 0, etag: "" }
  await world.write((tx) => {
    for (let folder = 0; folder < 100; folder += 1)
      for (let i = 0; i < each; i += 1)
        tx.insert(objects, { ...facts, key: `${folder}/${i}`, serial: tx.serial() })
  })
  return world
}

const list = (world: World, wanted: Wanted): Promise<{ told: number; looked: number }> =>
  world.read((tx) => {
    const { prefix, most, delimiter } = wanted
    const grouped = delimiter !== undefined
    const reach = { bucket: 1, prefix, from: [prefix] as const, most, grouped }
    const reader = new KeyReader(tx, objects, reach)
    const { rows, prefixes } = fillPage(reader, wanted, () => true)
    return { told: rows.length + prefixes.length, looked: reader.looked }
  })

test("what a list reads depends on what it tells, not on how much is in the bucket", async () => {
  const [small, large] = [await worldOf(2), await worldOf(200)]
  const folders = { prefix: "", delimiter: "/", most: 50 }
  const [few, many] = [await list(small, folders), await list(large, folders)]
  expect([few.told, many.told]).toEqual([50, 50])
  expect(many.looked).toBeLessThan(5 * 51)
  const flat = await list(large, { prefix: "5", delimiter: undefined, most: 10 })
  expect(flat).toEqual({ told: 10, looked: 11 })
  await Promise.all([small.close(), large.close()])
})
