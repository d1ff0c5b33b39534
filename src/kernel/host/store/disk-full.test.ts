import { execFileSync } from "node:child_process"
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { DiskFullError } from "../../store-errors.ts"
import { all } from "../../testing/engine-suite.ts"
import { pattern } from "../../testing/blob-suite.ts"
import { openFileBlobs } from "../file-blobs.ts"
import { openLmdbEngine } from "../lmdb-engine.ts"

const MB = 1024 * 1024
const mounts: string[] = []
afterAll(() => {
  for (const folder of mounts) {
    execFileSync("umount", ["--lazy", folder])
    rmSync(folder, { recursive: true })
  }
})

/** A file system of so many megabytes; undefined where this user may not mount one. */
function smallDisk(megabytes: number): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "cloudarium", folder], {
      stdio: "ignore",
    })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  mounts.push(folder)
  return folder
}

const title = "a commit that does not fit is refused whole; with room again the store goes on"
test.each([
  ["at the first checkpoint", false, "process"],
  ["at a later one", true, "process"],
  ["each synced", false, "power"],
] as const)(`${title}, %s`, async (_, later, durability) => {
  const disk = smallDisk(32)
  if (!disk) return
  const folder = join(disk, "store")
  const engine = await openLmdbEngine(folder, { durability })
  if (later) {
    engine.commit(new Map([["before", "1"]]))
    await engine.checkpoint()
  }
  const ballast = join(disk, "ballast")
  writeFileSync(ballast, Buffer.alloc(29 * MB))
  let last = 0
  const fill = (): unknown => {
    for (;;) {
      const half = new Map([[`left ${last + 1}`, "x".repeat(3_000)]])
      try {
        engine.commit(half.set(`right ${last + 1}`, "y".repeat(3_000)))
      } catch (error) {
        return error
      }
      last += 1
    }
  }
  expect(fill()).toBeInstanceOf(DiskFullError)
  await engine.flush()
  expect(last).toBeGreaterThan(100)
  expect(engine.get(`left ${last + 1}`)).toBeUndefined()
  expect(all(engine, { start: "l", end: "m" })).toHaveLength(last)
  // No room even to begin, and then not enough to end.
  await expect(engine.checkpoint()).rejects.toThrow()
  writeFileSync(ballast, Buffer.alloc(28 * MB))
  await expect(engine.checkpoint()).rejects.toThrow("LMDB refused a checkpoint: the disk is full")
  expect(engine.get("right 1")).toBe("y".repeat(3_000))
  engine.commit(new Map([["left 0", "fits"]]))
  writeFileSync(ballast, "")
  await engine.checkpoint()
  expect(engine.burden.rows).toBe(0)
  expect(engine.get("before")).toBe(later ? "1" : undefined)
  expect(all(engine, { start: "l", end: "m" })).toHaveLength(last + 1)
  await engine.close()
  const again = await openLmdbEngine(folder, { durability: "process" })
  expect(all(again, { start: "r", end: "s" })).toHaveLength(last)
  expect(all(again, { start: "l", end: "m" })).toHaveLength(last + 1)
  await again.close()
})

test("a blob that does not fit leaves nothing, though a child that starts may hold its file", async (context) => {
  const disk = smallDisk(4)
  if (!disk) return context.skip("needs the right to mount a small file system")
  const staging = join(disk, "blobs", "staging")
  const blobs = await openFileBlobs(join(disk, "blobs"), { durability: "process" })
  const held: number[] = []
  async function* tooMuch() {
    held.push(...readdirSync(staging).map((name) => openSync(join(staging, name), "r")))
    for (let i = 0; i < 6; i += 1) yield await Promise.resolve(Buffer.alloc(MB))
  }
  await expect(blobs.stage(tooMuch())).rejects.toThrow(DiskFullError)
  expect(readdirSync(staging)).toEqual([])
  const { id } = await blobs.stage(pattern(3 * MB))
  expect(held).toHaveLength(1)
  for (const fd of held) closeSync(fd)
  expect(await blobs.usage()).toEqual({ count: 1, sizeBytes: 3 * MB })
  await blobs.remove(id)
  await blobs.close()
})
