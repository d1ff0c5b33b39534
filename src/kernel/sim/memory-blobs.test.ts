import { expect, test } from "vitest"
import { sweepBlobs } from "../blobs/blobs.ts"
import { collect, testBlobs } from "../testing/blob-suite.ts"
import { createMemoryBlobs } from "./memory-blobs.ts"
import { createSeededRandom } from "./seeded-random.ts"

testBlobs("memory blobs", async () => createMemoryBlobs({ clock: { now: () => 1_000_000_000 } }))

test("ids come from the given randomness, times from the given clock", async () => {
  const make = () =>
    createMemoryBlobs({ random: createSeededRandom(7), clock: { now: () => 1234 } })
  const [a, b] = [make(), make()]
  const { id } = await a.stage(new Uint8Array(3))
  expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(await b.stage(new Uint8Array(3))).toEqual({ id, sizeBytes: 3 })
  expect(await collect(a.list())).toEqual([
    { id, sizeBytes: 3, stagedAtMs: 1234, inherited: false },
  ])
})

test("without a clock nothing is ever old enough to be swept", async () => {
  const blobs = createMemoryBlobs()
  await blobs.stage(new Uint8Array(3))
  const sweep = { blobs, isLinked: () => false, now: 2 ** 50, graceMs: 0, limit: 10 }
  expect(await sweepBlobs(sweep)).toBe(0)
})
