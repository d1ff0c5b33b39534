import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished } from "vitest"
import { removeFolder, startCloud, type RunningServer } from "./server.ts"
import { run, type Ran } from "./tools.ts"

/** Below the limit that tests have by default. */
export const SHORT_LIMIT_MS = 100_000

/** One run of the command line, from the source tree. */
export const cli = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
  run(process.execPath, ["src/cli/main.ts", ...args], {
    ...{ env: { PATH: process.env["PATH"], ...env }, limitMs: SHORT_LIMIT_MS },
  })

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cloudarium-"))
  onTestFinished(() => removeFolder(folder))
  return folder
}

/** A server for one test, in memory unless a folder is given. */
export async function start(flags: readonly string[] = [], data?: string): Promise<RunningServer> {
  const server = await startCloud(data === undefined ? ["--ephemeral", ...flags] : flags, data)
  onTestFinished(async () => void (await server.stop()))
  return server
}

/** `cloudarium <args> --port N`, of which a success is expected: what it prints. */
export async function tell(server: RunningServer, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli([...args, "--port", String(server.port)])
  expect([code, stderr]).toEqual([0, ""])
  return stdout.trim()
}

/** What a refusal is: one line, and no output. */
export const refusal = (line: string, code = 2): Ran => ({
  code,
  stdout: "",
  stderr: `cloudarium: ${line}\n`,
})
