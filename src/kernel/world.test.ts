import { expect, test } from "vitest"
import { failPlace, healPlace } from "./faults.ts"
import { deadWork, deliveries, timers } from "./later/later-rows.ts"
import { effect, implement, job } from "./later/later.ts"
import { usageOf } from "./meter.ts"
import { table } from "./table.ts"
import { createMemoryEngine, type MemoryEngine } from "./sim/memory-engine.ts"
import { formatPlace } from "./places.ts"
import { createTestWorld } from "./testing/test-world.ts"
import type { World } from "./world.ts"
import type { WriteTx } from "./transaction.ts"

interface Note {
  readonly id: string
  readonly group?: string
  readonly text: string
}

const notes = table<Note>("test/note", {
  key: (note) => [note.id],
  indexes: { byGroup: (note) => note.group !== undefined && [note.group] },
})
const note = (id: string, text = id, group?: string): Note =>
  group === undefined ? { id, text } : { id, text, group }

test("a failed operation leaves nothing, and its neighbours of the same drain lose nothing", async () => {
  const { world } = createTestWorld()
  const results = await Promise.allSettled([
    world.write((tx) => tx.put(notes, note("a", "first", "g"))),
    world.write((tx) => {
      tx.put(notes, note("a", "second", "h"))
      tx.put(notes, note("b", "gone", "g"))
      throw new Error("no")
    }),
    world.read((tx) => tx.get(notes, ["a"])?.text),
    world.write((tx) => tx.put(notes, note("c", "third", "g"))),
  ])
  expect(results.map((one) => one.status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "fulfilled",
  ])
  expect(results[2]).toMatchObject({ value: "first" })
  expect(world.commitNumber).toBe(1)
  const page = await world.read((tx) =>
    tx.scan(notes, { index: "byGroup", prefix: ["g"], limit: 9 }),
  )
  expect(page.rows.map((row) => row.id)).toEqual(["a", "c"])
})

test("an index follows its row when it changes, moves and goes", async () => {
  const { world } = createTestWorld()
  const inGroup = (group: string): Promise<string[]> =>
    world.read((tx) =>
      tx.scan(notes, { index: "byGroup", prefix: [group], limit: 9 }).rows.map((row) => row.id),
    )
  await world.write((tx) => tx.put(notes, note("a", "1", "g")))
  await world.write((tx) => tx.put(notes, note("a", "2", "h")))
  expect([await inGroup("g"), await inGroup("h")]).toEqual([[], ["a"]])
  await world.write((tx) => tx.put(notes, note("a", "3")))
  expect(await inGroup("h")).toEqual([])
  await world.write((tx) => tx.put(notes, note("a", "4", "g")))
  await world.write((tx) => tx.delete(notes, ["a"]))
  expect(await inGroup("g")).toEqual([])
})

test("pages go forward and back, over what is committed and what is not", async () => {
  const { world } = createTestWorld()
  await world.write((tx) => {
    for (const id of ["a", "c", "e"]) tx.put(notes, note(id))
  })
  await world.write((tx) => {
    for (const id of ["b", "d"]) tx.put(notes, note(id))
    tx.delete(notes, ["c"])
    const ids = (reverse: boolean): string => {
      let after: string | undefined
      let text = ""
      do {
        const page = tx.scan(notes, { after, limit: 2, reverse })
        text += page.rows.map((row) => row.id).join("") + "|"
        after = page.next
      } while (after !== undefined)
      return text
    }
    expect(ids(false)).toBe("ab|de|")
    expect(ids(true)).toBe("ed|ba|")
    expect(tx.scan(notes, { from: ["b"], to: ["e"], limit: 9 }).rows.map((row) => row.id)).toEqual([
      "b",
      "d",
    ])
  })
})

test("a transaction cannot await, outlive its turn, or write in a read", async () => {
  const { world } = createTestWorld()
  await expect(world.write(async () => {})).rejects.toThrow("cannot await")
  let kept: WriteTx | undefined
  await world.write((tx) => void (kept = tx))
  expect(() => kept?.get(notes, ["a"])).toThrow("over")
  await expect(world.read((tx) => (tx as WriteTx).put(notes, note("a")))).rejects.toThrow(
    "cannot write",
  )
})

const tick = job<{ name: string; left: number }>("test/tick", {
  run(tx, { name, left }) {
    const seen = tx.get(notes, [name])?.text ?? ""
    tx.put(notes, note(name, `${seen}${(tx.now - Date.UTC(2026, 0, 1)) / 1000} `))
    if (left > 1) tx.schedule(tick, { name, left: left - 1 }, tx.now + 10_000)
  },
})

test("advancing runs what comes due at its own time, in due order", async () => {
  const { world } = createTestWorld({ jobs: [tick] })
  await world.write((tx) => {
    tx.schedule(tick, { name: "t", left: 3 }, tx.now + 5_000)
    const cancelled = tx.schedule(tick, { name: "t", left: 1 }, tx.now + 6_000)
    tx.cancel(cancelled)
  })
  await world.advance(4_000)
  expect(await world.read((tx) => tx.get(notes, ["t"]))).toBeUndefined()
  await world.advance(60_000)
  expect(await world.read((tx) => tx.get(notes, ["t"])?.text)).toBe("5 15 25 ")
  expect(world.clock.now()).toBe(Date.UTC(2026, 0, 1) + 64_000)
})

