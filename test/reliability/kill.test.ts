import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { killRounds } from "./kill-rounds.ts"

test(
  "a server that is killed under load keeps what it acknowledged",
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env["SEED"] ?? 1)
    const { rounds, answered, lost } = await killRounds({ rounds: 50, seed })
    expect(rounds).toBe(50)
    expect(answered).toBeGreaterThan(1_000)
    // Requests were under way when it died: else nothing was tried.
    expect(lost).toBeGreaterThan(50)
  },
)

test("the script kills as often as it is told", { timeout: 400_000 }, async () => {
  const script = fileURLToPath(new URL("./kill.ts", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--rounds", "2"])
  expect(stdout).toContain("all 2 rounds held")
})
