import { spawn, type ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Its folder; empty of one that runs in memory. */
  readonly data: string
  readonly pid: number
  readonly output: () => string
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL. */
  kill(): Promise<void>
}

/** On a busy machine, too; below the limit of tests, so that a hang says what hung. */
const START_LIMIT_MS = 100_000
const STOP_LIMIT_MS = 60_000

/** Starts the real server from the source tree, on a free port, with a folder of its own if any. */
export async function startCloud(
  flags: readonly string[] = [],
  data = flags.includes("--ephemeral") ? "" : mkdtempSync(join(tmpdir(), "cloudarium-")),
): Promise<RunningServer> {
  const place = data === "" ? [] : ["--data", data]
  const child = spawn(
    process.execPath,
    ["src/cli/main.ts", "start", "--port", "0", ...place, ...flags],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, AWS_ENDPOINT_URL: "" } },
  )
  let output = ""
  const { promise: ready, resolve, reject } = Promise.withResolvers<string>()
  const limit = setTimeout(() => {
    child.kill("SIGKILL")
    reject(new Error(`no start:\n${output}`))
  }, START_LIMIT_MS)
  const read = (chunk: Buffer): void => {
    output += chunk.toString()
    const url = /ready at (http:\/\/\S+:\d+)/.exec(output)?.[1]
    if (url && output.includes("Ctrl-C")) resolve(url)
  }
  child.stdout.on("data", read)
  child.stderr.on("data", read)
  child.once("exit", (code) => reject(new Error(`ended with ${code}:\n${output}`)))
  const url = await ready.finally(() => clearTimeout(limit))
  return {
    url,
    port: Number(new URL(url).port),
    data,
    pid: child.pid as number,
    output: () => output,
    stop: () => end(child, "SIGTERM", () => output),
    kill: async () => void (await end(child, "SIGKILL", () => output)),
  }
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals,
  output: () => string,
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  const limit = setTimeout(() => {
    child.kill("SIGKILL")
    reject(new Error(`no end at ${signal}:\n${output()}`))
  }, STOP_LIMIT_MS)
  child.once("exit", resolve)
  child.kill(signal)
  return promise.finally(() => clearTimeout(limit))
}

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true })
