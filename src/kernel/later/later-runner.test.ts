import { expect, test } from "vitest"
import { createMemoryEngine } from "../sim/memory-engine.ts"
import { table } from "../table.ts"
import { createTestWorld } from "../testing/test-world.ts"
import { deadWork, deliveries, timers } from "./later-rows.ts"
import { effect, implement, job } from "./later.ts"

const marks = table<{ readonly id: string }>("test/mark", { key: (mark) => [mark.id] })
const said = effect<{ word: string }>("test/said")
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

test("what is due gets its turn behind any number of deliveries that are on their way", async () => {
  const open = Promise.withResolvers<void>()
  const outside = implement(said, {
    perform: () => open.promise,
    retry: { attempts: 1, backoffMs: [] },
  })
  const heard: string[] = []
  const told = effect<{ word: string }>("test/told")
  const hear = implement(told, {
    run: (_tx, { word }) => void heard.push(word),
    retry: { attempts: 1, backoffMs: [] },
  })
  const { world } = createTestWorld({ receivers: [outside, hear] })
  await world.write((tx) => {
    for (let i = 0; i < 300; i += 1) tx.emit(said, { word: "wait" })
  })
  for (let i = 0; i < 20; i += 1) await turn()
  await world.write((tx) => tx.emit(told, { word: "now" }))
  for (let i = 0; i < 20; i += 1) await turn()
  expect(heard).toEqual(["now"])
  open.resolve()
  await world.settle()
  expect(await world.read((tx) => tx.first(deliveries, {}))).toBeUndefined()
})

test("a store that refuses commits is not asked without a pause, and no attempt is lost by it", async () => {
  const engine = createMemoryEngine()
  let full = false
  let refused = 0
  const { commit } = engine
  engine.commit = (batch) => {
    if (!full) return commit(batch)
    refused += 1
    throw new Error("the disk is full")
  }
  const mark = job<object>("test/mark", { run: (tx) => tx.put(marks, { id: "done" }) })
  const { world } = createTestWorld({ engine, jobs: [mark] })
  await world.write((tx) => void tx.schedule(mark, {}, tx.now + 1_000))
  await world.advance(999)
  await world.write((tx) => void tx.schedule(mark, {}, tx.now))
  full = true
  for (let i = 0; i < 200; i += 1) await turn()
  expect(refused).toBe(1)
  await expect(world.settle()).rejects.toThrow("refuses")
  full = false
  await world.settle()
  expect(await world.read((tx) => tx.get(marks, ["done"]))).toBeDefined()
  expect(await world.read((tx) => tx.first(timers, {}))).toMatchObject({ attempt: 0 })
})

test("a dead end that fails itself leaves a dead row, not a delivery for ever", async () => {
  const hear = implement(said, {
    run() {
      throw new Error("deaf")
    },
    retry: { attempts: 1, backoffMs: [] },
    onGiveUp() {
      throw new Error("the dead end is broken")
    },
  })
  const { world, reports } = createTestWorld({ receivers: [hear] })
  await world.write((tx) => tx.emit(said, { word: "hello" }))
  await world.settle()
  expect(await world.read((tx) => tx.first(deliveries, {}))).toBeUndefined()
  expect(await world.read((tx) => tx.first(deadWork, {}))).toMatchObject({ reason: "deaf" })
  expect(reports.join()).toContain("the dead end is broken")
})

test("a row that nobody can read is reported, and takes neither the process nor the answers", async () => {
  const { world, engine, reports } = createTestWorld()
  const far = job<object>("test/far", {})
  await world.write((tx) => void tx.schedule(far, {}, tx.now + 1_000))
  const [entry] = engine.scan({ start: timers.prefix, end: `${timers.prefix}\xff` })
  engine.commit(new Map([[entry![0], "9{}"]]))
  await world.write((tx) => void tx.schedule(far, {}, tx.now + 2_000))
  expect(reports.join()).toContain("was not migrated")
})

