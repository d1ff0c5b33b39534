import { execFile } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, test } from "vitest"
import { lookInto, type Having } from "./check-life.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-every-call-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const life = fileURLToPath(new URL("./life.ts", import.meta.url))
const dyingDisk = new URL("./dying-disk.ts", import.meta.url).href

/** Each third call only, in the time that a test run has; EVERY=1 tries them all. */
const STRIDE = Number(process.env["EVERY"] ?? 3)
/** So many processes at once. */
const LANES = 2
/** What lives longer hangs. */
const LIFE_MS = 300_000

/** What the folder had when its process died, and what each step of the next one makes of it. */
const BEFORE = ["open", "commit a", "checkpoint", "save one", "save two", "commit b", "die"]
const HAD: Having = { mark: "b", one: "a", two: "a" }
const STEPS: readonly (readonly [string, Having])[] = [
  ["open", HAD],
  ["commit c", { ...HAD, mark: "c" }],
  ["checkpoint", { ...HAD, mark: "c" }],
  ["save one", { mark: "c", one: "c", two: "a" }],
  ["delete two", { mark: "c", one: "c" }],
  ["reset", { mark: "", one: "c" }],
  ["commit d", { mark: "d", one: "c" }],
  ["load one", { mark: "c", one: "c" }],
  ["close", { mark: "c", one: "c" }],
]

/** Lives on a folder until its end, or its death at a call; what it said, line by line. */
function live(folder: string, steps: readonly string[], dieAt = 0): Promise<readonly string[]> {
  const env = {
    ...process.env,
    ...{ DIE_FOLDER: folder, DIE_AT: String(dieAt), NODE_COMPILE_CACHE: join(root, "compiled") },
  }
  const args = ["--import", dyingDisk, life, folder, steps.join(",")]
  return new Promise((resolve, reject) =>
    execFile(process.execPath, args, { env, timeout: LIFE_MS }, (error, stdout, stderr) => {
      if (stderr !== "" || (error && error.signal !== "SIGKILL"))
        reject(new Error(stderr, { cause: error }))
      else resolve(stdout.trim().split("\n"))
    }),
  )
}

test("a death in any call to the disk leaves what was said to be done, whole", async () => {
  const left = join(root, "left")
  await live(left, BEFORE)
  const steps = STEPS.map(([step]) => step)
  let [next, calls, deaths] = [STRIDE - 1 || 1, Infinity, 0]
  const lane = async (): Promise<void> => {
    while (next <= calls) {
      const dieAt = next
      next += STRIDE
      const folder = join(root, String(dieAt))
      cpSync(left, folder, { recursive: true })
      const said = await live(folder, steps, dieAt)
      const last = /^(\d+) calls$/.exec(said.at(-1) ?? "")
      if (last) calls = Math.min(calls, Number(last[1]))
      else deaths += 1
      const done = said.filter((line) => steps.includes(line)).length
      const [was = HAD, is] = [STEPS[done - 1]?.[1], STEPS[done]?.[1] ?? HAD]
      const context = `death at call ${dieAt}, in "${steps[done]}"`
      const found = await lookInto(folder).catch((error: unknown) => {
        throw new Error(`${context}: ${String(error)}`, { cause: error })
      })
      expect([was, is], context).toContainEqual(found)
      rmSync(folder, { recursive: true })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  expect(deaths).toBeGreaterThan(100 / STRIDE)
}, 900_000)
