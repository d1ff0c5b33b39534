import { expect, test } from "vitest"
import { createMemoryBlobs } from "../sim/memory-blobs.ts"
import { createFaultyMachine } from "../sim/faulty-machine.ts"
import { createSeededRandom } from "../sim/seeded-random.ts"
import { createSimClock, type SimProcess } from "../sim/sim-clock.ts"
import { collect } from "../testing/blob-suite.ts"
import { World } from "../world.ts"
import { sweepBlobs } from "./blobs.ts"

const MINUTE_MS = 60_000
const none = (): Promise<never> => Promise.reject(new Error("nothing runs here"))

function machine() {
  const clock = createSimClock("sweep", Date.UTC(2026, 0, 1))
  const random = createSeededRandom(1)
  const disk = createFaultyMachine({ random })
  const reports: string[] = []
  let process: SimProcess | undefined
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
  const step = async (): Promise<void> => {
    while (clock.step()) await turn()
    await turn()
  }
  return {
    reports,
    start() {
      process = clock.process()
      const { engine, blobs } = disk.boot()
      const world = new World({
        ...{ engine, blobs, random, clock: process },
        code: { job: none, receiver: none },
        report: (what, error) => reports.push(`${what}: ${error}`),
      })
      world.start()
      return { world, blobs, ids: async () => (await collect(blobs.list())).map(({ id }) => id) }
    },
    die() {
      process?.kill()
      disk.crash("process")
    },
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 500) {
        clock.pass(Math.min(500, left))
        await step()
      }
    },
    step,
  }
}

const settled = async <T>(promise: Promise<T>, step: () => Promise<void>): Promise<T> => {
  let done = false
  const end = (): void => void (done = true)
  promise.then(end, end)
  while (!done) await step()
  return promise
}

test("what a dead process staged and nobody linked goes at the next start", async () => {
  const { start, die, pass, step } = machine()
  const first = start()
  const kept = await first.blobs.stage(new Uint8Array(3))
  const lost = await first.blobs.stage(new Uint8Array(4))
  await settled(
    first.world.write((tx) => tx.linkBlob(kept.id)),
    step,
  )
  expect(await first.ids()).toEqual([kept.id, lost.id])
  die()
  const second = start()
  // On its way to its commit: it is not touched.
  const young = await second.blobs.stage(new Uint8Array(5))
  await pass(2_000)
  expect(await second.ids()).toEqual([kept.id, young.id])
})

test("what is unlinked goes within half an hour, and not while it may be read", async () => {
  const { start, pass, step } = machine()
  const { world, blobs, ids } = start()
  const { id } = await blobs.stage(new Uint8Array(3))
  await settled(
    world.write((tx) => tx.linkBlob(id)),
    step,
  )
  await settled(
    world.write((tx) => tx.unlinkBlob(id)),
    step,
  )
  await pass(14 * MINUTE_MS)
  expect(await ids()).toEqual([id])
  await pass(17 * MINUTE_MS)
  expect(await ids()).toEqual([])
})

test("a transaction that failed takes no blob with it", async () => {
  const { start, pass, step } = machine()
  const { world, blobs, ids } = start()
  const { id } = await blobs.stage(new Uint8Array(3))
  await settled(
    world.write((tx) => tx.linkBlob(id)),
    step,
  )
  const failing = world.write((tx) => {
    tx.unlinkBlob(id)
    throw new Error("no")
  })
  await expect(settled(failing, step)).rejects.toThrow("no")
  await pass(40 * MINUTE_MS)
  expect(await ids()).toEqual([id])
})

test("what loses its link during a sweep stays, as long as a power cut may bring the link back", async () => {
  const blobs = createMemoryBlobs({ clock: { now: () => 0 } })
  const staged = await Promise.all([1, 2, 3].map((size) => blobs.stage(new Uint8Array(size))))
  const [kept = "", early = "", late = ""] = staged.map(({ id }) => id)
  const linked = new Set([kept, early, late])
  // What is gone of the links when the flush begins is gone for good.
  linked.delete(early)
  const flush = async (): Promise<void> => void linked.delete(late)
  const isLinked = (id: string): boolean => linked.has(id)
  const sweep = { blobs, isLinked, flush, now: 1, graceMs: 0, limit: 10 }
  expect(await sweepBlobs(sweep)).toBe(1)
  expect((await collect(blobs.list())).map(({ id }) => id)).toEqual([kept, late])
  expect(await sweepBlobs(sweep)).toBe(1)
  expect((await collect(blobs.list())).map(({ id }) => id)).toEqual([kept])
})
