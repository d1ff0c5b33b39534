import { expect, test } from "vitest"
import { killS3Rounds } from "./kill-s3.ts"

test(
  "S3-14 S3-58 a server that is killed during uploads loses nothing acknowledged and tears nothing",
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env["SEED"] ?? 1)
    const { rounds, answered, lost, completed } = await killS3Rounds({
      ...{ rounds: 10, seed },
      // What is staged is synced at once in every third life.
      durabilities: ["process", "process", "power"],
    })
    expect(rounds).toBe(10)
    // Requests and uploads were under way, on a slow machine too: else nothing was tried.
    expect(answered).toBeGreaterThan(50)
    expect(lost).toBeGreaterThan(5)
    expect(completed).toBeGreaterThan(0)
  },
)
