import { spawnSync } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { bundleProgram } from "../../scripts/bundle.ts"
import { nodeProblem } from "../../src/kernel/host/node-version.ts"
import { removeFolder } from "./server.ts"
import { run } from "./tools.ts"

/** A Node on this machine that is too old, to see what its user sees. */
function findOldNode(): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, "node")
    const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8" })
    if (status === 0 && nodeProblem(stdout.trim().slice(1)) !== undefined) return path
  }
  console.warn("there is no Node older than 22.12 on this machine: it is not tried")
  return undefined
}

const oldNode = findOldNode()

test.skipIf(oldNode === undefined)("an old Node is told apart before anything fails", async () => {
  const outdir = mkdtempSync(join(tmpdir(), "cloudarium-"))
  onTestFinished(() => removeFolder(outdir))
  writeFileSync(join(outdir, "package.json"), '{ "type": "module" }')
  await bundleProgram(outdir)
  for (const args of [["start"], ["--help"]]) {
    const told = await run(oldNode ?? "", [join(outdir, "cli.js"), ...args], { env: {} })
    expect(told).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^cloudarium: this needs Node 22\.12 or newer, and .* is Node \S+\n$/,
      ) as string,
    })
  }
  const program = 'import("./index.js").catch(({ message }) => console.log(message))'
  const imported = await run(oldNode ?? "", ["-e", program], { env: {}, cwd: outdir })
  expect(imported).toMatchObject({ code: 0, stderr: "" })
  expect(imported.stdout).toMatch(
    /^cloudarium: this needs Node 22\.12 or newer, and .* is Node \S+\n$/,
  )
})
