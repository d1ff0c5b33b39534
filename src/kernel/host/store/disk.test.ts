import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { makeFolder } from "./disk.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-disk-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test("a folder is made with those above it, for their owner alone, by as many as want it", async () => {
  const folder = join(root, "a b", "äö", "日本", ..."abcdefghijkl")
  await Promise.all(Array.from({ length: 32 }, () => makeFolder(folder)))
  for (const made of [folder, join(root, "a b")]) expect(statSync(made).mode & 0o777).toBe(0o700)
  symlinkSync(folder, join(root, "link"))
  await makeFolder(join(root, "link", "below"))
  expect(existsSync(join(folder, "below"))).toBe(true)
})

test("what is no folder, and has none below it, is said so", async () => {
  const file = join(root, "file")
  writeFileSync(file, "")
  await expect(makeFolder(file)).rejects.toThrow("EEXIST")
  await expect(makeFolder(join(file, "below", "it"))).rejects.toThrow("ENOTDIR")
  symlinkSync(join(root, "nothing"), join(root, "dangling"))
  await expect(makeFolder(join(root, "dangling"))).rejects.toThrow("EEXIST")
})

test.runIf(existsSync("/proc/self"))("a place that takes no names is said so at once", async () => {
  for (const folder of ["/proc/none", "/proc/self/none/below"])
    await expect(makeFolder(folder)).rejects.toThrow("ENOENT")
})
