import { expect, test } from "vitest"
import { collect, testBlobs } from "../testing/blob-suite.ts"
import { createMemoryBlobs } from "./memory-blobs.ts"
import { createSeededRandom } from "./seeded-random.ts"

testBlobs("memory blobs", async () => createMemoryBlobs())

test("ids come from the given randomness, times from the given clock", async () => {
  const make = () =>
    createMemoryBlobs({ random: createSeededRandom(7), clock: { now: () => 1234 } })
  const [a, b] = [make(), make()]
  const { id } = await a.stage(new Uint8Array(3))
  expect(id).toMatch(/^[0-9a-f]{32}$/)
  expect(await b.stage(new Uint8Array(3))).toEqual({ id, sizeBytes: 3 })
  expect(await collect(a.list())).toEqual([{ id, sizeBytes: 3, stagedAtMs: 1234 }])
})