test("advancing does not wait for a job that waits for the time to come", async () => {
  const seen: boolean[] = []
  const wait = job<object>("test/wait", {
    async perform(ctx) {
      seen.push(await ctx.changed(marks, ["never"], ctx.now() + 3_600_000))
      await ctx.write((tx) => tx.put(marks, { id: `at ${tx.now - Date.UTC(2026, 0, 1)}` }))
    },
  })
  const { world } = createTestWorld({ jobs: [wait] })
  await world.write((tx) => void tx.schedule(wait, {}, tx.now))
  await world.settle()
  expect(seen).toEqual([])
  await world.advance(7_200_000)
  expect(seen).toEqual([false])
  expect(await world.read((tx) => tx.get(marks, ["at 3600000"]))).toBeDefined()
  expect(await world.read((tx) => tx.first(timers, {}))).toBeUndefined()
})

test("settling sees the work of a job that a commit has woken", async () => {
  const wait = job<object>("test/wait", {
    async perform(ctx) {
      await ctx.changed(marks, ["bell"], ctx.now() + 3_600_000)
      await ctx.write((tx) => tx.put(marks, { id: "woken" }))
    },
  })
  const { world } = createTestWorld({ jobs: [wait] })
  await world.write((tx) => void tx.schedule(wait, {}, tx.now))
  await world.settle()
  await world.write((tx) => tx.put(marks, { id: "bell" }))
  await world.settle()
  expect(await world.read((tx) => tx.get(marks, ["woken"]))).toBeDefined()
})

test("a job that is tried again can still be cancelled", async () => {
  let runs = 0
  const broken = job<object>("test/broken", {
    run() {
      runs += 1
      throw new Error("broken")
    },
  })
  const { world } = createTestWorld({ jobs: [broken] })
  const id = await world.write((tx) => tx.schedule(broken, {}, tx.now))
  await world.settle()
  expect(runs).toBe(1)
  await world.write((tx) => tx.cancel(id))
  await world.advance(3_600_000)
  expect(runs).toBe(1)
})

test("closing books what work outside has done", async () => {
  const open = Promise.withResolvers<void>()
  const send = implement(said, {
    perform: () => open.promise,
    retry: { attempts: 1, backoffMs: [] },
  })
  const { world, engine } = createTestWorld({ receivers: [send] })
  await world.write((tx) => tx.emit(said, { word: "sent" }))
  for (let i = 0; i < 5; i += 1) await turn()
  const closed = world.close()
  for (let i = 0; i < 5; i += 1) await turn()
  open.resolve()
  await closed
  const next = createTestWorld({ engine })
  expect(await next.world.read((tx) => tx.first(deliveries, {}))).toBeUndefined()
})

test("only so many deliveries are on their way at once; the others follow", async () => {
  const open = Promise.withResolvers<void>()
  let [running, most, done] = [0, 0, 0]
  const outside = implement(said, {
    async perform() {
      running += 1
      most = Math.max(most, running)
      await open.promise
      running -= 1
      done += 1
    },
    retry: { attempts: 1, backoffMs: [] },
  })
  const { world } = createTestWorld({ receivers: [outside] })
  await world.write((tx) => {
    for (let i = 0; i < 3_000; i += 1) tx.emit(said, { word: "wait" })
  })
  while (most < 2_000) await turn()
  for (let i = 0; i < 20; i += 1) await turn()
  expect(most).toBeLessThan(2_500)
  open.resolve()
  await world.settle()
  expect(done).toBe(3_000)
})

test("a timer that stands before all others is found, whoever looked for the first of them", async () => {
  const mark = job<{ id: string }>("test/mark", { run: (tx, { id }) => tx.put(marks, { id }) })
  const { world } = createTestWorld({ jobs: [mark] })
  await world.write((tx) => void tx.schedule(mark, { id: "last" }, tx.now + 100_000))
  await world.advance(50_000)
  await world.write((tx) => {
    tx.schedule(mark, { id: "soon" }, tx.now + 1_000)
    tx.schedule(mark, { id: "overdue" }, tx.now - 10_000)
  })
  await world.settle()
  expect(await world.read((tx) => tx.get(marks, ["overdue"]))).toBeDefined()
  await world.advance(1_000)
  expect(await world.read((tx) => tx.get(marks, ["soon"]))).toBeDefined()
  expect(await world.read((tx) => tx.get(marks, ["last"]))).toBeUndefined()
  await world.advance(49_000)
  expect(await world.read((tx) => tx.get(marks, ["last"]))).toBeDefined()
})
