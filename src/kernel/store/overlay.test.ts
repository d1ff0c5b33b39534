import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { openLmdbEngine, type LmdbEngine } from "../host/lmdb-engine.ts"
import { encodeKey, prefixEnd } from "../key.ts"
import { createMemoryEngine } from "../sim/memory-engine.ts"
import { hashed } from "./key-map.ts"
import { NEW, Overlay, WRITTEN } from "./overlay.ts"

const KEYS = ["a", "b", "c"] as const
const RANGE = { start: "a", end: "d" }

const write = fc.record({ key: fc.constantFrom(...KEYS), remove: fc.boolean() })
const step = fc.record({
  writes: fc.array(write, { minLength: 1, maxLength: 4 }),
  /** How many of the writes are undone. */
  undo: fc.nat(2),
  checkpoint: fc.constantFrom("none", "begun", "done"),
})

interface Step {
  readonly writes: readonly { readonly key: string; readonly remove: boolean }[]
  readonly undo: number
}

/** Writes as transactions do: what has no value is new. */
function commitStep(
  engine: LmdbEngine,
  model: Map<string, string>,
  { writes, undo, value }: Step & { readonly value: string },
): void {
  const overlay = new Overlay(engine)
  const kept = writes.length - undo
  let savepoint = overlay.savepoint()
  for (const [i, { key, remove }] of writes.entries()) {
    if (i === kept) savepoint = overlay.savepoint()
    const isNew = overlay.get(key) === undefined
    if (remove && isNew) continue
    overlay.set(hashed(key), remove ? undefined : value, isNew ? NEW : WRITTEN)
    if (i >= kept) continue
    if (remove) model.delete(key)
    else model.set(key, value)
  }
  if (kept < writes.length) overlay.rollback(kept <= 0 ? 0 : savepoint)
  if (overlay.dirty) engine.commit(overlay.batch())
}

test("what is deleted stays so, wherever it was: in this layer, in one that moves, on the disk", async () => {
  const root = mkdtempSync(join(tmpdir(), "cloudarium-overlay-"))
  let folders = 0
  const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
    const engine = await openLmdbEngine(join(root, String((folders += 1))), {
      durability: "process",
    })
    const model = new Map<string, string>()
    let moving: Promise<void> | undefined
    for (const [i, one] of steps.entries()) {
      commitStep(engine, model, { ...one, value: String(i) })
      for (const key of KEYS) expect(engine.get(key)).toBe(model.get(key))
      expect(new Map(engine.scan(RANGE))).toEqual(model)
      if (one.checkpoint !== "none") moving = engine.checkpoint()
      if (one.checkpoint === "done") await moving
    }
    await moving
    expect(new Map(engine.scan(RANGE))).toEqual(model)
    await engine.close()
  })
  await fc.assert(property, { numRuns: 25 })
  rmSync(root, { recursive: true, force: true })
})

const within = (prefix: string) => ({ start: prefix, end: prefixEnd(prefix) })

test("a scan sees what its own table has, of the engine and of the drain, whatever else is written", () => {
  const tables = ["a", "a#index", "b"].map((name) => encodeKey([name]))
  const act = fc.constantFrom("set", "unset", "scan", "commit", "undo")
  const one = fc.record({ table: fc.nat(2), row: fc.nat(4), act, reverse: fc.boolean() })
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), (steps) => {
      const engine = createMemoryEngine()
      let overlay = new Overlay(engine)
      const model = new Map<string, string>()
      for (const [i, { table, row, act: what, reverse }] of steps.entries()) {
        const prefix = tables[table] as string
        const key = prefix + encodeKey([row])
        if (what === "commit") {
          if (overlay.dirty) engine.commit(overlay.batch())
          overlay = new Overlay(engine)
        } else if (what === "undo") {
          const savepoint = overlay.savepoint()
          overlay.set(hashed(key), "undone")
          overlay.rollback(savepoint)
        } else if (what !== "scan") {
          const value = what === "set" ? String(i) : undefined
          overlay.set(hashed(key), value)
          if (value === undefined) model.delete(key)
          else model.set(key, value)
        }
        for (const range of [within(prefix), { start: "", end: "\xff" }]) {
          const wanted = [...model]
            .filter(([known]) => known >= range.start && known < range.end)
            .sort(([x], [y]) => (x < y ? -1 : 1))
          if (reverse) wanted.reverse()
          expect([...overlay.scan({ ...range, reverse })]).toEqual(wanted)
          expect([...overlay.scan({ ...range, reverse, limit: 2 })]).toEqual(wanted.slice(0, 2))
        }
      }
    }),
  )
})
