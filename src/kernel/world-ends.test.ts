import { expect, test, vi } from "vitest"
import { clockRows } from "./cloud-clock.ts"
import { MAX_KEY_BYTES } from "./key.ts"
import { effect, implement } from "./later/later.ts"
import { createMemoryEngine } from "./sim/memory-engine.ts"
import { table } from "./table.ts"
import { createTestWorld } from "./testing/test-world.ts"

const marks = table<{ readonly id: string; readonly group?: string }>("test/mark", {
  key: (mark) => [mark.id],
  indexes: { byGroup: (mark) => mark.group !== undefined && [mark.group] },
})
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test("whoever listens to commits and fails takes no answer away", async () => {
  const { world, reports } = createTestWorld()
  world.onCommit(() => {
    throw new Error("deaf")
  })
  await world.write((tx) => tx.put(marks, { id: "a" }))
  expect(reports).toEqual(["commit listener: deaf"])
})

test("an operation that gives a promise back is refused, and its rejection is nobody's", async () => {
  const { world } = createTestWorld()
  const lost = vi.fn<() => void>()
  process.on("unhandledRejection", lost)
  await expect(
    world.write(async (tx) => {
      tx.put(marks, { id: "a" })
      await Promise.resolve()
      tx.put(marks, { id: "b" })
    }),
  ).rejects.toThrow("cannot await")
  // oxlint-disable-next-line unicorn/no-thenable -- what is to be refused
  await expect(world.read(() => ({ then: () => {} }))).rejects.toThrow("cannot await")
  await turn()
  process.off("unhandledRejection", lost)
  expect(lost).not.toHaveBeenCalled()
  expect(await world.read((tx) => tx.get(marks, ["a"]))).toBeUndefined()
})

test("a key that no store can hold fails its own operation only", async () => {
  const { world } = createTestWorld()
  const results = await Promise.allSettled([
    world.write((tx) => tx.put(marks, { id: "x".repeat(MAX_KEY_BYTES - 2) })),
    world.write((tx) => tx.put(marks, { id: "y".repeat(2_500), group: "z".repeat(2_500) })),
    world.write((tx) => tx.put(marks, { id: "good" })),
  ])
  expect(results.map((one) => one.status)).toEqual(["rejected", "rejected", "fulfilled"])
  expect(results[0]).toMatchObject({ reason: { name: "KeyTooLongError" } })
  expect(results[1]).toMatchObject({ reason: { name: "KeyTooLongError" } })
})

test("advancing ends with the world", async () => {
  const { world } = createTestWorld()
  const hear = effect<object>("test/hear")
  await world.write((tx) => {
    for (let i = 1; i < 50; i += 1) tx.emit(hear, {}, { at: tx.now + i })
  })
  const advanced = Promise.allSettled([world.advance(1_000)])
  await turn()
  await world.close()
  expect(await advanced).toMatchObject([{ reason: { message: "the cloud is closed" } }])
})

test("cloud time ends with the year 9999, and what would pass that changes nothing", async () => {
  const { world } = createTestWorld()
  await expect(world.advance(1e300)).rejects.toThrow(RangeError)
  await expect(world.advance(Number.NaN)).rejects.toThrow(RangeError)
  expect(new Date(world.clock.now()).getUTCFullYear()).toBe(2026)
})

test("freezing while time is moved on keeps to the order of the calls, in the store too", async () => {
  const { world, engine } = createTestWorld()
  await world.resume()
  const moved = world.advance(86_400_000)
  await world.freeze()
  await moved
  const { at } = (await world.read((tx) => tx.get(clockRows, ["clock"]))) as { at: number }
  expect(at).toBe(world.clock.now())
  await world.close()
  expect(createTestWorld({ engine }).world.clock.now()).toBe(at)
})

test("closing closes the store once, whatever fails on the way", async () => {
  const engine = createMemoryEngine()
  const close = vi.fn<() => Promise<void>>(() => Promise.resolve())
  engine.close = close
  engine.flush = () => Promise.reject(new Error("no disk"))
  const { world } = createTestWorld({ engine })
  const both = await Promise.allSettled([world.close(), world.close()])
  expect(both.map((one) => one.status)).toEqual(["rejected", "rejected"])
  expect(close).toHaveBeenCalledTimes(1)
  expect(() => world.peek((tx) => tx.now)).toThrow("closed")
})

test("closing does not wait for ever for work that does not heed the signal", async () => {
  const said = effect<object>("test/said")
  const deaf = implement(said, {
    perform: () => new Promise(() => {}),
    retry: { attempts: 1, backoffMs: [] },
  })
  const { world, reports } = createTestWorld({ receivers: [deaf], closeGraceMs: 1 })
  await world.write((tx) => tx.emit(said, {}))
  for (let i = 0; i < 5; i += 1) await turn()
  await world.close()
  expect(reports.join()).toContain("close")
})

test("a wait ends when its caller goes away", async () => {
  const { world } = createTestWorld()
  const caller = new AbortController()
  const ctx = world.context(caller.signal)
  const waiting = ctx.changed(marks, ["a"], ctx.now() + 60_000)
  caller.abort()
  expect(await waiting).toBe(false)
  expect(ctx.signal.aborted).toBe(true)
  expect(await ctx.changed(marks, ["a"], ctx.now() + 60_000)).toBe(false)
})
