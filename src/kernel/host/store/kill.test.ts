import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, test } from "vitest"
import { openLmdbEngine } from "../lmdb-engine.ts"

const root = mkdtempSync(join(tmpdir(), "cloudarium-kill-"))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const program = fileURLToPath(new URL("../../testing/commit-forever.ts", import.meta.url))

type Durability = "process" | "power"

/** Runs until it has acknowledged `commits` more, then kills it in the middle of what it does. */
async function live(folder: string, durability: Durability, commits: number): Promise<number> {
  const args = [program, folder, durability]
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] })
  let text = ""
  let seen = 0
  child.stdout.setEncoding("utf8")
  child.stdout.on("data", (chunk: string) => {
    text += chunk
    seen += chunk.split("\n").length - 1
    if (seen >= commits) child.kill("SIGKILL")
  })
  await once(child, "close")
  // The last line may be torn, as its commit may be unanswered.
  return Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1))
}

// Twenty starts of a process, beside whatever else the machine is at.
const options = { timeout: 600_000 }

async function killed(
  folder: string,
  { rounds, durabilities }: { rounds: number; durabilities: readonly Durability[] },
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    const durability = durabilities[round % durabilities.length] as Durability
    const acknowledged = await live(folder, durability, 1 + ((round * 7919) % 900))
    const engine = await openLmdbEngine(folder, { durability: "process" })
    const last = Number(engine.get("row 0"))
    expect(last).toBeGreaterThanOrEqual(acknowledged)
    expect(last).toBeLessThanOrEqual(acknowledged + 1)
    for (let i = 0; i < 8; i += 1) expect(engine.get(`row ${i}`)).toBe(String(last))
    for (let n = Math.max(1, last - 199); n <= last; n += 1) {
      const extra = n % 3 === 0 ? undefined : `${n}:`.padEnd(300, "x")
      expect(engine.get(`extra ${n % 200}`)).toBe(extra)
    }
    await engine.close()
  }
}

test("kill -9 at any moment loses nothing that was acknowledged and tears nothing", options, () =>
  killed(join(root, "store"), { rounds: 20, durabilities: ["process"] }),
)

test(
  "kill -9 loses nothing where each commit is synced, in each life or in every other",
  options,
  async () => {
    await killed(join(root, "power"), { rounds: 6, durabilities: ["power"] })
    await killed(join(root, "either"), { rounds: 6, durabilities: ["power", "process"] })
  },
)
