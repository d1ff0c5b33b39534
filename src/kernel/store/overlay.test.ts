import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, test } from "vitest"
import { openLmdbEngine, type LmdbEngine } from "../host/lmdb-engine.ts"
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
