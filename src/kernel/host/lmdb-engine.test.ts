import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import type { Engine, Value } from "../engine.ts"
import { testEngine } from "../testing/engine-suite.ts"
import { openLmdbEngine, type LmdbEngine, type LmdbEngineOptions } from "./lmdb-engine.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-engine-"))
let folders = 0
afterAll(() => rmSync(root, { recursive: true, force: true }))

const newFolder = () => join(root, String((folders += 1)))

function open(folder: string, options: Partial<LmdbEngineOptions> = {}): Promise<LmdbEngine> {
  return openLmdbEngine(folder, {
    durability: "process",
    report: (what, error) => {
      throw new Error(what, { cause: error })
    },
    ...options,
  })
}

testEngine("engine on disk, all in the log", () => open(newFolder()))
testEngine("engine on disk, checkpoints all the time", () => open(newFolder(), { checkpointBytes: 1 }))
testEngine("engine on disk, power", () => open(newFolder(), { durability: "power" }))
testEngine("engine on disk, each commit in LMDB", async () => {
  const engine = await open(newFolder())
  engine.commit(new Map([["a", "1"]]))
  await engine.checkpoint()
  return engine
})
