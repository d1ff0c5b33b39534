import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { openLmdbEngine } from "../lmdb-engine.ts"
import { LmdbBase } from "./lmdb-base.ts"

const folder = mkdtempSync(join(tmpdir(), "cloudarium-base-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test("what LMDB has given up is opened anew, and what is well stays", async () => {
  const engine = await openLmdbEngine(folder, { durability: "process" })
  engine.commit(new Map([["key", "value"]]))
  await engine.checkpoint()
  await engine.close()
  const base = new LmdbBase(folder)
  expect(base.revived()).toBe(base)
  // As after a meta page that could not be written (MDB_PANIC): every read throws.
  await base.close()
  expect(() => base.get("key")).toThrow()
  const revived = base.revived()
  expect(revived).not.toBe(base)
  expect(revived.get("key")).toBe("value")
  expect(revived.position.commit).toBe(1)
  await revived.close()
})
