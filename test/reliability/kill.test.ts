import { expect, test } from "vitest"
import { killUnderLoad } from "./kill.ts"

test(
  "50 kills under load lose nothing that was answered, and no order is broken",
  { timeout: 240_000 },
  async () => {
    const report = await killUnderLoad(50)
    expect(report.problems).toEqual([])
    // A load that did nothing would show nothing.
    expect(report.answered).toBeGreaterThan(500)
  },
)