test("a job that keeps failing is tried again and then buried, not lost", async () => {
  const broken = job<object>("test/broken", {
    run() {
      throw new Error("broken")
    },
  })
  const { world, reports } = createTestWorld({ jobs: [broken] })
  await world.write((tx) => void tx.schedule(broken, {}, tx.now))
  await world.advance(3_600_000)
  expect(reports).toHaveLength(5)
  const dead = await world.read((tx) => tx.scan(deadWork, { limit: 9 }).rows)
  expect(dead).toMatchObject([{ kind: "job", name: "test/broken", reason: "Error: broken" }])
  expect(await world.read((tx) => tx.first(timers, {}))).toBeUndefined()
})

const said = effect<{ word: string }>("test/said")

test("effects are delivered after the commit, in the order of their key, past a failing one", async () => {
  const heard: string[] = []
  const hear = implement(said, {
    run(tx, { word }, { attempt }) {
      if (word === "bad" && attempt < 1) throw new Error("not yet")
      heard.push(word)
      tx.put(notes, note(word))
    },
    retry: { attempts: 2, backoffMs: [1_000] },
  })
  const { world } = createTestWorld({ receivers: [hear] })
  await world.write((tx) => {
    for (const word of ["one", "bad", "two"]) tx.emit(said, { word }, { orderKey: "k" })
    tx.emit(said, { word: "other" }, { orderKey: "l" })
  })
  await world.settle()
  expect(heard.toSorted()).toEqual(["one", "other"])
  await world.advance(1_000)
  expect(heard.filter((word) => word !== "other")).toEqual(["one", "bad", "two"])
  expect(await world.read((tx) => tx.first(deliveries, {}))).toBeUndefined()
})

test("an effect that is given up ends in the receiver's dead end", async () => {
  const ends: string[] = []
  const hear = implement(said, {
    perform: () => Promise.reject(new Error("away")),
    retry: { attempts: 3, backoffMs: [1_000] },
    onGiveUp: (_tx, { word }, { attempt }, reason) =>
      void ends.push(`${word} ${attempt} ${reason}`),
  })
  const { world } = createTestWorld({ receivers: [hear] })
  await world.write((tx) => tx.emit(said, { word: "hello" }))
  await world.advance(10_000)
  expect(ends).toEqual(["hello 2 away"])
})

test("a restart resumes timers, deliveries and the clock", async () => {
  const heard: string[] = []
  const hear = implement(said, {
    run: (_tx, { word }) => void heard.push(word),
    retry: { attempts: 1, backoffMs: [] },
  })
  const first = createTestWorld({ jobs: [tick], receivers: [] })
  await first.world.advance(90_000)
  await first.world.write((tx) => {
    tx.schedule(tick, { name: "t", left: 1 }, tx.now + 5_000)
    tx.emit(said, { word: "kept" }, { at: tx.now + 1 })
  })
  const second = createTestWorld({ engine: first.engine, jobs: [tick], receivers: [hear] })
  second.world.start()
  expect(second.world.clock.now()).toBe(Date.UTC(2026, 0, 1) + 90_000)
  await second.world.advance(5_000)
  expect(heard).toEqual(["kept"])
  expect(await second.world.read((tx) => tx.get(notes, ["t"])?.text)).toBe("95 ")
})

test("what a power cut takes gives no serial out again", async () => {
  const first = createTestWorld()
  await first.world.write((tx) => tx.put(notes, note("kept")))
  const left = createMemoryEngine()
  left.load((first.engine as MemoryEngine).dump())
  const taken = await first.world.write((tx) => {
    for (let i = 0; i < 1_000; i += 1) tx.serial()
    return tx.serial()
  })
  const again = createMemoryEngine()
  again.load(left.dump())
  const serialOf = (engine: MemoryEngine, seed: number): Promise<number> =>
    createTestWorld({ engine, seed }).world.write((tx) => tx.serial())
  const [second, third] = [await serialOf(left, 2), await serialOf(again, 3)]
  expect(second).toBeGreaterThan(taken)
  expect(third).toBeGreaterThan(taken)
  expect(Math.abs(third - second)).toBeGreaterThan(1_000)
})

test("a wait ends with the commit it waits for, or at its deadline in cloud time", async () => {
  const { world } = createTestWorld()
  const ctx = world.context()
  const woken = ctx.changed(notes, ["a"], ctx.now() + 20_000)
  const late = ctx.changed(notes, ["b"], ctx.now() + 20_000)
  await world.write((tx) => tx.put(notes, note("c")))
  await world.write((tx) => tx.put(notes, note("a")))
  expect(await woken).toBe(true)
  await world.advance(20_000)
  expect(await late).toBe(false)
})

