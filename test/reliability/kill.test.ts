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
    const { rounds, answered, lost } = await killRounds({ rounds: 40, seed })
    expect(rounds).toBe(40)
    expect(answered).toBeGreaterThan(800)
    // Requests were under way when it died: else nothing was tried.
    expect(lost).toBeGreaterThan(40)
  },
)

test(
  "a server that is killed under load keeps what it acknowledged, when answers wait for the disk, in every life or in some",
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env["SEED"] ?? 1)
    for (const durabilities of [["power"], ["power", "power", "process"]] as const) {
      const { answered, lost } = await killRounds({ rounds: 10, seed, durabilities })
      expect(answered).toBeGreaterThan(200)
      expect(lost).toBeGreaterThan(10)
    }
  },
)

test("the script kills as often as it is told", { timeout: 400_000 }, async () => {
  const script = fileURLToPath(new URL("./kill.ts", import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [script, "--rounds", "2"])
  expect(stdout).toContain("all 2 rounds held")
})
