import { expect, test } from "vitest"
import { usageOf } from "./meter.ts"
import { createMemoryEngine } from "./sim/memory-engine.ts"
import { createTestWorld } from "./testing/test-world.ts"
import type { World } from "./world.ts"

const queue = { account: "111111111111", region: "eu-west-1", resource: "arn:aws:sqs:::q" }

const meter = (world: World, quantity?: number): Promise<unknown> =>
  world.write((tx) => tx.meter("requests", queue, quantity)).catch((error: Error) => error.message)

async function quantities(world: World): Promise<number[]> {
  const range = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 99 }
  const usage = await world.read((tx) => usageOf(tx, queue.account, range))
  return usage.map(({ quantity }) => quantity)
}

test("what a refused commit counted is not counted later either", async () => {
  const engine = createMemoryEngine()
  let refusing = false
  const { world } = createTestWorld({
    engine: {
      ...engine,
      commit(batch) {
        if (refusing) throw new Error("no room")
        engine.commit(batch)
      },
    },
  })
  await meter(world, 2)
  refusing = true
  expect(await meter(world, 40)).toContain("refused")
  refusing = false
  await meter(world, 3)
  expect(await quantities(world)).toEqual([5])
})

test("counting goes on where the store left it, from one world to the next and from hour to hour", async () => {
  const engine = createMemoryEngine()
  const first = createTestWorld({ engine }).world
  await Promise.all([meter(first), meter(first), meter(first)])
  const second = createTestWorld({ engine }).world
  await meter(second, 4)
  expect(await quantities(second)).toEqual([7])
  await second.advance(3_600_000)
  await meter(second)
  await second.advance(3_599_999)
  await meter(second)
  expect(await quantities(second)).toEqual([7, 2])
})

test("usages of other resources are counted apart", async () => {
  const { world } = createTestWorld()
  await Promise.all([
    meter(world),
    world.write((tx) => tx.meter("requests", { ...queue, resource: "arn:aws:sqs:::other" })),
    world.write((tx) => tx.meter("requests", { ...queue, region: "eu-west-2" })),
    world.write((tx) => tx.meter("others", queue)),
    meter(world),
  ])
  expect((await quantities(world)).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2])
})