test("a commit in the same drain as the last look is not missed", async () => {
  const { world } = createTestWorld()
  const ctx = world.context()
  const look = ctx
    .read((tx) => tx.get(notes, ["a"]))
    .then(async (found) => {
      expect(found).toBeUndefined()
      return ctx.changed(notes, ["a"], ctx.now() + 60_000)
    })
  await world.write((tx) => tx.put(notes, note("a")))
  expect(await look).toBe(true)
})

/** A world that answers when it is durable, and a disk whose flushes end when the test says so. */
function createSlowWorld(): { world: World; flush: () => Promise<void> } {
  const waiting: (() => void)[] = []
  const engine = {
    ...createMemoryEngine(),
    flush: () => new Promise<void>((resolve) => void waiting.push(resolve)),
  }
  const { world } = createTestWorld({ engine, flushEach: true })
  const flush = async (): Promise<void> => {
    await turn()
    for (const resolve of waiting.splice(0)) resolve()
    await turn()
  }
  return { world, flush }
}

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve))
  })

test("what is read is answered when it is as durable as what is written", async () => {
  const { world, flush } = createSlowWorld()
  const written = world.write((tx) => tx.put(notes, note("a")))
  await turn()
  let seen: string | undefined
  const read = world.read((tx) => tx.get(notes, ["a"])?.text).then((text) => (seen = text))
  await turn()
  expect(seen).toBeUndefined()
  await flush()
  await Promise.all([written, read])
  expect(seen).toBe("a")
  await flush()
  expect(await world.read((tx) => tx.get(notes, ["a"])?.text)).toBe("a")
})

test("a commit is not missed by whoever learns only after a flush that there was nothing", async () => {
  const { world, flush } = createSlowWorld()
  const ctx = world.context()
  let woken: boolean | undefined
  void ctx
    .write((tx) => tx.put(notes, note("looked")))
    .then(async () => (woken = await ctx.changed(notes, ["a"], ctx.now() + 60_000)))
  await turn()
  void world.write((tx) => tx.put(notes, note("a")))
  await flush()
  await flush()
  expect(woken).toBe(true)
})

test("closing ends waits and lets what was asked finish", async () => {
  const { world } = createTestWorld()
  const ctx = world.context()
  const waiting = ctx.changed(notes, ["a"], ctx.now() + 60_000)
  const written = world.write((tx) => tx.put(notes, note("a")))
  await world.close()
  await written
  expect(await waiting).toBe(false)
  await expect(world.read((tx) => tx.now)).rejects.toThrow("closed")
})

test("usage is summed by hour, and a failed call uses nothing", async () => {
  const { world } = createTestWorld()
  const who = { account: "111111111111", region: "eu-west-1" }
  await Promise.allSettled([
    world.write((tx) => tx.meter("Requests", who, 2)),
    world.write((tx) => tx.meter("Requests", who)),
    world.write((tx) => {
      tx.meter("Requests", who)
      throw new Error("no")
    }),
  ])
  await world.advance(3_600_000)
  await world.write((tx) => tx.meter("Requests", who))
  const usage = await world.read((tx) =>
    usageOf(tx, who.account, { from: 0, to: tx.now + 1, limit: 9 }),
  )
  expect(usage.map((one) => one.quantity)).toEqual([3, 1])
})

test("rows of an older form are migrated and their indexes rebuilt before use", async () => {
  const { world, engine } = createTestWorld()
  world.register([notes])
  await world.write((tx) => tx.put(notes, note("a", "old", "g")))
  const renamed = table<{ id: string; body: string; group?: string }>("test/note", {
    key: (row) => ["v2", row.id],
    indexes: { byBody: (row) => [row.body] },
    version: 2,
    migrate: { 1: ({ text, ...rest }: Note) => ({ ...rest, body: text }) },
  })
  const next = createTestWorld({ engine })
  next.world.register([renamed])
  expect(
    await next.world.read((tx) => tx.first(renamed, { index: "byBody", prefix: ["old"] })),
  ).toEqual({ id: "a", body: "old", group: "g" })
  expect(() => createTestWorld({ engine }).world.register([notes])).toThrow("newer version")
})

test("who watches the places is told what fails and what heals, until it leaves", async () => {
  const { world } = createTestWorld()
  const seen: string[][] = []
  const leave = world.onFaults((faults) => void seen.push(faults.map(formatPlace)))
  const change = async (fn: (tx: WriteTx) => void): Promise<void> => {
    await world.write(fn)
    world.faultsChanged()
  }
  await change((tx) => failPlace(tx, { region: "eu-west-1", az: "euw1-az2" }))
  await change((tx) => failPlace(tx, { region: "us-east-1" }))
  await change((tx) => healPlace(tx, { region: "eu-west-1" }))
  leave()
  await change((tx) => healPlace(tx, { region: "us-east-1" }))
  expect(seen).toEqual([["euw1-az2"], ["euw1-az2", "us-east-1"], ["us-east-1"]])
})
