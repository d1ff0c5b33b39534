import { readFileSync } from "node:fs"
import { expect, test } from "vitest"

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), "utf8")

test("scripts run on the pinned Node, whatever Node the machine has", () => {
  const pinned = JSON.parse(read("node_modules/node/package.json")) as { version: string }
  expect(process.version).toBe(`v${pinned.version}`)
  const [major, minor] = process.versions.node.split(".").map(Number)
  expect(major! * 100 + minor!).toBeGreaterThanOrEqual(2212)
})

test("the lock file names no registry", () => {
  expect(read("package-lock.json")).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/)
})
